/** The language server's life: found, started, told about the settings, restarted, ended. */

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as vscode from 'vscode';
import {
    ConfigurationParams,
    DidChangeConfigurationNotification,
    DocumentSelector,
    ExecuteCommandRequest,
    InlayHintRequest,
    CodeLensRequest,
    LanguageClient,
    LanguageClientOptions,
    RevealOutputChannelOn,
    State,
} from 'vscode-languageclient/node';

import { findServer, Search } from './core/server';
import { rulePages, SECTION, serverOptions, ServerOptions } from './core/settings';
import { ServerState } from './core/status';
import { LANGUAGE } from './core/policies';

/** What the server is asked about. */
export const SELECTOR: DocumentSelector = [
    { language: LANGUAGE, scheme: 'file' },
    { language: LANGUAGE, scheme: 'untitled' },
    { scheme: 'file', pattern: '**/policy.json' },
    { scheme: 'file', pattern: '**/*.policy.json' },
];

/** The server, whether it runs or not. */
export class Server implements vscode.Disposable {
    private client: LanguageClient | undefined;
    private current: ServerState = { kind: 'stopped' };
    private search: Search | undefined;
    private readonly changed = new vscode.EventEmitter<ServerState>();
    /** One thing after another: starting while stopping would leave two servers. */
    private queue: Promise<void> = Promise.resolve();

    /** Fires when `state` has changed. */
    readonly onDidChange = this.changed.event;

    constructor(
        readonly output: vscode.OutputChannel,
        /** The folder with a page for each rule. */
        private readonly rules: vscode.Uri,
    ) {}

    get state(): ServerState {
        return this.current;
    }

    /** What came of the last search, if it found nothing. */
    get missing(): Extract<Search, { kind: 'missing' }> | undefined {
        return this.search?.kind === 'missing' ? this.search : undefined;
    }

    /** Ends the server if it runs, and starts it. Ends when it answers, or when it is known why it does not. */
    restart(): Promise<void> {
        return this.next(async () => {
            await this.end();
            await this.begin();
        });
    }

    /** Ends the server. */
    stop(): Promise<void> {
        return this.next(() => this.end());
    }

    /** Runs one of the server's own commands. */
    async execute(command: string, uri: vscode.Uri): Promise<unknown> {
        await this.queue;
        if (this.client === undefined || this.current.kind !== 'running') {
            throw new Error('The language server is not running.');
        }
        const shown = this.client.code2ProtocolConverter.asUri(uri);
        return this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [{ uri: shown }] });
    }

    dispose(): void {
        this.changed.dispose();
    }

    private next(step: () => Promise<void>): Promise<void> {
        this.queue = this.queue.then(step, step);
        return this.queue;
    }

    private async end(): Promise<void> {
        const client = this.client;
        this.client = undefined;
        if (client !== undefined) {
            // One that has failed to start cannot be asked to stop.
            await client.dispose().catch((error: unknown) => this.output.appendLine(`While stopping: ${text(error)}`));
            this.set({ kind: 'stopped' });
        }
    }

    private async begin(): Promise<void> {
        this.search = findServer(setting<string>('server.path') ?? '', {
            platform: process.platform,
            environment: process.env,
            home: os.homedir(),
            workspace: workspaceFolder(),
            isProgram,
        });
        if (this.search.kind === 'missing') {
            this.output.appendLine(`No server. Looked in: ${this.search.looked.join(', ')}`);
            this.set({ kind: 'missing' });
            return;
        }
        this.output.appendLine(`The server is ${this.search.path}`);
        this.set({ kind: 'starting' });
        const run = { command: this.search.path };
        const client = new LanguageClient(SECTION, 'Gatewright', { run, debug: run }, this.options());
        this.client = client;
        client.onDidChangeState(({ newState }) => this.follow(client, newState));
        try {
            await client.start();
        } catch (error) {
            this.set({ kind: 'failed', why: `The server did not start: ${text(error)}` });
        }
    }

    /** What the client does by itself counts too: it restarts a server that has crashed. */
    private follow(client: LanguageClient, state: State): void {
        if (client !== this.client) {
            return;
        }
        switch (state) {
            case State.Starting:
                return this.set({ kind: 'starting' });
            case State.Running:
                return this.set({ kind: 'running', version: client.initializeResult?.serverInfo?.version });
            case State.Stopped:
                return this.set({ kind: 'stopped' });
        }
    }

    private set(state: ServerState): void {
        this.current = state;
        this.changed.fire(state);
    }

    private options(): LanguageClientOptions {
        return {
            documentSelector: SELECTOR,
            outputChannel: this.output,
            revealOutputChannelOn: RevealOutputChannelOn.Never,
            // A function, so that a server that starts again hears what holds then.
            initializationOptions: () => this.currentOptions(),
            // The server itself asks to be told about settings, and about policies, manifests and configurations on the disk. To
            // say so here as well would tell it everything twice.
            middleware: {
                // Hints and lenses that somebody has switched off are not even asked for.
                provideInlayHints: (document, range, token, next) =>
                    this.currentOptions(document.uri).inlayHints ? next(document, range, token) : [],
                provideCodeLenses: (document, token, next) =>
                    this.currentOptions(document.uri).codeLens ? next(document, token) : [],
                workspace: {
                    configuration: async (params, token, next) => this.configuration(params, await next(params, token)),
                    didChangeConfiguration: () => this.tellSettings(),
                },
            },
        };
    }

    private async tellSettings(): Promise<void> {
        const client = this.client;
        if (client === undefined) {
            return;
        }
        await client.sendNotification(DidChangeConfigurationNotification.type, {
            settings: { [SECTION]: this.currentOptions() },
        });
        for (const document of vscode.workspace.textDocuments) {
            client.getFeature(InlayHintRequest.method).getProvider(document)?.onDidChangeInlayHints.fire();
            client.getFeature(CodeLensRequest.method).getProvider(document)?.onDidChangeCodeLensEmitter.fire();
        }
    }

    /** Answers what the server asks about the section with the same values that it is told. */
    private configuration(params: ConfigurationParams, answers: unknown): unknown[] {
        const given = Array.isArray(answers) ? answers : [];
        return params.items.map((item, index) => {
            const scope = item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri);
            if (item.section === SECTION) {
                return this.currentOptions(scope);
            }
            const key = item.section?.startsWith(`${SECTION}.`) ? item.section.slice(SECTION.length + 1) : '';
            const options: Record<string, unknown> = { ...this.currentOptions(scope) };
            return key in options ? options[key] : (given[index] ?? null);
        });
    }

    private currentOptions(scope?: vscode.Uri): ServerOptions {
        const settings = {
            configuration: setting('configuration', scope),
            select: setting('select', scope),
            ignore: setting('ignore', scope),
            allowRead: vscode.workspace.getConfiguration(SECTION).inspect('allowRead')?.globalValue,
            inlayHints: setting('inlayHints', scope),
            codeLens: setting('codeLens', scope),
            rulePages: setting('rulePages', scope),
        };
        return serverOptions(settings, os.homedir(), workspaceFolder(), rulePages(this.rules.toString()));
    }
}

/** The first folder of the workspace that is on a disk. */
export function workspaceFolder(): string | undefined {
    return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === 'file')?.uri.fsPath;
}

/** What went wrong, in words. */
export function text(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

function setting<T>(name: string, scope?: vscode.Uri): T | undefined {
    return vscode.workspace.getConfiguration(SECTION, scope).get<T>(name);
}

function isProgram(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}
