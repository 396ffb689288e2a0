//! Sets a row of pieces in lines.
//!
//! A group that fits on the rest of its line stays on it; the gaps of any other are broken as the group says. To know
//! that, at most one line's width is looked ahead, so that the work grows with the text only.

use super::lexeme::Lexeme;
use super::pieces::{Gap, Group, Piece};
use super::{INDENT, WIDTH};

/// Appends the lines of a statement whose first line is indented by `indent` spaces, which stand in `out` already.
/// The last line is left open.
pub(super) fn lay_out(pieces: &[Piece<'_>], indent: usize, out: &mut String) {
    let frame = Frame { indent, mode: Mode::Fill };
    let mut lines = Lines { out, column: indent, line_indent: indent, frames: vec![frame] };
    let mut rest = pieces;
    while let Some((piece, behind)) = rest.split_first() {
        match piece {
            Piece::Text(text) => lines.text(text),
            Piece::Gap(gap) => lines.gap(*gap, behind),
            Piece::Open(group) => lines.open(*group, behind),
            Piece::Close => {
                lines.frames.pop();
            }
        }
        rest = behind;
    }
}

/// Puts a comment behind what stands on its line.
pub(super) fn trailing_comment(comment: &str, out: &mut String) {
    out.push_str("  ");
    out.push_str(comment);
}

/// How the gaps of a group are set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// None is broken.
    Flat,
    /// Each is broken.
    Each,
    /// A gap is broken when what follows it does not fit.
    Fill,
}

#[derive(Clone, Copy)]
struct Frame {
    /// The indentation of the group's lines.
    indent: usize,
    mode: Mode,
}

struct Lines<'o> {
    out: &'o mut String,
    /// How many characters stand on the line.
    column: usize,
    /// How many of them are its indentation.
    line_indent: usize,
    /// The open groups, the statement itself first.
    frames: Vec<Frame>,
}

impl Lines<'_> {
    fn frame(&self) -> Frame {
        self.frames.last().copied().unwrap_or(Frame { indent: 0, mode: Mode::Fill })
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += width(text);
    }

    fn open(&mut self, group: Group, inside: &[Piece<'_>]) {
        let around = self.frame();
        let flat = around.mode == Mode::Flat || fits(inside, 1, self.column);
        let (indent, mode) = match group {
            Group::Each(deeper) => (around.indent + deeper, Mode::Each),
            Group::Fill(deeper) => (around.indent + deeper, Mode::Fill),
            Group::Bracket => (self.line_indent + INDENT, Mode::Each),
        };
        self.frames.push(Frame { indent, mode: if flat { Mode::Flat } else { mode } });
    }

    fn gap(&mut self, gap: Gap<'_>, behind: &[Piece<'_>]) {
        let Frame { indent, mode } = self.frame();
        let breaks = match mode {
            Mode::Flat => false,
            Mode::Each => gap.breaks,
            Mode::Fill => gap.breaks && !fits(behind, 0, self.column + gap.blank.len()),
        };
        if gap.comments.is_empty() && !breaks {
            self.text(gap.blank);
            return;
        }
        for comment in gap.comments {
            self.comment(comment, indent);
        }
        self.new_line(if gap.back { indent.saturating_sub(INDENT) } else { indent });
    }

    fn comment(&mut self, comment: &Lexeme<'_>, indent: usize) {
        if comment.is_trailing() {
            trailing_comment(comment.text, self.out);
        } else {
            self.new_line(indent);
            self.text(comment.text);
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
        self.line_indent = indent;
    }
}

/// Whether the pieces fit on the line up to the next gap that may be broken, with `depth` groups set flat: those that
/// are open when the pieces begin, and the ones in them.
fn fits(pieces: &[Piece<'_>], mut depth: usize, mut column: usize) -> bool {
    let mut ended = depth == 0;
    for piece in pieces {
        match piece {
            Piece::Text(text) => column += width(text),
            Piece::Gap(gap) if ended && (gap.breaks || !gap.comments.is_empty()) => break,
            Piece::Gap(gap) if !gap.comments.is_empty() => return false,
            Piece::Gap(gap) => column += gap.blank.len(),
            Piece::Open(_) => depth += 1,
            Piece::Close => {
                depth = depth.saturating_sub(1);
                ended = ended || depth == 0;
            }
        }
        if column > WIDTH {
            return false;
        }
    }
    true
}

/// The width of a text on a line, in characters.
fn width(text: &str) -> usize {
    text.chars().count()
}
