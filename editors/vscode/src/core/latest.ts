/** Keeps answers that have been overtaken from being shown. */

/** Asks again and again, and keeps the answer to the last question only. */
export class Latest<T> {
    private asked = 0;

    /** The answer; undefined if somebody has asked again before it came. A failure that has been overtaken is no news either. */
    async ask(question: () => Promise<T>): Promise<T | undefined> {
        this.asked += 1;
        const own = this.asked;
        try {
            const answer = await question();
            return own === this.asked ? answer : undefined;
        } catch (error) {
            if (own === this.asked) {
                throw error;
            }
            return undefined;
        }
    }
}
