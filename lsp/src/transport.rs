//! Reading messages, handing them to the server in their order, and writing what it has to say.
//!
//! What no message is, is answered with an error and skipped. A panic costs the request in which it happens. The session ends with
//! `exit`, or with the input, or when nobody reads the output any more.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, SinkExt, StreamExt, poll};
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, LspService};
use tower_service::Service;

use crate::frames::{Frame, Frames};
use crate::messages;
use crate::server::Server;
use crate::shared_state::SharedState;

/// How many requests are answered at the same time. While there are so many, no further message is read.
const CONCURRENCY: usize = 64;
/// How many answers may wait for the client to read them.
const WAITING: usize = 256;
/// How long the answers to what was asked before the end may take.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// How long writing them may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How the session ended, for the exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As the protocol wants: `exit` after `shutdown`.
    Clean,
    /// Any other way.
    Broken,
}

/// Serves a client until the session ends.
pub async fn serve(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin,
    service: LspService<Server>,
    socket: ClientSocket,
    state: &Arc<SharedState>,
) -> End {
    let (requests, answers) = socket.split();
    let (sender, receiver) = channel(WAITING);
    let writing = write(output, receiver, requests);
    tokio::pin!(writing);
    let mut session = Session { service, answers, sender, running: FuturesUnordered::new(), state };
    let end = tokio::select! {
        end = session.read(input) => Some(end),
        () = &mut writing => None,
    };
    drop(session);
    if end.is_some() {
        // A client that has stopped reading does not keep the process.
        let _ = timeout(LAST_WORDS, writing).await;
    }
    end.unwrap_or(End::Broken)
}

type Answer = futures::future::BoxFuture<'static, Option<Response>>;

/// A session with a client.
struct Session<'s, A> {
    service: LspService<Server>,
    /// Where the client's answers to the server's own requests go.
    answers: A,
    sender: Sender<Vec<u8>>,
    /// The requests that are not answered yet.
    running: FuturesUnordered<Answer>,
    state: &'s Arc<SharedState>,
}

impl<A: futures::Sink<Response> + Unpin> Session<'_, A> {
    async fn read(&mut self, mut input: impl AsyncRead + Unpin) -> End {
        let mut frames = Frames::default();
        loop {
            while let Some(frame) = frames.frame() {
                if self.take(frame).await {
                    let is_clean = self.state.is_shut_down();
                    return if is_clean { End::Clean } else { End::Broken };
                }
                while self.running.len() >= CONCURRENCY {
                    self.answer_one().await;
                }
            }
            tokio::select! {
                read = input.read_buf(frames.input()) => {
                    if read.unwrap_or(0) == 0 {
                        break;
                    }
                }
                answer = self.running.next(), if !self.running.is_empty() => {
                    self.send(answer.flatten()).await;
                }
            }
        }
        let last = async {
            while !self.running.is_empty() {
                self.answer_one().await;
            }
        };
        let _ = timeout(LAST_ANSWERS, last).await;
        End::Broken
    }

    /// Takes a frame in; whether it ends the session.
    async fn take(&mut self, frame: Frame) -> bool {
        match message(frame) {
            Ok(Message::Request(request)) => {
                let is_exit = request.method() == "exit";
                self.call(request).await;
                return is_exit;
            }
            Ok(Message::Response(response)) => {
                // Nobody waits for an answer that comes too late.
                let _ = self.answers.send(response).await;
            }
            Err(error) => {
                // It may have been a change of any document.
                self.state.lock_state().lose_track(None);
                self.send(Some(Response::from_error(Id::Null, error))).await;
            }
        }
        false
    }

    /// Hands a request to the server. Its handler runs up to where it first waits, so that the next message finds the state as this
    /// one has left it.
    async fn call(&mut self, request: Request) {
        let id = request.id().cloned();
        let answer = AssertUnwindSafe(self.service.call(request)).catch_unwind();
        let mut answer: Answer = Box::pin(async move {
            let (answer, otherwise) = match answer.await {
                Ok(answer) => (answer.ok().flatten(), Error::method_not_found()),
                Err(_) => (None, panicked()),
            };
            // Every request is answered, also those that `LspService` passes over.
            answer.or_else(|| id.map(|id| Response::from_error(id, otherwise)))
        });
        match poll!(answer.as_mut()) {
            std::task::Poll::Ready(answer) => self.send(answer).await,
            std::task::Poll::Pending => self.running.push(answer),
        }
    }

    async fn answer_one(&mut self) {
        let answer = self.running.next().await;
        self.send(answer.flatten()).await;
    }

    async fn send(&mut self, answer: Option<Response>) {
        if let Some(bytes) = answer.as_ref().and_then(encoded) {
            // Without a reader the session ends elsewhere.
            let _ = self.sender.send(bytes).await;
        }
    }
}

/// What a handler answers that has panicked before it first waited.
pub fn panicked() -> Error {
    Error {
        code: ErrorCode::InternalError,
        message: "the server failed to answer this request and continues with the others".into(),
        data: None,
    }
}

/// A message of the client.
enum Message {
    Request(Request),
    Response(Response),
}

fn message(frame: Frame) -> Result<Message, Error> {
    let mut value = match frame {
        Frame::Body(value) => value,
        Frame::Fault(reason) => return Err(error(ErrorCode::ParseError, reason)),
    };
    let invalid = |_| {
        error(
            ErrorCode::InvalidRequest,
            "the message is neither a request nor a \
                                                        response",
        )
    };
    if value.get("method").is_some() {
        messages::mend(&mut value);
        serde_json::from_value(value).map(Message::Request).map_err(invalid)
    } else {
        serde_json::from_value(value).map(Message::Response).map_err(invalid)
    }
}

fn error(code: ErrorCode, reason: &'static str) -> Error {
    Error { code, message: reason.into(), data: None }
}

/// Writes what the server answers and what it asks and tells of its own accord, each as it comes.
async fn write(
    mut output: impl AsyncWrite + Unpin,
    mut answers: Receiver<Vec<u8>>,
    mut requests: impl futures::Stream<Item = Request> + Unpin,
) {
    let mut has_requests = true;
    loop {
        let bytes = tokio::select! {
            answer = answers.recv() => match answer {
                Some(answer) => answer,
                None => return,
            },
            request = requests.next(), if has_requests => match request {
                Some(request) => encoded(&request).unwrap_or_default(),
                None => {
                    has_requests = false;
                    continue;
                }
            },
        };
        if output.write_all(&bytes).await.is_err() || output.flush().await.is_err() {
            return;
        }
    }
}

/// A message with its header.
fn encoded(message: &impl Serialize) -> Option<Vec<u8>> {
    let body = serde_json::to_vec(message).ok()?;
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend(body);
    Some(bytes)
}
