//! The policies among the files of a run: each is looked at once, with the files that it includes.

use crate::check::{self, RunFile};
use crate::lint::Form;
use crate::source::{LoadError, Loader};

use super::fault::Fault;

/// A file of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunInput<'r> {
    /// The path that messages show and includes are resolved beside.
    pub name: &'r str,
    /// The form of the policy in it.
    pub form: Form,
}

/// Works on many items, perhaps on several at once.
pub trait Workers {
    /// What a function makes of each item, in the order of the items. It gets the item's number too.
    fn each<T: Sync, U: Send>(&self, items: &[T], make: impl Fn(usize, &T) -> U + Sync) -> Vec<U>;
}

/// Works on one item after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneByOne;

impl Workers for OneByOne {
    fn each<T: Sync, U: Send>(&self, items: &[T], make: impl Fn(usize, &T) -> U + Sync) -> Vec<U> {
        items.iter().enumerate().map(|(number, item)| make(number, item)).collect()
    }
}

/// What a run made of its files.
#[derive(Debug)]
pub struct RunFiles<T> {
    /// The files that could be read, in the order of the inputs.
    pub files: Vec<MadeFile<T>>,
    /// The files that could not be read.
    pub faults: Vec<Fault>,
}

/// A file of a run that has been read.
#[derive(Debug)]
pub struct MadeFile<T> {
    /// The number of the input.
    pub input: usize,
    /// Whether it is a policy of its own, not a part of others.
    pub is_root: bool,
    /// Whether it is a policy that was read with all that it includes.
    pub is_whole: bool,
    /// What was made of it. Nothing is made of a part that may lead to others.
    pub made: Option<T>,
}

/// A file that has been read.
enum First<T> {
    Made(T),
    /// One that may lead to others waits until it is known which files are policies, and how much they share.
    Waiting(Vec<u8>),
}

/// Makes something of every policy among the files of a run, from its number, its bytes and the loader for what it includes.
pub fn each_policy<T: Send + Sync>(
    inputs: &[RunInput<'_>],
    read: impl Fn(usize) -> Result<Vec<u8>, Fault> + Sync,
    loader: &(dyn Loader + Sync),
    workers: &impl Workers,
    make: impl Fn(usize, Vec<u8>, &dyn Loader) -> T + Sync,
) -> RunFiles<T> {
    let is_alone = inputs.len() == 1;
    let first = workers.each(inputs, |number, input| {
        let bytes = read(number)?;
        if is_alone || input.form != Form::Gate || !check::may_lead(&bytes) {
            let part = RunFile::alone(input.name, bytes.len());
            return Ok((First::Made(make(number, bytes, loader)), part));
        }
        let part = RunFile::new(input.name, &bytes);
        Ok((First::Waiting(bytes), part))
    });
    let (mut files, mut waiting, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    let mut faults = Vec::new();
    for (input, result) in first.into_iter().enumerate() {
        let (first, part) = match result {
            Ok(read) => read,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let made = match first {
            First::Made(made) => Some(made),
            First::Waiting(bytes) => {
                waiting.push((files.len(), input, bytes));
                None
            }
        };
        files.push(MadeFile { input, is_root: false, is_whole: false, made });
        parts.push(part);
    }
    let division = check::divide(parts, loader);
    let is_in = |all: &[bool], position: usize| all.get(position).copied().unwrap_or(false);
    for (position, file) in files.iter_mut().enumerate() {
        file.is_root = is_in(&division.roots, position);
        file.is_whole = file.is_root
            && !is_in(&division.too_much, position)
            && !is_in(&division.too_many_tools, position);
    }
    waiting.retain(|(position, ..)| is_in(&division.roots, *position));
    let made = workers.each(&waiting, |_, (position, input, bytes)| {
        let is_whole = files.get(*position).is_some_and(|file| file.is_whole);
        let budget = BudgetLoader {
            loader,
            refuses_includes: is_in(&division.too_much, *position),
            refuses_manifests: is_in(&division.too_many_tools, *position),
        };
        make(*input, bytes.clone(), if is_whole { loader } else { &budget })
    });
    for ((position, ..), made) in waiting.iter().zip(made) {
        if let Some(file) = files.get_mut(*position) {
            file.made = Some(made);
        }
    }
    RunFiles { files, faults }
}

/// The files for a policy that may read no more of what policies share, because their budget is spent.
struct BudgetLoader<'l> {
    loader: &'l dyn Loader,
    refuses_includes: bool,
    refuses_manifests: bool,
}

impl Loader for BudgetLoader<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let is_gate = path.ends_with(".gate");
        if !(if is_gate { self.refuses_includes } else { self.refuses_manifests }) {
            return self.loader.read(path);
        }
        let reason = if is_gate {
            let limit = check::MAX_INCLUDED_AGAIN / (1024 * 1024);
            format!("the checked policies already include {limit} MiB of shared files")
        } else {
            let limit = check::MAX_MANIFEST_OBJECTS / 1_000_000;
            format!("the manifests of the checked policies already hold {limit} million objects")
        };
        Err(LoadError::new(format!("{reason}; check fewer policies at once")))
    }

    fn near(&self, path: &str) -> Vec<String> {
        self.loader.near(path)
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.loader.admit(from, path)
    }

    fn identity(&self, path: &str) -> String {
        self.loader.identity(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryLoader;

    #[test]
    fn what_another_file_includes_is_not_made_by_itself() {
        let loader = MemoryLoader::default()
            .with("a.gate", "include \"b.gate\"\n")
            .with("b.gate", "include \"c.gate\"\n")
            .with("c.gate", "allow x\n")
            .with("policy.json", "{}");
        let names = ["a.gate", "b.gate", "c.gate", "gone.gate", "policy.json"];
        let inputs = names.map(|name| RunInput {
            name,
            form: if name.ends_with(".gate") { Form::Gate } else { Form::PolicyJson },
        });
        let read = |number: usize| {
            let name = names[number];
            loader.read(name).map_err(|error| Fault::unreadable(name, &error.reason))
        };
        let made = |number: usize, bytes: Vec<u8>, _: &dyn Loader| (number, bytes.len());
        let run = each_policy(&inputs, read, &loader, &OneByOne, made);
        let roots = run.files.iter().filter(|file| file.is_root);
        assert_eq!(roots.map(|file| file.made).collect::<Vec<_>>(), [Some((0, 17)), Some((4, 2))]);
        assert_eq!(run.files.iter().map(|file| file.input).collect::<Vec<_>>(), [0, 1, 2, 4]);
        assert_eq!(run.faults, [Fault::unreadable("gone.gate", "no such file")]);
    }
}
