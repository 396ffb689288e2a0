//! No fix lets a call through that was blocked, loses a comment unasked, or makes a comment suppress what it did not.
//!
//! Policies are made up over a small manifest. Every fix that a check prints is applied alone, all safe ones of a list together, all
//! by `fix`, and every quick fix of the editor alone. Calls are then decided by the tests' own reading of policy.json, before
//! and after.

mod calls;
mod policies;

use gatewright::editor::answers::actions;
use std::collections::BTreeSet;
use std::sync::Arc;

use gatewright::check::{Fixable, Options, Outcome, check_gate, compile, fix};
use gatewright::diagnostic::{Applicability, Code, Diagnostic, Edit};
use gatewright::editor::Workspace;
use gatewright::editor::actions::ActionKind;
use gatewright::source::MemoryLoader;
use gatewright::syntax::comments;
use serde_json::Value;

use self::calls::opened;
use self::policies::{MANIFEST, policy};
use crate::random::Random;
use crate::support::plain;

/// How many policies are tried. `FIX_POLICIES` asks for more, from another start with `FIX_SEED`.
const POLICIES: usize = 250;

/// How many faults are shown at once.
const SHOWN: usize = 6;

/// What was tried, so that a test that tries nothing fails.
#[derive(Debug, Default)]
struct Tried {
    policies: usize,
    compiled: usize,
    printed: usize,
    together: usize,
    fixed_safe: usize,
    fixed_unsafe: usize,
    quick: usize,
    choices: usize,
    calls: usize,
    suppressed: usize,
}

#[test]
#[expect(clippy::print_stdout, reason = "a long run reports what it tried")]
fn no_fix_lets_a_blocked_call_through() {
    let number =
        |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<usize>().ok());
    let (count, first) =
        (number("FIX_POLICIES").unwrap_or(POLICIES), number("FIX_SEED").unwrap_or(0));
    let mut tried = Tried::default();
    let mut faults: Vec<String> = Vec::new();
    for seed in first..first + count {
        faults.extend(Case::new(seed).run(&mut tried).err());
        if faults.len() == SHOWN {
            break;
        }
    }
    assert!(faults.is_empty(), "{}\n{tried:?}", faults.join("\n\n"));
    if count > POLICIES {
        println!("{tried:?}");
    }
    let of = |part: usize, share: usize| part * share >= count;
    assert!(of(tried.compiled, 4) && tried.compiled < tried.policies, "{tried:?}");
    assert!(of(tried.printed, 1) && of(tried.together, 10), "{tried:?}");
    assert!(of(tried.fixed_safe, 10) && of(tried.fixed_unsafe, 3), "{tried:?}");
    assert!(of(tried.quick, 1) && tried.choices > 0 && of(tried.suppressed, 20), "{tried:?}");
}

/// A policy and what it does.
struct Case {
    seed: usize,
    text: String,
    outcome: Outcome<()>,
    before: Option<Value>,
}

fn loader(text: &str) -> MemoryLoader {
    MemoryLoader::default().with("tools.json", MANIFEST).with("policy.gate", text)
}

fn check(text: &str) -> Outcome<()> {
    check_gate("policy.gate", text.into(), &loader(text), &Options::default())
}

fn compiled(text: &str) -> Option<Value> {
    let json = compile("policy.gate", text.into(), &loader(text)).value?;
    Some(serde_json::from_str(&json).unwrap())
}

impl Case {
    fn new(seed: usize) -> Self {
        let text = policy(&mut Random::new(seed as u64));
        Self { seed, outcome: check(&text), before: compiled(&text), text }
    }

    fn run(&self, tried: &mut Tried) -> Result<(), String> {
        tried.policies += 1;
        tried.compiled += usize::from(self.before.is_some());
        tried.suppressed += self.outcome.suppressed.len();
        self.printed(tried)?;
        self.together(tried)?;
        for allowed in [Applicability::Safe, Applicability::Unsafe] {
            self.fixed(allowed, tried)?;
        }
        self.quick(tried)
    }

    fn fail(&self, what: &str, after: &str, fault: &str) -> Result<(), String> {
        let (seed, text) = (self.seed, &self.text);
        Err(format!(
            "seed {seed}: {what}: {fault}\n--- before\n{text}\n--- after\n{after}\n--- findings\n{}",
            plain(&self.outcome)
        ))
    }

    /// Fails if a call gets through after a change that did not before.
    fn opens_nothing(&self, what: &str, after: &str, tried: &mut Tried) -> Result<(), String> {
        let Some(before) = &self.before else { return Ok(()) };
        let Some(now) = compiled(after) else { return self.fail(what, after, "does not compile") };
        let mut random = Random::new(self.seed as u64 + 1);
        if let Some(call) = opened(before, &now, &mut random, &mut tried.calls) {
            return self.fail(what, after, &call);
        }
        Ok(())
    }

    /// Fails if a comment is gone that is not about suppressing.
    fn keeps_comments(&self, what: &str, after: &str) -> Result<(), String> {
        let kept: Vec<&str> = comments(after).collect();
        for comment in comments(&self.text).filter(|comment| !comment.contains("gatewright:")) {
            if !kept.contains(&comment) {
                return self.fail(what, after, &format!("loses `{comment}`"));
            }
        }
        Ok(())
    }

    /// Fails if comments suppress a finding about another tool than before.
    fn suppresses_no_more(&self, what: &str, after: &str) -> Result<(), String> {
        let now = suppressed(&check(after));
        let before = suppressed(&self.outcome);
        if let Some(more) = now.difference(&before).next() {
            return self.fail(what, after, &format!("suppresses {more:?}"));
        }
        Ok(())
    }

    /// Each printed fix by itself.
    fn printed(&self, tried: &mut Tried) -> Result<(), String> {
        for finding in &self.outcome.diagnostics {
            for fix in &finding.fixes {
                let is_safe = fix.applicability == Applicability::Safe;
                let after = applied(&self.text, &[&fix.edits]);
                if self.before.is_none() {
                    if is_safe {
                        return self.fail(&fix.title, &after, "is called safe");
                    }
                    continue;
                }
                tried.printed += 1;
                self.opens_nothing(&fix.title, &after, tried)?;
                if is_safe {
                    if !is_about_comments(finding) {
                        self.keeps_comments(&fix.title, &after)?;
                    }
                    self.suppresses_no_more(&fix.title, &after)?;
                }
            }
        }
        Ok(())
    }

    /// All safe fixes of one list, as somebody makes them who follows it from top to bottom.
    fn together(&self, tried: &mut Tried) -> Result<(), String> {
        let mut chosen: Vec<&[Edit]> = Vec::new();
        for finding in &self.outcome.diagnostics {
            let mut fixes = finding.fixes.iter();
            if let Some(fix) = fixes.find(|fix| fix.applicability == Applicability::Safe) {
                let touches = |other: &Edit| {
                    fix.edits.iter().any(|edit| {
                        edit.span.start <= other.span.end && other.span.start <= edit.span.end
                    })
                };
                if !chosen.iter().any(|edits| edits.iter().any(touches)) {
                    chosen.push(&fix.edits);
                }
            }
        }
        if chosen.len() > 1 {
            tried.together += 1;
            let after = applied(&self.text, &chosen);
            self.opens_nothing("safe fixes together", &after, tried)?;
            self.keeps_comments("safe fixes together", &after)?;
        }
        Ok(())
    }

    /// What `check --fix` makes of it.
    fn fixed(&self, allowed: Applicability, tried: &mut Tried) -> Result<(), String> {
        let fixable = Fixable {
            path: "policy.gate".to_owned(),
            bytes: self.text.clone().into(),
            options: Arc::default(),
        };
        let fixed = fix(vec![fixable], &loader(&self.text), allowed);
        if !fixed.faults.is_empty() {
            return self.fail("fix", "", &format!("{:?}", fixed.faults));
        }
        let Some(change) = fixed.changes.first() else { return Ok(()) };
        match allowed {
            Applicability::Safe => {
                tried.fixed_safe += 1;
                if self.before.is_none() {
                    return self.fail("safe fixes", &change.after, "changes what does not compile");
                }
                self.keeps_comments("safe fixes", &change.after)?;
            }
            Applicability::Unsafe => tried.fixed_unsafe += 1,
        }
        let what = format!("{allowed:?} fixes: {}", change.titles.join("; "));
        self.opens_nothing(&what, &change.after, tried)?;
        if self.before.is_some() {
            self.suppresses_no_more(&what, &change.after)?;
        }
        Ok(())
    }

    /// Every quick fix of the editor by itself.
    fn quick(&self, tried: &mut Tried) -> Result<(), String> {
        let mut workspace = Workspace::new(Arc::new(loader(&self.text)));
        workspace.set_found(["policy.gate".to_owned()]);
        let snapshot = workspace.snapshot();
        snapshot.checked("policy.gate");
        let view = snapshot.view("policy.gate").unwrap();
        let starts: BTreeSet<usize> = self
            .outcome
            .diagnostics
            .iter()
            .filter(|finding| !finding.fixes.is_empty() || !finding.choices.is_empty())
            .map(|finding| finding.primary.span.start as usize)
            .collect();
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for start in starts {
            for action in actions(&snapshot, &view, start..start, &[ActionKind::QuickFix]) {
                let after = action.edits.files["policy.gate"].applied();
                if action.title.starts_with("suppress ")
                    || !seen.insert((action.title.clone(), after.clone()))
                {
                    continue;
                }
                if action.title.contains("allows calls that are blocked now") {
                    tried.choices += 1;
                    assert!(!action.is_preferred, "{}", action.title);
                    continue;
                }
                tried.quick += 1;
                self.opens_nothing(&format!("quick fix {}", action.title), &after, tried)?;
            }
        }
        Ok(())
    }
}

/// Whether the fix of a finding removes a comment because it suppresses nothing.
fn is_about_comments(finding: &Diagnostic) -> bool {
    matches!(finding.code, Code::UnusedSuppression | Code::ExpiredSuppression)
}

fn suppressed(outcome: &Outcome<()>) -> BTreeSet<(Code, String)> {
    let findings = outcome.suppressed.iter().map(|found| &found.diagnostic);
    findings
        .flat_map(|finding| finding.tools.iter().map(|tool| (finding.code, tool.to_string())))
        .collect()
}

/// The text with edits of several fixes made in it.
fn applied(text: &str, fixes: &[&[Edit]]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().copied().flatten().collect();
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    let mut out = text.to_owned();
    for edit in edits.into_iter().rev() {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}
