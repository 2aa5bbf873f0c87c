#!/usr/bin/env python3
"""Fails if files of one crate import each other, directly or through others; `make check-circles` runs it.

It reads modules, `use` and paths as the compiler does, only simpler: a name leads through re-exports to the file that
defines it. A `mod child` and a `pub use child::Name` give the child's names another address and are no import; what
the parent does with such a name is. Code that only tests compile does not count. Methods are not followed: a call says
nothing of the file that its method stands in.
"""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict, deque

TOKEN = re.compile(
    r"""
    (?P<skip>\s+|//[^\n]*)
  | (?P<block>/\*)
  | (?P<raw>(?:b|c)?r(?P<hashes>\#*)".*?"(?P=hashes))
  | (?P<text>(?:b|c)?"(?:[^"\\]|\\.)*")
  | (?P<char>b?'(?:[^'\\]|\\(?:x..|u\{[^}]*\}|.))')
  | (?P<lifetime>'\w+)
  | (?P<name>(?:r\#)?[^\W\d]\w*)
  | (?P<number>\d[\w]*)
  | (?P<mark>::|.)
    """,
    re.VERBOSE | re.DOTALL,
)
ITEMS = {"fn", "struct", "enum", "union", "trait", "type", "const", "static"}
OPEN, CLOSE = set("([{"), set(")]}")


class Token:
    """A piece of source: its kind, its text and its line."""

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line


class Module:
    """A module: what it declares, what it imports, and which paths it names."""

    def __init__(self, file, folder, parent=None):
        self.file, self.folder, self.parent = file, folder, parent
        self.children = {}
        self.items = set()
        # Name -> (path, line, whether it is a re-export).
        self.imports = {}
        # (path, line).
        self.globs = []
        # (path, line) of everything with `::` outside of `use`.
        self.paths = []
        # Name -> line of its first use without a path.
        self.bare = {}

    def root(self):
        return self if self.parent is None else self.parent.root()

    def is_below(self, other):
        return self is other or (self.parent is not None and self.parent.is_below(other))


def tokens_of(text):
    tokens, at, line = [], 0, 1
    while at < len(text):
        found = TOKEN.match(text, at)
        end = end_of_comment(text, at) if found["block"] else found.end()
        if not (found["skip"] or found["block"]):
            kind = found.lastgroup if found.lastgroup != "hashes" else "raw"
            tokens.append(Token(kind, found.group().removeprefix("r#") if kind == "name" else found.group(), line))
        line += text.count("\n", at, end)
        at = end
    return tokens


def end_of_comment(text, at):
    depth = 0
    for mark in re.finditer(r"/\*|\*/", text[at:]):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return at + mark.end()
    return len(text)


class Reader:
    """Reads the tokens of one file into its module and the inline modules of that."""

    def __init__(self, module):
        with open(module.file, encoding="utf-8") as source:
            self.tokens = tokens_of(source.read())
        self.at = 0
        self.module = module

    def text(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def kind(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def line(self):
        return self.tokens[self.at].line

    def read(self, module):
        """Up to the brace that closes the module, or to the end of the file."""
        depth, path, is_public = 0, None, False
        while self.at < len(self.tokens):
            text = self.text()
            if text == "#" and (self.text(1) == "[" or (self.text(1), self.text(2)) == ("!", "[")):
                is_there, path_given = self.attribute()
                path = path_given or path
                if not is_there:
                    self.skip_item()
                continue
            if text == "pub":
                is_public = True
                self.at += 1
                if self.text() == "(":
                    self.skip_group()
                continue
            if text == "use" and self.kind() == "name" and self.text(-1) != ".":
                self.use(module, is_public)
            elif text == "mod" and depth == 0 and self.kind(1) == "name" and self.text(2) in (";", "{"):
                self.submodule(module, path)
            elif text in CLOSE and depth == 0:
                return
            else:
                depth += (text in OPEN) - (text in CLOSE)
                self.other(module, depth)
            path, is_public = None, False

    def attribute(self):
        """Whether a program that is no test has what follows, and the path of an attribute `path`."""
        self.at += 1 if self.text(1) == "[" else 2
        start = self.at
        self.skip_group()
        inside = self.tokens[start + 1 : self.at - 1]
        texts = [token.text for token in inside]
        if texts[:1] == ["cfg"]:
            return predicate(texts[2:-1]) is not False, None
        path = inside[2].text.strip('"') if texts[:2] == ["path", "="] else None
        return True, path

    def skip_group(self):
        depth = 0
        while self.at < len(self.tokens):
            depth += (self.text() in OPEN) - (self.text() in CLOSE)
            self.at += 1
            if depth == 0:
                return

    def skip_item(self):
        while self.text() == "#":
            self.attribute()
        if self.text() == "pub":
            self.at += 1
            if self.text() == "(":
                self.skip_group()
        is_use = self.text() == "use"
        is_field = self.kind() == "name" and self.text(1) == ":"
        while self.at < len(self.tokens) and self.text() not in CLOSE:
            text = self.text()
            if text in OPEN:
                self.skip_group()
                if text == "{" and not is_use:
                    return
                continue
            self.at += 1
            if text == ";" or (text == "," and is_field):
                return

    def submodule(self, module, path):
        name, is_inline = self.text(1), self.text(2) == "{"
        self.at += 3
        folder = os.path.join(module.folder, name)
        if is_inline:
            child = Module(module.file, folder, module)
            module.children[name] = child
            self.read(child)
            self.at += 1
            return
        if path:
            file = os.path.normpath(os.path.join(os.path.dirname(module.file), path))
            folder = os.path.dirname(file)
        else:
            file = folder + ".rs"
        if os.path.exists(file):
            child = Module(file, folder, module)
            module.children[name] = child
            Reader(child).read(child)

    def use(self, module, is_public):
        line = self.line()
        self.at += 1
        self.tree(module, [], line, is_public)

    def tree(self, module, prefix, line, is_public):
        path = list(prefix)
        while self.at < len(self.tokens):
            text = self.text()
            if text == "*":
                module.globs.append((path, line))
            elif text == "{":
                self.at += 1
                while self.text() not in ("}", ""):
                    self.tree(module, path, self.line(), is_public)
                    self.at += self.text() == ","
                self.at += 1
                return
            elif self.kind() == "name" and text != "as":
                path.append(text)
                if self.text(1) != "::":
                    self.bind(module, path, line, is_public)
                    return
            self.at += 1
            if text == "*" or text == ";":
                return

    def bind(self, module, path, line, is_public):
        if path[-1] == "self" and len(path) > 1:
            path = path[:-1]
        name = path[-1]
        self.at += 1
        if self.text() == "as":
            name = self.text(1)
            self.at += 2
        key = name if name != "_" else f"_ {line} {path[-1]}"
        module.imports[key] = (path, line, is_public)

    def other(self, module, depth):
        """One token that is no module, no import and no attribute, or the path that begins with it."""
        text, line, before = self.text(), self.line(), self.text(-1)
        if self.kind() != "name" or before in (".", "::"):
            self.at += 1
            return
        if text in ITEMS and depth == 0 and self.kind(1) == "name" and self.text(1) not in ITEMS | {"unsafe", "async"}:
            module.items.add(self.text(1) if self.text(1) != "mut" else self.text(2))
            self.at += 1
            return
        if text == "macro_rules" and self.text(1) == "!":
            module.items.add(self.text(2))
            module.root().items.add(self.text(2))
        if self.text(1) == "::" and self.kind(2) == "name":
            path = [text]
            while self.text(1) == "::" and self.kind(2) == "name":
                path.append(self.text(2))
                self.at += 2
            module.paths.append((path, line))
        elif text[0].isupper() or self.text(1) in ("(", "!", "::"):
            if before not in ITEMS:
                module.bare.setdefault(text, line)
        self.at += 1


def predicate(texts):
    """False if a `cfg` is false wherever `test` is, None if that depends on something else."""
    if texts == ["test"]:
        return False
    if len(texts) > 2 and texts[0] in ("all", "any", "not"):
        parts, depth, part = [], 0, []
        for text in texts[2:-1]:
            depth += (text == "(") - (text == ")")
            if text == "," and depth == 0:
                parts.append(part)
                part = []
            else:
                part.append(text)
        values = [predicate(part) for part in parts + [part] if part]
        if texts[0] == "not":
            return None if values[0] is None else not values[0]
        decisive = texts[0] == "any"
        if decisive in values:
            return decisive
        return None if None in values else not decisive
    return None


def look_up(module, path, seen=frozenset()):
    """The module that defines what a path leads to, and whether it is that module itself; None outside the crate."""
    at, rest, is_local = module, list(path), False
    while rest and rest[0] in ("crate", "self", "super"):
        step = rest.pop(0)
        at = {"crate": at.root(), "self": at, "super": at.parent or at}[step]
        is_local = True
    while rest:
        name = rest.pop(0)
        if name in at.children and (rest or name not in at.items):
            at, is_local = at.children[name], True
            continue
        if name in at.items:
            return at, False
        found = imported(at, name, seen)
        if found is None:
            return (at, False) if is_local and name not in at.imports else None
        at, is_module = found
        if not is_module:
            return at, False
        is_local = True
    return at, True


def imported(module, name, seen):
    """What a name of a module leads to that it neither defines nor declares."""
    key = (id(module), name)
    if key in seen:
        return None
    seen = seen | {key}
    if name in module.imports:
        path = module.imports[name][0]
        return None if path == [name] else look_up(module, path, seen)
    for path, _ in module.globs:
        source = look_up(module, path, seen)
        if source and source[1] and has(source[0], name, seen):
            return look_up(source[0], ["self", name], seen)
    return None


def has(module, name, seen):
    return (
        name in module.items
        or name in module.children
        or name in module.imports
        or imported(module, name, seen) is not None
    )


def edges_of(module, edges):
    """Adds what a module and those below it import: (from, to) -> (line, path)."""

    def add(found, line, path):
        if found and found[0].file != module.file:
            edges.setdefault((module.file, found[0].file), (line, "::".join(path)))

    heads = {path[0] for path, _ in module.paths}
    for path, line in module.paths:
        add(look_up(module, path), line, path)
    for name, (path, line, is_public) in module.imports.items():
        found = look_up(module, path) if path != [name] else None
        if found is None:
            continue
        is_reexport = is_public and found[0] is not module and found[0].is_below(module)
        if is_reexport:
            if name in module.bare:
                add(found, module.bare[name], [name])
        # A module that is only a prefix of paths is no more than an address; the paths count.
        elif not (found[1] and name in heads):
            add(found, line, path)
    for path, line in module.globs:
        found = look_up(module, path)
        if not found or not found[1]:
            continue
        names = [name for name in module.bare if name not in module.items and has(found[0], name, frozenset())]
        for name in names:
            add(look_up(found[0], ["self", name]), module.bare[name], path + [name])
    for child in module.children.values():
        edges_of(child, edges)


def circles_of(edges):
    """For each file in a circle the shortest one, each once: a list of files of which the first imports the next."""
    after = defaultdict(list)
    for start, end in sorted(edges):
        after[start].append(end)
    found = set()
    for start in sorted(after):
        came_from, queue = {start: None}, deque([start])
        while queue:
            file = queue.popleft()
            if start in after[file]:
                circle = []
                while file is not None:
                    circle.append(file)
                    file = came_from[file]
                circle.reverse()
                first = circle.index(min(circle))
                found.add(tuple(circle[first:] + circle[:first]))
                break
            for end in after[file]:
                if end not in came_from:
                    came_from[end] = file
                    queue.append(end)
    return sorted(found)


def roots(manifest):
    """The files in which the crates of a workspace begin."""
    command = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1", "--manifest-path", manifest]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return sorted(target["src_path"] for package in metadata["packages"] for target in package["targets"])


def circles_below(root):
    """The circles of a crate, and what its files import."""
    module = Module(root, os.path.dirname(root))
    Reader(module).read(module)
    edges = {}
    edges_of(module, edges)
    return circles_of(edges), edges


def shown(circle, edges):
    lines = [os.path.relpath(circle[0])]
    for start, end in zip(circle, circle[1:] + circle[:1]):
        line, path = edges[start, end]
        lines.append(f"  -> {os.path.relpath(end)}    (line {line}: {path})")
    return "\n".join(lines)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    os.chdir(os.path.dirname(here))
    files, found = 0, set()
    for root in roots("Cargo.toml") + roots("fuzz/Cargo.toml"):
        circles, edges = circles_below(root)
        files += len({file for edge in edges for file in edge})
        # A file can belong to several crates.
        found |= {shown(circle, edges) for circle in circles}
    for circle in sorted(found):
        print(f"files import each other:\n{circle}", file=sys.stderr)
    print(f"circles: {len(found)} among {files} files that import something")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
