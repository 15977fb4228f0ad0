#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the source tree against layers.json: who may include whom, cycles, sizes, words, names.

usage: check_architecture.py [TREE]

Prints one line per violation and fails if there is any. Plain Python, nothing to install.
"""

import functools
import json
import os
import re
import sys
from collections import defaultdict
from pathlib import Path

RULES_FILE = Path(__file__).with_name("layers.json")
SKIPPED_FOLDERS = {"build", "node_modules", "__pycache__"}
CODE = {".cpp", ".h"}
COUNTED = CODE | {".py", ".sh", ".mjs", ".js", ".cmake", ".qss"}
NEEDS_SPDX = CODE | {".py", ".sh", ".mjs", ".js", ".cmake", ".qss", ".sql"}
SNAKE_CASE = CODE | {".py", ".sh", ".mjs", ".js", ".sql"}
SNAKE_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
TYPE = re.compile(r"(?:class|struct|union|enum class) (\w+)(?: final)?\s*(?:\{|:(?!:)|$)")
OWN_INCLUDE = re.compile(r'\s*#\s*include\s*"')
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')

# What is not code. A raw string is not found inside another literal, since the alternatives are tried in order
# from each position and each eats its whole literal.
NOT_CODE = re.compile(
    r'R"(?P<fence>[^()\\\s]{0,16})\(.*?\)(?P=fence)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


def code_lines(text):
    """The lines without comments and without what stands in strings; but names of included files stay."""

    def blank(match):
        found = match.group()
        return "\n" * found.count("\n") + (" " if found.startswith("/") else '""')

    stripped = NOT_CODE.sub(blank, text).split("\n")
    return [raw if INCLUDE.match(raw) and not INCLUDE.match(bare) and bare.strip().startswith("#") else bare
            for raw, bare in zip(text.split("\n"), stripped)]


def below(path, folder):
    return path == folder or path.startswith(folder + "/")


class Checker:
    def __init__(self, tree, rules):
        self.tree = Path(tree)
        self.rules = rules
        self.violations = []
        self.edges = defaultdict(dict)  # folder -> included folder -> "file:line" of one such include
        self.types = defaultdict(list)  # "namespace::type" -> (file, line) of each definition
        self.files = sorted(self.list_files())
        self.known = set(self.files)

    def list_files(self):
        for folder, names, files in os.walk(self.tree):
            names[:] = [n for n in names if n not in SKIPPED_FOLDERS and (not n.startswith(".") or n == ".ci")]
            for name in files:
                yield (Path(folder) / name).relative_to(self.tree).as_posix()

    def report(self, path, line, message):
        self.violations.append((path, line, message))

    def run(self):
        for path in self.files:
            self.check_file(path)
        self.check_cycles()
        self.check_folder_sizes()
        self.check_twins()
        folders = {os.path.dirname(path) for path in self.known}
        for listed, there in (("oversized", self.known), ("crowded", folders), ("excused", self.known)):
            for path in sorted(set(self.rules[listed]) - there):
                self.report(path, 0, f"is on the list '{listed}' and does not exist: take it off")
        return sorted(self.violations)

    def check_file(self, path):
        suffix = Path(path).suffix
        if Path(path).name == "CMakeLists.txt":
            suffix = ".cmake"
        script = not suffix and path.startswith((".ci/", "packaging/"))
        if suffix not in COUNTED | NEEDS_SPDX and not script:
            return
        text = (self.tree / path).read_text(encoding="utf-8", errors="replace")
        lines = text.split("\n")
        if (suffix in NEEDS_SPDX or script) and not any("SPDX-License-Identifier:" in line for line in lines[:3]):
            self.report(path, 1, "no SPDX-License-Identifier in the first three lines")
        if suffix in COUNTED:
            count = text.count("\n") + (not text.endswith("\n"))
            self.check_count(path, count, self.rules["max_lines"], "oversized", "lines", "split it")
        if suffix in SNAKE_CASE:
            for part in Path(path).with_suffix("").parts:
                if not SNAKE_NAME.fullmatch(part.lstrip(".")):
                    self.report(path, 0, f"the name is not snake_case: {part}")
        if suffix in CODE:
            code = code_lines(text)
            if suffix == ".h" and not any(re.match(r"\s*#\s*pragma\s+once\b", line) for line in code):
                self.report(path, 1, "header without #pragma once")
            self.check_includes(path, code)
            self.check_words(path, code)
            self.note_types(path, code)

    def note_types(self, path, code):
        """Types that the linker knows by name: at the top of a named namespace."""
        if path.startswith("tests/"):
            return  # binaries of their own
        spaces, depth = [], 0  # (name, depth inside) of the namespaces that are open
        for number, line in enumerate(code, 1):
            defined = TYPE.match(line)
            if defined and spaces and spaces[-1][1] == depth and all(name for name, _ in spaces):
                self.types["::".join([name for name, _ in spaces] + [defined.group(1)])].append((path, number))
            opened = re.match(r"\s*(?:inline )?namespace\s*([\w:]*)\s*\{", line)
            depth += line.count("{") - line.count("}")
            if opened and line.count("{") > line.count("}"):
                spaces.append((opened.group(1), depth))
            while spaces and depth < spaces[-1][1]:
                spaces.pop()

    def check_twins(self):
        """Two types of one name are one to the linker, whatever they hold."""
        for name, places in self.types.items():
            for path, number in places[1:]:
                self.report(path, number, f"{name} is another type in {places[0][0]}: rename one")

    def check_count(self, path, count, limit, listed, what, remedy):
        """A number against its limit, or against its entry in a list that may only shrink."""
        allowed = self.rules[listed].get(path)
        if allowed is None:
            if count > limit:
                self.report(path, 0, f"{count} {what}, more than {limit}: {remedy}")
        elif count <= limit:
            self.report(path, 0, f"is on the list '{listed}' and has {count} {what}: take it off")
        elif count > allowed:
            self.report(path, 0, f"{count} {what}: the list '{listed}' says {allowed}, and may only shrink")
        elif count < allowed:
            self.report(path, 0, f"{count} {what}: write that into the list '{listed}' instead of {allowed}")

    def layer_of(self, path):
        """The longest entry of the table that holds the path, or None."""
        return max((name for name in self.rules["layers"] if below(path, name)), key=len, default=None)

    def may_include(self, layer, target):
        if below(target, layer) and self.layer_of(target) == layer:
            return True
        for allowed in self.rules["layers"][layer]:
            if allowed.endswith("/**"):
                if below(target, allowed[:-3]):
                    return True
            elif allowed.endswith("+"):
                if target in self.headers_along(allowed[:-1]):
                    return True
            elif self.layer_of(target) == allowed:
                return True
        return False

    @functools.cache
    def headers_along(self, folder):
        """The headers of a folder and all that they include, directly or not."""
        found = set()
        waiting = [path for path in self.files if path.endswith(".h") and self.layer_of(path) == folder]
        while waiting:
            path = waiting.pop()
            if path not in found and path in self.known:
                found.add(path)
                text = (self.tree / path).read_text(encoding="utf-8", errors="replace")
                waiting += [m.group(1) for m in map(INCLUDE.match, code_lines(text)) if m and m.group(1)]
        return found

    def check_includes(self, path, code):
        layer = self.layer_of(path)
        if layer is None:
            self.report(path, 0, "the folder is not in the layer table")
            return
        for number, line in enumerate(code, 1):
            match = INCLUDE.match(line)
            target = match and match.group(1)
            if not target or target.endswith(".moc"):
                continue
            if target not in self.known:
                self.report(path, number, f'no such file from the root of the tree: "{target}"')
                continue
            if not self.may_include(layer, target):
                self.report(path, number, f"forbidden include: {layer} may not include {self.layer_of(target) or target}")
            source, included = os.path.dirname(path), os.path.dirname(target)
            if source != included and not below(source, "tests"):
                self.edges[source].setdefault(included, f"{path}:{number}")

    def check_words(self, path, code):
        excused = dict(self.rules["excused"].get(path, {}))
        for word in self.rules["words"]:
            if self.word_is_allowed(word, path):
                continue
            pattern = re.compile(word["pattern"])
            found = [(number, match.group().strip()) for number, line in enumerate(code, 1)
                     if not OWN_INCLUDE.match(line) and (match := pattern.search(line))]
            if len(found) == excused.pop(word["name"], 0):
                continue
            for number, what in found:
                self.report(path, number, f"banned word ({word['name']}): {what}: {word['why']}")
            if not found:
                self.report(path, 0, f"is excused for words ({word['name']}) that it does not hold: take it off")
        for name in excused:
            self.report(path, 0, f"is excused for words ({name}) that it may hold: take it off")

    @staticmethod
    def word_is_allowed(word, path):
        if "not_in" in word:
            return not any(below(path, folder) for folder in word["not_in"])
        folders = list(word["only_in"])
        folders += ["tests/unit/" + f[len("core/"):] for f in word["only_in"] if f.startswith("core/")]
        if not any(below(path, folder) for folder in folders):
            return False
        return re.search(word.get("only_files", ""), path) is not None

    def check_cycles(self):
        """Depth-first; each cycle is reported once, at the include that closes it."""
        state, trail = {}, []

        def visit(folder):
            state[folder] = "open"
            trail.append(folder)
            for target, where in sorted(self.edges[folder].items()):
                if state.get(target) == "open":
                    ring = trail[trail.index(target):] + [target]
                    path, line = where.rsplit(":", 1)
                    self.report(path, int(line), "cycle between folders: " + " -> ".join(ring))
                elif target not in state:
                    visit(target)
            trail.pop()
            state[folder] = "done"

        for folder in sorted(self.edges):
            if folder not in state:
                visit(folder)

    def check_folder_sizes(self):
        stems = defaultdict(set)
        for path in self.files:
            if Path(path).suffix in CODE:
                stems[os.path.dirname(path)].add(Path(path).stem)
        for folder, names in sorted(stems.items()):
            top = max((t for t in self.rules["max_sources"] if below(folder, t)), key=len, default=None)
            if top:
                self.check_count(folder, len(names), self.rules["max_sources"][top], "crowded", "sources", "make rooms")


def main(arguments, rules_file=RULES_FILE):
    tree = arguments[0] if arguments else Path(__file__).resolve().parents[2]
    checker = Checker(tree, json.loads(Path(rules_file).read_text(encoding="utf-8")))
    violations = checker.run()
    for path, line, message in violations:
        print(f"{path}:{line}: {message}" if line else f"{path}: {message}")
    print(f"{len(checker.files)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
