//! Messages out of a stream of bytes: a header with the length, then the body. What is no message is told once and skipped, up to
//! the next place where a header begins.

use serde_json::Value;

use crate::messages;

/// The longest body that is taken: a file of the greatest length that is read, with every character escaped, fits.
const MAX_BODY: usize = 512 * 1024 * 1024;
/// The longest header that is taken.
const MAX_HEADER: usize = 8 * 1024;
/// How every header begins, or goes on.
const LENGTH: &[u8] = b"content-length:";

/// What was found in the stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// The body of a message: any JSON.
    Body(Value),
    /// Something that is no message, and why.
    Fault(&'static str),
}

/// The bytes that have come and are not taken yet.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// Where the bytes begin that are not taken.
    start: usize,
    /// How far the next body has been searched for a header that lies in it.
    searched: usize,
    /// Whether bytes are skipped until a header begins.
    is_lost: bool,
}

impl Frames {
    /// Where more bytes are put.
    pub fn input(&mut self) -> &mut Vec<u8> {
        const ROOM: usize = 64 * 1024;
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        // A large message does not hold its memory for ever.
        if self.bytes.is_empty() && self.bytes.capacity() > 16 * ROOM {
            self.bytes = Vec::new();
        }
        self.bytes.reserve(ROOM);
        &mut self.bytes
    }

    /// The next message or fault; `None` until more bytes have come.
    pub fn frame(&mut self) -> Option<Frame> {
        if self.is_lost && !self.find_header(0) {
            return None;
        }
        self.is_lost = false;
        let blank = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.take(blank);
        let header = match header(self.rest()) {
            Header::Partial => return None,
            Header::Wrong(reason) => return Some(self.lose(1, reason)),
            Header::Complete { length, .. } if length > MAX_BODY => {
                return Some(self.lose(1, "the message is too long"));
            }
            Header::Complete { end, length } => end..end + length,
        };
        if self.rest().len() < header.end {
            return self.look_into_body(header.start);
        }
        match messages::parse(self.rest().get(header.clone()).unwrap_or(&[])) {
            Some(body) => {
                self.take(header.end);
                Some(Frame::Body(body))
            }
            // The length may have been wrong: the next message may begin within this one.
            None => Some(self.lose(1, "the message is not JSON")),
        }
    }

    /// No JSON holds a header with its line break: where a body does that has not come whole, its length was wrong.
    fn look_into_body(&mut self, body: usize) -> Option<Frame> {
        let from = self.searched.max(body);
        let rest = self.rest().get(from..).unwrap_or(&[]);
        let found = find(rest, LENGTH).map(|at| from + at);
        let is_header = found.is_some_and(|at| {
            matches!(header(self.rest().get(at..).unwrap_or(&[])), Header::Complete { .. })
        });
        if is_header {
            return Some(self.lose(1, "the message is shorter than its header says"));
        }
        // A header that has come in part is looked at again.
        self.searched = found.unwrap_or(self.rest().len().saturating_sub(LENGTH.len()));
        None
    }

    /// Skips to the next header, at least so many bytes from here.
    fn lose(&mut self, at_least: usize, reason: &'static str) -> Frame {
        self.is_lost = !self.find_header(at_least);
        Frame::Fault(reason)
    }

    /// Skips to the next header; whether there is one.
    fn find_header(&mut self, at_least: usize) -> bool {
        let rest = self.rest().get(at_least..).unwrap_or(&[]);
        match find(rest, LENGTH) {
            Some(at) => {
                self.take(at_least + at);
                true
            }
            None => {
                // The last bytes may be the start of one.
                let kept = rest.len().min(LENGTH.len() - 1);
                self.take(self.rest().len() - kept);
                false
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or(&[])
    }

    fn take(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
        self.searched = 0;
    }
}

/// What stands before a body.
enum Header {
    /// More has to come.
    Partial,
    Wrong(&'static str),
    /// Where the body begins, and its length in bytes.
    Complete {
        end: usize,
        length: usize,
    },
}

/// Reads the header that the bytes begin with.
fn header(bytes: &[u8]) -> Header {
    let mut length = None;
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            return if bytes.len() > MAX_HEADER {
                Header::Wrong("the header is never closed")
            } else {
                Header::Partial
            };
        };
        let line = rest.get(..end).unwrap_or(&[]).trim_ascii();
        at += end + 1;
        if line.is_empty() {
            break;
        }
        match field(line) {
            None => return Header::Wrong("the header is malformed"),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                match value.parse::<usize>() {
                    Ok(value) => length = Some(value),
                    Err(_) => {
                        return Header::Wrong(
                            "the `Content-Length` of the message is \
                                                    malformed",
                        );
                    }
                }
            }
            // What else the header says changes nothing: all messages are JSON in UTF-8.
            Some(_) => {}
        }
        if at > MAX_HEADER {
            return Header::Wrong("the header is never closed");
        }
    }
    match length {
        Some(length) => Header::Complete { end: at, length },
        None => Header::Wrong("the header has no `Content-Length`"),
    }
}

/// The name and the value of a line of a header.
fn field(line: &[u8]) -> Option<(&str, &str)> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!name.is_empty() && name.bytes().all(is_name)).then(|| (name, value.trim()))
}

/// The first place where a word in lower case stands, whatever the case there.
fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| {
        window.first().is_some_and(|first| first.eq_ignore_ascii_case(&b'c'))
            && window.eq_ignore_ascii_case(word)
    })
}
