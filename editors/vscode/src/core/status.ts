/** What the status item says. */

/** How the server is. */
export type ServerState =
    | { kind: 'starting' }
    | { kind: 'running'; version: string | undefined }
    | { kind: 'stopped' }
    | { kind: 'missing' }
    | { kind: 'failed'; why: string };

/** How many findings a file has. */
export interface Counts {
    errors: number;
    warnings: number;
    notes: number;
}

/** What to show. */
export interface Status {
    text: string;
    detail: string;
    severity: 'information' | 'warning' | 'error';
    isBusy: boolean;
    /** What a click on the item's action does, and the action's title. */
    action: { command: string; title: string };
}

const OUTPUT = { command: 'gatewright.showOutput', title: 'Show output' };
const RESTART = { command: 'gatewright.restartServer', title: 'Restart' };

/** What to show for a state of the server, and for the findings in the file at hand if they are known. */
export function status(state: ServerState, counts: Counts | undefined): Status {
    switch (state.kind) {
        case 'starting':
            return item('Gatewright', 'The server is starting.', 'information', OUTPUT, true);
        case 'running': {
            const program = state.version === undefined ? 'Server' : `Server ${state.version}`;
            const text = counts === undefined ? 'Gatewright' : `Gatewright: ${countsText(counts)}`;
            return item(text, `${program} is running.`, severity(counts), OUTPUT);
        }
        case 'stopped':
            return item('Gatewright: stopped', 'The server has ended.', 'warning', RESTART);
        case 'missing':
            return item('Gatewright: no server', 'The language server has not been found.', 'error', {
                command: 'gatewright.explainMissingServer',
                title: 'What to do',
            });
        case 'failed':
            return item('Gatewright: failed', state.why, 'error', RESTART);
    }
}

/** `2 errors, 1 note`, or that there is nothing. */
export function countsText(counts: Counts): string {
    const parts = [
        part(counts.errors, 'error'),
        part(counts.warnings, 'warning'),
        part(counts.notes, 'note'),
    ].filter((text) => text !== '');
    return parts.length === 0 ? 'no findings' : parts.join(', ');
}

function part(count: number, noun: string): string {
    return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function severity(counts: Counts | undefined): Status['severity'] {
    if (counts === undefined || (counts.errors === 0 && counts.warnings === 0)) {
        return 'information';
    }
    return counts.errors > 0 ? 'error' : 'warning';
}

function item(
    text: string,
    detail: string,
    severity: Status['severity'],
    action: Status['action'],
    isBusy = false,
): Status {
    return { text, detail, severity, isBusy, action };
}
