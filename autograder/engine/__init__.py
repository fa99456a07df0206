"""How a submission becomes results: the seam between nbgrader and whatever runs students' code.

`Engine` is the contract. `SubprocessEngine` is today's implementation; another one takes its place
with the line `c.GradeCells.engine_class = "…"` in `nbgrader_config.py`.
"""

from autograder.engine.seam import Engine, EngineError, Submission
from autograder.engine.subprocess_engine import SubprocessEngine

__all__ = ["Engine", "EngineError", "Submission", "SubprocessEngine"]
