//! Many files at once, with a bar on the terminal when that takes long.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use crate::project::{OneByOne, Workers};

/// So many files are not worth the start of a thread.
const FEW: usize = 8;
/// A run that takes no longer shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Works on many files at once.
pub struct ManyFiles;

impl Workers for ManyFiles {
    fn each<T: Sync, U: Send>(&self, items: &[T], make: impl Fn(usize, &T) -> U + Sync) -> Vec<U> {
        if items.len() <= FEW {
            return OneByOne.each(items, make);
        }
        let progress = Progress::new(items.len());
        let one = |(number, item)| {
            let made = make(number, item);
            progress.step();
            made
        };
        let all = items.par_iter().enumerate().with_min_len(FEW).map(one).collect();
        progress.end();
        all
    }
}

/// How far the work is, shown on standard error once it has taken a while; never when that is no terminal.
struct Progress {
    start: Instant,
    done: AtomicU64,
    of: u64,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    fn new(of: usize) -> Self {
        let (start, done, bar) = (Instant::now(), AtomicU64::new(0), OnceLock::new());
        Self { start, done, of: of as u64, bar }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.start.elapsed() > PATIENCE {
            self.bar.get_or_init(|| bar(self.of)).set_position(done);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

fn bar(of: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("checking {wide_bar} {pos} of {len} files");
    let bar = ProgressBar::new(of);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
