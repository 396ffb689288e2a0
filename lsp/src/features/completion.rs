//! Completion and signature help.

use gatewright::editor::answers::complete;
use gatewright::editor::completion::{Completion, CompletionKind, Insert};
use gatewright::editor::signature::{Signature, signatures};
use tower_lsp::ls_types as lsp;

use super::{documentation, number};
use crate::client::Features;
use crate::snapshots::RequestContext;
use gatewright::source::TextPart;

/// The characters behind which something may stand that is worth offering unasked.
pub const TRIGGERS: [&str; 9] = ["@", ".", "\"", "/", " ", "-", "[", ":", "("];

/// The characters that begin another part of a statement.
pub const SIGNATURE_TRIGGERS: [&str; 3] = [" ", ",", "("];

/// What may stand at a position, best first.
pub fn completion(request: &RequestContext, position: lsp::Position) -> lsp::CompletionResponse {
    let found =
        complete(&request.view, request.workspace.base.disk.as_ref(), request.offset(position));
    let items = found.items.into_iter().enumerate();
    lsp::CompletionResponse::List(lsp::CompletionList {
        is_incomplete: found.is_incomplete,
        items: items.map(|(place, offer)| item(request, place, offer)).collect(),
    })
}

fn item(request: &RequestContext, place: usize, offer: Completion) -> lsp::CompletionItem {
    let features = request.features();
    let (text, format) = match offer.insert {
        Insert::Snippet(snippet, _) if features.snippets => {
            (snippet, lsp::InsertTextFormat::SNIPPET)
        }
        Insert::Snippet(_, text) | Insert::Text(text) => (text, lsp::InsertTextFormat::PLAIN_TEXT),
    };
    let edit = lsp::TextEdit::new(request.range(&offer.replace), text);
    lsp::CompletionItem {
        label: offer.label,
        kind: Some(kind(offer.kind)),
        detail: offer.detail,
        label_details: offer.class.filter(|_| features.label_details).map(|class| {
            lsp::CompletionItemLabelDetails {
                detail: None,
                description: Some(class.name().to_owned()),
            }
        }),
        documentation: offer.documentation.map(|words| documentation(features.markdown, words)),
        // Clients sort by this text, and the offers come best first.
        sort_text: Some(format!("{}{place:06}", if offer.is_faded { "z" } else { "a" })),
        filter_text: offer.filter,
        insert_text_format: Some(format),
        text_edit: Some(lsp::CompletionTextEdit::Edit(edit)),
        ..lsp::CompletionItem::default()
    }
}

fn kind(kind: CompletionKind) -> lsp::CompletionItemKind {
    match kind {
        CompletionKind::Keyword => lsp::CompletionItemKind::KEYWORD,
        CompletionKind::Snippet => lsp::CompletionItemKind::SNIPPET,
        CompletionKind::Tool => lsp::CompletionItemKind::FUNCTION,
        CompletionKind::Set => lsp::CompletionItemKind::MODULE,
        CompletionKind::Group => lsp::CompletionItemKind::CLASS,
        CompletionKind::Argument => lsp::CompletionItemKind::FIELD,
        CompletionKind::Operator => lsp::CompletionItemKind::OPERATOR,
        CompletionKind::Value => lsp::CompletionItemKind::VALUE,
        CompletionKind::Rate => lsp::CompletionItemKind::UNIT,
        CompletionKind::Counter => lsp::CompletionItemKind::VARIABLE,
        CompletionKind::File => lsp::CompletionItemKind::FILE,
        CompletionKind::Folder => lsp::CompletionItemKind::FOLDER,
        CompletionKind::Class => lsp::CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Rule => lsp::CompletionItemKind::CONSTANT,
        CompletionKind::Key => lsp::CompletionItemKind::PROPERTY,
    }
}

/// The shapes of the statement at a position.
pub fn signature_help(
    request: &RequestContext,
    position: lsp::Position,
) -> Option<lsp::SignatureHelp> {
    let found = signatures(&request.view, request.offset(position));
    let active = found.first()?.active.map(number);
    let signatures = found.into_iter().map(|found| signature(request.features(), found)).collect();
    Some(lsp::SignatureHelp { signatures, active_signature: Some(0), active_parameter: active })
}

fn signature(features: &Features, found: Signature) -> lsp::SignatureInformation {
    let label = |range: &std::ops::Range<usize>| {
        let units = |end: usize| {
            // Places within labels are counted in units of UTF-16, whatever was agreed on for texts.
            number(found.label.part(..end).encode_utf16().count())
        };
        if features.label_offsets {
            lsp::ParameterLabel::LabelOffsets([units(range.start), units(range.end)])
        } else {
            let text = found.label.part(range.clone());
            lsp::ParameterLabel::Simple(text.to_owned())
        }
    };
    let parts = found.parts.iter().map(|(range, words)| lsp::ParameterInformation {
        label: label(range),
        documentation: Some(documentation(features.markdown, words.clone())),
    });
    lsp::SignatureInformation {
        parameters: Some(parts.collect()),
        documentation: Some(documentation(features.markdown, found.documentation)),
        active_parameter: found.active.map(number),
        label: found.label,
    }
}
