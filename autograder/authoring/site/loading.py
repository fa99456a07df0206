"""A Sphinx extension: a page loads only what it needs, and says what it is about."""

from __future__ import annotations

import copy
import textwrap
from typing import Any

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("doctree-read", _size_images)
    # Late: other extensions have added their files by then.
    app.connect("html-page-context", _complete, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _size_images(app: Sphinx, doctree: nodes.document) -> None:
    """An image has its size, so that the text does not jump, and is loaded when it is near."""
    for node in doctree.findall(nodes.image):
        file = app.srcdir / node["uri"]
        if file.suffix == ".png":
            with Image.open(file) as image:
                node["width"], node["height"] = map(str, image.size)
            node["loading"] = "lazy"


def _complete(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Scripts wait for the text; a style or a script that the page has no use for is left out."""
    body = context.get("body", "")
    without = set()
    if 'class="katex' not in body:
        without.add("katex.min.css")
    if "highlight" not in body:
        without |= {"clipboard.min.js", "copybutton.js", "copybutton.css"}
    context["css_files"] = [f for f in context["css_files"] if _name(f) not in without]
    # Scripts in the page itself only set what the search dialog would use, and would not wait.
    scripts = [f for f in context["script_files"] if f.filename and _name(f) not in without]
    # The scripts of the search page itself do not wait, and use these.
    context["script_files"] = scripts if page == "search" else list(map(_deferred, scripts))
    context["description"] = _description(context, doctree)


def _deferred(script: Any) -> Any:
    """A copy, for this page alone."""
    waiting = copy.copy(script)
    object.__setattr__(waiting, "attributes", {**script.attributes, "defer": "defer"})
    return waiting


def _name(file: Any) -> str:
    return str(file.filename or "").rpartition("/")[2]


def _description(context: dict[str, Any], doctree: nodes.document | None) -> str:
    """What the page's own `description` says, or else its first sentences."""
    for meta in doctree.findall(nodes.meta) if doctree else ():
        if meta.get("name") == "description":
            return str(meta["content"])
    paragraphs = doctree.findall(nodes.paragraph) if doctree else ()
    sentences = (p.astext() for p in paragraphs if p.astext().endswith((".", ":")))
    text = next(sentences, context["docstitle"])
    return textwrap.shorten(text, 200, placeholder=" …")
