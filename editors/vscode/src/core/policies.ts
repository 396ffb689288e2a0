/** Which files are policies and manifests, and what lies beside them. Paths have `/` between their parts. */

/** The identifier of the language. */
export const LANGUAGE = 'gate';

/** The form of a policy: `.gate`, `policy.json`, or none. The same rule as the server's. */
export function formOf(path: string): 'gate' | 'policy-json' | undefined {
    const name = fileName(path);
    if (name.endsWith('.gate')) {
        return 'gate';
    }
    return name === 'policy.json' || name.endsWith('.policy.json') ? 'policy-json' : undefined;
}

/** Whether a file's name says that it is a manifest. */
export function isManifest(path: string): boolean {
    return fileName(path).endsWith('.tools.json');
}

/** The last part of a path. */
export function fileName(path: string): string {
    return path.slice(path.lastIndexOf('/') + 1);
}

/** Where the compiled policy may go: names of files in the folder of the source, the likelier first. */
export function outputNames(path: string): string[] {
    const stem = fileName(path).replace(/\.gate$/, '');
    return ['policy.json', `${stem}.policy.json`];
}

/** The file that the first `manifest` statement of a text names, as it stands there. */
export function manifestOf(text: string): string | undefined {
    for (const line of text.split(/\r\n|\n/)) {
        const string = /^[ \t\uFEFF]*manifest[ \t]+("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
        if (string === undefined) {
            continue;
        }
        try {
            return JSON.parse(string) as string;
        } catch {
            return undefined;
        }
    }
    return undefined;
}
