//! Reads a policy.json and reports every problem at its place.

use super::document::{Document, ToolRule};
use super::findings::Findings;
use super::keys::{self, Fields, Place};
use super::limits::{self, Counters};
use super::{errors, translate, words};
use crate::diagnostic::Diagnostic;
use crate::json::{self, Node, Value};
use crate::policy::Posture;
use crate::source::FileId;
use crate::text::nearest;

/// A valid policy.json and the places of its values.
#[derive(Debug)]
pub struct PlacedDocument {
    /// What it says.
    pub document: Document,
    /// The text as values with places; it holds the same values in the same order as the document.
    pub tree: Node,
}

/// Reads the text of a policy.json. There is a document only when no finding is an error.
pub fn read(file: FileId, text: &str) -> (Option<Document>, Vec<Diagnostic>) {
    let (placed, findings) = read_placed(file, text);
    (placed.map(|placed| placed.document), findings)
}

/// The same of a text that may be of an older format: what it says, in the words of this one.
pub fn read_any(file: FileId, text: &str) -> (Option<Document>, Vec<Diagnostic>) {
    let (placed, findings) = read_tree(file, text, translate::translate);
    (placed.map(|placed| placed.document), findings)
}

/// The same as [`read`], and where everything stands.
pub fn read_placed(file: FileId, text: &str) -> (Option<PlacedDocument>, Vec<Diagnostic>) {
    read_tree(file, text, |_, _| None)
}

/// Reads the text, or what `translate` makes of it.
fn read_tree(
    file: FileId,
    text: &str,
    translate: impl FnOnce(&Node, &mut Findings) -> Option<Node>,
) -> (Option<PlacedDocument>, Vec<Diagnostic>) {
    let root = match json::parse(file, text) {
        Ok(root) => root,
        Err(finding) => {
            let is_blank = text.trim_start_matches('\u{feff}').trim().is_empty();
            let finding = if is_blank { errors::empty_file(finding) } else { finding };
            return (None, vec![finding]);
        }
    };
    if let Some(finding) = not_a_policy(&root) {
        return (None, vec![finding]);
    }
    let mut reader = Reader { text, findings: Findings::default(), counters: Counters::default() };
    json::duplicate_keys(&root, &mut |finding| reader.findings.report(finding));
    let root = translate(&root, &mut reader.findings).unwrap_or(root);
    let document = reader.document(&root);
    reader.report_shared_counters();
    let document = document.filter(|_| reader.findings.is_usable());
    let placed = document.map(|document| PlacedDocument { document, tree: root });
    (placed, reader.findings.into_vec())
}

/// Another kind of file, about which one finding says all.
fn not_a_policy(root: &Node) -> Option<Diagnostic> {
    match &root.value {
        Value::Object(members) => {
            let get = |wanted: &str| {
                members.iter().find(|member| &*member.key == wanted).map(|member| &member.value)
            };
            let is_list = |node: Option<&Node>| {
                node.is_some_and(|node| matches!(node.value, Value::Array(_)))
            };
            let is_response = get("result").is_some() && get("jsonrpc").is_some();
            let is_policy = get("default").is_some() || get("all_tools").is_some();
            (is_response || is_list(get("tools")) && !is_policy)
                .then(|| errors::tools_capture(root))
        }
        Value::Array(items) => {
            let is_tool = |node: &Node| match &node.value {
                Value::Object(members) => members.iter().any(|member| &*member.key == "name"),
                _ => false,
            };
            let capture = items.first().is_some_and(is_tool);
            Some(if capture { errors::tools_capture(root) } else { errors::not_an_object(root) })
        }
        _ => Some(errors::not_an_object(root)),
    }
}

/// What is known while a file is read.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) counters: Counters,
    findings: Findings,
}

impl Reader<'_> {
    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.report(finding);
    }

    /// The fields of an object; reports what is no object.
    pub(super) fn object<'n>(
        &mut self,
        node: &'n Node,
        subject: &str,
        place: Place,
        tool: Option<&str>,
    ) -> Option<Fields<'n>> {
        if let Value::Object(members) = &node.value {
            return Some(keys::fields(&mut self.findings, node, members, place, tool));
        }
        self.report(errors::wrong_type(node, subject, "an object"));
        None
    }

    /// The items of a list; reports what is no list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, subject: &str) -> &'n [Node] {
        if let Value::Array(items) = &node.value {
            return items;
        }
        self.report(errors::not_a_list(node, subject, self.text));
        &[]
    }

    /// The text of a string; reports what is none.
    pub(super) fn string<'n>(&mut self, node: &'n Node, subject: &str) -> Option<&'n str> {
        if node.as_str().is_none() {
            self.report(errors::wrong_type(node, subject, "a string"));
        }
        node.as_str()
    }

    fn document(&mut self, root: &Node) -> Option<Document> {
        let fields = self.object(root, "a policy", Place::Root, None)?;
        if let Some(version) = fields.get("version")
            && version.as_str() != Some("1")
        {
            self.report(errors::version(version));
        }
        let default = fields.get("default").and_then(|node| self.posture(node));
        let hide = fields.get("hide").map(|node| self.hide(node));
        let all_limits = fields
            .get("all_tools")
            .and_then(|node| self.object(node, "`all_tools`", Place::AllTools, None))
            .and_then(|fields| fields.get("limits"))
            .map(|node| self.limits(node, None));
        let mut document = Document {
            default: default.unwrap_or(Posture::Deny),
            hide: hide.unwrap_or_default(),
            all_limits: all_limits.unwrap_or_default(),
            ..Document::default()
        };
        if let Some(tools) = fields.get("tools") {
            self.tools(tools, &mut document);
        }
        Some(document)
    }

    fn posture(&mut self, node: &Node) -> Option<Posture> {
        match node.as_str() {
            Some("deny") => Some(Posture::Deny),
            Some("allow") => Some(Posture::Allow),
            word => {
                let meant = word.and_then(|word| {
                    words::posture(word).or_else(|| {
                        match nearest(word, ["deny", "allow"]).first() {
                            Some(&"deny") => Some(Posture::Deny),
                            Some(_) => Some(Posture::Allow),
                            None => None,
                        }
                    })
                });
                self.report(errors::default(node, meant));
                None
            }
        }
    }

    fn hide(&mut self, node: &Node) -> Vec<String> {
        let entries = self.list(node, "`hide`");
        let mut hidden = Vec::with_capacity(entries.len());
        for entry in entries {
            match self.string(entry, "an entry of `hide`") {
                Some("") => self.report(errors::empty_name(entry.span, "this entry of `hide`")),
                Some(tool) => hidden.push(tool.to_owned()),
                None => {}
            }
        }
        limits::report_hidden_twice(self, entries);
        hidden
    }

    fn tools(&mut self, node: &Node, document: &mut Document) {
        let Value::Object(members) = &node.value else {
            let finding = errors::wrong_type(node, "`tools`", "an object");
            self.report(finding.with_help("write `{ \"TOOL\": {} }` with the tools' names"));
            return;
        };
        document.tools.reserve(members.len());
        for member in members {
            match &*member.key {
                "" => self.report(errors::empty_name(member.key_span, "this tool")),
                "*" => self.report(errors::star_as_name(member.key_span)),
                _ => {}
            }
            let rule = self.rule(&member.value, &member.key);
            document.tools.entry(member.key.to_string()).or_insert(rule);
        }
    }

    fn rule(&mut self, node: &Node, tool: &str) -> ToolRule {
        let Value::Object(members) = &node.value else {
            self.report(errors::rule_type(node, tool));
            return ToolRule::default();
        };
        let fields = keys::fields(&mut self.findings, node, members, Place::Rule, Some(tool));
        let mut rule = ToolRule::default();
        if let Some(node) = fields.get("require") {
            rule.require = self.predicates(node, "require", tool);
        }
        if let Some(node) = fields.get("deny_if") {
            rule.deny_if = self.predicates(node, "deny_if", tool);
        }
        if let Some(node) = fields.get("limits") {
            rule.limits = self.limits(node, Some(tool));
        }
        rule
    }
}
