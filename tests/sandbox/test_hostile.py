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
from autograder.sandbox.engine import SandboxedEngine
from autograder.sandbox.worker import shared
from course_lib.course.syllabus import Limits
from tests.sandbox.conftest import FIRST, SECOND, with_first_line


@pytest.fixture
def spoiled(grade, monkeypatch):
    """`spoiled(lines, **limits)`: the reports of FIRST, which the lines spoil, and of SECOND."""

    def graded(lines, limits=None, **settings):
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


def test_a_sleep_is_ended_and_its_function_named(spoiled):
    message = spoiled("import time; time.sleep(1000)", seconds_per_property=1.0)
    assert f"`{FIRST}` was still running after 1 s" in message


def test_an_exercise_that_is_too_slow_as_a_whole_says_so(spoiled):
    message = spoiled("import time; time.sleep(1.2)", {"wall_seconds": 1})
    assert "stopped after 1 s while this exercise was checked" in message


def test_a_syntax_error_is_told_with_its_line(grade):
    first, _ = grade("x = 1\ndef f(:\n")
    assert first.results[0].message.startswith("coins.py, line 2: SyntaxError: ")
    assert first.results[0].message.endswith(": `def f(:`")


def test_the_zygote_is_replaced_when_it_is_killed(grade, secret_file):
    worker = shared((secret_file.resolve(),))
    (report,) = grade(solution_text("coins"), [FIRST])
    assert worker._process is not None
    os.kill(worker._process.pid, 9)
    (report,) = grade(solution_text("coins"), [FIRST])
    assert report.points == report.max_points
