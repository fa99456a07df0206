"""How a submission becomes results: the seam between nbgrader and whatever runs students' code.

`Engine` is the contract. `autograder.sandbox.engine.SandboxedEngine` grades officially;
`SubprocessEngine` is for debugging. The line `c.GradeCells.engine_class = "…"` in
`nbgrader_config.py` says which one it is.
"""

from autograder.engine.seam import Engine, EngineError, Submission
from autograder.engine.subprocess_engine import SubprocessEngine

__all__ = ["Engine", "EngineError", "Submission", "SubprocessEngine"]
