/** The compiled JSON beside its source, and the classes of a manifest's tools: documents that nobody can write in. */

import * as vscode from 'vscode';

import { Server, text } from './client';
import { Latest } from './core/latest';
import { fileName, isManifest, LANGUAGE } from './core/policies';
import { Answer, classesText, previewText, readAnswer, unavailableText } from './core/preview';

/** The server's command that compiles a policy. */
const COMPILE = 'gatewright.server.compile';
/** The server's command that classifies the tools of a manifest. */
const CLASSIFY = 'gatewright.server.classify';

const PREVIEW_SCHEME = 'gatewright-preview';
const CLASSES_SCHEME = 'gatewright-classes';

/** How long the author has to pause before the preview follows, in milliseconds. */
const PAUSE = 150;

/** Compiles a policy as it stands in the editor. */
export async function compile(server: Server, source: vscode.Uri): Promise<Answer> {
    const compiled = readAnswer(await server.execute(COMPILE, source));
    if (compiled === undefined) {
        throw new Error('The language server gave an answer of another version. Are both of the same release?');
    }
    return compiled;
}

/** What is known about one preview. */
interface Shown {
    latest: Latest<string>;
    /** The last JSON that came out. */
    last: string | undefined;
}

/** The previews of policies. */
export class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
    private readonly shown = new Map<string, Shown>();
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    private readonly disposables: vscode.Disposable[];
    private timer: NodeJS.Timeout | undefined;

    readonly onDidChange = this.changed.event;

    constructor(private readonly server: Server) {
        const follow = () => this.followSoon();
        this.disposables = [
            this.changed,
            vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this),
            // A policy also depends on what it includes and on its manifest.
            vscode.workspace.onDidChangeTextDocument(({ document }) => {
                if (document.languageId === LANGUAGE || isManifest(document.uri.path)) {
                    follow();
                }
            }),
            // A file on the disk may have changed. What is said about the preview itself is no reason to make it again.
            vscode.languages.onDidChangeDiagnostics(({ uris }) => {
                if (uris.some((uri) => uri.scheme !== PREVIEW_SCHEME)) {
                    follow();
                }
            }),
            vscode.workspace.onDidCloseTextDocument(({ uri }) => this.shown.delete(uri.toString())),
            server.onDidChange(follow),
        ];
    }

    /** Opens the preview of a policy beside it; the source keeps the cursor. */
    async show(source: vscode.Uri): Promise<void> {
        const document = await vscode.workspace.openTextDocument(previewUri(source));
        await vscode.window.showTextDocument(document, {
            viewColumn: vscode.ViewColumn.Beside,
            preserveFocus: true,
            preview: false,
        });
    }

    async provideTextDocumentContent(uri: vscode.Uri): Promise<string | undefined> {
        const key = uri.toString();
        const shown = this.shown.get(key) ?? { latest: new Latest<string>(), last: undefined };
        this.shown.set(key, shown);
        return shown.latest.ask(() => this.content(vscode.Uri.parse(uri.query, true), shown));
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.disposables.forEach((disposable) => disposable.dispose());
    }

    private async content(source: vscode.Uri, shown: Shown): Promise<string> {
        const name = fileName(source.path);
        try {
            const compiled = await compile(this.server, source);
            const content = previewText(name, compiled, shown.last);
            shown.last = compiled.text ?? shown.last;
            return content;
        } catch (error) {
            return unavailableText(name, text(error));
        }
    }

    private followSoon(): void {
        if (this.shown.size === 0) {
            return;
        }
        clearTimeout(this.timer);
        this.timer = setTimeout(() => {
            for (const uri of this.shown.keys()) {
                this.changed.fire(vscode.Uri.parse(uri, true));
            }
        }, PAUSE);
    }
}

/** The classes of manifests' tools. */
export class Classes implements vscode.TextDocumentContentProvider, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    private readonly registration = vscode.workspace.registerTextDocumentContentProvider(CLASSES_SCHEME, this);

    readonly onDidChange = this.changed.event;

    constructor(private readonly server: Server) {}

    /** Opens the classes of a manifest beside it, as they are now. */
    async show(manifest: vscode.Uri): Promise<void> {
        const uri = vscode.Uri.from({
            scheme: CLASSES_SCHEME,
            path: `${manifest.path}.classes.txt`,
            query: manifest.toString(),
        });
        this.changed.fire(uri);
        const document = await vscode.workspace.openTextDocument(uri);
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
    }

    async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
        try {
            const manifest = vscode.Uri.parse(uri.query, true);
            const classified = readAnswer(await this.server.execute(CLASSIFY, manifest));
            return classesText(fileName(manifest.path), classified);
        } catch (error) {
            return `${text(error)}\n`;
        }
    }

    dispose(): void {
        this.registration.dispose();
        this.changed.dispose();
    }
}

/** The address of a preview. Its ending makes it JSON that may hold comments. */
function previewUri(source: vscode.Uri): vscode.Uri {
    const path = `${source.path.replace(/\.gate$/, '')}.policy.jsonc`;
    return vscode.Uri.from({ scheme: PREVIEW_SCHEME, path, query: source.toString() });
}
