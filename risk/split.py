#!/usr/bin/env python3
"""Splits labelled servers into those to learn from and those that stay unread.

The server's family is the part of its name before the first hyphen: `aws-ecs` and `aws-iam` are one family. The family's hash
decides, so that no one can choose. A family with a server among the first 29 (whose tools shaped the vocabulary) is never unread.

Usage: split.py MANIFESTS SERVERS    prints `unread` or `read` and the server, one a line
"""

import hashlib
import pathlib
import sys


def family(server):
    return server.split("-", 1)[0]


def is_unread(server, known_families):
    digest = hashlib.sha256(family(server).encode()).digest()
    return family(server) not in known_families and digest[0] % 3 == 0


def servers(folder):
    return sorted(path.name.removesuffix(".tools.json") for path in pathlib.Path(folder).glob("*.tools.json"))


def main():
    manifests, newer = sys.argv[1:]
    known = {family(server) for server in servers(manifests)}
    for server in servers(newer):
        print("unread" if is_unread(server, known) else "read", server)


if __name__ == "__main__":
    main()
