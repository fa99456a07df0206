"""What comes back from the sandbox beside the points, and a class that is graded through it."""

from __future__ import annotations

from autograder.authoring.reference import solution_text
from autograder.demo import play
from autograder.demo.students import CLASS


def test_warnings_and_stderr_become_notes(grade):
    loud = ("import sys, warnings\nwarnings.warn('unusual \\x1b[31mred')\n") + solution_text(
        "coins"
    ).replace(
        "    return torch.logsumexp",
        "    warnings.warn('shape is odd'); print('first\\nlast', file=sys.stderr)\n"
        "    return torch.logsumexp",
    )
    (report,) = grade(loud, ["coins.mixture_log_prob"])
    assert report.points == report.max_points
    assert "your code warned: shape is odd" in report.notes
    assert "your code wrote to stderr: last" in report.notes
    assert "\x1b" not in repr(report.notes)


def test_nbgrader_grades_through_the_sandbox(tmp_path, grade):
    """A class of ten by stock commands: everybody gets what the demo's students are made to get."""
    engine = "\nc.GradeCells.engine_class = 'autograder.sandbox.engine.SandboxedEngine'\n"
    played = play(tmp_path / "course", settings=engine + "c.Engine.seconds_per_property = 4\n")
    assert len(played.graded) == CLASS
    for line in played.graded:
        assert line.surprises(played.lecture) == [], line.student
