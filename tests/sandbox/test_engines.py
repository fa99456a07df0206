"""The engine runs the module and nothing else, with and without bubblewrap, whatever that does."""

from __future__ import annotations

import functools
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import course_lib
from autograder.authoring.reference import module_from_source, solution_text
from autograder.intake.submission import Submission
from autograder.sandbox import unsandboxed, worker
from autograder.sandbox.course_secret import course_secret
from autograder.sandbox.engine import NO_SECRET, SandboxedEngine
from autograder.sandbox.engine_interface import Engine, EngineError
from autograder.sandbox.jail import ChildLimits
from course_lib import check
from course_lib.course.scaffold import scaffold_text
from tests.processes import alive, ends
from tests.sandbox.conftest import FIRST, with_first_line

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="students' code is graded on Linux"
)


@pytest.fixture
def without_sandbox(grade):
    return functools.partial(grade, unsandboxed=True)


def test_the_reference_gets_exactly_full_points(either):
    reports = either(solution_text("coins"))
    assert [r.points for r in reports] == [r.max_points for r in reports]
    assert all(r.state == "passed" for r in reports)


def test_the_untouched_scaffold_gets_nothing_whatever_the_environment_says(either, monkeypatch):
    monkeypatch.setenv("COURSE_LIB_PATH", "solutions")
    monkeypatch.setenv("PYTHONPATH", "solutions")
    reports = either(scaffold_text(solution_text("coins"), "coins"))
    assert [r.points for r in reports] == [0, 0]
    assert all(r.state == "missing" for r in reports)


def test_a_missing_module_gets_nothing_whatever_the_environment_says(either, monkeypatch):
    monkeypatch.setenv("COURSE_LIB_PATH", "solutions")
    for report in either(None):
        assert report.points == 0
        assert report.results[0].message == "course_lib/coins.py is missing from the submission"


def test_importing_the_reference_gets_nothing(either):
    (report,) = either("from solutions.coins import *\n", [FIRST])
    assert report.points == 0
    assert "No module named 'solutions" in report.results[0].message


def test_without_a_sandbox_a_module_runs_in_a_private_folder_and_environment(
    without_sandbox, monkeypatch
):
    monkeypatch.setenv("COURSE_SECRET", "1")
    monkeypatch.setenv("COURSE_LIB_PATH", "solutions")
    told = "import os\nraise RuntimeError(f'{os.getcwd()} {os.listdir()} {sorted(os.environ)}')\n"
    message = without_sandbox(told, [FIRST])[0].results[0].message
    assert "[]" in message
    assert "course-unsandboxed-" in message
    assert "COURSE_" not in message
    assert "PYTHONPATH" not in message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import os; os._exit(7)", "ended its own process (exit code 7)"),
        # A single call into C, which no signal handler of Python's gets into.
        ("sum(range(10**13))", "stopped after 4 s"),
        ("hoard = bytearray(10**14)", "MB of memory"),
    ],
)
def test_what_ends_its_process_costs_its_own_exercise_only(either, line, said):
    first, second = either(with_first_line(line), seconds_per_exercise=4.0)
    assert first.points == 0
    assert said in first.results[0].message
    assert second.points == second.max_points


def test_an_endless_loop_on_import_is_waited_for_once(either):
    start = time.monotonic()
    reports = either("while True: pass\n", seconds_per_import=1.0)
    assert time.monotonic() - start < 30
    for report in reports:
        said = "stopped after 1 s while course_lib/coins.py was imported"
        assert report.points == 0
        assert said in report.results[0].message


def test_what_exceeds_the_submissions_time_is_not_run_and_says_so(either):
    loop = with_first_line("sum(range(10**13))")
    first, second = either(loop, seconds_per_submission=5.0, seconds_per_exercise=60.0)
    assert first.points == 0
    assert "used up its 5 s" in second.results[0].message


def test_output_by_the_gigabyte_goes_nowhere(either):
    noisy = (
        "import os, sys\n"
        "for _ in range(2000):\n"
        "    print('x' * 100_000)\n"
        "    print('x' * 100_000, file=sys.stderr)\n"
        "    os.write(2, b'x' * 100_000)\n"
    ) + solution_text("coins")
    (report,) = either(noisy, [FIRST])
    assert report.points == report.max_points


def test_warnings_and_stderr_become_notes(either):
    loud = "import sys, warnings\nwarnings.warn('unusual \\x1b[31mred')\n" + solution_text(
        "coins"
    ).replace(
        "    return torch.logsumexp",
        "    warnings.warn('shape is odd'); print('first\\nlast', file=sys.stderr)\n"
        "    return torch.logsumexp",
    )
    (report,) = either(loud, [FIRST])
    assert report.points == report.max_points
    assert "your code warned: shape is odd" in report.notes
    assert "your code wrote to stderr: last" in report.notes
    assert "\x1b" not in repr(report.notes)


def test_an_enormous_message_is_cut(either):
    (report,) = either(with_first_line("raise ValueError('x' * 10**7)"), [FIRST])
    assert report.points == 0
    assert all(len(r.message) <= 4000 for r in report.results)


def test_a_process_left_behind_is_ended_with_the_submission(without_sandbox, tmp_path):
    pid_file = tmp_path / "pid"
    spawn = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
    )
    without_sandbox(spawn + solution_text("coins"), [FIRST])
    assert ends(int(pid_file.read_text()))


def test_nothing_is_left_for_the_next_submission(either):
    leave = (
        "import os, threading, time, atexit, gc, builtins, torch\n"
        "open('left', 'w').write('answers')\n"
        "builtins.left = 1; os.environ['LEFT'] = '1'; torch.left = 1\n"
        "torch.set_default_dtype(torch.float64); torch.Tensor.exp = torch.Tensor.log\n"
        "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
        "atexit.register(lambda: time.sleep(600))\n"
    )
    find = (
        "import os, builtins, torch\n"
        "seen = [os.listdir(), hasattr(builtins, 'left'), 'LEFT' in os.environ,\n"
        "        hasattr(torch, 'left'), torch.get_default_dtype()]\n"
        "raise RuntimeError(seen)\n"
    )
    either(leave + solution_text("coins"), [FIRST])
    (report,) = either(find, [FIRST])
    assert "[[], False, False, False, torch.float32]" in report.results[0].message
    (report,) = either(solution_text("coins"), [FIRST])
    assert report.points == report.max_points


def test_hidden_inputs_come_from_the_secret_where_there_is_one_and_none_is_made(tmp_path):
    engine = SandboxedEngine(unsandboxed=True, secret_file=str(tmp_path / "secret"))
    assert engine._secret() == NO_SECRET
    assert not (tmp_path / "secret").exists()
    made = course_secret(tmp_path / "secret")
    assert engine._secret() == made


def test_no_grade_without_a_sandbox_goes_unsaid(without_sandbox, caplog):
    without_sandbox("x = 1\n", [FIRST])
    assert "WITHOUT A SANDBOX" in caplog.text


def test_a_broken_grader_gives_no_grade(without_sandbox, monkeypatch):
    monkeypatch.setattr(unsandboxed, "START", "import no_such_grader")
    monkeypatch.setattr(worker, "_shared", {})
    with pytest.raises(EngineError, match=r"does not start.*No module named 'no_such_grader'"):
        without_sandbox("x = 1\n", [FIRST])


def test_a_worker_that_is_closed_leaves_no_process_and_no_folder():
    own = worker.Worker(sandboxed=False)
    stream = own.child(ChildLimits(60, 2000, 32, 64))
    assert own._process is not None
    assert own._folder is not None
    zygote = own._process.pid
    folder = Path(own._folder.name)
    children = Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()
    assert len(children) == 1
    own.close()
    assert not alive(zygote)
    assert not alive(int(children[0]))
    assert not folder.exists()
    stream.close()


def test_an_engine_is_asked_for_nothing_but_grade(tmp_path):
    with pytest.raises(NotImplementedError):
        Engine().grade(Submission(tmp_path, "02_coins"), [FIRST])
    assert os.path.basename(Submission(tmp_path, "02_coins").module_file) == "coins.py"


@pytest.mark.parametrize(
    "line",
    [
        "return np.log(log_probs)",
        "totl = 1; return total + totl",
        "return log_probs",
        "return None",
        "return log_probs.mean(0)",
        "log_probs += 1",
        'raise NotImplementedError("not implemented yet: f")',
    ],
)
def test_the_feedback_says_what_the_card_said(grade, line):
    source = with_first_line(line)
    (official,) = grade(source, [FIRST])
    own = check(FIRST, module_from_source(source, "coins"))
    public = official.results[: len(own.results)]
    assert [replace(r, seconds=0) for r in public] == [replace(r, seconds=0) for r in own.results]
    if own.state == "missing":
        assert official.summary == own.summary
    else:
        assert official.summary.startswith(own.summary.partition(":")[0] + ", ")
        assert official.hidden_share == own.hidden_share > 0


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n    pass\n",
        "x = (\n",
        "y = undefined + 1\n",
        "raise NotImplementedError\n",
        "import no_such_module\n",
    ],
)
def test_a_module_that_cannot_be_imported_is_told_as_on_the_card(grade, text, own_folder):
    source = solution_text("coins") + text
    (official,) = grade(source, [FIRST])
    (own_folder / "coins.py").write_text(source, encoding="utf-8")
    assert official.results[0].message == check(FIRST).results[0].message


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A folder from which a student's modules are imported."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setattr(course_lib, "__path__", [str(folder), *course_lib.__path__])
    monkeypatch.delitem(sys.modules, "course_lib.coins", raising=False)
    yield folder
    sys.modules.pop("course_lib.coins", None)
