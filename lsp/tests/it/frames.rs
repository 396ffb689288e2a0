//! Messages out of bytes, however the bytes come in pieces and whatever lies between.

use gatewright_lsp::frames::{Frame, Frames};

use crate::client::framed;

/// What is found when the bytes come in pieces of a length.
fn found(bytes: &[u8], piece: usize) -> Vec<Frame> {
    let mut frames = Frames::default();
    let mut found = Vec::new();
    for piece in bytes.chunks(piece) {
        frames.input().extend(piece);
        while let Some(frame) = frames.frame() {
            found.push(frame);
        }
    }
    found
}

fn bodies(found: &[Frame]) -> Vec<String> {
    let body = |frame: &Frame| match frame {
        Frame::Body(body) => Some(body.to_string()),
        Frame::Fault(_) => None,
    };
    found.iter().filter_map(body).collect()
}

#[test]
fn pieces_of_any_length_make_the_same_messages() {
    let mut bytes = framed("{\"a\":1}");
    bytes.extend(b"\r\n");
    bytes.extend(b"content-type: x\r\ncontent-length:  7 \r\n\r\n{\"b\":2}");
    bytes.extend(b"Content-Length: 7\n\n{\"c\":3}");
    bytes.extend(framed("{\"d\":\"Content-Length: 3\"}"));
    for piece in [1, 2, 3, 7, 1000] {
        let found = found(&bytes, piece);
        let expected = ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"d\":\"Content-Length: 3\"}"];
        assert_eq!(bodies(&found), expected, "{piece}");
        assert_eq!(found.len(), 4);
    }
}

#[test]
fn what_follows_garbage_is_found() {
    let good = framed("{\"good\":true}");
    let cases: [&[u8]; 8] = [
        b"nonsense",
        b"nonsense\r\n\r\n",
        b"{\"no\":\"header\"}\n",
        b"Content-Length: 900\r\n\r\n{\"short\":1}",
        b"Content-Length: 3\r\n\r\n{\"long\":1}",
        b"Content-Length: 77777777777777\r\n\r\n",
        b"Content-Length\r\n\r\n",
        b"Content-Type: a\r\n\r\n",
    ];
    for case in cases {
        let bytes = [case, &good, &good].concat();
        for piece in [1, 5, 10_000] {
            let shown = String::from_utf8_lossy(case);
            let found = found(&bytes, piece);
            assert_eq!(bodies(&found), ["{\"good\":true}"; 2], "{shown} by {piece}: {found:?}");
            assert!(found.len() > 2, "the fault of {shown} is told: {found:?}");
        }
    }
}

#[test]
fn garbage_without_end_is_not_kept() {
    let mut frames = Frames::default();
    for _ in 0..1000 {
        frames.input().extend([0xfe; 4096]);
        while frames.frame().is_some() {}
        assert!(frames.input().len() < 100_000);
    }
}

#[test]
fn any_cut_of_any_bytes_ends() {
    let text = framed("{\"a\":1}");
    for first in 0..text.len() {
        for second in [0, 16, 18, 20] {
            let mut bytes = text[first..].to_vec();
            bytes.extend(&text[..second]);
            bytes.extend(framed("{\"last\":1}"));
            let found = found(&bytes, 3);
            assert_eq!(bodies(&found).last().unwrap(), "{\"last\":1}", "{first} {second}");
        }
    }
}
