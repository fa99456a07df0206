"""`check` reports whatever a student's module does; it raises nothing and writes nothing."""

import json
import os
import signal
import threading
import warnings

import pytest

from course_lib import check
from course_lib.course.syllabus import UnknownName

NAME = "dice.bits_per_dim"
RIGHT = "return nll / (n_dims * math.log(2))"

# Body of the function → what the report has to say about it.
BODIES = {
    "raises": ("raise ValueError('no luck')", "raised ValueError: no luck"),
    "exits": ("import sys\nsys.exit('bye')", "raised SystemExit: bye"),
    "quits": ("quit()", "raised SystemExit"),
    "keyboard": ("raise KeyboardInterrupt", "the code raised KeyboardInterrupt"),
    "generator exit": ("raise GeneratorExit", "raised GeneratorExit"),
    "base": (
        "class Odd(BaseException):\n    pass\nraise Odd('unusual')",
        "raised Odd: unusual",
    ),
    "stop iteration": ("next(iter(()))", "raised StopIteration"),
    "bad str": (
        "class Mute(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Mute",
        "raised Mute: (its text cannot be shown: RuntimeError)",
    ),
    "wrong str": (
        "class Odd(Exception):\n    def __str__(self):\n        return 3\nraise Odd",
        "raised Odd: (its text cannot be shown: TypeError)",
    ),
    "huge": ("raise ValueError('x' * 10**7)", "raised ValueError: xxx"),
    "group": ("raise ExceptionGroup('two', [ValueError(1), KeyError(2)])", "ExceptionGroup: two"),
    "recursion": ("f = lambda: f()\nf()", "raised RecursionError"),
    "missing name": ("return nlll", "raised NameError: name 'nlll' is not defined"),
    "missing import": ("import no_such_module", "raised ModuleNotFoundError"),
    "closes stderr": ("import sys\nsys.stderr.close()\nreturn None", "returned None"),
    "no memory": ("raise MemoryError", "raised MemoryError"),
}


@pytest.mark.parametrize("body", BODIES)
def test_whatever_the_function_raises_is_reported(planted, body, capfd):
    code, said = BODIES[body]
    report = check(NAME, planted(NAME, code))
    assert (report.points, report.state) == (0.0, "failed")
    assert said in report.results[0].message
    assert len(report.results[0].message) < 1000
    assert "Traceback" not in report.results[0].message
    assert report._repr_html_()
    assert capfd.readouterr() == ("", "")


NOISES = {
    "warning": ("import warnings\nwarnings.warn('old way')", "your code warned: old way"),
    "stderr": (
        "import sys\nprint('to be seen', file=sys.stderr)",
        "your code wrote to stderr: to be seen",
    ),
    "descriptor": ("import os\nos.write(2, b'low down')", None),
    "logging": ("import logging\nlogging.getLogger('x').warning('logged')", None),
    "deprecated": ("import warnings\nwarnings.warn('soon', DeprecationWarning)", None),
    "many": (
        "import warnings\nfor i in range(50):\n    warnings.warn('w' * 999 + str(i))",
        "warned",
    ),
}


@pytest.mark.parametrize("noise", NOISES)
def test_right_code_that_is_noisy_gets_its_points_and_a_note(planted, noise, capfd):
    code, note = NOISES[noise]
    report = check(NAME, planted(NAME, f"{code}\n{RIGHT}"))
    assert report.points == report.max_points
    assert len(report.notes) <= 3
    assert all(len(n) <= 200 for n in report.notes)
    assert note is None or any(note in n for n in report.notes)
    assert capfd.readouterr() == ("", "")


def test_what_the_student_prints_is_shown(planted, capfd):
    check(NAME, planted(NAME, f"print('n_dims is', n_dims)\n{RIGHT}"))
    assert "n_dims is" in capfd.readouterr().out


def test_warning_filters_are_left_as_they_were(planted):
    before = list(warnings.filters)
    check(NAME, planted(NAME, f"import warnings\nwarnings.simplefilter('error')\n{RIGHT}"))
    assert warnings.filters == before


def test_only_the_frames_of_the_students_file_are_shown(planted):
    body = "return _outer(nll)"
    before = """
        import torch

        def _outer(x):
            return _inner(x)

        def _inner(x):
            return torch.ones(2, 3) @ torch.ones(4, 5)
    """
    message = check(NAME, planted(NAME, body, before=before)).results[0].message
    lines = message.splitlines()
    assert lines[0].startswith(f"`{NAME}` raised RuntimeError: ")
    frames = [line.strip() for line in lines if line.startswith("  dice.py, line ")]
    assert [f.partition(": ")[2] for f in frames] == [
        "`return _outer(nll)`",
        "`return _inner(x)`",
        "`return torch.ones(2, 3) @ torch.ones(4, 5)`",
    ]
    assert len(lines) == 4


@pytest.fixture
def listening():
    """What a shell starts in the background ignores Ctrl-C, and so would these tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise on Windows")
def test_the_stop_button_still_stops(planted, listening):
    module = planted(NAME, "while True:\n    pass")
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        check(NAME, module, seconds=20)
    timer.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_function_that_is_not_there_any_more_is_told_by_name(planted):
    module = planted(NAME, RIGHT)
    del module.bits_per_dim
    report = check(NAME, module)
    assert "`dice.bits_per_dim` is not in dice.py: was it renamed or deleted?" in (
        report.results[0].message
    )


@pytest.mark.parametrize(
    "code",
    [
        "def __getattr__(name):\n    raise ValueError(name)",
        "def __getattr__(name):\n    raise SystemExit",
        "def __getattr__(name):\n    return 3",
        "def __getattr__(name):\n    return __getattr__(name)",
    ],
)
def test_a_module_whose_getattr_misbehaves_is_reported(planted, code):
    module = planted(NAME, RIGHT)
    exec(code, vars(module))
    del module.bits_per_dim
    report = check(NAME, module)
    assert (report.points, report.state) == (0.0, "failed")


@pytest.mark.parametrize("gone", ["__file__", "__name__"])
def test_a_module_without_file_or_name_is_checked(planted, gone):
    module = planted(NAME, RIGHT)
    delattr(module, gone)
    assert check(NAME, module).passed


FILES = {
    "syntax error": ("def f(:\n", "dice.py, line 1: SyntaxError: invalid syntax: `def f(:`"),
    "indentation": ("def f():\nreturn 1\n", "dice.py, line 2: IndentationError"),
    "null bytes": ("x = 1\0", "SyntaxError: source code string cannot contain null bytes"),
    "not UTF-8": (b"x = '\xff\xfe'\n", "dice.py"),
    "raises": (
        "def f():\n    return 1 / 0\n\nf()\n",
        "raised ZeroDivisionError: division by zero\n"
        "  dice.py, line 4, <module>: `f()`\n  dice.py, line 2, f: `return 1 / 0`",
    ),
    "missing import": ("import no_such_module\n", "No module named 'no_such_module'"),
    "exits": ("import sys\nsys.exit(1)\n", "dice.py cannot be imported"),
    "keyboard": ("raise KeyboardInterrupt\n", "the code raised KeyboardInterrupt"),
    "bad str": (
        "class E(BaseException):\n    def __str__(self):\n        raise self\nraise E\n",
        "(its text cannot be shown: E)",
    ),
    "stub outside": ("raise NotImplementedError\n", "outside of a function"),
    "noise": ("import os, sys\nos.write(2, b'x')\nsys.stderr.write('y')\n", "is not in dice"),
    "warning": ("x = '\\d'\nimport warnings\nwarnings.warn('w')\n", "is not in dice.py"),
    "gone": (None, "course_lib/dice.py is missing: put the file back"),
    "itself": ("import sys\nsys.modules[__name__] = 3\n", "is not in module.py"),
    "silent": (
        "import sys\nclass S:\n    def __getattribute__(self, name):\n        raise OSError(name)\n"
        "sys.modules[__name__] = S()\n",
        "OSError",
    ),
}

# One process for all files: torch is imported once.
IMPORTS = """
import contextlib, io, json, os, pathlib, shutil, sys
from course_lib import check
import course_lib
file = pathlib.Path("course_lib/dice.py")
found = {}
for name, text in json.load(open("files.json")).items():
    sys.modules.pop("course_lib.dice", None)
    vars(course_lib).pop("dice", None)
    if text is None:
        file.unlink()
        course_lib.__path__[:] = [os.path.abspath("course_lib")]
    else:
        file.write_bytes(text.encode("latin-1"))
    report = check("dice.bits_per_dim")
    found[name] = [report.points, report.state, report.results[0].message]
json.dump(found, open("found.json", "w"))
"""


def test_whatever_the_file_does_when_it_is_imported_is_reported(python, course_folder):
    texts = {
        name: text.decode("latin-1") if isinstance(text, bytes) else text
        for name, (text, _) in FILES.items()
    }
    last = {k: texts.pop(k) for k in ("gone",)}
    (course_folder / "files.json").write_text(json.dumps(texts | last), encoding="utf-8")
    done = python(IMPORTS, course_folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = json.loads((course_folder / "found.json").read_text(encoding="utf-8"))
    for name, (_, said) in FILES.items():
        points, state, message = found[name]
        assert (points, state) == (0.0, "failed"), name
        assert said in message, (name, message)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("coins.Coins.log_probs", "coins.Coins.log_prob"),
        ("coins.log_prob", "coins.Coins.log_prob"),
        ("coins.mixture_logprob", "coins.mixture_log_prob"),
        ("bits_per_dim", "dice.bits_per_dim"),
        ("COINS.LOG_PROB", "coins.Coins.log_prob"),
    ],
)
def test_an_unknown_exercise_is_refused_with_the_closest_name(wrong, meant):
    with pytest.raises(UnknownName) as raised:
        check(wrong)
    assert str(raised.value) == f"there is no exercise {wrong!r}: did you mean {meant!r}?"


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(UnknownName, match=r"the exercises are: warm_up\.normalised, dice"):
        check("zzz")


def test_the_untouched_scaffold_says_so_in_one_line(planted):
    body = f'raise NotImplementedError("not implemented yet: `{NAME}`, section 1.1")'
    report = check(NAME, planted(NAME, body))
    assert (report.points, report.state) == (0.0, "missing")
    assert report.summary == f"not implemented yet: `{NAME}`, section 1.1"
    assert not any(r.hint for r in report.results)


def test_a_stub_without_text_is_told_by_the_functions_name(planted):
    module = planted("coins.Coins.log_prob", "raise NotImplementedError")
    report = check("coins.Coins.log_prob", module)
    assert report.results[0].message == "not implemented yet: coins.Coins.log_prob"
