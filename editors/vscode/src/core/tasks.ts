/** The command lines of the tasks. */

/** A task's definition, as it stands in tasks.json. */
export interface TaskDefinition {
    command: string;
    paths?: unknown;
}

/** The arguments of `gatewright` for a task; undefined if the definition makes none. */
export function taskArguments(definition: TaskDefinition): string[] | undefined {
    const given = Array.isArray(definition.paths) ? definition.paths : [];
    const paths = given.filter((path): path is string => typeof path === 'string' && path !== '');
    const targets = paths.length === 0 ? ['.'] : paths;
    switch (definition.command) {
        // One line for each finding, which is what the problem matcher reads.
        case 'check':
            return ['check', '--format', 'concise', '--', ...targets];
        case 'fmt':
            return ['fmt', '--', ...targets];
        default:
            return undefined;
    }
}
