//! The language server of Gatewright.
//!
//! It translates: every answer is computed by [`gatewright::editor`] from plain text positions, and this package knows the protocol,
//! the disk and the clock. Read it from the outside in:
//!
//! - [`streams`], [`frames`], [`messages`] and [`transport`]: bytes to messages and back, and how a session ends;
//! - [`server`]: the handlers, which only hand on, and `asking`, how; [`capabilities`] and [`client`]: what either side can do;
//! - [`server_state`]: folders, documents and preferences; [`shared_state`]: the same behind one lock; [`documents`],
//!   [`configuration`];
//! - [`snapshots`]: a copy of that for one answer; [`paths`], [`position`], [`edits`], [`tokens`]: its words in the protocol's;
//! - [`features`]: a file for each question; [`diagnostics`]: the worker that checks;
//! - [`background`]: what happens beside the questions; [`disk`]: reading and finding files.

mod asking;
pub mod background;
pub mod capabilities;
pub mod client;
pub mod configuration;
pub mod diagnostics;
pub mod disk;
pub mod documents;
pub mod edits;
pub mod features;
pub mod frames;
pub mod messages;
pub mod paths;
pub mod position;
pub mod renames;
pub mod server;
pub mod server_state;
pub mod shared_state;
pub mod snapshots;
pub mod streams;
pub mod tokens;
pub mod transport;

use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::LspService;

use crate::diagnostics::worker;
use crate::server::Server;
use crate::shared_state::SharedState;
pub use crate::transport::End;

/// Something that the server does on command besides its own commands.
pub type ExtraCommand = fn(Vec<Value>) -> Value;

/// What the owner of a server wants of it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Further commands by name. The program has none; tests have some that take their time, or panic.
    pub commands: Vec<(&'static str, ExtraCommand)>,
}

/// Serves one client until the session ends.
pub async fn serve(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin,
    options: Options,
) -> End {
    let state = Arc::new(SharedState::default());
    let (shared, changes) = (Arc::clone(&state), state.watch());
    let builder = LspService::build(move |client| {
        let server = Server::new(Arc::clone(&shared), client.clone(), options);
        server.spawn(worker::run(shared, client, changes));
        server
    });
    let (service, socket) = builder.custom_method(messages::CHANGE, Server::change).finish();
    transport::serve(input, output, service, socket, &state).await
}
