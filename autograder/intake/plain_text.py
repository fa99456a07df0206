"""Text that came from a submission, made safe to print in a terminal and to show in a page."""

from __future__ import annotations

import re

from rich.markup import escape

__all__ = ["in_terminal", "plain", "without_tags"]

_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # operating-system commands: titles, links, clipboard
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # device strings
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor movements
    r"|\x1b."
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
# Entities could spell a link's "javascript:" in letters that no pattern sees. Not "&amp;": an
# address is decoded twice on its way into a page.
_ENTITY = re.compile(r"&(?=#|\w{1,32};)")
# A picture in the text itself, which would show as pages of letters.
_PICTURE = re.compile(r"(data:image/\w+;base64,)[A-Za-z0-9+/=]{100,}")
_SCRIPT_LINK = re.compile(r"(javascript|vbscript|data)\s*:(?=\S)", re.IGNORECASE)
# MathJax's commands that make links, styles and attributes.
_ACTIVE_TEX = re.compile(r"\\(?=(?:href|url|require|style|class|cssId|data|unicode|mmlToken)\b)")


def plain(text: str, most: int = 20_000) -> str:
    """Text without terminal escapes, control characters and direction overrides.

    A line that was written over by carriage returns, such as a progress bar, keeps its last state.
    """
    text = _ESCAPES.sub("", text[: 4 * most]).replace("\r\n", "\n")
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    text = _CONTROLS.sub("", text)
    return text if len(text) <= most else text[:most] + "\n… (cut)"


def in_terminal(text: str, most: int = 500) -> str:
    """Text for a line that rich prints: no escapes, no markup, one line."""
    return escape(plain(text.encode(errors="replace").decode().replace("\n", " "), most))


def without_tags(markdown: str) -> str:
    """Markdown whose raw HTML shows as text, `<script>` as `< script>`; formulas stay right.

    Of a picture that is written into the text only its kind is left.
    """
    text = _PICTURE.sub(r"\1…", _CONTROLS.sub("", markdown))
    text = _ENTITY.sub("& ", text)
    return _ACTIVE_TEX.sub(r"\\ ", _SCRIPT_LINK.sub(r"\1 :", _TAG.sub("< ", text)))
