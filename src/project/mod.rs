//! A project: which files belong to it, which configuration governs each, and which files they may read.
//!
//! The program and the language server share this module, so that both find the same in a folder. Everything goes through a
//! [`FileSystem`]: the disk (with the feature `disk`), files in memory, a revision of a repository, or anything else that has folders
//! and files.
//!
//! | question | answer |
//! | --- | --- |
//! | What is at a path? | [`FileSystem`] |
//! | Which files belong to a folder? | `discover`, by [`FileRole`] |
//! | Which files may one file lead to? | [`Bounds`] |
//! | How are they read? | [`ProjectLoader`] |
//! | Which configuration governs a file? | [`Configurations`] |
//! | Which of the files of a run are policies? | [`each_policy`] |
//! | Are its suppressions still needed? | [`SuppressionReview`] |
//!
//! Knows neither terminals nor editors. Only `disk.rs` touches the world outside.

mod bounds;
mod config;
#[cfg(feature = "disk")]
mod discover;
#[cfg(feature = "disk")]
mod disk;
mod fault;
mod file_system;
mod loader;
mod memory;
mod review;
mod revision;
mod roles;
mod run;

pub use bounds::Bounds;
pub use config::{Configuration, Configurations, Governed, ReadFile};
#[cfg(feature = "disk")]
pub use discover::{Discovery, FileIdentities, FoundFile, discover, parts_below};
#[cfg(feature = "disk")]
pub use disk::{DiskFileSystem, is_regular};
pub use fault::Fault;
pub use file_system::{
    FileKind, FileStatus, FileSystem, FolderEntry, absolute_text, near_files, path_text,
    quote_path, quoted, shown,
};
pub use loader::{IRREGULAR, ProjectLoader, STANDARD_INPUT};
pub use memory::MemoryFileSystem;
pub use review::SuppressionReview;
pub use revision::{ObjectStore, RevisionFileSystem};
pub use roles::{FileRole, form_of};
pub use run::{MadeFile, OneByOne, RunFiles, RunInput, Workers, each_policy};
