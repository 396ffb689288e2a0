//! Standard input and output as an editor gives them. A pipe or a socket is waited for directly, where the system can do that; for
//! anything else a thread of its own waits, which costs every message the time in which that thread wakes.

use tokio::io::{AsyncRead, AsyncWrite, stdin, stdout};

/// Where messages come from.
pub type Input = Box<dyn AsyncRead + Unpin>;
/// Where messages go.
pub type Output = Box<dyn AsyncWrite + Unpin>;

/// Standard input. It is called within a runtime.
pub fn input() -> Input {
    #[cfg(unix)]
    if let Some(input) = direct::input() {
        return input;
    }
    Box::new(stdin())
}

/// Standard output. It is called within a runtime.
pub fn output() -> Output {
    #[cfg(unix)]
    if let Some(output) = direct::output() {
        return output;
    }
    Box::new(stdout())
}

#[cfg(unix)]
mod direct {
    //! The streams of editors on Unix: pipes, or sockets where the editor is a program of Node.

    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream as Socket;

    use tokio::net::UnixStream;
    use tokio::net::unix::pipe::{Receiver, Sender};

    use super::{Input, Output};

    pub(super) fn input() -> Option<Input> {
        let own = || std::io::stdin().as_fd().try_clone_to_owned().ok();
        let pipe = Receiver::from_owned_fd(own()?).ok();
        match pipe {
            Some(pipe) => Some(Box::new(pipe)),
            None => Some(Box::new(socket(own()?)?)),
        }
    }

    pub(super) fn output() -> Option<Output> {
        let own = || std::io::stdout().as_fd().try_clone_to_owned().ok();
        let pipe = Sender::from_owned_fd(own()?).ok();
        match pipe {
            Some(pipe) => Some(Box::new(pipe)),
            None => Some(Box::new(socket(own()?)?)),
        }
    }

    fn socket(stream: OwnedFd) -> Option<UnixStream> {
        let socket = Socket::from(stream);
        // Only a socket has an address.
        socket.local_addr().ok()?;
        socket.set_nonblocking(true).ok()?;
        UnixStream::from_std(socket).ok()
    }
}
