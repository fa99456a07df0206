"""Modules that try to get at something, to break something, or to leave something behind.

Each spoils one function of an otherwise right module: that exercise is lost, with a reason, and the
other one is graded as if nothing had happened.
"""

from __future__ import annotations

import os
import time

import pytest

from autograder.authoring.reference import solution_text
from autograder.paths import COURSE, ROOT
from autograder.sandbox.worker import shared
from course_lib.course.syllabus import Limits

FIRST, SECOND = "coins.mixture_log_prob", "coins.Coins.log_prob"


@pytest.fixture
def spoiled(grade, with_first_line, monkeypatch):
    """`spoiled(lines, **limits)`: the reports of FIRST, which the lines spoil, and of SECOND."""

    def graded(lines, limits=None, **settings):
        from autograder.sandbox.engine import SandboxedEngine

        if limits:
            monkeypatch.setattr(SandboxedEngine, "limits", Limits(**limits))
        start = time.monotonic()
        first, second = grade(with_first_line(lines), [FIRST, SECOND], **settings)
        assert time.monotonic() - start < 60
        assert first.points == 0
        assert second.points == second.max_points, [r.message for r in second.results]
        return "\n".join(r.message for r in first.results if not r.passed)

    return graded


SECRETS = {
    "the reference": "open('{course}/solutions/coins.py')",
    "the private half": "open('{course}/autograder/lectures/coins/mutants.py')",
    "the gradebook": "open('{root}/gradebook.db')",
    "a scaffold": "open('{course}/course_lib/coins.py')",
    "the passwords": "open('/etc/passwd')",
    "the home folder": "os.listdir(os.path.expanduser('~root') + '/.ssh')",
    "the checkout": "os.listdir('{root}')[[n for n in os.listdir('{root}')] == ['.venv']]",
    "other processes": "open('/proc/1/environ')",
    "its own memory": "open('/proc/self/mem')",
    "the block devices": "open('/dev/vda')",
    "a write to the system": "open('/usr/x', 'w')",
    "a write to Python": "open(os.__file__, 'a')",
    "a write to its own root": "os.mkdir('/x')",
}


@pytest.mark.parametrize("what", SECRETS)
def test_nothing_of_the_graders_can_be_opened(spoiled, what):
    message = spoiled("import os\n" + SECRETS[what].format(root=ROOT, course=COURSE))
    assert "FileNotFoundError" in message or "Read-only" in message or "IndexError" in message


def test_the_checks_and_the_grader_cannot_be_imported(spoiled):
    for name in (
        "solutions.coins",
        "autograder.authoring.cases",
        "course_lib.checks.asserts",
        "course_lib.lectures.coins.checks",
        "autograder.lectures.coins.cases",
        "autograder.sandbox.scoring",
    ):
        message = spoiled(f"import {name}")
        assert "ModuleNotFoundError" in message


def test_the_environment_is_empty(spoiled, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "xyzzy")
    message = spoiled("import os\nraise RuntimeError(sorted(os.environ.items()))")
    assert "HOME" in message
    assert "xyzzy" not in message
    assert str(ROOT) not in message


REFUSED = {
    "network": ("import socket\nsocket.create_connection(('1.1.1.1', 53), 2)", "PermissionError"),
    "local sockets": ("import socket\nsocket.socket(socket.AF_UNIX)", "PermissionError"),
    "fork": ("import os\nos.fork()", "no other processes"),
    "a program": ("import subprocess\nsubprocess.run(['/usr/bin/id'])", "no other processes"),
    "exec": ("import os\nos.execv('/usr/bin/id', ['id'])", "PermissionError"),
    "namespaces": ("import ctypes, os\nl = ctypes.CDLL(None, use_errno=True)\n"
                   "r = l.unshare(0x10000000)\nos.strerror(ctypes.get_errno())\n"
                   "if r: raise OSError(ctypes.get_errno(), 'unshare')", "PermissionError"),
    "tracing": ("import ctypes\nl = ctypes.CDLL(None, use_errno=True)\n"
                "if l.ptrace(16, 1, 0, 0): raise OSError(ctypes.get_errno(), 'ptrace')",
                "PermissionError"),
    "unmounting": ("import ctypes\nl = ctypes.CDLL(None, use_errno=True)\n"
                   "if l.umount2(b'/proc', 0): raise OSError(ctypes.get_errno(), 'umount')",
                   "PermissionError"),
    "raising its limits": ("import resource\n"
                           "resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
                           "ValueError"),
    "memory that is a file": ("import os\nos.memfd_create('x')", "PermissionError"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_the_kernel_refuses(spoiled, what):
    lines, word = REFUSED[what]
    assert word in spoiled(lines)


def test_a_memory_bomb_is_named(spoiled):
    message = spoiled("import mmap\nx = [mmap.mmap(-1, 10**8) for _ in range(10**4)]")
    assert "used up the 2000 MB of memory" in message
    message = spoiled("x = [bytearray(10**8) for _ in range(10**4)]", {"memory_megabytes": 500})
    assert "used up the 500 MB of memory" in message


def test_a_tensor_beyond_all_memory_is_named(spoiled):
    assert "used up the 2000 MB of memory" in spoiled("torch.empty(10**12)")


def test_a_full_disk_is_named(spoiled):
    one = "with open('x', 'wb') as f:\n    while True: f.write(bytes(10**6))"
    many = "for n in range(10**5):\n    with open(f'{n}', 'wb') as f: f.write(bytes(10**6))"
    for lines in (one, many):
        assert "used up the 32 MB that its files may have" in spoiled(lines)


def test_processor_time_is_named(spoiled):
    message = spoiled("while True: pass", {"cpu_seconds": 1}, seconds_per_property=30.0)
    assert "used up the 1 s of processor time" in message


def test_a_loop_is_ended_and_its_function_named(spoiled):
    for lines in ("while True: pass", "sum(range(10**13))", "import time; time.sleep(1000)"):
        message = spoiled(lines, seconds_per_property=1.0)
        assert f"`{FIRST}` was still running after 1 s" in message


def test_an_exercise_that_is_too_slow_as_a_whole_says_so(spoiled):
    message = spoiled("import time; time.sleep(1.2)", {"wall_seconds": 1})
    assert "stopped after 1 s while this exercise was checked" in message


def test_swallowed_interrupts_do_not_help(spoiled):
    lines = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    assert "still running after 1 s" in spoiled(lines, seconds_per_property=1.0)


def test_threads_by_the_thousand_are_ended(spoiled):
    lines = (
        "import threading, time\n"
        "for _ in range(100_000): threading.Thread(target=time.sleep, args=(9,)).start()"
    )
    message = spoiled(lines)
    assert "threads" in message or "memory" in message


def test_a_flood_of_prints_costs_nothing_and_goes_nowhere(grade, with_first_line):
    noisy = with_first_line("for _ in range(300): print('x' * 10**6)\nimport os, sys\n"
                            "os.write(2, b'x' * 10**6); sys.stderr.write('y' * 10**6)")  # fmt: skip
    (report,) = grade(noisy, [FIRST])
    assert report.points == report.max_points


def test_a_flood_of_results_is_named(spoiled):
    message = spoiled("return torch.ones(10**6, 7)", {"output_megabytes": 50})
    assert "more than the 50 MB that one exercise may return" in message or "shape" in message
    assert "shape" not in spoiled("return torch.ones(10**8)")


@pytest.mark.parametrize("code", [0, 7])
def test_ending_the_process_is_named(spoiled, code):
    assert f"ended its own process (exit code {code})" in spoiled(f"import os; os._exit({code})")


def test_a_crash_is_named(spoiled):
    assert "SIGSEGV" in spoiled("import ctypes; ctypes.string_at(0)")


def test_killing_everything_in_sight_kills_nothing_else(spoiled):
    before = shared_worker_pid()
    for lines in (
        "import os, signal\nfor pid in (-1, 0, 1, 2, os.getppid() or 2):\n"
        "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass\nraise ValueError",
        "import os\nraise ValueError(os.getpid(), os.getppid())",
    ):
        message = spoiled(lines)
    assert "(1, 0)" in message
    assert shared_worker_pid() == before


def shared_worker_pid():
    from autograder.sandbox import worker

    return [w._process and w._process.pid for key, w in worker._shared.items()]


WRITES = {
    "noise": "os.write(3, os.urandom(4096))",
    "an enormous frame": "os.write(3, b'DGM1' + b'\\xff' * 4)",
    "a cut frame": "os.write(3, b'DGM1\\x40\\x00\\x00\\x00abc'); os._exit(0)",
    "another value": "os.write(3, b'DGM1\\x01\\x00\\x00\\x00T')",
    "a deep value": "os.write(3, b'DGM1\\x90\\x01\\x00\\x00' + b'l\\x01\\x00\\x00\\x00' * 80)",
    "a closed channel": "os.close(3)",
    "a pickle": "import pickle; os.write(3, pickle.dumps(print))",
    "frames for ever": "while True: os.write(3, b'DGM1\\x01\\x00\\x00\\x00T' * 1000)",
    "half a frame, then silence": "os.write(3, b'DGM1\\x01'); import time; time.sleep(1000)",
}


@pytest.mark.parametrize("what", WRITES)
def test_bytes_of_its_own_in_the_channel_gain_nothing(spoiled, what):
    message = spoiled("import os\n" + WRITES[what], seconds_per_property=2.0)
    assert message


def test_forged_passes_for_every_request_gain_nothing(spoiled):
    # A reply that is right in form: None for whatever is asked.
    spoiled("import os\nos.write(3, b'DGM1\\x12\\x00\\x00\\x00t\\x03\\x00\\x00\\x00s\\x02\\x00"
            "\\x00\\x00okNs\\x00\\x00\\x00\\x00' * 50)")  # fmt: skip


def test_nothing_is_left_for_the_next_submission(grade):
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
        "        hasattr(torch, 'left'), torch.get_default_dtype(), os.listdir('/proc')]\n"
        "raise RuntimeError(seen)\n"
    )
    grade(leave + solution_text("coins"), [FIRST])
    (report,) = grade(find, [FIRST])
    assert "[[], False, False, False, torch.float32, []]" in report.results[0].message
    (report,) = grade(solution_text("coins"), [FIRST])
    assert report.points == report.max_points


def test_text_cannot_act_on_a_terminal(spoiled):
    message = spoiled("raise ValueError('\\x1b[2J\\x1b]0;title\\x07\\u202egnp')")
    assert not any(c in message for c in "\x1b\x07\u202e")


def test_an_exception_that_fights_back_is_only_text(spoiled):
    spoiled(
        "class Odd(Exception):\n"
        "    def __str__(self): raise self\n"
        "Odd.__name__ = 'x' * 10**6 + '<script>'\n"
        "raise Odd"
    )


def test_an_import_that_never_ends_is_waited_for_once(grade):
    start = time.monotonic()
    first, second = grade("while True: pass\n", seconds_per_import=1.0)
    assert time.monotonic() - start < 20
    for report in (first, second):
        assert report.points == 0
        assert (
            "stopped after 1 s while course_lib/coins.py was imported" in report.results[0].message
        )


def test_a_syntax_error_is_told_with_its_line(grade):
    first, _ = grade("x = 1\ndef f(:\n")
    assert first.results[0].message.startswith("course_lib/coins.py, line 2: SyntaxError: ")
    assert first.results[0].message.endswith(": `def f(:`")


def test_the_zygote_is_replaced_when_it_is_killed(grade, secret_file):
    worker = shared((secret_file.resolve(),))
    (report,) = grade(solution_text("coins"), [FIRST])
    os.kill(worker._process.pid, 9)
    (report,) = grade(solution_text("coins"), [FIRST])
    assert report.points == report.max_points
