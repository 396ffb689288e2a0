//! What the server can do, as it tells the client.

use tower_lsp::ls_types as lsp;

use crate::client::Features;
use crate::features::{actions, commands, completion, formatting};
use crate::position::Encoding;
use crate::tokens::legend;

/// All that the server can do for this client.
pub fn capabilities(features: &Features) -> lsp::ServerCapabilities {
    lsp::ServerCapabilities {
        position_encoding: Some(match features.encoding {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(lsp::TextDocumentSyncCapability::Options(sync())),
        selection_range_provider: Some(lsp::SelectionRangeProviderCapability::Simple(true)),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: Some(texts(&completion::TRIGGERS)),
            ..lsp::CompletionOptions::default()
        }),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: Some(texts(&completion::SIGNATURE_TRIGGERS)),
            ..lsp::SignatureHelpOptions::default()
        }),
        definition_provider: Some(lsp::OneOf::Left(true)),
        references_provider: Some(lsp::OneOf::Left(true)),
        document_highlight_provider: Some(lsp::OneOf::Left(true)),
        document_symbol_provider: Some(lsp::OneOf::Left(true)),
        workspace_symbol_provider: Some(lsp::OneOf::Left(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(code_actions())),
        code_lens_provider: Some(lsp::CodeLensOptions { resolve_provider: None }),
        document_formatting_provider: Some(lsp::OneOf::Left(true)),
        document_range_formatting_provider: Some(lsp::OneOf::Left(true)),
        document_on_type_formatting_provider: on_type(),
        rename_provider: Some(lsp::OneOf::Right(lsp::RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
        })),
        document_link_provider: Some(lsp::DocumentLinkOptions {
            resolve_provider: None,
            work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
        }),
        folding_range_provider: Some(lsp::FoldingRangeProviderCapability::Simple(true)),
        linked_editing_range_provider: Some(lsp::LinkedEditingRangeServerCapabilities::Simple(
            true,
        )),
        inlay_hint_provider: Some(lsp::OneOf::Left(true)),
        semantic_tokens_provider: Some(semantic_tokens()),
        diagnostic_provider: features.pulls.then(diagnostics),
        workspace: Some(workspace()),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            // An editor's own commands have other names: some editors register these too.
            commands: texts(&[commands::COMPILE, commands::CLASSIFY]),
            ..lsp::ExecuteCommandOptions::default()
        }),
        ..lsp::ServerCapabilities::default()
    }
}

fn sync() -> lsp::TextDocumentSyncOptions {
    lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
        save: Some(lsp::TextDocumentSyncSaveOptions::SaveOptions(lsp::SaveOptions {
            // Whatever a client has sent before, the text is right from here on.
            include_text: Some(true),
        })),
        ..lsp::TextDocumentSyncOptions::default()
    }
}

fn code_actions() -> lsp::CodeActionOptions {
    lsp::CodeActionOptions {
        code_action_kinds: Some(actions::KINDS.iter().map(|(_, name)| name.clone()).collect()),
        ..lsp::CodeActionOptions::default()
    }
}

fn on_type() -> Option<lsp::DocumentOnTypeFormattingOptions> {
    let (first, more) = formatting::TRIGGERS.split_first()?;
    Some(lsp::DocumentOnTypeFormattingOptions {
        first_trigger_character: (*first).to_owned(),
        more_trigger_character: Some(texts(more)),
    })
}

fn semantic_tokens() -> lsp::SemanticTokensServerCapabilities {
    lsp::SemanticTokensServerCapabilities::SemanticTokensOptions(lsp::SemanticTokensOptions {
        legend: legend(),
        range: Some(true),
        full: Some(lsp::SemanticTokensFullOptions::Delta { delta: Some(true) }),
        ..lsp::SemanticTokensOptions::default()
    })
}

fn diagnostics() -> lsp::DiagnosticServerCapabilities {
    lsp::DiagnosticServerCapabilities::Options(lsp::DiagnosticOptions {
        identifier: None,
        // What a group holds decides about every file that includes it.
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        ..lsp::DiagnosticOptions::default()
    })
}

fn workspace() -> lsp::WorkspaceServerCapabilities {
    let pattern = |glob: &str, matches| lsp::FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: lsp::FileOperationPattern {
            glob: glob.to_owned(),
            matches: Some(matches),
            options: None,
        },
    };
    let renamed = lsp::FileOperationRegistrationOptions {
        filters: vec![
            pattern("**/*.{gate,json}", lsp::FileOperationPatternKind::File),
            pattern("**", lsp::FileOperationPatternKind::Folder),
        ],
    };
    lsp::WorkspaceServerCapabilities {
        workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(lsp::OneOf::Left(true)),
        }),
        file_operations: Some(lsp::WorkspaceFileOperationsServerCapabilities {
            will_rename: Some(renamed),
            ..lsp::WorkspaceFileOperationsServerCapabilities::default()
        }),
    }
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}
