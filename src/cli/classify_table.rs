//! Classes and their evidence for people.

use std::cmp::Reverse;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::check::AssessedTool;
use crate::risk::{Evidence, Risk, Source};
use crate::text;

/// The columns of risk, class and confidence, with the blanks between them.
const FIXED: usize = 8 + 2 + 11 + 2 + 6 + 2;
/// The narrowest that the tools' column gets.
const NARROWEST: usize = 12;

/// A line for each tool, the most dangerous first. No line is wider than `width` columns, if that is wide enough for
/// anything; without a width nothing is cut.
pub fn table(tools: &[AssessedTool], width: Option<usize>) -> String {
    let width = width.unwrap_or(usize::MAX);
    let mut sorted: Vec<&AssessedTool> = tools.iter().collect();
    sorted.sort_by_key(|tool| (Reverse(tool.assessment.class.risk()), &tool.name));
    let room = width.saturating_sub(FIXED);
    let longest = sorted.iter().map(|tool| text::name(&tool.name).width()).max().unwrap_or(0);
    // Long names leave half of the room to the evidence.
    let names = longest.min((room / 2).max(NARROWEST)).max(4);
    let words = room.saturating_sub(names + 2);
    let mut out =
        line("RISK", "CLASS", "SURE", &cut("TOOL", names), names, &cut("EVIDENCE", words));
    for tool in sorted {
        let assessment = &tool.assessment;
        let speaking =
            assessment.evidence.iter().filter(|piece| piece.points_to == assessment.class);
        // The name is there already, so the first evidence from elsewhere says more.
        let evidence = speaking.clone().find(|piece| piece.source != Source::Name);
        let evidence = evidence.or_else(|| speaking.clone().next());
        out += &line(
            assessment.class.risk().name(),
            assessment.class.name(),
            assessment.confidence.name(),
            &cut(&text::name(&tool.name), names),
            names,
            &cut(&evidence.map_or_else(String::new, shown), words),
        );
    }
    out
}

/// How many tools there are of each risk.
pub fn summary(tools: &[AssessedTool]) -> String {
    let count = |risk| tools.iter().filter(|tool| tool.assessment.class.risk() == risk).count();
    let counts: Vec<String> = Risk::ALL
        .into_iter()
        .rev()
        .map(|risk| (count(risk), risk))
        .filter(|(number, _)| *number > 0)
        .map(|(number, risk)| format!("{number} {}", risk.name()))
        .collect();
    let total = text::count(tools.len(), "tool");
    if counts.is_empty() { total } else { format!("{total}: {}", counts.join(", ")) }
}

/// All that is known about one tool.
pub fn explanation(tool: &AssessedTool) -> String {
    let assessment = &tool.assessment;
    let (class, risk) = (assessment.class, assessment.class.risk());
    let mut out = format!(
        "{}: {}, {} risk, {} confidence ({}% of such judgements are right)\n",
        text::name(&tool.name),
        class.name(),
        risk.name(),
        assessment.confidence.name(),
        assessment.confidence.share_right()
    );
    if assessment.evidence.is_empty() {
        out += "  no evidence\n";
    }
    for piece in &assessment.evidence {
        let (points_to, weight) = (piece.points_to.name(), piece.weight);
        out += &format!("  {points_to:11}  {weight:>2}  {}\n", shown(piece));
    }
    for action in &assessment.mixed_actions {
        let (destructive, reading) =
            (text::list(&action.destructive, 5), text::list(&action.reading, 5));
        let key = text::quote(&action.parameter);
        out += &format!("  note: {key} mixes {destructive} with {reading}\n");
    }
    if let Some(key) = &assessment.generic_gateway {
        out += &format!("  note: {} takes anything\n", text::quote(key));
    }
    if let Some(conflict) = assessment.annotation_conflict {
        let hint = text::quote(conflict.hint());
        out += &format!("  note: the server's {hint} claims less than the rest shows\n");
    }
    if assessment.sensitive_read {
        out += "  note: it reads secrets or environments\n";
    }
    out
}

/// `name: delete_page`, `parameter action: delete`, `parameter: sql`
fn shown(piece: &Evidence) -> String {
    let words: Vec<&str> = piece.words.split_whitespace().collect();
    let words = words.join(" ");
    let key = piece.parameter.as_deref().filter(|key| *key != words);
    let key = key.map_or_else(String::new, |key| format!(" {}", text::clean(key)));
    format!("{}{key}: {}", piece.source.name(), text::clean(&words))
}

fn line(risk: &str, class: &str, sure: &str, name: &str, names: usize, words: &str) -> String {
    let gap = " ".repeat(names.saturating_sub(name.width()));
    let line = format!("{risk:8}  {class:11}  {sure:6}  {name}{gap}  {words}");
    format!("{}\n", line.trim_end())
}

/// The text, cut to this many columns.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut room = columns.saturating_sub(1);
    let mut out = String::new();
    for character in text.chars() {
        let width = character.width().unwrap_or(0);
        if width > room {
            break;
        }
        room -= width;
        out.push(character);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::assess_name;

    fn tools(names: &[&str]) -> Vec<AssessedTool> {
        let tool =
            |name: &&str| AssessedTool { name: (*name).to_owned(), assessment: assess_name(name) };
        names.iter().map(tool).collect()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let long = "delete_".repeat(40);
        let wide = "删除".repeat(40);
        let tools = tools(&[&long, &wide, "get_page\u{202e}"]);
        for width in [43, 60, 80, 200] {
            let table = table(&tools, Some(width));
            assert_eq!(table.lines().count(), 4);
            assert!(table.lines().all(|line| line.width() <= width), "{width}:\n{table}");
            assert!(!table.contains('\u{202e}'));
        }
    }

    #[test]
    fn without_a_width_nothing_is_cut() {
        let long = "delete_".repeat(400);
        let table = table(&tools(&[&long, "get_a", "get_a "]), None);
        assert!(table.contains(&long) && !table.contains('…'), "{table}");
        let ends: Vec<&str> =
            table.lines().filter_map(|line| line.split_whitespace().nth(3)).collect();
        assert_eq!(ends.get(2..), Some(&["get_a", "get_a\\u{20}"][..]), "{table}");
    }

    #[test]
    fn summaries_name_what_there_is() {
        assert_eq!(summary(&[]), "0 tools");
        let summary = summary(&tools(&["get_page", "delete_page", "list_pages"]));
        assert_eq!(summary, "3 tools: 1 critical, 2 low");
    }
}
