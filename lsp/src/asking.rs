//! How a question finds its answer: a moment is taken under the lock before anything is waited for, and looked at on a thread for
//! blocking work.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types as lsp;

use crate::paths::Place;
use crate::server::Server;
use crate::shared_state::SharedState;
use crate::snapshots::{DocumentSnapshot, RequestContext, WorkspaceSnapshot};
use crate::transport::panicked;

impl Server {
    /// Asks something about a document; `None` if it is no policy.
    pub(crate) async fn ask<A: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&RequestContext) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        self.ask_as(DocumentSnapshot::ask, uri, answer).await
    }

    /// The same for a question that needs nothing of what the linter finds: behind an edit it is answered sooner.
    pub(crate) async fn glance<A: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&RequestContext) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        self.ask_as(DocumentSnapshot::glance, uri, answer).await
    }

    /// The same for a question about all policies, which are checked before.
    pub(crate) async fn ask_all<A: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&RequestContext) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        let ask = |document: DocumentSnapshot, state: &SharedState| {
            document.workspace.check_all();
            document.ask(state)
        };
        self.ask_as(ask, uri, answer).await
    }

    /// Asks something of a document at this moment, as far as `look` looks at it.
    async fn ask_as<A: Send + 'static>(
        &self,
        look: fn(DocumentSnapshot, &SharedState) -> Option<RequestContext>,
        uri: &lsp::Uri,
        answer: impl FnOnce(&RequestContext) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        let document = self.state.lock_state().document_snapshot(&Place::of(uri));
        let Some(document) = document else { return Ok(None) };
        let state = Arc::clone(&self.state);
        blocking(move || look(document, &state).map(|request| answer(&request))).await
    }

    /// Asks something about all folders.
    pub(crate) async fn ask_everything<A: Send + 'static>(
        &self,
        answer: impl FnOnce(&SharedState, &[WorkspaceSnapshot]) -> A + Send + 'static,
    ) -> Result<A> {
        let workspaces = self.state.lock_state().snapshots();
        let state = Arc::clone(&self.state);
        blocking(move || {
            let is_other = state.reread();
            let workspaces = if is_other { state.lock_state().snapshots() } else { workspaces };
            answer(&state, &workspaces)
        })
        .await
    }
}

/// Does something that takes time. A panic in it is the answer's only.
pub(crate) async fn blocking<A: Send + 'static>(
    work: impl FnOnce() -> A + Send + 'static,
) -> Result<A> {
    spawn_blocking(work).await.map_err(|_| panicked())
}
