"""The student's own cells in the autograded copy: outputs stay, what could act on a grader goes.

That copy is opened in the grader's browser, with the grader's session.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer

from autograder.intake.cells_and_outputs import new_output
from autograder.intake.plain_text import plain, without_tags
from autograder.intake.released import released_cells

__all__ = ["CleanStudentContent"]

_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_ACTIVE = "(an interactive or HTML output was here; it is not kept for grading)"


class CleanStudentContent(NbGraderPreprocessor):
    """Keeps text and pictures, drops HTML, scripts, widgets, foreign metadata."""

    most_image_kilobytes = Integer(3_000, help="Pictures larger than this are dropped.").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Clean every cell; the course's own text is recognised and left as it is."""
        self.clean(nb, released_cells(self, resources))
        return nb, resources

    def clean(self, nb: NotebookNode, released: list[NotebookNode]) -> None:
        """Clean a notebook where it stands.

        Args:
            nb: the student's.
            released: the released notebook's cells.
        """
        ours = {c.source.strip() for c in released if c.cell_type == "markdown"}
        nb.metadata = NotebookNode(language_info=NotebookNode(name="python"))
        for cell in nb.cells:
            graded = "nbgrader" in cell.metadata
            if not graded:
                cell.metadata = NotebookNode()
            if cell.cell_type == "raw":
                # nbconvert copies a raw cell into the page as it stands.
                cell.cell_type = "markdown"
                cell.source = "```\n" + cell.source.replace("```", "` ` `") + "\n```"
            if cell.cell_type == "markdown" and cell.source.strip() not in ours:
                cell.source = without_tags(cell.source)
            if "attachments" in cell:
                cell.attachments = self._attachments(cell.attachments)
            if cell.cell_type == "code":
                cell.execution_count = None
                outputs = [] if graded else [self._output(o) for o in cell.outputs]
                cell.outputs = [o for o in outputs if o is not None]

    def _output(self, output: Any) -> NotebookNode | None:
        """One output, or None if nothing of it can be kept."""
        try:
            kind = output["output_type"]
            if kind == "stream":
                name = "stderr" if output["name"] == "stderr" else "stdout"
                return new_output("stream", name=name, text=plain(_text(output["text"])))
            if kind == "error":
                lines = [plain(_text(line), 2_000) for line in output["traceback"][-100:]]
                return new_output(
                    "error",
                    ename=plain(_text(output["ename"]), 200),
                    evalue=plain(_text(output["evalue"]), 2_000),
                    traceback=lines,
                )
            if kind in ("display_data", "execute_result"):
                data = self._data(output["data"])
                return new_output("display_data", data=data) if data else None
        except (KeyError, TypeError, AttributeError):
            return None
        return None

    def _data(self, data: Any) -> dict[str, str]:
        kept = {kind: image for kind in _MAGIC if (image := self._image(kind, data.get(kind)))}
        if not kept and set(data) - {"text/plain", *_MAGIC}:
            return {"text/plain": _ACTIVE}
        if "text/plain" in data:
            kept["text/plain"] = plain(_text(data["text/plain"]))
        return kept

    def _image(self, kind: str, value: Any) -> str:
        """The picture as clean base64, "" if it is none."""
        if value is None:
            return ""
        try:
            raw = base64.b64decode("".join(_text(value).split()), validate=True)
        except (binascii.Error, ValueError, TypeError):
            return ""
        too_large = len(raw) > self.most_image_kilobytes * 1000
        return (
            "" if too_large or not raw.startswith(_MAGIC[kind]) else base64.b64encode(raw).decode()
        )

    def _attachments(self, attachments: Any) -> NotebookNode:
        kept = NotebookNode()
        for name, data in attachments.items() if isinstance(attachments, dict) else ():
            if isinstance(data, dict):
                images = {k: i for k in _MAGIC if (i := self._image(k, data.get(k)))}
                if images:
                    kept[str(name)] = NotebookNode(images)
        return kept


def _text(value: Any) -> str:
    """nbformat allows a list of lines where it means a text."""
    return "".join(value) if isinstance(value, list) else str(value)
