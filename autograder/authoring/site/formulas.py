"""A Sphinx extension: displayed formulas reach MathJax as they are written, as in a notebook.

Sphinx would put a formula with line breaks into `split`, in which `\\tag` is an error.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("doctree-read", _as_written)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _as_written(app: Sphinx, doctree: nodes.document) -> None:
    for node in doctree.findall(nodes.math_block):
        if not node.get("nowrap"):
            node[:] = [nodes.Text(rf"\[{node.astext().strip()}\]")]
            node["nowrap"] = True
