"""A Sphinx extension: formulas are typeset by KaTeX while the site is built.

A page shows them at once and without a script. A formula that KaTeX cannot read is a warning, and
so the end of the build. Beside what is seen, each holds MathML, which screen readers read.
"""

from __future__ import annotations

import functools
import html
from typing import Any

import dukpy
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from autograder.authoring.site import katex

__all__ = ["setup"]

_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_html_math_renderer("katex", (_inline, None), (_displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(_typeset(node.astext(), node))
    raise nodes.SkipNode


def _displayed(writer: HTML5Translator, node: nodes.math_block) -> None:
    """The number stands beside the formula: it neither scrolls away with it nor lies over it."""
    formula, _, number = node.astext().partition(r"\tag{")
    number = number and f'<span class="eqno">({html.escape(number.strip()[:-1])})</span>'
    # The class is the theme's, whose script lets the keyboard reach what is wide enough to scroll.
    typeset = _typeset(formula, node, displayed=True)
    box = f'<div class="pst-scrollable-table-container">{typeset}</div>'
    writer.body.append(f'<div class="math">{number}{box}</div>')
    raise nodes.SkipNode


def _typeset(source: str, node: nodes.Element, displayed: bool = False) -> str:
    source = source.strip()
    call = "katex.renderToString(dukpy.source, {displayMode: dukpy.displayed, strict: 'error'})"
    try:
        return _interpreter().evaljs(call, source=source, displayed=displayed)
    except dukpy.JSRuntimeError as error:
        why = str(error).strip().splitlines()[0]
        _log.warning("formula not understood: %s (%s)", source, why, location=node)
        return ""


@functools.cache
def _interpreter() -> dukpy.JSInterpreter:
    interpreter = dukpy.JSInterpreter()
    interpreter.evaljs(["var self = globalThis;", katex.script(), "; null"])
    return interpreter
