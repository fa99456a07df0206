"""What a cell shows that fails by another error than a missing function."""

from autograder.authoring.notebooks import assemble, execute
from autograder.authoring.reference import solution_text
from course_lib.course import syllabus


def test_another_error_than_a_missing_function_keeps_its_traceback(tmp_path):
    lecture = syllabus.load().lecture("coins")
    source = solution_text("coins")
    broken = source.replace("def mixture_log_prob(", "def mixture_log_prob_(")
    broken += "\n\ndef mixture_log_prob(log_probs):\n    return log_probs.nonsense\n"
    (tmp_path / "coins.py").write_text(broken, encoding="utf-8")
    notebook = assemble(lecture)
    checks = [c.source for c in notebook.cells if c.cell_type == "code"]
    first = next(i for i, source in enumerate(checks) if "coins.mixture_log_prob(" in source)
    wanted = {checks[1], 'check("coins.mixture_log_prob")', checks[first]}
    notebook.cells = [c for c in notebook.cells if c.source in wanted] + [
        # A name that no cell was ever to make is the student's own slip.
        notebook.cells[-1].__class__(
            cell_type="code", source="unheard_of", outputs=[], metadata={}, execution_count=None
        )
    ]
    notebook.cells[1].source = "import torch\n" + notebook.cells[1].source
    done = execute(notebook, lecture, tmp_path, allow_errors=True)
    errors = [o for c in done.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert [e.ename for e in errors] == ["AttributeError", "NameError"]
    assert all(len(e.traceback) > 1 for e in errors)
    assert "nonsense" in "".join(errors[0].traceback)
