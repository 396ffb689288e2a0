//! The questions and news of the protocol, each handed to whoever answers it.
//!
//! Every handler changes or copies the state under its lock before it first waits. Whatever takes time happens on a thread for
//! blocking work, and a panic there costs that request only. No handler waits for the client.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;
use tower_lsp::{Client, LanguageServer};

use crate::asking::blocking;
use crate::background;
use crate::capabilities::capabilities;
use crate::client::Features;
use crate::configuration::Settings;
use crate::diagnostics::pull;
use crate::disk::is_wanted;
use crate::features::{
    actions, commands, completion, decorations, folding, formatting, hover, navigation, rename,
    semantic, symbols,
};
use crate::messages::Change;
use crate::paths::{Folder, Place};
use crate::renames;
use crate::shared_state::SharedState;
use crate::tokens::SentTokens;
use crate::{ExtraCommand, Options};

/// The server.
pub struct Server {
    pub(crate) state: Arc<SharedState>,
    client: Client,
    options: Options,
    /// What runs beside the questions; it ends with the server.
    tasks: std::sync::Mutex<JoinSet<()>>,
}

impl Server {
    /// A server that answers to a client.
    pub fn new(state: Arc<SharedState>, client: Client, options: Options) -> Self {
        Self { state, client, options, tasks: std::sync::Mutex::default() }
    }

    /// Runs something beside the questions.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Those that have ended are not kept.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    fn search(&self) {
        self.spawn(background::search(Arc::clone(&self.state), self.client.clone()));
    }

    /// Searches again if the client does not tell of files that come and go.
    fn search_if_not_told(&self) {
        let is_searched = *self.state.searched().borrow();
        if is_searched && self.state.lock_state().must_search_again() {
            self.search();
        }
    }

    /// Keeps the tokens that are sent, under a new name.
    fn keep_tokens(&self, uri: &lsp::Uri, data: &[lsp::SemanticToken]) -> String {
        let id = self.state.number().to_string();
        let sent = SentTokens { id: id.clone(), data: data.to_vec() };
        self.state.lock_state().keep_tokens(&Place::of(uri), sent);
        id
    }

    /// Takes in a change of a document. If it cannot be read, the text is wrong until the document is saved, and the user is told.
    pub(crate) async fn change(&self, params: Value) {
        let uri = params.pointer("/textDocument/uri").and_then(Value::as_str);
        let place = uri.map(Place::of_text);
        if let Ok(change) = serde_json::from_value::<Change>(params) {
            self.state.change(|server| server.edit(change));
        } else if self.state.lock_state().lose_track(place.as_ref()) {
            let fault = "a change could not be read; save the document to update its findings";
            background::complain(&self.client, vec![fault.to_owned()]);
        }
    }

    fn extra(&self, name: &str) -> Option<ExtraCommand> {
        self.options
            .commands
            .iter()
            .find(|(server, _)| *server == name)
            .map(|(_, command)| *command)
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let features = Features::of(&params.capabilities);
        let capabilities = capabilities(&features);
        let settings = params.initialization_options.as_ref().map(Settings::read);
        let folders = folders(&params);
        let has_folders = !folders.is_empty();
        self.state.change(|server| {
            server.begin(features, folders);
            server.set_today(background::today());
            let (settings, faults) = settings.unwrap_or_default();
            server.set_settings(settings);
            server.put_off(faults);
        });
        if !has_folders {
            self.state.set_searched();
        }
        let name = env!("CARGO_PKG_NAME").to_owned();
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        let server_info = Some(lsp::ServerInfo { name, version });
        Ok(lsp::InitializeResult { capabilities, server_info, offset_encoding: None })
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        background::complain(&self.client, self.state.lock_state().take_put_off());
        self.search();
        self.spawn(background::register(Arc::clone(&self.state), self.client.clone()));
    }

    async fn shutdown(&self) -> Result<()> {
        self.state.shut_down();
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        let place = Place::of(&params.text_document.uri);
        self.state.publish_state().reopen(place.key());
        self.state.change(|server| server.open(params.text_document));
        self.search_if_not_told();
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        let place = Place::of(&params.text_document.uri);
        self.state.change(|server| server.save(place, params.text));
        self.search_if_not_told();
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        let place = Place::of(&params.text_document.uri);
        self.state.change(|server| server.close(&place));
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        if self.state.lock_state().features().configuration {
            let (state, client) = (Arc::clone(&self.state), self.client.clone());
            self.spawn(background::ask_for_settings(state, client));
        } else if params.settings.is_object() {
            background::take_settings(&self.state, &self.client, &params.settings);
        }
    }

    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        let of = |folders: &[lsp::WorkspaceFolder]| -> Vec<Folder> {
            folders.iter().filter_map(|folder| Folder::of(&folder.uri)).collect()
        };
        let (added, removed) = (of(&params.event.added), of(&params.event.removed));
        self.state.change(|server| {
            let mut folders = server.folders();
            folders.retain(|folder| !removed.contains(folder));
            folders.extend(added);
            server.set_folders(folders);
        });
        self.search();
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        // Files have come or are gone. A manifest is not searched for: it is named.
        let is_search_needed = params.changes.iter().any(|change| {
            change.typ != lsp::FileChangeType::CHANGED && is_wanted(change.uri.as_str())
        });
        let of = |kind: Option<lsp::FileChangeType>| -> Vec<Place> {
            let changes = params.changes.iter();
            let wanted = changes.filter(|change| kind.is_none_or(|kind| change.typ == kind));
            wanted.map(|change| Place::of(&change.uri)).collect()
        };
        let mut places = of(None);
        let (gone, come) =
            (of(Some(lsp::FileChangeType::DELETED)), of(Some(lsp::FileChangeType::CREATED)));
        let is_folder_gone = self.state.change(|server| {
            server.set_told_of_files();
            let below = server.below(&gone);
            let is_folder_gone = !below.is_empty();
            places.extend(below);
            server.changed_on_disk(&places);
            is_folder_gone
        });
        if is_search_needed || is_folder_gone {
            self.search();
        }
        if !come.is_empty() {
            self.spawn(background::look_into(Arc::clone(&self.state), self.client.clone(), come));
        }
    }

    async fn completion(
        &self,
        params: lsp::CompletionParams,
    ) -> Result<Option<lsp::CompletionResponse>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position;
        self.glance(&text_document.uri, move |request| completion::completion(request, position))
            .await
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position_params;
        let answer = self.ask(&text_document.uri, move |request| hover::hover(request, position));
        Ok(answer.await?.flatten())
    }

    async fn signature_help(
        &self,
        params: lsp::SignatureHelpParams,
    ) -> Result<Option<lsp::SignatureHelp>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position_params;
        let answer = self.glance(&text_document.uri, move |request| {
            completion::signature_help(request, position)
        });
        Ok(answer.await?.flatten())
    }

    async fn goto_definition(
        &self,
        params: lsp::GotoDefinitionParams,
    ) -> Result<Option<lsp::GotoDefinitionResponse>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position_params;
        let answer = self
            .glance(&text_document.uri, move |request| navigation::definition(request, position));
        Ok(answer.await?.flatten())
    }

    async fn references(&self, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position;
        let with_definition = params.context.include_declaration;
        self.ask_all(&text_document.uri, move |request| {
            navigation::references(request, position, with_definition)
        })
        .await
    }

    async fn document_highlight(
        &self,
        params: lsp::DocumentHighlightParams,
    ) -> Result<Option<Vec<lsp::DocumentHighlight>>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position_params;
        self.glance(&text_document.uri, move |request| navigation::highlights(request, position))
            .await
    }

    async fn document_link(
        &self,
        params: lsp::DocumentLinkParams,
    ) -> Result<Option<Vec<lsp::DocumentLink>>> {
        self.glance(&params.text_document.uri, navigation::links).await
    }

    async fn prepare_rename(
        &self,
        params: lsp::TextDocumentPositionParams,
    ) -> Result<Option<lsp::PrepareRenameResponse>> {
        let lsp::TextDocumentPositionParams { text_document, position } = params;
        // The same question as that of `rename`, so that nothing is promised that is refused then.
        let answer =
            self.ask_all(&text_document.uri, move |request| rename::prepare(request, position));
        answer.await?.transpose()
    }

    async fn rename(&self, params: lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position;
        let name = params.new_name;
        let answer = self
            .ask_all(&text_document.uri, move |request| rename::rename(request, position, &name));
        answer.await?.transpose()
    }

    async fn linked_editing_range(
        &self,
        params: lsp::LinkedEditingRangeParams,
    ) -> Result<Option<lsp::LinkedEditingRanges>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position_params;
        let answer =
            self.glance(&text_document.uri, move |request| rename::linked(request, position));
        Ok(answer.await?.flatten())
    }

    async fn will_rename_files(
        &self,
        params: lsp::RenameFilesParams,
    ) -> Result<Option<lsp::WorkspaceEdit>> {
        self.ask_everything(move |_, workspaces| renames::files(workspaces, &params.files)).await
    }

    async fn code_action(
        &self,
        params: lsp::CodeActionParams,
    ) -> Result<Option<lsp::CodeActionResponse>> {
        let (range, only) = (params.range, params.context.only);
        self.ask(&params.text_document.uri, move |request| {
            actions::code_actions(request, range, only.as_deref())
        })
        .await
    }

    async fn inlay_hint(
        &self,
        params: lsp::InlayHintParams,
    ) -> Result<Option<Vec<lsp::InlayHint>>> {
        if !self.state.lock_state().settings().inlay_hints {
            return Ok(None);
        }
        let range = params.range;
        self.glance(&params.text_document.uri, move |request| {
            decorations::inlay_hints(request, range)
        })
        .await
    }

    async fn code_lens(&self, params: lsp::CodeLensParams) -> Result<Option<Vec<lsp::CodeLens>>> {
        if !self.state.lock_state().settings().code_lens {
            return Ok(None);
        }
        self.ask(&params.text_document.uri, decorations::code_lenses).await
    }

    async fn formatting(
        &self,
        params: lsp::DocumentFormattingParams,
    ) -> Result<Option<Vec<lsp::TextEdit>>> {
        self.glance(&params.text_document.uri, formatting::document).await
    }

    async fn range_formatting(
        &self,
        params: lsp::DocumentRangeFormattingParams,
    ) -> Result<Option<Vec<lsp::TextEdit>>> {
        let range = params.range;
        self.glance(&params.text_document.uri, move |request| formatting::range(request, range))
            .await
    }

    async fn on_type_formatting(
        &self,
        params: lsp::DocumentOnTypeFormattingParams,
    ) -> Result<Option<Vec<lsp::TextEdit>>> {
        let lsp::TextDocumentPositionParams { text_document, position } =
            params.text_document_position;
        let typed = params.ch;
        self.glance(&text_document.uri, move |request| formatting::typed(request, position, &typed))
            .await
    }

    async fn document_symbol(
        &self,
        params: lsp::DocumentSymbolParams,
    ) -> Result<Option<lsp::DocumentSymbolResponse>> {
        self.glance(&params.text_document.uri, symbols::document_symbols).await
    }

    async fn symbol(
        &self,
        params: lsp::WorkspaceSymbolParams,
    ) -> Result<Option<lsp::WorkspaceSymbolResponse>> {
        let found = self.ask_everything(move |_, workspaces| {
            symbols::workspace_symbols(workspaces, &params.query)
        });
        Ok(Some(lsp::WorkspaceSymbolResponse::Flat(found.await?)))
    }

    async fn folding_range(
        &self,
        params: lsp::FoldingRangeParams,
    ) -> Result<Option<Vec<lsp::FoldingRange>>> {
        self.glance(&params.text_document.uri, folding::folding_ranges).await
    }

    async fn selection_range(
        &self,
        params: lsp::SelectionRangeParams,
    ) -> Result<Option<Vec<lsp::SelectionRange>>> {
        let positions = params.positions;
        self.glance(&params.text_document.uri, move |request| {
            folding::selection_ranges(request, &positions)
        })
        .await
    }

    async fn semantic_tokens_full(
        &self,
        params: lsp::SemanticTokensParams,
    ) -> Result<Option<lsp::SemanticTokensResult>> {
        let uri = params.text_document.uri;
        let Some(data) = self.glance(&uri, semantic::full).await? else { return Ok(None) };
        let result_id = Some(self.keep_tokens(&uri, &data));
        Ok(Some(lsp::SemanticTokensResult::Tokens(lsp::SemanticTokens { result_id, data })))
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: lsp::SemanticTokensDeltaParams,
    ) -> Result<Option<lsp::SemanticTokensFullDeltaResult>> {
        let (uri, id) = (params.text_document.uri, params.previous_result_id);
        let before = self.state.lock_state().sent_tokens(&Place::of(&uri), &id);
        let Some(data) = self.glance(&uri, semantic::full).await? else { return Ok(None) };
        let id = self.keep_tokens(&uri, &data);
        Ok(Some(semantic::delta(before.as_ref(), id, data)))
    }

    async fn semantic_tokens_range(
        &self,
        params: lsp::SemanticTokensRangeParams,
    ) -> Result<Option<lsp::SemanticTokensRangeResult>> {
        let range = params.range;
        let data = self
            .glance(&params.text_document.uri, move |request| semantic::range(request, range))
            .await?;
        let tokens = data.map(|data| lsp::SemanticTokens { result_id: None, data });
        Ok(tokens.map(lsp::SemanticTokensRangeResult::Tokens))
    }

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReportResult> {
        let report = self
            .ask_everything(move |state, workspace| pull::document(state, workspace, &params))
            .await?;
        Ok(lsp::DocumentDiagnosticReportResult::Report(report))
    }

    async fn workspace_diagnostic(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReportResult> {
        let report = self
            .ask_everything(move |state, workspace| pull::workspace(state, workspace, params))
            .await?;
        Ok(lsp::WorkspaceDiagnosticReportResult::Report(report))
    }

    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Result<Option<Value>> {
        let run = match params.command.as_str() {
            commands::COMPILE => commands::compile,
            commands::CLASSIFY => commands::classify,
            name => {
                let extra = self.extra(name);
                let extra = extra.ok_or_else(|| Error::invalid_params("unknown command"))?;
                return blocking(move || Some(extra(params.arguments))).await;
            }
        };
        let place = commands::place(&params.arguments)?;
        let Some(document) = self.state.lock_state().document_snapshot(&place) else {
            return Ok(None);
        };
        let answer = blocking(move || run(&document)).await??;
        Ok(serde_json::to_value(answer).ok())
    }
}

/// The folders that the client works in; older clients know only one.
fn folders(params: &lsp::InitializeParams) -> Vec<Folder> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|folder| Folder::of(&folder.uri)).collect();
    }
    #[expect(deprecated, reason = "older clients send nothing else")]
    let root = params.root_uri.as_ref();
    root.and_then(Folder::of).into_iter().collect()
}
