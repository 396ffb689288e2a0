//! `gatewright check --fix`

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use clap::Args;

use super::Checked;
use crate::check::{self, Change, Fixable, Fixed, Options};
use crate::cli::Format;
use crate::cli::console::{Console, Stream};
use crate::cli::exit::Fault;
use crate::cli::files::quoted;
use crate::cli::find::Input;
use crate::cli::interrupt;
use crate::cli::text_diff::unified;
use crate::cli::write::{Rewrite, rewrite_all};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::lint::Form;
use crate::project::ProjectLoader;
use crate::source::{Loader, normalize};
use crate::text;

#[derive(Debug, Args)]
pub struct Fixing {
    /// Apply safe fixes to .gate files, and report the rest
    #[arg(long)]
    fix: bool,

    /// With --fix: also apply fixes that may change the meaning
    #[arg(long = "unsafe", requires = "fix")]
    unsafe_too: bool,

    /// With --fix: write nothing; print the changes
    #[arg(long, requires = "fix")]
    diff: bool,
}

/// The policies of their own among the checked files, by their position there.
struct Policies {
    positions: Vec<usize>,
    fixables: Vec<Fixable>,
}

impl Fixing {
    /// Where the findings are written to: beside a diff to standard error.
    pub fn stream(&self) -> Stream {
        if self.diff { Stream::Error } else { Stream::Output }
    }

    /// Gets ready to write, if that is asked for.
    ///
    /// # Errors
    /// There is nothing to write to.
    pub(super) fn begin(&self, inputs: &[Input]) -> Result<(), Fault> {
        if !self.fix || self.diff {
            return Ok(());
        }
        if inputs.iter().any(Input::is_standard_input) {
            return Err(Fault::new("`--fix` cannot write to standard input")
                .with_help("add `--diff` to print the changes"));
        }
        interrupt::watch();
        Ok(())
    }

    /// Fixes the policies, if that is asked for, and puts what is left to be said in the place of what was found. Gives out what
    /// went wrong; the findings stay as they were then.
    ///
    /// `checked` are all files with their findings, and whether each is a policy of its own; `options` tells how an input is
    /// checked, by its number.
    pub(super) fn run(
        &self,
        inputs: &[Input],
        options: impl Fn(usize) -> Arc<Options>,
        checked: (&mut [Checked], &[bool]),
        disk: &ProjectLoader,
        format: Format,
        console: &Console,
    ) -> Vec<Fault> {
        let (checked, roots) = checked;
        let mut faults = Vec::new();
        let is_gate = |checked: &Checked| {
            inputs.get(checked.input).is_some_and(|input| input.form == Form::Gate)
        };
        let gates =
            || checked.iter().zip(roots).filter(|(checked, root)| **root && is_gate(checked));
        let can_fix =
            gates().any(|(checked, _)| checked.diagnostics.iter().any(|f| self.is_for(f)));
        if self.fix && can_fix {
            let policies = self.policies(inputs, options, (checked, roots), &mut faults);
            let fixed = check::fix(policies.fixables, disk, self.allowed());
            faults.extend(fixed.faults.iter().map(|fault| Fault::of_the_tool(&fault.to_string())));
            match self.put_in_place(&fixed, inputs, disk, console) {
                Err(more) => faults.extend(more),
                Ok(()) => {
                    self.summarize(&fixed, format, console);
                    for note in &fixed.notes {
                        console.note(&note.to_string());
                    }
                    for (position, outcome) in policies.positions.iter().zip(fixed.outcomes) {
                        let Some(checked) = checked.get_mut(*position) else { continue };
                        *checked = Checked::of(checked.input, outcome);
                    }
                }
            }
        }
        if self.fix && !format.is_document() {
            self.tell_of_others(checked, disk, console);
            if !self.unsafe_too {
                hint(checked, roots, disk, console);
            }
        }
        faults
    }

    fn allowed(&self) -> Applicability {
        if self.unsafe_too { Applicability::Unsafe } else { Applicability::Safe }
    }

    /// Whether a finding has a fix that may be applied.
    fn is_for(&self, finding: &Diagnostic) -> bool {
        finding.fixes.iter().any(|fix| fix.applicability <= self.allowed())
    }

    /// All policies of their own in the language, also those without findings: a file that they share with others must stay good
    /// for them.
    fn policies(
        &self,
        inputs: &[Input],
        options: impl Fn(usize) -> Arc<Options>,
        checked: (&[Checked], &[bool]),
        faults: &mut Vec<Fault>,
    ) -> Policies {
        let mut policies = Policies { positions: Vec::new(), fixables: Vec::new() };
        let roots = checked.0.iter().enumerate().zip(checked.1).filter(|(_, root)| **root);
        for ((position, checked), _) in roots {
            let Some(input) = inputs.get(checked.input) else { continue };
            if input.form != Form::Gate {
                continue;
            }
            if normalize(&input.name) != input.name {
                if checked.diagnostics.iter().any(|finding| self.is_for(finding)) {
                    faults.push(through_a_link(&input.path));
                }
                continue;
            }
            match input.read() {
                Ok(bytes) => {
                    let (path, options) = (input.name.clone(), options(checked.input));
                    policies.positions.push(position);
                    policies.fixables.push(Fixable { path, bytes, options });
                }
                Err(fault) => faults.push(fault),
            }
        }
        policies
    }

    /// Names the files outside the paths of the call that have findings which could be fixed.
    fn tell_of_others(&self, checked: &[Checked], disk: &ProjectLoader, console: &Console) {
        let mut others = BTreeSet::new();
        for checked in checked {
            let fixes = checked.diagnostics.iter().flat_map(|finding| &finding.fixes);
            let allowed = fixes.filter(|fix| fix.applicability <= self.allowed());
            for edit in allowed.flat_map(|fix| &fix.edits) {
                let path = checked.sources.path(edit.span.file);
                if path.ends_with(".gate") && !may_change(disk, path) {
                    others.insert(path);
                }
            }
        }
        for path in others {
            let path = text::clean(path);
            console.note(&format!("not fixed: `{path}` is outside the paths on the command line"));
        }
    }

    /// Writes the changed files, all or none, or shows the changes.
    fn put_in_place<'c>(
        &self,
        fixed: &'c Fixed,
        inputs: &[Input],
        disk: &ProjectLoader,
        console: &Console,
    ) -> Result<(), Vec<Fault>> {
        if self.diff {
            let shown = |change: &Change| {
                let is_absolute = Path::new(&change.path).is_absolute();
                unified(&change.path, is_absolute, &change.before, &change.after)
            };
            let diff: String = fixed.changes.iter().map(shown).collect();
            return Ok(console.result(&diff)?);
        }
        // A name shows a path; it is not always one.
        let named = inputs.iter().map(|input| (input.name.as_str(), input.path.as_path()));
        let named: BTreeMap<&str, &Path> = named.collect();
        let rewrite = |change: &'c Change| {
            let path = named.get(change.path.as_str()).copied();
            let path = path.unwrap_or_else(|| Path::new(&change.path));
            Rewrite::new(path, &change.before, &change.after, disk)
        };
        let rewrites: Result<Vec<Rewrite<'_>>, Fault> = fixed.changes.iter().map(rewrite).collect();
        rewrite_all(&rewrites?, |_| {})
    }

    fn summarize(&self, fixed: &Fixed, format: Format, console: &Console) {
        let problems: usize = fixed.changes.iter().map(|change| change.titles.len()).sum();
        if problems > 0 && !format.is_document() {
            console.note(&format!(
                "{} {} in {}",
                if self.diff { "would fix" } else { "fixed" },
                text::count(problems, "problem"),
                text::count(fixed.changes.len(), "file"),
            ));
        }
    }
}

/// Whether the file at a path may be rewritten.
fn may_change(disk: &ProjectLoader, path: &str) -> bool {
    disk.may_change(&disk.identity(path))
}

/// Says how many of the problems that are left have an unsafe fix.
fn hint(checked: &[Checked], roots: &[bool], disk: &ProjectLoader, console: &Console) {
    let mut places = BTreeSet::new();
    for (checked, _) in checked.iter().zip(roots).filter(|(_, root)| **root) {
        for finding in &checked.diagnostics {
            let place = finding.primary.span;
            let path = checked.sources.path(place.file);
            let is_unsafe = |fix: &crate::diagnostic::Fix| {
                let can_change = |file| may_change(disk, checked.sources.path(file));
                fix.applicability == Applicability::Unsafe
                    && fix.edits.iter().all(|edit| can_change(edit.span.file))
            };
            if finding.fixes.iter().any(is_unsafe) {
                places.insert((path, place.start, finding.code));
            }
        }
    }
    match places.len() {
        0 => {}
        1 => console.note(
            "1 problem has a fix that may change the meaning: use --unsafe to apply \
                           it",
        ),
        number => {
            console.note(&format!(
                "{number} problems have fixes that may change the meaning: use --unsafe to apply \
                 them"
            ));
        }
    }
}

fn through_a_link(path: &Path) -> Fault {
    Fault::new(format!("cannot fix {}: its path has `..` after a link", quoted(path)))
        .with_help("use a path without `..` after a link")
}
