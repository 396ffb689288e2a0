/** The status item: the server's state, and the findings in the policy at hand. */

import * as vscode from 'vscode';

import { SELECTOR, Server } from './client';
import { formOf, LANGUAGE } from './core/policies';
import { Counts, status, Status } from './core/status';

/** What the server writes into `source` of its findings. */
const SOURCE = 'gatewright';

const SEVERITIES: Record<Status['severity'], vscode.LanguageStatusSeverity> = {
    information: vscode.LanguageStatusSeverity.Information,
    warning: vscode.LanguageStatusSeverity.Warning,
    error: vscode.LanguageStatusSeverity.Error,
};

/** Shows the item as long as it is not disposed of. */
export function showStatus(server: Server): vscode.Disposable {
    const item = vscode.languages.createLanguageStatusItem('gatewright.status', SELECTOR as vscode.DocumentSelector);
    item.name = 'Gatewright';
    const update = () => {
        const shown = status(server.state, activeCounts());
        item.text = shown.text;
        item.detail = shown.detail;
        item.severity = SEVERITIES[shown.severity];
        item.busy = shown.isBusy;
        item.command = shown.action;
    };
    update();
    return vscode.Disposable.from(
        item,
        server.onDidChange(update),
        vscode.languages.onDidChangeDiagnostics(update),
        vscode.window.onDidChangeActiveTextEditor(update),
    );
}

/** The findings in the policy that has the cursor. */
function activeCounts(): Counts | undefined {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || (document.languageId !== LANGUAGE && formOf(document.uri.path) === undefined)) {
        return undefined;
    }
    const counts = { errors: 0, warnings: 0, notes: 0 };
    for (const { severity, source } of vscode.languages.getDiagnostics(document.uri)) {
        if (source !== SOURCE) {
            continue;
        }
        switch (severity) {
            case vscode.DiagnosticSeverity.Error:
                counts.errors += 1;
                break;
            case vscode.DiagnosticSeverity.Warning:
                counts.warnings += 1;
                break;
            default:
                counts.notes += 1;
        }
    }
    return counts;
}
