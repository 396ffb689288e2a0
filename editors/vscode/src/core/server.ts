/** Where the language server is: said by a setting, or found where programs are installed. Knows nothing of the editor. */

import * as path from 'node:path';

/** The name of the program, without what a system may append to it. */
export const PROGRAM = 'gatewright-lsp';

/** What puts the program in place, run in a copy of the project's source. */
export const INSTALL = 'cargo install --path lsp';

/** What the search needs to know about the machine. */
export interface Surroundings {
    platform: NodeJS.Platform;
    /** The variables of the environment; the names of some systems' differ in case only. */
    environment: Readonly<Record<string, string | undefined>>;
    /** The user's folder. */
    home: string;
    /** The first folder that is open, if any. */
    workspace: string | undefined;
    /** Whether a path leads to a file that can be run. */
    isProgram(file: string): boolean;
}

/** What came of the search. */
export type Search =
    | { kind: 'found'; path: string; from: 'setting' | 'path' | 'cargo' }
    /** `setting` is what the setting says, if it is the setting that leads nowhere. */
    | { kind: 'missing'; setting: string | undefined; looked: string[] };

/** Finds the server: by the setting alone where it says something, else on the `PATH`, else where `cargo install` puts programs. */
export function findServer(setting: string, surroundings: Surroundings): Search {
    if (setting.trim() !== '') {
        return findBySetting(setting.trim(), surroundings);
    }
    const looked: string[] = [];
    for (const folder of pathFolders(surroundings)) {
        looked.push(folder);
        const found = programIn(folder, PROGRAM, surroundings);
        if (found !== undefined) {
            return { kind: 'found', path: found, from: 'path' };
        }
    }
    // An editor that was not started from a terminal often lacks this folder on its `PATH`.
    const cargo = cargoFolder(surroundings);
    if (!looked.includes(cargo)) {
        looked.push(cargo);
        const found = programIn(cargo, PROGRAM, surroundings);
        if (found !== undefined) {
            return { kind: 'found', path: found, from: 'cargo' };
        }
    }
    return { kind: 'missing', setting: undefined, looked };
}

/** What to tell a user whose server is missing. */
export function missingMessage(search: Extract<Search, { kind: 'missing' }>): string {
    if (search.setting !== undefined) {
        return `Gatewright: there is no program at ${search.setting}, where the setting gatewright.server.path says it is.`;
    }
    return (
        `Gatewright: the language server ${PROGRAM} is neither on the PATH nor among the programs that cargo has installed. ` +
        'Until it is there, policies are highlighted, but not checked.'
    );
}

/** Replaces what stands for folders in a path of the settings: `~` and `${workspaceFolder}`. */
export function expandPath(text: string, home: string, workspace: string | undefined): string {
    const beyondHome = text === '~' || /^~[/\\]/.test(text) ? home + text.slice(1) : text;
    return workspace === undefined ? beyondHome : beyondHome.split('${workspaceFolder}').join(workspace);
}

function findBySetting(setting: string, surroundings: Surroundings): Search {
    const { home, workspace } = surroundings;
    const expanded = expandPath(setting, home, workspace);
    const paths = pathsOf(surroundings);
    if (!/[/\\]/.test(expanded)) {
        for (const folder of pathFolders(surroundings)) {
            const found = programIn(folder, expanded, surroundings);
            if (found !== undefined) {
                return { kind: 'found', path: found, from: 'setting' };
            }
        }
        return { kind: 'missing', setting, looked: pathFolders(surroundings) };
    }
    const full = paths.isAbsolute(expanded) || workspace === undefined ? expanded : paths.join(workspace, expanded);
    const found = programIn(paths.dirname(full), paths.basename(full), surroundings);
    return found === undefined
        ? { kind: 'missing', setting, looked: [full] }
        : { kind: 'found', path: found, from: 'setting' };
}

function pathsOf(surroundings: Surroundings): path.PlatformPath {
    return surroundings.platform === 'win32' ? path.win32 : path.posix;
}

function pathFolders(surroundings: Surroundings): string[] {
    const name = Object.keys(surroundings.environment).find((key) =>
        surroundings.platform === 'win32' ? key.toUpperCase() === 'PATH' : key === 'PATH',
    );
    const list = name === undefined ? '' : (surroundings.environment[name] ?? '');
    const paths = pathsOf(surroundings);
    // A folder that is not absolute depends on where the editor was started: no place to take a program from.
    const folders = list.split(paths.delimiter).filter((folder) => paths.isAbsolute(folder));
    return [...new Set(folders)];
}

function cargoFolder(surroundings: Surroundings): string {
    const paths = pathsOf(surroundings);
    const cargo = surroundings.environment['CARGO_HOME'];
    return paths.join(cargo === undefined || cargo === '' ? paths.join(surroundings.home, '.cargo') : cargo, 'bin');
}

/** The program of a name in a folder, with the ending that it has there. */
function programIn(folder: string, name: string, surroundings: Surroundings): string | undefined {
    const endings = surroundings.platform === 'win32' && !/\.exe$/i.test(name) ? ['.exe'] : [''];
    return endings
        .map((ending) => pathsOf(surroundings).join(folder, name + ending))
        .find((file) => surroundings.isProgram(file));
}
