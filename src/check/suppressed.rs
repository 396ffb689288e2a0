//! What is left of findings when settings and suppressions have been heard.

use super::{Options, Outcome};
use crate::diagnostic::{self, Diagnostic};
use crate::lint::suppress::{self, Review, Suppression};
use crate::source::{FileId, SourceSet};

/// Everything that was found in a file and what belongs to it.
pub(super) struct UnsettledFindings {
    /// What the compiler refuses. It is said whatever the settings and the author want.
    refused: Vec<Diagnostic>,
    others: Vec<Diagnostic>,
}

impl UnsettledFindings {
    /// What the compiler or the reader of policy.json said, and what the linter found.
    pub(super) fn new(said: Vec<Diagnostic>, found: Vec<Diagnostic>) -> Self {
        let (refused, mut others): (Vec<_>, Vec<_>) =
            said.into_iter().partition(Diagnostic::is_error);
        others.extend(found);
        Self { refused, others }
    }

    /// The outcome of a check. `root` is the file of the policy, where comments may stand.
    pub(super) fn conclude(
        self,
        sources: SourceSet,
        root: Option<FileId>,
        comments: &[Suppression],
        options: &Options,
    ) -> Outcome<()> {
        let Self { refused, mut others } = self;
        options.settings.apply(&mut others);
        diagnostic::sort(&mut others);
        let by_comments = suppress::apply(comments, &mut others, options.today);
        let configured = suppress::apply(&options.suppressions, &mut others, options.today);
        let complete = refused.is_empty();
        let review = Review { settings: &options.settings, today: options.today, complete, root };
        others.extend(suppress::review(comments, &by_comments.matches, &review));
        others.extend(refused);
        let outcome = Outcome::new(sources, others, Some(()));
        let mut suppressed = by_comments.suppressed;
        suppressed.extend(configured.suppressed);
        suppressed.sort_by_key(|suppressed| suppressed.diagnostic.primary.span);
        Outcome { suppressed, matches: configured.matches, ..outcome }
    }
}

/// What a compiler says where comments let findings stand, whatever the day.
pub(super) fn leave_out(
    comments: &[Suppression],
    mut diagnostics: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    if comments.is_empty() {
        return diagnostics;
    }
    let refused = diagnostics.extract_if(.., |found| found.is_error()).collect::<Vec<_>>();
    suppress::apply(comments, &mut diagnostics, None);
    diagnostics.extend(refused);
    diagnostics
}
