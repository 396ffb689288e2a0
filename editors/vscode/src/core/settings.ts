/** What the server is told about the settings of the editor. */

import * as path from 'node:path';

import { expandPath } from './server';

/** The section of the settings. */
export const SECTION = 'gatewright';

/** The settings as the editor keeps them. What a user has written by hand may be of any type. */
export interface Settings {
    configuration: unknown;
    select: unknown;
    ignore: unknown;
    /** What the user alone has set: never what comes with a folder. */
    allowRead: unknown;
    inlayHints: unknown;
    codeLens: unknown;
    rulePages: unknown;
}

/** What goes to the server: in `initializationOptions`, and as `gatewright` in `workspace/didChangeConfiguration`. */
export interface ServerOptions {
    /** An absolute path where that is possible; null where the nearest configuration counts. */
    configuration: string | null;
    /** Names of rules. Empty, the configuration decides. */
    select: string[];
    ignore: string[];
    /** Absolute paths of what policies may read outside their project. */
    allowRead: string[];
    inlayHints: boolean;
    codeLens: boolean;
    /** Where the rules are explained, with `{rule}` in the place of a rule's name. */
    rulePages: string;
}

/** The address of each page of a folder with a page for each rule. */
export function rulePages(folder: string): string {
    return `${folder.replace(/\/$/, '')}/{rule}.md`;
}

/** What the server is told. The extension has its own pages about the rules, at `pages`. */
export function serverOptions(settings: Settings, home: string, workspace: string | undefined, pages: string): ServerOptions {
    return {
        configuration: configuration(settings.configuration, home, workspace),
        select: names(settings.select),
        ignore: names(settings.ignore),
        allowRead: names(settings.allowRead)
            .map((text) => expandPath(text, home, undefined))
            .filter((text) => path.isAbsolute(text)),
        inlayHints: settings.inlayHints !== false,
        codeLens: settings.codeLens !== false,
        rulePages: (typeof settings.rulePages === 'string' && settings.rulePages.trim()) || pages,
    };
}

function configuration(value: unknown, home: string, workspace: string | undefined): string | null {
    if (typeof value !== 'string' || value.trim() === '') {
        return null;
    }
    const expanded = expandPath(value.trim(), home, workspace);
    if (path.isAbsolute(expanded) || workspace === undefined) {
        return expanded;
    }
    return path.join(workspace, expanded);
}

/** The names of a list, each once, without blanks around them; anything else is left out. */
function names(value: unknown): string[] {
    const list = Array.isArray(value) ? value : [];
    const texts = list.filter((item): item is string => typeof item === 'string').map((item) => item.trim());
    return [...new Set(texts.filter((text) => text !== ''))];
}
