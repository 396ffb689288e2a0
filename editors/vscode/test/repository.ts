/** Where the tests find what they read. They run in the folder of the extension, as npm starts them. */

import * as fs from 'node:fs';
import * as path from 'node:path';

/** The folder of the extension. */
export const EXTENSION = process.cwd();

/** The folder of the repository. */
export const REPOSITORY = path.dirname(path.dirname(EXTENSION));

/** Reads a file of the extension. */
export function read(name: string): string {
    return fs.readFileSync(path.join(EXTENSION, name), 'utf8');
}

/** Reads a JSON file of the extension. */
export function readJson<T>(name: string): T {
    return JSON.parse(read(name)) as T;
}

/** The `.gate` files below a folder of the repository, at any depth. */
export function policies(folder: string): string[] {
    const entries = fs.readdirSync(path.join(REPOSITORY, folder), { withFileTypes: true });
    return entries.flatMap((entry) => {
        const name = `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
            return policies(name);
        }
        return name.endsWith('.gate') ? [name] : [];
    });
}

/** Reads a file of the repository. */
export function readOurs(name: string): string {
    return fs.readFileSync(path.join(REPOSITORY, name), 'utf8');
}

/** The variable that holds the path of a built `gatewright`. */
const VARIABLE = 'GATEWRIGHT';

/** The program, if its path is given. In CI it has to be. */
export function program(): string | undefined {
    const given = process.env[VARIABLE];
    if ((given === undefined || given === '') && process.env['CI'] !== undefined) {
        throw new Error(`the variable ${VARIABLE} does not name a gatewright`);
    }
    return given === '' ? undefined : given;
}
