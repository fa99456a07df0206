"""A student's module on a corrected scaffold: function by function, with what was added around.

Written is what differs from the scaffold that the student had. The course's own signature and
docstring are taken anew where the student left them as they were; the body is always the student's.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from course_lib.course import splice
from course_lib.course.contents import Function, functions
from course_lib.course.splice import extent, function_text, lines_of

__all__ = ["Carried", "carry", "changes"]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Scope = ast.Module | ast.ClassDef


@dataclass(frozen=True)
class Carried:
    """A module's new text, and what of the student's is in it.

    Attributes:
        text: all of it.
        functions: paths of the functions that are the student's, "Model.log_prob".
        added: what else the student had added, in a few words each.
        notes: what the student should look at, one line each.
    """

    text: str
    functions: tuple[str, ...]
    added: tuple[str, ...]
    notes: tuple[str, ...]


def carry(
    student: str, before: str | None, after: str, exercises: Collection[str], place: str
) -> Carried:
    """Put a student's work into a new scaffold.

    Args:
        student: the text of the student's module.
        before: the scaffold that it was begun from; None where that is not known.
        after: the new scaffold.
        exercises: paths of the functions that are the student's to write.
        place: what the module is called in messages.

    Raises:
        CannotSplice: the student's module is no Python, or the result would be none.
    """
    known = before is not None
    before = after if before is None else before
    old, new = _texts(before), _texts(after)
    text, carried, notes = after, [], []
    for name, _ in functions(splice.parsed(student, place), ""):
        path = name.removeprefix(".")
        own = function_text(student, path, place)
        if path not in new or own in (old.get(path), new[path]):
            continue
        if not known and "raise NotImplementedError" in own:
            continue  # an older scaffold's, as far as one can tell
        if path not in exercises and old.get(path) != new[path]:
            notes.append(f"`{path}`, which you had changed, is the course's new one")
            continue
        cell = _with_new_head(own, old.get(path), new[path])
        text = splice.with_function(text, path, cell, place).text
        carried.append(path)
    around = _Around(student, before, text, place)
    return Carried(around.text, tuple(carried), tuple(around.added), (*notes, *around.notes))


def changes(path: str, before: str, after: str) -> list[str]:
    """Say what the course changed in an exercise's function, in a few words each."""
    old, new = (_texts(text).get(path) for text in (before, after))
    if old is None or new is None or old == new:
        return []
    was, now = (_function(text) for text in (old, new))
    found = []
    if _signature(was) != _signature(now):
        found.append(f"signature: {_signature(was)} is now {_signature(now)}")
    if ast.get_docstring(was) != ast.get_docstring(now):
        found.append("docstring")
    if [ast.dump(line) for line in _body(was)] != [ast.dump(line) for line in _body(now)]:
        found.append("the code around yours")
    return found


def _texts(module: str) -> dict[str, str]:
    return {
        name.removeprefix("."): function_text(module, name.removeprefix("."), "the scaffold")
        for name, _ in functions(ast.parse(module), "")
    }


def _function(text: str) -> Function:
    found = ast.parse(text).body[0]
    assert isinstance(found, Function)
    return found


def _signature(node: Function) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){returns}"


def _body(node: Function) -> list[ast.stmt]:
    return node.body[ast.get_docstring(node, clean=False) is not None :]


def _with_new_head(own: str, old: str | None, new: str) -> str:
    """The student's body under the new signature and docstring, where both were left alone."""
    if old is None:
        return own
    (head, body), (was, _), (now, _) = map(_halves, (own, old, new))
    fits = head and now and head == was and _parameters(own) == _parameters(new)
    return now + body if fits else own


def _parameters(text: str) -> list[str]:
    return [a.arg for a in ast.walk(_function(text).args) if isinstance(a, ast.arg)]


def _halves(text: str) -> tuple[str, str]:
    """Decorators, signature and docstring; the rest. The first is "" where they share a line."""
    node, lines = _function(text), lines_of(text + "\n")
    if ast.get_docstring(node, clean=False) is None:
        return "", text
    end = node.body[0].end_lineno or 0
    if len(node.body) > 1 and node.body[1].lineno == end:
        return "", text
    return "".join(lines[:end]), "".join(lines[end:])


class _Around:
    """Helpers, imports, constants and comments of the student's, put where they stood."""

    def __init__(self, student: str, before: str, after: str, place: str) -> None:
        self.added: list[str] = []
        self.notes: list[str] = []
        self._source, self._target = lines_of(_ended(student)), lines_of(_ended(after))
        self._known_lines = {line.strip() for t in (before, after) for line in t.splitlines()}
        self._inserted: dict[int, list[str]] = {}
        tree, old, new = (splice.parsed(text, place) for text in (student, before, after))
        self._look(tree, old, new, 0)
        self.text = self._made() if self._inserted else after
        splice.parsed(self.text, place)

    def _look(self, own: _Scope, old: _Scope | None, new: _Scope, end: int) -> None:
        """Go through the statements of a module or a class from line `end` on."""
        known, there = _keyed(old), _keyed(new)
        waiting: list[str] = []
        before: int | None = None
        for node in own.body:
            start, stop = _extent(self._source, node)
            gap, key = self._own_lines(end, start), _key(node)
            dropped = key not in known or ast.dump(node) != ast.dump(known[key])
            if key in there:
                first, before = _extent(self._target, there[key])
                self._insert(first, _from_text(waiting + gap))
                waiting = []
                self._look_into(node, known.get(key), there[key])
            elif start >= end and dropped:
                block = gap + self._source[start:stop]
                if before is None:
                    waiting += block
                else:
                    self._insert(before, block)
                self.added.append(self._said(node))
            end = max(end, stop)
        if isinstance(own, ast.Module):
            waiting += self._own_lines(end, len(self._source))
        last = _extent(self._target, new.body[-1])[1] if new.body else len(self._target)
        self._insert(last, waiting)

    def _look_into(self, own: ast.stmt, old: ast.stmt | None, new: ast.stmt) -> None:
        if not isinstance(own, ast.ClassDef) or not isinstance(new, ast.ClassDef):
            return
        was = old if isinstance(old, ast.ClassDef) else None
        if was and _class_line(own) not in (_class_line(was), _class_line(new)):
            self.notes.append(
                f"the line `class {own.name}`, which you had changed, is the course's"
            )
        self._look(own, was, new, _extent(self._source, own.body[0])[0])

    def _own_lines(self, start: int, stop: int) -> list[str]:
        """Blank lines and the student's own comments between two statements."""
        return [
            line
            for line in self._source[start:stop]
            if not line.strip() or line.strip() not in self._known_lines
        ]

    def _said(self, node: ast.stmt) -> str:
        if isinstance(node, _DEFINITIONS):
            return f"`{node.name}`"
        return f"`{self._source[node.lineno - 1].strip()[:60]}`"

    def _insert(self, place: int, lines: list[str]) -> None:
        if any(line.strip() for line in lines):
            self._inserted.setdefault(place, []).extend(lines)

    def _made(self) -> str:
        lines: list[str] = []
        for number in range(len(self._target) + 1):
            lines += [line.rstrip("\r\n") + "\n" for line in self._inserted.get(number, [])]
            lines += self._target[number : number + 1]
        return "".join(lines).rstrip("\n") + "\n"


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + "\n"


def _from_text(lines: list[str]) -> list[str]:
    """The lines from the first that is not blank on."""
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    return lines[first:]


def _key(node: ast.stmt) -> str:
    return node.name if isinstance(node, _DEFINITIONS) else ast.dump(node)


def _keyed(scope: _Scope | None) -> dict[str, ast.stmt]:
    return {_key(node): node for node in (scope.body if scope else [])}


def _class_line(node: ast.ClassDef) -> str:
    return ast.dump(ast.ClassDef(node.name, node.bases, node.keywords, [], node.decorator_list))


def _extent(lines: list[str], node: ast.stmt) -> tuple[int, int]:
    """Lines [first, last) of a statement with its decorators."""
    if isinstance(node, Function):
        return extent(lines, node)
    decorators = node.decorator_list if isinstance(node, ast.ClassDef) else []
    return min([node.lineno, *(d.lineno for d in decorators)]) - 1, node.end_lineno or node.lineno
