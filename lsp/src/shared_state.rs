//! The state of the server behind one lock, with notice of its changes. A handler changes it before it first waits, so that changes
//! happen in the order in which they were sent.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::diagnostics::lists::place;
use crate::diagnostics::publish_state::PublishState;
use crate::server_state::ServerState;

/// What the server knows, for all its threads.
#[derive(Default)]
pub struct SharedState {
    server: Mutex<ServerState>,
    /// The number of changes, for tasks that wait for one.
    changes: watch::Sender<u64>,
    /// Whether the folders have been searched.
    searched: watch::Sender<bool>,
    /// The worker's memory. Callers must not wait for the lock above while they hold it.
    publish_state: Mutex<PublishState>,
    /// Held while files are compared with the disk.
    rereading: Mutex<()>,
    /// Held while the folders are searched.
    searching: tokio::sync::Mutex<()>,
    /// The number of searches that were asked for.
    searches: AtomicU64,
    /// Whether the client has asked to shut down.
    is_shut_down: AtomicBool,
    /// The next fresh number.
    numbers: AtomicU64,
}

impl SharedState {
    /// Locks the state without announcing a change.
    pub fn lock_state(&self) -> MutexGuard<'_, ServerState> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and announces the change.
    pub fn change<A>(&self, change: impl FnOnce(&mut ServerState) -> A) -> A {
        let mut server = self.lock_state();
        server.count_change();
        let answer = change(&mut server);
        let changes = server.changes();
        drop(server);
        self.changes.send_replace(changes);
        answer
    }

    /// Reads files again that have changed on the disk, if a document was opened or saved since that was done last. Returns whether
    /// what is known may be other than before the call. Blocks, and asks the disk once for each file that was read.
    pub fn reread(&self) -> bool {
        if !self.lock_state().is_reread_due() {
            return false;
        }
        let _one = self.rereading.lock().unwrap_or_else(PoisonError::into_inner);
        let (due, workspaces) = {
            let mut server = self.lock_state();
            if !server.is_reread_due() {
                return true;
            }
            (server.rereads_due(), server.snapshots())
        };
        let mut changed = Vec::new();
        for workspace in &workspaces {
            let paths = workspace.snapshot.changed_on_disk().into_iter();
            changed.extend(paths.map(|path| place(&workspace.base.key(&path))));
        }
        if changed.is_empty() {
            self.lock_state().set_reread(due);
            return true;
        }
        self.change(|server| {
            server.changed_on_disk(&changed);
            server.set_reread(due);
        });
        true
    }

    /// Waits for other searches; `None` if another one was asked for meanwhile, which finds the same.
    pub async fn begin_search(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        let number = self.searches.fetch_add(1, Ordering::SeqCst) + 1;
        let one = self.searching.lock().await;
        (self.searches.load(Ordering::SeqCst) == number).then_some(one)
    }

    /// Locks the worker's memory.
    pub fn publish_state(&self) -> MutexGuard<'_, PublishState> {
        self.publish_state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A receiver that changes when the folders have been searched.
    pub fn searched(&self) -> watch::Receiver<bool> {
        self.searched.subscribe()
    }

    /// Announces that the folders have been searched.
    pub fn set_searched(&self) {
        self.searched.send_replace(true);
    }

    /// Records that the client has asked to shut down.
    pub fn shut_down(&self) {
        self.is_shut_down.store(true, Ordering::SeqCst);
    }

    /// Whether the client has asked to shut down.
    pub fn is_shut_down(&self) -> bool {
        self.is_shut_down.load(Ordering::SeqCst)
    }

    /// Returns a fresh number.
    pub fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// A receiver of the changes from now on.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
