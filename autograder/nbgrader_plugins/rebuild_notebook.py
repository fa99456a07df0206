"""`nbgrader autograde`: the notebook that is graded has every graded cell exactly once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.intake.rebuild import PROBLEMS_FILE, rebuilt, source_cells
from autograder.intake.released import released_cells

__all__ = ["RebuildNotebook"]


class RebuildNotebook(NbGraderPreprocessor):
    """Restores deleted graded cells, merges doubled answers, drops every foreign tag."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Rebuild one notebook."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            wanted = source_cells(gradebook, names["notebook"], names["assignment"])
        try:
            folder = Path(resources["metadata"]["path"])
            problems = (folder / PROBLEMS_FILE).read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            problems = []
        nb.cells, told = rebuilt(nb.cells, wanted, released_cells(self, resources), problems)
        for line in told:
            self.log.warning(line)
        return nb, resources
