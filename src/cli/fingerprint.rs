//! What makes a finding the same one when it is looked for again later.

use std::collections::HashMap;
use std::hash::Hasher;

use fnv::FnvHasher;

use super::report::Finding;

/// The fingerprints of findings, in their order: 16 hexadecimal digits each, of the code, the path, the text of the line where the
/// finding begins without its blanks, the tools, and how many findings of the file before it agree in all of these.
pub fn fingerprints(findings: &[Finding<'_>]) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let fingerprints = findings.iter().map(|finding| {
        let content = content(finding);
        let ordinal = seen.entry(content).or_default();
        let mut hasher = FnvHasher::default();
        hasher.write(&content.to_le_bytes());
        hasher.write(&ordinal.to_le_bytes());
        *ordinal += 1;
        format!("{:016x}", hasher.finish())
    });
    fingerprints.collect()
}

fn content(finding: &Finding<'_>) -> u64 {
    let span = finding.diagnostic.primary.span;
    let line = finding.sources.get(span.file).map_or("", |file| {
        let lines = file.lines();
        file.text().get(lines.line_range(file.text(), lines.line(span.start))).unwrap_or("")
    });
    let mut tools: Vec<&str> = finding.diagnostic.tools.iter().map(AsRef::as_ref).collect();
    tools.sort_unstable();
    let code = finding.diagnostic.code.name();
    let texts = [code, finding.sources.path(span.file)].into_iter();
    let mut hasher = FnvHasher::default();
    for text in texts.chain(line.split_ascii_whitespace()).chain(tools) {
        hasher.write(text.as_bytes());
        hasher.write(&[0]);
    }
    hasher.finish()
}
