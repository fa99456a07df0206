"""The shape of code: its syntax tree as a sequence, without names that a student chose.

Variables, parameters and own functions become one letter; comments, docstrings, annotations and
layout are not in a syntax tree. What a library is called by, numbers and operators stay.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["ELSEWHERE", "Piece", "Unparsable", "pieces"]

ELSEWHERE = "elsewhere in the file"
_MOST_NODES = 20_000
_MOST_REPAIRS = 30
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Unparsable(ValueError):
    """The text is no Python, up to its first line."""


@dataclass(frozen=True)
class Piece:
    """A part of a module.

    Attributes:
        nodes: of its syntax tree, in the order in which they are written.
        lines: the line of each node.
    """

    nodes: tuple[str, ...]
    lines: tuple[int, ...]


def pieces(text: str, module: str, exercises: set[str], only: str = "") -> dict[str, Piece]:
    """Exercise → the shape of what stands in it; other code under `ELSEWHERE`.

    What follows a syntax error is left out.

    Args:
        text: the module's.
        module: its name.
        exercises: names such as "name.Model.log_prob".
        only: the one exercise that is wanted; all, and what is elsewhere, by default.

    Raises:
        Unparsable: nothing can be parsed.
    """
    tree = _parsed(text)
    names = _Names.of(tree)
    found: dict[str, list[tuple[str, int]]] = {}
    left = _MOST_NODES
    for name, statement in _statements(tree, module):
        key = name if name in exercises else ELSEWHERE
        if only and key != only:
            continue
        for entry in _walk(statement, names):
            if left == 0:
                break
            found.setdefault(key, []).append(entry)
            left -= 1
    return {
        key: Piece(tuple(node for node, _ in entries), tuple(line for _, line in entries))
        for key, entries in found.items()
    }


def _parsed(text: str) -> ast.Module:
    """The tree of a text, or of what stands above its first syntax error."""
    lines = text.splitlines(keepends=True)
    for _ in range(_MOST_REPAIRS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the student's own string escapes
                return ast.parse("".join(lines))
        except SyntaxError as error:
            keep = min((error.lineno or 1) - 1, len(lines) - 1)
            if keep <= 0:
                raise Unparsable(f"line 1: {error.msg}") from error
            lines = lines[:keep]
        except (ValueError, RecursionError, MemoryError) as error:
            raise Unparsable(str(error) or type(error).__name__) from error
    raise Unparsable("too many syntax errors")


@dataclass(frozen=True)
class _Names:
    """The names of a file.

    Attributes:
        imported: with what they stand for.
        own: that are given a value or defined; "x" of `x = 1`.
        attributes: the same of attributes, "w" of `self.w = 1`, and methods.
    """

    imported: dict[str, str]
    own: set[str]
    attributes: set[str]

    @classmethod
    def of(cls, tree: ast.Module) -> _Names:
        imported: dict[str, str] = {}
        own: set[str] = set()
        attributes: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported.update({a.asname: a.name for a in node.names if a.asname})
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.arg):
                own.add(node.arg)
            elif isinstance(node, (*_Function, ast.ClassDef)):
                own.add(node.name)
                if isinstance(node, ast.ClassDef):
                    attributes.update(n.name for n in node.body if isinstance(n, _Function))
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                own.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                attributes.add(node.attr)
        return cls(imported, own - set(imported), attributes)


def _statements(tree: ast.Module, prefix: str) -> Iterator[tuple[str, ast.stmt]]:
    """(name of the function that it stands in, statement); a class's are taken one by one."""

    def inside(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.stmt]]:
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                yield from inside(statement.body, f"{prefix}.{statement.name}")
            elif isinstance(statement, _Function):
                name = f"{prefix}.{statement.name}"
                yield from ((name, inner) for inner in statement.body)
            elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
                yield "", statement

    return inside(tree.body, prefix)


def _walk(root: ast.AST, names: _Names) -> Iterator[tuple[str, int]]:
    """(node, line) in the order of the text. A loop and no recursion: trees can be deep."""
    stack: list[tuple[ast.AST, int]] = [(root, getattr(root, "lineno", 1))]
    while stack:
        node, line = stack.pop()
        line = getattr(node, "lineno", line)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring, or a text that stands for nothing
        if isinstance(node, (ast.Pass, ast.expr_context, ast.Import, ast.ImportFrom)):
            continue
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            node = ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, _Function):
            children = [node.args, *node.body]
        elif isinstance(node, ast.arg):
            children = []
        yield _label(node, names), line
        stack.extend((child, line) for child in reversed(children))


def _label(node: ast.AST, names: _Names) -> str:
    if isinstance(node, ast.Name):
        return "name" if node.id in names.own else names.imported.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return ".own" if node.attr in names.attributes else f".{node.attr}"
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, (str, bytes)):
            return "text"
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
            return f"{float(value):g}"
        return repr(value)[:40]
    if isinstance(node, ast.keyword):
        return f"{node.arg}="
    return type(node).__name__
