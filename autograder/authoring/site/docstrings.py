"""A Sphinx extension: the docstrings, which are Markdown, as the reStructuredText of autodoc.

Spans and blocks of code, tables and emphasis are translated; every other character means itself.
Each exercise's docstring ends with a link to its section.
"""

from __future__ import annotations

import pkgutil
import re
from typing import Any

from sphinx.application import Sphinx

from autograder.authoring.site.lectures import exercise_label
from course_lib.course.syllabus import load

__all__ = ["setup", "to_rst"]

_FENCE = re.compile(r"\s*```(\w*)")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*`]*[^\s*])\*(?![\w*])")
_SEVERAL = re.compile(r"^:param \w+(?:, \w+)+:")
_INDENTED = re.compile(r" {4}\s*\S")
_RULE = re.compile(r"\s*\|[\s:|-]+\|\s*")
_SPECIAL = re.compile(r"[*|\\]|(?<=\w)_(?!\w)")


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("missing-reference", _public_name)
    # Before napoleon, whose priority is 500: it adds markup that has to stay.
    app.connect("autodoc-process-docstring", _process, priority=400)
    app.connect("autodoc-process-docstring", _names_together, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _process(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = to_rst(lines)
    exercises = {f"course_lib.{e.name}": e for lec in load().notebooks for e in lec.exercises}
    if name in exercises:
        label = exercise_label(exercises[name].name)
        lines += ["", f"Exercise: :ref:`section {exercises[name].section} <{label}>`.", ""]


def _names_together(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """One line may describe several arguments: what stands before a space would be their type."""
    lines[:] = [_SEVERAL.sub(lambda m: m[0].replace(", ", ","), line) for line in lines]


def _public_name(app: Sphinx, env: Any, node: Any, contnode: Any) -> Any:
    """A name that its package exports is documented as the package's: lead there.

    What exists and is not public is left as text; what does not exist stays an error.
    """
    if node.get("refdomain") != "py":
        return None
    parts = node["reftarget"].split(".")
    for k in range(len(parts) - 2, 0, -1):
        name = ".".join([*parts[:k], parts[-1]])
        if name in env.domains.python_domain.objects:
            return env.domains.python_domain.resolve_xref(
                env, node["refdoc"], app.builder, "obj", name, node, contnode
            )
    return contnode if _exists(node["reftarget"]) else None


def _exists(name: str) -> bool:
    if not name.startswith(("course_lib.", "autograder.")):
        return False
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError):
        return False
    return True


def to_rst(lines: list[str]) -> list[str]:
    """Markdown, as far as docstrings use it, as reStructuredText."""
    done: list[str] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        fence = _FENCE.match(line)
        if fence:
            margin = line[: len(line) - len(line.lstrip())]
            done += ["", f"{margin}.. code-block:: {fence[1] or 'text'}", ""]
            while rest and not _FENCE.match(rest[0]):
                done.append(f"   {rest.pop(0)}")
            rest[:1] = []
            done.append("")
        elif _INDENTED.match(line) and done and not done[-1] and _at_margin(done):
            done += ["::", "", line]
            while rest and (not rest[0] or rest[0].startswith("    ")):
                done.append(rest.pop(0))
            done.append("")
        elif line.lstrip().startswith("|") and rest and _RULE.fullmatch(rest[0]):
            table = [line]
            while rest and rest[0].lstrip().startswith("|"):
                table.append(rest.pop(0))
            done += _table(table)
        else:
            done.append(_line(line))
    return done


def _at_margin(done: list[str]) -> bool:
    """Whether the last line with text begins at the margin: what follows indented is code."""
    last = next((line for line in reversed(done) if line), "")
    return last[:1] not in ("", " ")


def _line(line: str) -> str:
    """One line of text; spans of code are kept from being read as text."""
    parts = re.split(r"(`+[^`]+`+)", line)
    for i, part in enumerate(parts):
        if i % 2:
            # A span that touches a letter, as in `x`s, needs a separator that prints as nothing.
            before = r"\ " if parts[i - 1][-1:].isalnum() else ""
            after = r"\ " if parts[i + 1][:1].isalnum() else ""
            parts[i] = f"{before}``{part.strip('`')}``{after}"
        else:
            parts[i] = _text(part)
    return "".join(parts)


def _text(text: str) -> str:
    pieces = _EMPHASIS.split(text)
    escaped = [_SPECIAL.sub(lambda m: "\\" + m[0], piece) for piece in pieces]
    return "".join(f"*{piece}*" if i % 2 else piece for i, piece in enumerate(escaped))


def _table(rows: list[str]) -> list[str]:
    """A Markdown table as a list-table, with its head where it has one."""
    cells = [[c.strip() for c in re.split(r"(?<!\\)\|", row.strip().strip("|"))] for row in rows]
    cells = [row for row in cells if not all(re.fullmatch(r":?-+:?", c) for c in row)]
    margin = rows[0][: len(rows[0]) - len(rows[0].lstrip())]
    head = ["   :header-rows: 1"] if any(cells[0]) else []
    lines = ["", ".. list-table::", *head, ""]
    for row in cells if any(cells[0]) else cells[1:]:
        lines += [f"   {'*' if k == 0 else ' '} - {_line(c)}" for k, c in enumerate(row)]
    return [margin + line if line else line for line in [*lines, ""]]
