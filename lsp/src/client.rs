//! What the client can do, as far as answers depend on it.

use tower_lsp::ls_types as lsp;

use crate::position::Encoding;

/// What the client can do.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// In which units it counts.
    pub encoding: Encoding,
    /// It asks for diagnostics itself.
    pub pulls: bool,
    /// It can be told to ask for diagnostics again.
    pub diagnostic_refresh: bool,
    /// It shows the places that belong to a diagnostic.
    pub related_information: bool,
    /// It fades unnecessary code.
    pub unnecessary_tag: bool,
    /// It follows links to the pages about rules.
    pub rule_links: bool,
    /// It understands snippets.
    pub snippets: bool,
    /// It shows a word beside the label of a completion.
    pub label_details: bool,
    /// It follows links with an origin.
    pub definition_links: bool,
    /// It takes changes of files with versions.
    pub document_changes: bool,
    /// It can make files.
    pub create_files: bool,
    /// It shows symbols as a tree.
    pub symbol_tree: bool,
    /// It folds whole lines only.
    pub line_folding: bool,
    /// It takes places within labels of signatures.
    pub label_offsets: bool,
    /// It shows Markdown in hovers.
    pub hover_markdown: bool,
    /// It shows Markdown beside completions and signatures.
    pub markdown: bool,
    /// It shows how far work has come.
    pub progress: bool,
    /// It can be asked for its configuration.
    pub configuration: bool,
    /// It can be told to say when its configuration changes.
    pub register_configuration: bool,
    /// It can be told which files to watch.
    pub register_watchers: bool,
    /// It can be told to ask for inlay hints again.
    pub inlay_refresh: bool,
    /// It can be told to ask for lenses again.
    pub lens_refresh: bool,
    /// It can be told to ask for semantic tokens again.
    pub token_refresh: bool,
}

impl Features {
    /// What the client says of itself.
    pub fn of(capabilities: &lsp::ClientCapabilities) -> Self {
        let mut features = Self { encoding: encoding(capabilities), ..Self::default() };
        features.progress = capabilities
            .window
            .as_ref()
            .and_then(|window| window.work_done_progress)
            .unwrap_or(false);
        if let Some(text) = &capabilities.text_document {
            features.of_text(text);
        }
        if let Some(workspace) = &capabilities.workspace {
            features.of_workspace(workspace);
        }
        features
    }

    fn of_text(&mut self, text: &lsp::TextDocumentClientCapabilities) {
        self.pulls = text.diagnostic.is_some();
        let publish = text.publish_diagnostics.as_ref();
        let pull = text.diagnostic.as_ref();
        // Clients that pull say so in either place.
        self.related_information = is(publish.and_then(|publish| publish.related_information))
            || is(pull.and_then(|pull| pull.related_information));
        self.unnecessary_tag = publish
            .and_then(|publish| publish.tag_support.as_ref())
            .is_some_and(|tags| tags.value_set.contains(&lsp::DiagnosticTag::UNNECESSARY))
            || pull.is_some_and(|pull| pull.tag_support.is_some());
        self.rule_links = is(publish.and_then(|publish| publish.code_description_support))
            || is(pull.and_then(|pull| pull.code_description_support));
        let item = text.completion.as_ref().and_then(|known| known.completion_item.as_ref());
        self.snippets = is(item.and_then(|item| item.snippet_support));
        self.label_details = is(item.and_then(|item| item.label_details_support));
        let formats = item.and_then(|item| item.documentation_format.as_ref());
        self.markdown = formats.is_some_and(|formats| formats.contains(&lsp::MarkupKind::Markdown));
        let hover = text.hover.as_ref().and_then(|hover| hover.content_format.as_ref());
        self.hover_markdown =
            hover.is_some_and(|formats| formats.contains(&lsp::MarkupKind::Markdown));
        self.definition_links = is(text.definition.and_then(|known| known.link_support));
        let symbols = text.document_symbol.as_ref();
        self.symbol_tree =
            is(symbols.and_then(|symbols| symbols.hierarchical_document_symbol_support));
        self.line_folding =
            is(text.folding_range.as_ref().and_then(|folding| folding.line_folding_only));
        let signature =
            text.signature_help.as_ref().and_then(|help| help.signature_information.as_ref());
        let parameters = signature.and_then(|signature| signature.parameter_information.as_ref());
        self.label_offsets = is(parameters.and_then(|known| known.label_offset_support));
    }

    fn of_workspace(&mut self, workspace: &lsp::WorkspaceClientCapabilities) {
        self.configuration = is(workspace.configuration);
        self.register_configuration =
            is(workspace.did_change_configuration.and_then(|known| known.dynamic_registration));
        self.register_watchers = is(workspace
            .did_change_watched_files
            .as_ref()
            .and_then(|watched| watched.dynamic_registration));
        if let Some(edit) = &workspace.workspace_edit {
            self.document_changes = is(edit.document_changes);
            self.create_files = edit
                .resource_operations
                .as_ref()
                .is_some_and(|known| known.contains(&lsp::ResourceOperationKind::Create));
        }
        self.diagnostic_refresh =
            is(workspace.diagnostics.as_ref().and_then(|known| known.refresh_support));
        self.inlay_refresh =
            is(workspace.inlay_hint.as_ref().and_then(|known| known.refresh_support));
        self.lens_refresh =
            is(workspace.code_lens.as_ref().and_then(|known| known.refresh_support));
        self.token_refresh =
            is(workspace.semantic_tokens.as_ref().and_then(|known| known.refresh_support));
    }
}

/// UTF-8 if the client offers it, since texts are in it; else UTF-16, which every client understands.
fn encoding(capabilities: &lsp::ClientCapabilities) -> Encoding {
    let general = capabilities.general.as_ref();
    let offered = general.and_then(|general| general.position_encodings.as_ref());
    match offered {
        Some(offered) if offered.contains(&lsp::PositionEncodingKind::UTF8) => Encoding::Utf8,
        _ => Encoding::Utf16,
    }
}

fn is(value: Option<bool>) -> bool {
    value.unwrap_or(false)
}
