"""The fold of a card that shows the reference's function beside the student's own."""

from __future__ import annotations

import html

from course_lib.course.earned import Solution

__all__ = ["solution_fold"]


def solution_fold(shown: Solution) -> str:
    """A closed fold: both functions side by side where there is room, and why so."""
    both = "".join(
        '<figure style="flex:1 1 22em;min-width:0;margin:.4em 0">'
        f'<figcaption style="opacity:.75">{title}</figcaption>'
        '<pre style="margin:0;white-space:pre-wrap;overflow-wrap:anywhere;padding:.4em .6em;'
        f'border-radius:3px;background:rgba(128,128,128,.12);line-height:1.35">{html.escape(text)}</pre></figure>'
        for title, text in (("yours", shown.own), ("the reference", shown.reference))
        if text
    )
    why = f"<div><b>Why so:</b> {html.escape(shown.remark)}</div>" if shown.remark else ""
    return (
        '<details style="margin-top:.4em"><summary>The reference beside yours</summary>'
        f'<div style="display:flex;flex-wrap:wrap;gap:1em">{both}</div>{why}</details>'
    )
