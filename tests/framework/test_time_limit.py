"""A loop that never ends is interrupted, named, and holds up nothing that comes after it."""

import contextlib
import importlib
import re
import signal
import sys
import threading
import time

import pytest

from course_lib import check
from course_lib.checks import time_limit as limits
from course_lib.checks.errors import TimeLimitExceeded
from course_lib.checks.time_limit import time_limit

NAME = "dice.bits_per_dim"
LOOPS = {
    "plain": """
        while True:
            pass
    """,
    "bare except": """
        import time
        while True:
            try:
                time.sleep(0.01)
            except:
                pass
    """,
    "except BaseException": """
        while True:
            try:
                len("x")
            except BaseException:
                continue
    """,
    "nested excepts": """
        import time
        while True:
            try:
                while True:
                    try:
                        time.sleep(0.01)
                    except:
                        pass
            except BaseException:
                pass
    """,
    "finally": """
        while True:
            try:
                len("x")
            finally:
                continue
    """,
    "generator": """
        import itertools
        return sum(1 for _ in itertools.count())
    """,
    "recursion": """
        def again():
            try:
                return again()
            except RecursionError:
                return None
        while True:
            again()
    """,
}


def on_a_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()), daemon=True)
    thread.start()
    thread.join(60)
    assert found, "the check did not come back"
    return found[0]


@pytest.mark.parametrize("where", ["main thread", "another thread"])
@pytest.mark.parametrize("loop", LOOPS)
def test_an_endless_loop_is_interrupted_and_named(planted, loop, where):
    module = planted(NAME, LOOPS[loop])
    start = time.monotonic()
    if where == "main thread":
        report = check(NAME, module, seconds=0.2)
    else:
        report = on_a_thread(lambda: check(NAME, module, seconds=0.2))
    assert time.monotonic() - start < 30
    message = report.results[0].message
    assert f"`{NAME}` was still running after 0.2 s and was interrupted" in message
    assert (report.points, report.state) == (0.0, "failed")


def test_the_rest_of_the_exercise_is_not_tried_and_other_exercises_are(planted):
    name = "coins.mixture_log_prob"
    module = planted(name, LOOPS["plain"])
    stuck = check(name, module, seconds=0.2)
    assert len(stuck.results) > 1
    assert all(r.message.startswith("not tried: ") for r in stuck.results[1:])
    assert check("coins.Coins.log_prob", module, seconds=5).passed


def test_a_loop_in_another_function_of_the_module_is_told_by_the_call_that_hangs(planted):
    before = """
        def endless():
            while True:
                pass
    """
    module = planted("coins.Coins.log_prob", "return endless()", before=before)
    report = check("coins.Coins.log_prob", module, seconds=0.2)
    assert re.match(r"`coins\.\S+` was still running after 0.2 s", report.results[0].message)


@pytest.mark.parametrize("loop", ["plain", "bare except"])
def test_an_endless_loop_while_importing_is_told(python, course_folder, loop):
    file = course_folder / "course_lib" / "dice.py"
    lines = "\n".join(line[8:] for line in LOOPS[loop].splitlines())
    file.write_text(lines, encoding="utf-8")
    code = f"""
        from course_lib import check
        report = check({NAME!r}, seconds=0.3)
        print(report.points, report.state, report.results[0].message)
        print(check("coins.Coins.log_prob", seconds=9).points)
    """
    done = python(code, course_folder)
    assert done.stderr == ""
    assert done.stdout == (
        "0.0 failed dice.py was still being imported after 0.3 s: "
        "look for code outside functions\n3.0\n"
    )


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_limit_that_is_none_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds must be positive, not"):
        check(NAME, seconds=seconds)


def test_nothing_is_interrupted_once_the_body_is_left():
    for _ in range(200):
        with contextlib.suppress(TimeLimitExceeded), time_limit(0.0005):
            sum(range(2000))
    time.sleep(0.05)


def swallow_everything():
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(0.01)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timers here")
def test_handler_timer_and_tracer_of_others_are_given_back():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(True))
    tracer = sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, 0.6)
    try:
        with pytest.raises(TimeLimitExceeded), time_limit(0.1):
            swallow_everything()
        assert sys.gettrace() is tracer
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.5
        time.sleep(0.6)
        assert rang == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_limit_on_another_thread_leaves_no_interrupt_behind():
    def often():
        for _ in range(100):
            with contextlib.suppress(TimeLimitExceeded), time_limit(0.001):
                sum(range(30_000))
        return True

    assert on_a_thread(often)
    # CPython 3.11 hangs in the first traced call if an asynchronous exception is still announced.
    with pytest.raises(TimeLimitExceeded), time_limit(0.1):
        swallow_everything()


def test_an_import_that_was_interrupted_can_be_made_again(tmp_path, monkeypatch):
    package = tmp_path / "slow_to_import"
    package.mkdir()
    (package / "part.py").write_text("done = True\n")
    (package / "__init__.py").write_text(
        "import os, time\nfrom slow_to_import import part\n"
        "while os.environ.get('SLOW') == 'yes':\n    time.sleep(0.001)\n"
        "whole = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("SLOW", "yes")
    monkeypatch.setattr(limits, "PATIENCE", 0.0)
    with pytest.raises(TimeLimitExceeded), time_limit(0.1):
        importlib.import_module("slow_to_import")
    monkeypatch.setenv("SLOW", "no")
    again = importlib.import_module("slow_to_import")
    assert again.whole
    assert again.part.done  # without care, Python leaves the package without its part
    for name in ("slow_to_import", "slow_to_import.part"):
        monkeypatch.delitem(sys.modules, name)


def test_a_failed_comparison_imports_nothing_heavy(python, tmp_path):
    """What is imported late is imported inside of the time limit."""
    code = (
        "import sys, torch\nfrom course_lib import coins, check\n"
        "coins.mixture_log_prob = lambda log_probs: torch.zeros(log_probs.shape[1])\n"
        "print(check('coins.mixture_log_prob').results[0].message)\n"
        "print('sympy' in sys.modules)\n"
    )
    said = python(code, tmp_path).stdout
    assert "is 1, expected 0.3" in said
    assert said.split()[-1] == "False"
