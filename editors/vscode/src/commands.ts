/** The commands of the palette. */

import * as vscode from 'vscode';

import { Server, text } from './client';
import { fileName, formOf, isManifest, LANGUAGE, manifestOf, outputNames } from './core/policies';
import { INSTALL, missingMessage } from './core/server';
import { Classes, compile, Previews } from './preview';

/** Registers all commands. */
export function registerCommands(server: Server, previews: Previews, classes: Classes): vscode.Disposable {
    const register = (name: string, run: (resource?: vscode.Uri) => unknown) =>
        vscode.commands.registerCommand(`gatewright.${name}`, (resource?: unknown) =>
            run(resource instanceof vscode.Uri ? resource : undefined),
        );
    return vscode.Disposable.from(
        register('compile', (resource) => reported(() => compileToFile(server, resource))),
        register('preview', (resource) => reported(() => preview(previews, resource))),
        register('classifyManifest', (resource) => reported(() => classifyManifest(classes, resource))),
        register('restartServer', async () => {
            await server.restart();
            await explainMissingServer(server);
        }),
        register('showOutput', () => server.output.show()),
        register('explainMissingServer', () => explainMissingServer(server)),
    );
}

/** Says that the server is missing, if it is, and what to do about it. */
export async function explainMissingServer(server: Server): Promise<void> {
    if (server.missing === undefined) {
        return;
    }
    const settings = 'Open Settings';
    const install = 'How to Install';
    switch (await vscode.window.showErrorMessage(missingMessage(server.missing), settings, install)) {
        case settings:
            await vscode.commands.executeCommand('workbench.action.openSettings', 'gatewright.server.path');
            break;
        case install:
            await showInstallation();
            break;
    }
}

async function showInstallation(): Promise<void> {
    const copy = 'Copy Command';
    const detail =
        `In a copy of Gatewright's source, run\n\n${INSTALL}\n\n` +
        'Then run the command "Gatewright: Restart the Language Server". If the program shall lie elsewhere, name it in the ' +
        'setting gatewright.server.path.';
    const options = { modal: true, detail };
    if ((await vscode.window.showInformationMessage('How to install the language server', options, copy)) === copy) {
        await vscode.env.clipboard.writeText(INSTALL);
    }
}

async function preview(previews: Previews, resource: vscode.Uri | undefined): Promise<void> {
    const source = policyAtHand(resource);
    if (source === undefined) {
        throw new Error('Open a .gate file first.');
    }
    await vscode.workspace.openTextDocument(source);
    await previews.show(source);
}

async function compileToFile(server: Server, resource: vscode.Uri | undefined): Promise<void> {
    const source = policyAtHand(resource);
    if (source === undefined) {
        throw new Error('Open a .gate file first.');
    }
    // The server knows it then as the editor does, with what has not been saved yet.
    await vscode.workspace.openTextDocument(source);
    const { text: json, errors } = await compile(server, source);
    if (json === null) {
        await showErrors(fileName(source.path), errors);
        return;
    }
    const target = await chooseTarget(source);
    if (target === 'editor') {
        const document = await vscode.workspace.openTextDocument({ language: 'json', content: json });
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    } else if (target !== undefined) {
        await write(target, json);
    }
}

async function showErrors(name: string, errors: string[]): Promise<void> {
    const show = 'Show Problems';
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    const first = errors[0]?.split('\n')[0] ?? '';
    const message = `${name} has ${count}, so nothing was compiled. ${first}`;
    if ((await vscode.window.showErrorMessage(message, show)) === show) {
        await vscode.commands.executeCommand('workbench.actions.view.problems');
    }
}

/** Where the compiled policy shall go. */
async function chooseTarget(source: vscode.Uri): Promise<vscode.Uri | 'editor' | undefined> {
    const editor = { label: 'Open in a new editor', description: 'without a file', target: 'editor' as const };
    const choose = { label: 'Write to another file…', description: '', target: 'choose' as const };
    if (source.scheme !== 'file') {
        return 'editor';
    }
    const beside = await Promise.all(
        outputNames(source.path).map(async (name) => {
            const target = vscode.Uri.joinPath(source, '..', name);
            const is = (await read(target)) === undefined ? 'a new file' : 'is there already';
            return { label: `Write ${name}`, description: is, target };
        }),
    );
    const chosen = await vscode.window.showQuickPick([...beside, choose, editor], {
        title: `Compile ${fileName(source.path)}`,
        placeHolder: 'Where shall the compiled policy go?',
    });
    if (chosen?.target !== 'choose') {
        return chosen?.target;
    }
    return vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.joinPath(source, '..', 'policy.json'),
        filters: { JSON: ['json'] },
    });
}

async function write(target: vscode.Uri, json: string): Promise<void> {
    const name = fileName(target.path);
    const before = await read(target);
    if (before === json) {
        void vscode.window.showInformationMessage(`${name} says the same already.`);
        return;
    }
    const overwrite = 'Overwrite';
    if (before !== undefined) {
        const options = { modal: true, detail: 'It differs from what the policy compiles to.' };
        if ((await vscode.window.showWarningMessage(`Overwrite ${name}?`, options, overwrite)) !== overwrite) {
            return;
        }
    }
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(json));
    const open = 'Open';
    if ((await vscode.window.showInformationMessage(`${name} is written.`, open)) === open) {
        await vscode.window.showTextDocument(target);
    }
}

async function read(file: vscode.Uri): Promise<string | undefined> {
    try {
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    } catch {
        return undefined;
    }
}

async function classifyManifest(classes: Classes, resource: vscode.Uri | undefined): Promise<void> {
    const manifest = manifestAtHand(resource) ?? (await chooseManifest());
    if (manifest !== undefined) {
        await classes.show(manifest);
    }
}

function policyAtHand(resource: vscode.Uri | undefined): vscode.Uri | undefined {
    if (resource !== undefined && formOf(resource.path) === 'gate') {
        return resource;
    }
    const document = vscode.window.activeTextEditor?.document;
    return document?.languageId === LANGUAGE ? document.uri : undefined;
}

/** The manifest that is meant: the file itself, or the one that the policy at hand names. */
function manifestAtHand(resource: vscode.Uri | undefined): vscode.Uri | undefined {
    if (resource !== undefined && formOf(resource.path) === undefined) {
        return resource;
    }
    // The cursor may be in a panel, while the policy is on the screen.
    const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
    return editors.map((editor) => editor && manifestOfDocument(editor.document)).find((uri) => uri !== undefined);
}

function manifestOfDocument(document: vscode.TextDocument): vscode.Uri | undefined {
    if (document.uri.scheme !== 'file') {
        return undefined;
    }
    if (isManifest(document.uri.path)) {
        return document.uri;
    }
    const named = document.languageId === LANGUAGE ? manifestOf(document.getText()) : undefined;
    if (named === undefined) {
        return undefined;
    }
    const isAbsolute = named.startsWith('/') || /^[A-Za-z]:[/\\]/.test(named);
    return isAbsolute ? vscode.Uri.file(named) : vscode.Uri.joinPath(document.uri, '..', named);
}

async function chooseManifest(): Promise<vscode.Uri | undefined> {
    const found = await vscode.workspace.findFiles('**/*.tools.json', '**/node_modules/**', 200);
    if (found.length === 0) {
        const chosen = await vscode.window.showOpenDialog({ filters: { JSON: ['json'] }, title: 'Choose a manifest' });
        return chosen?.[0];
    }
    const items = found
        .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
        .sort((a, b) => (a.label < b.label ? -1 : 1));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Which manifest?' });
    return chosen?.uri;
}

/** Shows what went wrong instead of leaving it to a log. */
async function reported(run: () => Promise<void>): Promise<void> {
    try {
        await run();
    } catch (error) {
        void vscode.window.showErrorMessage(`Gatewright: ${text(error)}`);
    }
}
