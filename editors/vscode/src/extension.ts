/** Where the editor enters and leaves. */

import * as vscode from 'vscode';

import { Server } from './client';
import { explainMissingServer, registerCommands } from './commands';
import { SECTION } from './core/settings';
import { Classes, Previews } from './preview';
import { showStatus } from './status';
import { registerTasks } from './tasks';

let server: Server | undefined;

/** Sets everything up. Ends when the server runs, or when it is known why it does not. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
    const output = vscode.window.createOutputChannel('Gatewright');
    const started = new Server(output, vscode.Uri.joinPath(context.extensionUri, 'rules'));
    server = started;
    const previews = new Previews(started);
    const classes = new Classes(started);
    context.subscriptions.push(
        output,
        started,
        previews,
        classes,
        showStatus(started),
        registerCommands(started, previews, classes),
        registerTasks(),
        vscode.workspace.onDidChangeConfiguration(async (change) => {
            if (change.affectsConfiguration(`${SECTION}.server.path`)) {
                await started.restart();
                void explainMissingServer(started);
            }
        }),
    );
    await started.restart();
    // Not waited for: the message may stand there for long.
    void explainMissingServer(started);
}

/** Ends the server. */
export async function deactivate(): Promise<void> {
    await server?.stop();
}
