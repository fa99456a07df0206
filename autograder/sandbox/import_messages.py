"""Messages about what a module did outside of calls: a failed import, warnings, stderr."""

from __future__ import annotations

from typing import Any

from autograder.intake.plain_text import plain
from autograder.sandbox.session import Session
from course_lib.checks.errors import Raised, text_of
from course_lib.checks.transport import CodeRaised

__all__ = ["import_failure", "notes_from"]

_SYNTAX = ("SyntaxError", "IndentationError", "TabError")


def import_failure(raised: Raised, session: Session) -> str:
    """Where the import stopped and on what: what `course_lib.checks.importing` says of it."""
    file = f"{session.module}.py"
    if raised.kind in _SYNTAX:
        line = raised.frames[-1][0] if raised.frames else 0
        code = session.lines[line - 1].strip() if 0 < line <= len(session.lines) else ""
        text = plain(raised.text[:300])
        shown = f": `{text_of(plain(code), 100)}`" if code else ""
        return f"{file}, line {line}: {raised.kind}: {text}{shown}"
    if raised.kind == "NotImplementedError":
        return f"{file} cannot be imported: it raises NotImplementedError outside of a function"
    why = session.explained(file, CodeRaised(raised))
    return f"{file} cannot be imported: {why}"


def notes_from(said: Any) -> tuple[str, ...]:
    """Up to three notes of what the student's code warned of and wrote to stderr."""
    if not (isinstance(said, tuple) and len(said) == 2):
        return ()
    warned, stderr = said
    notes = []
    if isinstance(warned, list):
        notes += [f"your code warned: {w[:1000]}" for w in warned[:3] if isinstance(w, str)]
    if isinstance(stderr, str) and stderr:
        notes.append(f"your code wrote to stderr: {stderr[:1000]}")
    return tuple(plain(note)[:200] for note in dict.fromkeys(notes))[:3]
