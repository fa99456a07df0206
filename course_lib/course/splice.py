"""Take one function out of a module's text and put it back; everything else stays the same.

Places come from the syntax tree, the text itself is cut and joined, so that comments, blank lines
and line ends outside of the function stay byte for byte.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass

from course_lib.course.contents import UNREADABLE, Function, python_fault

__all__ = ["CannotSplice", "Spliced", "extent", "function_text", "lines_of", "parsed",
           "with_function"]  # fmt: skip

# Python's line ends only: `str.splitlines` would also break at a form feed inside a string.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# The text parts of f-strings are tokens of their own from Python 3.12 on.
_STRINGS = {"STRING", "FSTRING_MIDDLE", "TSTRING_MIDDLE"}


class CannotSplice(ValueError):
    """The function cannot be taken out or put in; the message is one line that says why."""


@dataclass(frozen=True)
class Spliced:
    """A module's new text.

    Attributes:
        text: all of it.
        first, last: the function's lines in it, counted from 1.
        warnings: what the student should know, one line each.
    """

    text: str
    first: int
    last: int
    warnings: tuple[str, ...]


def function_text(text: str, name: str, place: str) -> str:
    """A function as a cell can hold it: from the margin, with its decorators.

    Args:
        text: the module's.
        name: the function's path in it, "Model.log_prob".
        place: what the module is called in messages.

    Raises:
        CannotSplice: the text is no Python, or has no such function.
    """
    tree = parsed(text, place)
    found = _find(tree, name, place)
    lines = lines_of(text)
    first, last = extent(lines, found)
    body = "".join(lines[first:last])
    return _unified(_shifted(body, found, _indent(lines[first]), ""), "\n").rstrip("\n")


def with_function(text: str, name: str, cell: str, place: str) -> Spliced:
    """The module's text with the function that a cell defines in the place of its own.

    Args:
        text: the module's.
        name: the function's path in it, "Model.log_prob".
        cell: what the student typed: this one function, at the margin.
        place: what the module is called in messages.

    Raises:
        CannotSplice: the cell or the module is no Python, the cell defines something else or
            something more, or the module has no such function.
    """
    new = _only_function(parsed(cell, "this cell"), name, place)
    tree = parsed(text, place)
    old = _find(tree, name, place)
    lines, typed = lines_of(text), lines_of(cell)
    first, last = extent(lines, old)
    start, stop = extent(typed, new)
    end = re.search(r"\r\n|\r|\n", text)
    newline = end[0] if end else "\n"
    block = _shifted("".join(typed[start:stop]), new, "", _indent(lines[first]))
    block = _unified(block, newline).rstrip("\r\n")
    # A module's last line may have no end.
    block += "".join(re.findall(r"[\r\n]+\Z", lines[last - 1]))
    made = "".join([*lines[:first], block, *lines[last:]])
    if _rest(parsed(made, place), name, place) != _rest(tree, name, place):
        raise CannotSplice(
            f"`{name}` cannot be put into {place} without changing the rest of the file: "
            "edit the file itself"
        )
    return Spliced(made, first + 1, first + len(lines_of(block)), tuple(_changes(name, old, new)))


def parsed(text: str, place: str) -> ast.Module:
    """A text as Python reads it; raises `CannotSplice` with the place and the error."""
    try:
        with warnings.catch_warnings():
            # Python warns of a "\d" in the student's string when the module is loaded.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except UNREADABLE as error:
        raise CannotSplice(python_fault(error, place)) from error


def _only_function(tree: ast.Module, name: str, place: str) -> Function:
    """The one function that a cell may hold."""
    wanted = name.rpartition(".")[2]
    own = [n for n in tree.body if isinstance(n, Function) and n.name == wanted]
    others = [n for n in tree.body if n not in own]
    if len(own) > 1:
        raise CannotSplice(f"this cell defines `{wanted}` {len(own)} times: expected it once")
    if not own:
        found = ", ".join(_kind(n) for n in others) or "nothing"
        raise CannotSplice(f"this cell has {found}: expected `def {wanted}(...)` at the margin")
    if others:
        raise CannotSplice(
            f"beside `{wanted}` this cell has {_kind(others[0])}, line {others[0].lineno}: put it "
            f"into `{wanted}`, or into {place} with the editor"
        )
    return own[0]


def _kind(node: ast.stmt) -> str:
    if isinstance(node, Function):
        return f"`def {node.name}`"
    if isinstance(node, ast.ClassDef):
        return f"`class {node.name}`"
    return f"`{ast.unparse(node).splitlines()[0][:40]}`"


def _body(tree: ast.Module, name: str) -> list[ast.stmt]:
    """The statements among which the function stands: the module's, or its class's."""
    body = tree.body
    for part in name.split(".")[:-1]:
        classes = [n for n in body if isinstance(n, ast.ClassDef) and n.name == part]
        body = classes[-1].body if classes else []
    return body


def _find(tree: ast.Module, name: str, place: str) -> Function:
    wanted = name.rpartition(".")[2]
    found = [n for n in _body(tree, name) if isinstance(n, Function) and n.name == wanted]
    if not found:
        raise CannotSplice(
            f"{place} has no function `{name}` any more: put its `def` line back there, as it "
            "stands in the course's download"
        )
    # Of two the last one counts.
    return found[-1]


def _rest(tree: ast.Module, name: str, place: str) -> str:
    """Everything but the function."""
    body = _body(tree, name)
    body[body.index(_find(tree, name, place))] = ast.Pass()
    return ast.dump(tree)


def lines_of(text: str) -> list[str]:
    """A text's lines with their ends, as Python counts them."""
    return _LINE.findall(text)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def extent(lines: list[str], node: Function) -> tuple[int, int]:
    """Lines [first, last) of a function: decorators, and comments that end its body, included."""
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
    last = node.end_lineno or node.lineno
    inside = len(_indent(lines[first]))
    for number in range(last, len(lines)):
        line = lines[number].strip()
        if line and not (line.startswith("#") and len(_indent(lines[number])) > inside):
            break
        if line:
            last = number + 1
    return first, last


def _shifted(block: str, node: Function, old: str, new: str) -> str:
    """The function's lines with another indentation; strings keep theirs, docstrings follow."""
    fixed = _inside_strings(block, node)
    shifted = []
    for number, line in enumerate(lines_of(block), 1):
        if number in fixed or not line.strip():
            shifted.append(line)
        else:
            shifted.append(new + line.removeprefix(old))
    return "".join(shifted)


def _inside_strings(block: str, node: Function) -> set[int]:
    """Lines of the block, from 1, that begin inside a string that is not the docstring."""
    begins = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    doc: range = range(0)
    if ast.get_docstring(node, clean=False) is not None:
        doc = range(node.body[0].lineno - begins + 1, (node.body[0].end_lineno or 0) - begins + 2)
    # Under `if`, a function that is indented is a text of its own for the tokenizer.
    indented = bool(_indent(block))
    source = _unified(("if 1:\n" if indented else "") + block, "\n")
    inside: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if tokenize.tok_name[token.type] in _STRINGS:
            first, last = token.start[0] - indented, token.end[0] - indented
            if not (first in doc and last in doc):
                inside.update(range(first + 1, last + 1))
    return inside


def _unified(text: str, newline: str) -> str:
    return re.sub(r"\r\n|\r|\n", newline, text)


def _changes(name: str, old: Function, new: Function) -> list[str]:
    """List the changes around the body, one line for each."""
    found = []
    before, after = (_parameters(node) for node in (old, new))
    if before != after:
        found.append(
            f"`{name}` now takes ({after}), before it took ({before}): the checks call it as the "
            "course's own"
        )
    lost = [ast.unparse(d) for d in old.decorator_list]
    kept = [ast.unparse(d) for d in new.decorator_list]
    if lost != kept:
        shown = [" ".join(f"@{d}" for d in names) or "no decorator" for names in (kept, lost)]
        found.append(f"`{name}` now has {shown[0]}, before it had {shown[1]}")
    if type(old) is not type(new):
        kind = "async def" if isinstance(new, ast.AsyncFunctionDef) else "def"
        found.append(f"`{name}` is now made with `{kind}`: the checks call it as the course's own")
    return found


def _parameters(node: Function) -> str:
    """Names, kinds and defaults of the parameters; annotations are left out."""
    arguments = ast.parse(f"def f({ast.unparse(node.args)}): pass").body[0]
    assert isinstance(arguments, ast.FunctionDef)
    for argument in ast.walk(arguments.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(arguments.args)
