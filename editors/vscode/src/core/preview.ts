/** What the preview of a policy shows, and that of a manifest's classes. */

/** The server's answer to `gatewright.server.compile` and `gatewright.server.classify`. */
export interface Answer {
    /** The policy.json, or the table of classes; null if there are errors. */
    text: string | null;
    /** The errors, a text each, which may have several lines. */
    errors: string[];
}

/** The answer, if it is one. */
export function readAnswer(answer: unknown): Answer | undefined {
    if (typeof answer !== 'object' || answer === null) {
        return undefined;
    }
    const { text, errors } = answer as { text?: unknown; errors?: unknown };
    if (typeof text !== 'string' && text !== null && text !== undefined) {
        return undefined;
    }
    const list = Array.isArray(errors) ? errors : [];
    return { text: text ?? null, errors: list.filter((error): error is string => typeof error === 'string') };
}

/** The text of the preview: the JSON, or what is wrong as comments and, if there was one, the last JSON that came out. */
export function previewText(name: string, compiled: Answer, last: string | undefined): string {
    if (compiled.text !== null) {
        return withLineBreak(compiled.text);
    }
    const count = compiled.errors.length;
    const because = count === 0 ? '.' : count === 1 ? ', because of an error:' : `, because of ${count} errors:`;
    const lines = [`${name} does not compile${because}`];
    for (const error of compiled.errors) {
        const [first = '', ...rest] = error.trim().split(/\r\n|\r|\n|\u2028|\u2029/);
        lines.push(`- ${first}`, ...rest.map((line) => `  ${line}`));
    }
    if (last !== undefined) {
        lines.push('', 'What it came to before:');
    }
    return comment(lines) + (last === undefined ? '' : `\n${withLineBreak(last)}`);
}

/** The table of a manifest's classes, or why there is none. */
export function classesText(name: string, answer: Answer | undefined): string {
    if (answer?.text != null) {
        return withLineBreak(answer.text);
    }
    const errors = answer?.errors ?? [];
    return [`${name} cannot be classified.`, ...errors].map((line) => `${line.trimEnd()}\n`).join('');
}

/** What the preview says when there is nobody to ask. */
export function unavailableText(name: string, why: string): string {
    return comment([`${name} cannot be compiled now:`, ...why.trim().split(/\r\n|\r|\n/)]);
}

function comment(lines: string[]): string {
    return lines.map((line) => `// ${line}`.trimEnd() + '\n').join('');
}

function withLineBreak(text: string): string {
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
