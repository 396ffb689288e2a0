//! How a question finds its answer: a moment is taken under the lock before anything is waited for, and looked at on a thread for
//! blocking work.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types as lsp;

use crate::moment::{Asked, Moment, Seen};
use crate::paths::Place;
use crate::server::Server;
use crate::state::State;
use crate::transport::panicked;

impl Server {
    /// Asks something about a document; `None` if it is no policy.
    pub(crate) async fn ask<A: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&Asked) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        self.ask_as(Moment::ask, uri, answer).await
    }

    /// The same for a question that needs nothing of what the linter finds: behind an edit it is answered sooner.
    pub(crate) async fn glance<A: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&Asked) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        self.ask_as(Moment::glance, uri, answer).await
    }

    /// The same for a question about all policies, which are checked before.
    pub(crate) async fn ask_all<A: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&Asked) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        let ask = |moment: Moment, state: &State| {
            moment.seen.check_all();
            moment.ask(state)
        };
        self.ask_as(ask, uri, answer).await
    }

    /// Asks something of a document at this moment, as far as `look` looks at it.
    async fn ask_as<A: Send + 'static>(
        &self,
        look: fn(Moment, &State) -> Option<Asked>,
        uri: &lsp::Uri,
        answer: impl FnOnce(&Asked) -> A + Send + 'static,
    ) -> Result<Option<A>> {
        let moment = self.state.look().moment(&Place::of(uri));
        let Some(moment) = moment else { return Ok(None) };
        let state = Arc::clone(&self.state);
        blocking(move || look(moment, &state).map(|asked| answer(&asked))).await
    }

    /// Asks something about all folders.
    pub(crate) async fn ask_everything<A: Send + 'static>(
        &self,
        answer: impl FnOnce(&State, &[Seen]) -> A + Send + 'static,
    ) -> Result<A> {
        let everything = self.state.look().everything();
        let state = Arc::clone(&self.state);
        blocking(move || answer(&state, &everything)).await
    }
}

/// Does something that takes time. A panic in it is the answer's only.
pub(crate) async fn blocking<A: Send + 'static>(
    work: impl FnOnce() -> A + Send + 'static,
) -> Result<A> {
    spawn_blocking(work).await.map_err(|_| panicked())
}
