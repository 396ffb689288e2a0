#!/usr/bin/env python3
"""Whatever the compiler reads without an error of syntax, the grammar reads without one too.

Usage: test/accepted.py GATEWRIGHT TREE_SITTER

Takes every policy of the repository, with LF and with CRLF, as it stands and as the formatter writes it. Of the fixtures
that hold every form of the language, every blank is replaced in turn by a line break and by a comment: so the grammar
ends statements where the compiler does.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

GRAMMAR = Path(__file__).resolve().parent.parent
ROOT = GRAMMAR.parent.parent
DENSE = [
    "tests/fixtures/syntax/ok/everything.gate",
    "tests/fixtures/syntax/ok/tests.gate",
    "tests/fixtures/format/statements.gate",
]
# What no line break may be put into, and the blanks between.
PIECES = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|([ \t]+)')


def formatted(gatewright, text):
    """The text as the formatter writes it; nothing when the compiler does not read it."""
    done = subprocess.run([gatewright, "fmt", "-"], input=text.encode(), capture_output=True, check=False)
    return done.stdout.decode() if done.returncode == 0 else None


def policies():
    """Every policy of the repository with its name, and those that the reference shows."""
    files = sorted([*ROOT.glob("examples/**/*.gate"), *ROOT.glob("tests/fixtures/**/*.gate")])
    for file in files:
        yield str(file.relative_to(ROOT)), file.read_bytes().decode()
    reference = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    for number, block in enumerate(re.findall(r"^```gate[^\n]*\n(.*?)^```$", reference, re.S | re.M)):
        yield f"block {number + 1} of docs/language.md", block


def broken_lines(text):
    """The text once for every blank in it, with something else in the blank's place."""
    for piece in PIECES.finditer(text):
        if piece[1]:
            for other in ("\n", " # why\r\n\n\t"):
                yield text[: piece.start()] + other + text[piece.end() :]


def accepted(gatewright):
    """The texts that the compiler reads, each with a name."""
    for name, text in policies():
        pretty = formatted(gatewright, text)
        if pretty is None:
            continue
        yield name, text
        yield f"{name}, formatted", pretty
        yield f"{name}, with a mark and CRLF", "\ufeff" + text.replace("\r\n", "\n").replace("\n", "\r\n")
        if name not in DENSE:
            continue
        for number, broken in enumerate(broken_lines(text)):
            if formatted(gatewright, broken) is not None:
                yield f"{name}, variant {number}", broken


def main(gatewright, tree_sitter):
    with tempfile.TemporaryDirectory(prefix="gatewright-") as folder:
        names = {}
        for number, (name, text) in enumerate(accepted(gatewright)):
            file = Path(folder, f"{number}.gate")
            file.write_bytes(text.encode())
            names[str(file)] = name
        for name in DENSE:
            if not any(other.startswith(f"{name}, variant") for other in names.values()):
                sys.exit(f"error: no variant of {name} was tried")
        if len(names) < 400:
            sys.exit(f"error: only {len(names)} texts were tried")
        paths = Path(folder, "paths")
        paths.write_text("\n".join(names) + "\n")
        command = [tree_sitter, "parse", "--quiet", "--grammar-path", str(GRAMMAR), "--paths", str(paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wrong = [line.split("\t")[0].strip() for line in done.stdout.splitlines() if "ERROR" in line or "MISSING" in line]
        for file in wrong[:10]:
            print(f"error: not read: {names.get(file, file)}\n{Path(file).read_text()}", file=sys.stderr)
        if wrong or done.returncode != 0:
            sys.exit(f"error: {len(wrong)} of {len(names)} texts are not read\n{done.stderr}")
        print(f"{len(names)} texts that the compiler reads are read")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
