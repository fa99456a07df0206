"""Without bubblewrap the engine runs the module and nothing else, and survives what it does."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import scaffold_text
from autograder.intake.submission import Submission
from autograder.sandbox import unsandboxed, worker
from autograder.sandbox.course_secret import course_secret
from autograder.sandbox.engine import NO_SECRET, SandboxedEngine
from autograder.sandbox.engine_interface import Engine, EngineError
from autograder.sandbox.jail import ChildLimits

FIRST, SECOND = "coins.mixture_log_prob", "coins.Coins.log_prob"


def submission(folder: Path, source: str | None) -> Submission:
    (folder / "course_lib").mkdir()
    if source is not None:
        (folder / "course_lib" / "coins.py").write_text(source, encoding="utf-8")
    return Submission(folder, "02_coins")


pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="students' code is graded on Linux"
)


def engine_of(folder: Path, **settings) -> SandboxedEngine:
    secret_file = str(folder / "secret")
    return SandboxedEngine(unsandboxed=True, secret_file=secret_file, **settings)


def graded(folder: Path, source: str | None, exercises=(FIRST, SECOND), **settings):
    engine = engine_of(folder, **{"seconds_per_property": 5.0, **settings})
    reports = list(engine.grade(submission(folder, source), list(exercises)))
    assert [r.exercise for r in reports] == list(exercises)
    return reports


def with_first_line(line: str) -> str:
    """The solution whose `mixture_log_prob` starts with a statement."""
    head = "def mixture_log_prob"
    before, _, after = solution_text("coins").partition(head)
    body = after.index("### BEGIN SOLUTION")
    return before + head + after[:body] + line + "\n    " + after[body:]


def test_the_reference_gets_exactly_full_points(tmp_path):
    reports = graded(tmp_path, solution_text("coins"))
    assert [r.points for r in reports] == [r.max_points for r in reports]
    assert all(r.state == "passed" for r in reports)


def test_the_untouched_scaffold_gets_nothing_whatever_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LIB_PATH", "solutions")
    monkeypatch.setenv("PYTHONPATH", "solutions")
    reports = graded(tmp_path, scaffold_text(solution_text("coins"), "coins"))
    assert [r.points for r in reports] == [0, 0]
    assert all(r.state == "missing" for r in reports)


def test_a_missing_module_gets_nothing_whatever_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LIB_PATH", "solutions")
    for report in graded(tmp_path, None):
        assert report.points == 0
        assert report.results[0].message == "course_lib/coins.py is missing from the submission"


def test_a_link_to_the_reference_is_not_followed(tmp_path):
    target = tmp_path / "reference.py"
    target.write_text(solution_text("coins"), encoding="utf-8")
    handed_in = submission(tmp_path, None)
    handed_in.module_file.symlink_to(target)
    reports = list(engine_of(tmp_path).grade(handed_in, [FIRST]))
    assert reports[0].points == 0
    assert "is a link" in reports[0].results[0].message


def test_importing_the_reference_gets_nothing(tmp_path):
    report = graded(tmp_path, "from solutions.coins import *\n", [FIRST])[0]
    assert report.points == 0
    assert "No module named 'solutions" in report.results[0].message


def test_the_module_runs_in_a_private_folder_without_the_instructors_environment(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("COURSE_SECRET", "1")
    monkeypatch.setenv("COURSE_LIB_PATH", "solutions")
    told = "import os\nraise RuntimeError(f'{os.getcwd()} {os.listdir()} {sorted(os.environ)}')\n"
    message = graded(tmp_path, told, [FIRST])[0].results[0].message
    assert "[]" in message
    assert "course-unsandboxed-" in message
    assert "COURSE_" not in message
    assert "PYTHONPATH" not in message


def test_a_process_that_ends_itself_costs_its_own_exercise_only(tmp_path):
    first, second = graded(tmp_path, with_first_line("import os; os._exit(7)"))
    assert first.points == 0
    assert "ended its own process (exit code 7)" in first.results[0].message
    assert second.points == second.max_points


def test_a_loop_that_cannot_be_interrupted_costs_its_own_exercise_only(tmp_path):
    # A single call into C, which no signal handler of Python's gets into.
    first, second = graded(
        tmp_path, with_first_line("sum(range(10**13))"), seconds_per_exercise=4.0
    )
    assert first.points == 0
    assert "stopped after 4 s" in first.results[0].message
    assert second.points == second.max_points


def test_an_endless_loop_on_import_is_waited_for_once(tmp_path):
    start = time.monotonic()
    reports = graded(tmp_path, "while True: pass\n", seconds_per_import=1.0)
    assert time.monotonic() - start < 30
    assert [r.points for r in reports] == [0, 0]
    assert (
        "stopped after 1 s while course_lib/coins.py was imported" in reports[1].results[0].message
    )


def test_what_exceeds_the_submissions_time_is_not_run_and_says_so(tmp_path):
    loop = with_first_line("sum(range(10**13))")
    first, second = graded(tmp_path, loop, seconds_per_submission=5.0, seconds_per_exercise=60.0)
    assert first.points == 0
    assert "used up its 5 s" in second.results[0].message


def test_output_by_the_gigabyte_goes_nowhere(tmp_path):
    noisy = (
        "import os, sys\n"
        "for _ in range(2000):\n"
        "    print('x' * 100_000)\n"
        "    print('x' * 100_000, file=sys.stderr)\n"
        "    os.write(2, b'x' * 100_000)\n"
    ) + solution_text("coins")
    report = graded(tmp_path, noisy, [FIRST])[0]
    assert report.points == report.max_points


def test_a_memory_bomb_costs_its_own_exercise_only(tmp_path):
    first, second = graded(tmp_path, with_first_line("hoard = bytearray(10**14)"))
    assert first.points == 0
    assert "MemoryError" in first.results[0].message
    assert "MB of memory" in first.results[0].message
    assert second.points == second.max_points


def test_an_enormous_message_is_cut(tmp_path):
    report = graded(tmp_path, with_first_line("raise ValueError('x' * 10**7)"), [FIRST])[0]
    assert report.points == 0
    assert all(len(r.message) <= 4000 for r in report.results)


def test_a_process_left_behind_is_ended_with_the_submission(tmp_path):
    pid_file = tmp_path / "pid"
    spawn = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
    )
    graded(tmp_path, spawn + solution_text("coins"), [FIRST])
    pid = int(pid_file.read_text())
    for _ in range(50):
        if not _alive(pid):
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} is still there")


def _alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to read its status does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_oversized_module_is_refused_with_its_size(tmp_path):
    report = graded(tmp_path, "#" * 2_000_000, [FIRST])[0]
    assert "has 2,000,000 bytes, at most 1,000,000 are taken" in report.results[0].message


def test_what_a_submission_leaves_is_gone_before_the_next(tmp_path):
    leave = "open('left', 'w').write('answers')\nimport torch\ntorch.left = 1\n"
    find = "import os, torch\nraise RuntimeError(os.listdir(), hasattr(torch, 'left'))\n"
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    graded(tmp_path / "first", leave + solution_text("coins"), [FIRST])
    (report,) = graded(tmp_path / "second", find, [FIRST])
    assert "([], False)" in report.results[0].message


def test_hidden_inputs_come_from_the_secret_where_there_is_one_and_none_is_made(tmp_path):
    engine = engine_of(tmp_path)
    assert engine._secret() == NO_SECRET
    assert not (tmp_path / "secret").exists()
    made = course_secret(tmp_path / "secret")
    assert engine._secret() == made


def test_no_grade_without_a_sandbox_goes_unsaid(tmp_path, caplog):
    list(engine_of(tmp_path).grade(submission(tmp_path, "x = 1\n"), [FIRST]))
    assert "WITHOUT A SANDBOX" in caplog.text


def test_a_broken_grader_gives_no_grade(tmp_path, monkeypatch):
    monkeypatch.setattr(unsandboxed, "START", "import no_such_grader")
    monkeypatch.setattr(worker, "_shared", {})
    with pytest.raises(EngineError, match=r"does not start.*No module named 'no_such_grader'"):
        list(engine_of(tmp_path).grade(submission(tmp_path, "x = 1\n"), [FIRST]))


def test_a_worker_that_is_closed_leaves_no_process_and_no_folder(tmp_path):
    own = worker.Worker(sandboxed=False)
    stream = own.child(ChildLimits(60, 2000, 32, 64))
    zygote = own._process.pid
    folder = Path(own._folder.name)
    children = Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()
    assert len(children) == 1
    own.close()
    assert not _alive(zygote)
    assert not _alive(int(children[0]))
    assert not folder.exists()
    stream.close()


def test_an_engine_is_asked_for_nothing_but_grade(tmp_path):
    with pytest.raises(NotImplementedError):
        Engine().grade(Submission(tmp_path, "02_coins"), [FIRST])
    assert os.path.basename(Submission(tmp_path, "02_coins").module_file) == "coins.py"
