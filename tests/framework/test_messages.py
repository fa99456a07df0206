"""What a student is told: once, with the cause where it is one, and in words that they know."""

import re
import sys
from types import FunctionType

import pytest

import course_lib
from autograder.authoring.reference import solution_text
from course_lib import check
from course_lib.checks import Report
from course_lib.checks import run as running
from course_lib.course.syllabus import UnknownName

MIXTURE, LOG_PROB = "coins.mixture_log_prob", "coins.Coins.log_prob"
INTERNAL = re.compile(r"proxy|[Hh]andle|holder|Proxied|'Object'|'Function'|LocalObject")


def said(report: Report) -> list[str]:
    """What stands below the properties of the card that do not hold."""
    return [text for _, text in report._said() if text]


def test_an_exception_is_told_once_and_the_other_properties_point_to_it(planted):
    report = check(MIXTURE, planted(MIXTURE, "return np.log(log_probs)"))
    (message,) = said(report)
    assert message.startswith(f"`{MIXTURE}` raised NameError: name 'np' is not defined\n")
    assert len(report.results) > 1
    text = report._repr_html_()
    assert text.count("NameError") == 1
    assert text.count("(as above)") == len(report.results) - 1
    assert "Read hint" not in text


def test_one_exception_with_other_numbers_in_its_text_is_told_once(planted):
    report = check(LOG_PROB, planted(LOG_PROB, "return x.reshape(10**6 + 3)"))
    assert len({r.message for r in report.results}) > 1
    assert len(said(report)) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("np", "import numpy as np"),
        ("F", "import torch.nn.functional as F"),
        ("torch", "import torch"),
        ("math", "import math"),
        ("nn", "from torch import nn"),
    ],
)
def test_the_missing_import_is_named(planted, name, line):
    module = planted(MIXTURE, f"return {name}.log(log_probs)")
    vars(module).pop(name, None)
    (message,) = said(check(MIXTURE, module))
    assert message.endswith(f"\nAdd the line `{line}` at the top of the file.")


def test_a_slip_in_a_name_is_told_with_the_name_that_was_meant(planted):
    report = check(MIXTURE, planted(MIXTURE, "total = log_probs.sum(0)\nreturn totl"))
    assert "name 'totl' is not defined; did you mean `total`?" in said(report)[0]
    odd = "raise NameError('no', name=3)"
    assert "NameError: no" in said(check(MIXTURE, planted(MIXTURE, odd)))[0]


def test_a_wrong_shape_is_told_once_without_a_hint_about_values(planted):
    report = check(LOG_PROB, planted(LOG_PROB, "return self.logits(x).sum()"))
    assert "expected (batch,) = " in said(report)[0]
    assert not any(r.hint for r in report.results)
    assert sum("expected (batch,) = " in text for text in said(report)) == 1


def test_a_wrong_value_keeps_its_hint(planted):
    report = check(MIXTURE, planted(MIXTURE, "return log_probs.mean(0)"))
    assert report.results[0].hint == "2.1a"
    assert "Read hint 2.1a." in said(report)[0]


@pytest.mark.parametrize(
    "body",
    [
        "return self",
        "return lambda: x",
        "return [x, self]",
        "return {'a': self}",
        "return object()",
        "raise self",
        "self.forward(x)",
        "return (x for _ in x)",
    ],
)
def test_no_name_of_the_frameworks_own_is_shown(planted, body):
    module = planted(LOG_PROB, body)
    module.Coins.log_prob.__annotations__.clear()  # nothing is promised: the check itself stumbles
    report = check(LOG_PROB, module)
    assert not report.passed
    assert not INTERNAL.search(report.text), report.text
    if body == "return self":
        assert f"the check cannot go on with what {LOG_PROB} returned: Coins" in report.text


def test_code_below_a_raise_that_was_left_standing_is_found(planted):
    left = 'raise NotImplementedError("not implemented yet: f")'
    report = check(MIXTURE, planted(MIXTURE, f"{left}\n\n# mine\nreturn log_probs.sum(0)"))
    assert report.state == "missing"
    assert re.search(
        r"coins\.py, line (\d+), still raises NotImplementedError, and the code below it, "
        r"from line \d+ on, never runs: delete line \1\.$",
        report.summary,
    )
    for body in (left, f"if True:\n    {left}\nreturn 1", 'raise NotImplementedError(\n    "x"\n)'):
        assert "never runs" not in check(MIXTURE, planted(MIXTURE, body)).summary


@pytest.fixture
def own_file(tmp_path, monkeypatch):
    """The student's `coins.py`, imported from a folder of theirs."""
    file = tmp_path / "coins.py"
    file.write_text(solution_text("coins"), encoding="utf-8")
    monkeypatch.setattr(course_lib, "__path__", [str(tmp_path), *course_lib.__path__])
    monkeypatch.delitem(sys.modules, "course_lib.coins", raising=False)
    yield file
    sys.modules.pop("course_lib.coins", None)


def test_a_module_that_was_deleted_after_its_import_is_missing(own_file):
    assert check(MIXTURE).passed
    own_file.unlink()
    (message,) = said(check(MIXTURE))
    assert message.startswith("course_lib/coins.py is missing: put the file back")


def test_an_exercises_function_stands_for_its_name(own_file):
    from course_lib import coins  # type: ignore[attr-defined]

    for function in (coins.mixture_log_prob, coins.Coins.log_prob, coins.Coins(2).log_prob):
        assert check(function).passed
    assert check(coins.Coins.log_prob).exercise == LOG_PROB


@pytest.mark.parametrize(
    ("what", "line"),
    [
        (
            print,
            r"check takes an exercise's name, as in check\('warm_up.normalised'\), and not print",
        ),
        (3, r"check takes an exercise's name, .* and not int"),
        (None, r"and not NoneType"),
        ("coins.mixture_logprob", r"there is no exercise 'coins.mixture_logprob': did you mean"),
    ],
)
def test_what_is_no_exercise_is_one_line_in_a_notebook(what, line):
    with pytest.raises(UnknownName, match=line) as caught:
        check(what)
    assert caught.value._render_traceback_() == [str(caught.value)]


def typed(source: str, name: str) -> dict:
    """The names of a notebook in which this was run in a cell."""
    names: dict = {"__name__": "__main__", "get_ipython": None}
    exec(source, names)
    return {"get_ipython": None, name: names[name]}


def test_a_function_that_was_typed_in_a_cell_is_told_of(own_file, monkeypatch):
    own_file.write_text(solution_text("coins").replace("return", "return None #"), "utf-8")
    names = sys.modules["__main__"].__dict__
    for name, value in typed("def mixture_log_prob(a): ...", "mixture_log_prob").items():
        monkeypatch.setitem(names, name, value)
    for name, value in typed("class Coins:\n    def log_prob(self): ...", "Coins").items():
        monkeypatch.setitem(names, name, value)
    for exercise, what in ((MIXTURE, "mixture_log_prob"), (LOG_PROB, "Coins")):
        (note,) = check(exercise).notes
        assert note.startswith(f"`{what}` is defined in a cell of this notebook")
        assert f"`%%exercise {exercise}`" in note
    assert check(names["mixture_log_prob"]).exercise == MIXTURE
    # What was imported from the module was not typed there.
    imported = FunctionType((lambda: 0).__code__, {"__name__": "course_lib.coins"})
    monkeypatch.setitem(names, "mixture_log_prob", imported)
    assert check(MIXTURE).notes == ()


def test_a_check_that_was_interrupted_while_a_library_was_imported_blames_no_loop(
    planted, tmp_path, monkeypatch
):
    (tmp_path / "slow_library.py").write_text("import time\ntime.sleep(0.5)\nwhole = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    body = "import slow_library\nreturn torch.logsumexp(log_probs, 0) - math.log(len(log_probs))"
    module = planted(MIXTURE, body)
    monkeypatch.setattr("course_lib.checks.time_limit.PATIENCE", 0.0)
    first = check(MIXTURE, module, seconds=0.1)
    (message,) = said(first)
    assert message.startswith("the library `slow_library` was still being imported")
    assert "loop" not in message
    # Where there is patience, the import is let through, and nothing is broken for what follows.
    monkeypatch.setattr("course_lib.checks.time_limit.PATIENCE", 60.0)
    assert check(MIXTURE, module, seconds=0.3).passed
    assert sys.modules.pop("slow_library").whole


def test_a_loop_after_a_slow_import_is_still_interrupted(planted, tmp_path, monkeypatch):
    (tmp_path / "slower_library.py").write_text("import time\ntime.sleep(0.3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    body = "import slower_library\nwhile True:\n    pass"
    (message,) = said(check(MIXTURE, planted(MIXTURE, body), seconds=0.1))
    assert f"`{MIXTURE}` was still running after 0.1 s" in message
    monkeypatch.delitem(sys.modules, "slower_library")


def test_every_error_of_a_check_is_a_message(planted):
    """An internal name in an error's text leaves only the error's kind."""
    error = TypeError("unsupported operand type(s) for -: 'Object' and 'Tensor'")
    assert running._unexpected(None, error) == "the check could not go on: TypeError"
