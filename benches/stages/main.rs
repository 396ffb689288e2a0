//! One stage of the compiler on one file, once: what `benches/table` counts the instructions of.
//!
//! `stages write VARIANT TOOLS FILE` writes an input and, for the variant that needs one, `tools.json` beside it.
//! `stages run STAGE FILE` prepares a stage, runs it inside [`measured`], and fails if it gives no result. Called in
//! any other way, as by `cargo bench`, it checks that its own inputs are policies.
//!
//! Callgrind counts from the entry of `measured` to its end (`--toggle-collect`), so reading the file, starting the
//! process and freeing the result are left out. That needs no library: a framework for such benchmarks would bring a
//! runner to install, dozens of crates into the lock file, and calls to valgrind that are unsafe code, and could still
//! not hold one benchmark against another, which is what the table is about.

mod input;

use std::fs;
use std::hint::black_box;
use std::path::Path;

use gatewright::check::{self, NamedManifest, Outcome};
use gatewright::diagnostic::Diagnostic;
use gatewright::input::add_text;
use gatewright::source::{LoadError, Loader, MemoryLoader, SourceSet};
use gatewright::syntax::{self, Tree};
use input::{VARIANTS, Variant};

/// What is measured. Every stage begins with the bytes of a file.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Text to tree.
    Parse,
    /// All findings of a `.gate` file.
    Check,
    /// `.gate` to policy.json.
    Compile,
    /// policy.json to `.gate`.
    Decompile,
    /// `.gate` to `.gate`.
    Format,
}

impl Stage {
    fn named(name: &str) -> Option<Self> {
        match name {
            "parse" => Some(Self::Parse),
            "check" => Some(Self::Check),
            "compile" => Some(Self::Compile),
            "decompile" => Some(Self::Decompile),
            "fmt" => Some(Self::Format),
            _ => None,
        }
    }
}

/// What a stage gives. It is handed out so that freeing it is not counted.
enum Product {
    Parsed(SourceSet, Tree, Vec<Diagnostic>),
    Checked(Outcome<()>),
    Text(Outcome<String>),
    /// The formatter refused its own answer.
    Fault,
}

impl Product {
    /// Whether the stage did all of its work.
    fn is_whole(&self) -> bool {
        match self {
            Self::Parsed(sources, tree, findings) => {
                !sources.text(tree.file).is_empty() && findings.is_empty()
            }
            Self::Checked(outcome) => outcome.value.is_some(),
            Self::Text(outcome) => outcome.value.is_some(),
            Self::Fault => false,
        }
    }
}

/// Reads manifests from the disk.
struct Disk;

impl Loader for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        fs::read(path).map_err(|error| LoadError::new(error.to_string()))
    }

    fn admit(&self, _: &str, _: &str) -> Result<(), LoadError> {
        Ok(())
    }
}

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", variant, tools, file] => {
            let variant = Variant::named(variant).ok_or("no such variant")?;
            let tools = tools.parse().map_err(|_| "the number of tools is no number")?;
            write(variant, tools, Path::new(file)).map_err(|error| error.to_string())
        }
        ["run", stage, file] => {
            let stage = Stage::named(stage).ok_or("no such stage")?;
            let bytes = fs::read(file).map_err(|error| error.to_string())?;
            let manifest = manifest_beside(stage, Path::new(file));
            let product = black_box(measured(stage, black_box(file), black_box(bytes), manifest));
            if product.is_whole() { Ok(()) } else { Err("the stage gave no result".to_owned()) }
        }
        _ => inputs_are_policies(),
    }
}

fn write(variant: Variant, tools: usize, file: &Path) -> std::io::Result<()> {
    fs::write(file, variant.policy(tools))?;
    if variant == Variant::Globs {
        fs::write(file.with_file_name("tools.json"), input::manifest(tools))?;
    }
    Ok(())
}

/// What `decompile` is told of the tools: the manifest of the input, if it has one.
fn manifest_beside(stage: Stage, file: &Path) -> Option<NamedManifest> {
    let bytes = match stage {
        Stage::Decompile => fs::read(file.with_file_name("tools.json")).ok()?,
        _ => return None,
    };
    Some(NamedManifest { path: "tools.json".to_owned(), bytes })
}

/// The stage and nothing else. Callgrind finds this function by its name.
#[inline(never)]
fn measured(stage: Stage, path: &str, bytes: Vec<u8>, manifest: Option<NamedManifest>) -> Product {
    match stage {
        Stage::Parse => parse(path, bytes),
        Stage::Check => {
            Product::Checked(check::check_gate(path, bytes, &Disk, &check::Options::default()))
        }
        Stage::Compile => Product::Text(check::compile(path, bytes, &Disk)),
        Stage::Decompile => Product::Text(check::decompile(path, bytes, manifest)),
        Stage::Format => check::format(path, bytes).map_or(Product::Fault, Product::Text),
    }
}

fn parse(path: &str, bytes: Vec<u8>) -> Product {
    let mut sources = SourceSet::default();
    let (file, refusal) = match add_text(&mut sources, path, bytes) {
        Ok(file) => (file, None),
        Err((file, finding)) => (file, Some(finding)),
    };
    let (tree, mut findings) = syntax::parse(file, sources.text(file));
    findings.extend(refusal);
    Product::Parsed(sources, tree, findings)
}

/// An input with a mistake would measure how mistakes are described.
fn inputs_are_policies() -> Result<(), String> {
    for variant in VARIANTS {
        for tools in [1, 40, 100] {
            let loader = MemoryLoader::default().with("tools.json", input::manifest(tools));
            let bytes = variant.policy(tools).into_bytes();
            let outcome = check::compile("policy.gate", bytes, &loader);
            if outcome.value.is_none() {
                let finding = outcome.diagnostics.first().map(|finding| &finding.message);
                return Err(format!("{variant:?} with {tools} tools is no policy: {finding:?}"));
            }
        }
    }
    Ok(())
}
