//! The policy to begin with on a server: every tool by its name, by class, with why it stands where it does.
//!
//! What a tool gets follows from its assessment alone and is such that the linter has nothing to say. The text is laid out
//! as the formatter does it. Names and evidence come from a stranger's server: names are quoted where they cannot stand
//! bare, and what stands in comments is cleaned and cut.
//!
//! This layer knows manifests, assessments and the language. It knows no files: it is told what the policy shall call the
//! manifest.

mod comment;
mod page;
mod plan;

use crate::manifest::Manifest;
use crate::policy::Posture;
use crate::risk;

use page::StarterPage;
use plan::{PlannedTool, StarterPlan};

/// The text of a starter policy for the tools of a manifest, which it calls `named`.
///
/// Takes time in proportion to the manifest. A tool called `*` is only mentioned in a comment: no rule can name it.
pub fn write(manifest: &Manifest, named: &str, posture: Posture) -> String {
    let tools = manifest.tools().iter();
    let plan = StarterPlan::new(tools.map(|tool| PlannedTool::new(&tool.name, risk::assess(tool))));
    let mut page = StarterPage::new(posture);
    page.head(named);
    if manifest.tools().is_empty() {
        page.remark("The manifest has no tools.");
    }
    for (section, entries) in plan.sections() {
        page.section(section, entries);
    }
    if plan.has_star() {
        page.remark(match posture {
            Posture::Deny => {
                "The server has a tool named `*`, which no rule can name. It stays blocked."
            }
            Posture::Allow => {
                "The server has a tool named `*`, which no rule can name. It stays open."
            }
        });
    }
    page.finish()
}
