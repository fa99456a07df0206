"""An edited module takes effect at once; a broken one does not take the old one away."""

from __future__ import annotations

import importlib
import sys

import pytest

import course_lib
from course_lib import check
from course_lib.notebook import reload

MISSING = """
import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))

    @torch.no_grad()
    def sample(self):
        raise NotImplementedError("not implemented yet")

def double(x):
    raise NotImplementedError("not implemented yet")
"""
WRITTEN = MISSING.replace(
    'def sample(self):\n        raise NotImplementedError("not implemented yet")',
    "def sample(self):\n        return 3 * self.weight",
).replace(
    'def double(x):\n    raise NotImplementedError("not implemented yet")',
    "def double(x):\n    return 2 * x",
)


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """A lecture module `course_lib.edited` and a function that saves a new version of it."""
    file = tmp_path / "edited.py"
    file.write_text(MISSING)
    monkeypatch.setattr(course_lib, "__path__", [str(tmp_path), *course_lib.__path__])
    module = importlib.import_module("course_lib.edited")
    reload.remember()
    yield module, file.write_text
    sys.modules.pop("course_lib.edited")
    del vars(course_lib)["edited"]
    reload._seen.pop("course_lib.edited", None)
    reload._failures.pop("course_lib.edited", None)


def test_nothing_is_loaded_again_that_did_not_change(edited):
    module, _ = edited
    before = module.Model
    assert "edited" not in reload.refresh()
    assert module.Model is before


def test_a_function_is_new_at_the_next_cell(edited):
    module, save = edited
    save(WRITTEN)
    assert reload.refresh()["edited"] is None
    assert module.double(4) == 8


def test_a_trained_model_has_the_method_that_was_written_afterwards(edited):
    module, save = edited
    model = module.Model()
    model.weight.data[0] = 7.0
    save(WRITTEN)
    reload.refresh()
    assert model.sample().tolist() == [21.0, 3.0]
    assert isinstance(model, module.Model)


def test_two_changes_within_a_second_and_of_one_size_both_count(edited):
    module, save = edited
    for factor in (2, 3, 4, 5):
        save(WRITTEN.replace("2 * x", f"{factor} * x"))
        reload.refresh()
        assert module.double(1) == factor


def test_a_name_that_the_notebook_imported_is_replaced(edited):
    module, save = edited
    namespace = {"double": module.double, "Model": module.Model, "other": 5}
    save(WRITTEN)
    reload.refresh(namespace)
    assert namespace["double"](1) == 2
    assert namespace["Model"] is module.Model
    assert namespace["other"] == 5


def test_a_function_that_was_deleted_is_gone(edited):
    module, save = edited
    save(WRITTEN.partition("def double")[0])
    reload.refresh()
    assert not hasattr(module, "double")


@pytest.mark.parametrize(
    ("broken", "kind"),
    [("def double(x:\n", SyntaxError), ("1 / 0\n", ZeroDivisionError), ("exit()", SystemExit)],
)
def test_a_version_that_cannot_be_loaded_leaves_the_one_before_it(edited, broken, kind):
    module, save = edited
    save(WRITTEN)
    reload.refresh()
    save(WRITTEN + broken)
    assert isinstance(reload.refresh()["edited"], kind)
    assert isinstance(reload.failure("edited"), kind)
    assert module.double(1) == 2
    assert "edited" not in reload.refresh()
    save(WRITTEN.replace("2 * x", "5 * x"))
    reload.refresh()
    assert reload.failure("edited") is None
    assert module.double(1) == 5


def test_a_check_does_not_praise_the_version_before_a_syntax_error(tmp_path, monkeypatch):
    from autograder.paths import COURSE

    solution = (COURSE / "solutions" / "coins.py").read_text(encoding="utf-8")
    file = tmp_path / "coins.py"
    file.write_text(solution, encoding="utf-8")
    kept = sys.modules.pop("course_lib.coins", None), vars(course_lib).pop("coins", None)
    monkeypatch.setattr(course_lib, "__path__", [str(tmp_path), *course_lib.__path__])
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "state"))
    try:
        assert check("coins.mixture_log_prob").passed
        file.write_text(solution + "def (\n", encoding="utf-8")
        report = check("coins.mixture_log_prob")
        assert report.points == 0
        assert "SyntaxError" in report.results[0].message
        file.write_text(solution, encoding="utf-8")
        assert check("coins.mixture_log_prob").passed
    finally:
        sys.modules.pop("course_lib.coins", None)
        reload._seen.pop("course_lib.coins", None)
        reload._failures.pop("course_lib.coins", None)
        if kept[0] is not None:
            sys.modules["course_lib.coins"] = kept[0]
        vars(course_lib).pop("coins", None)
        if kept[1] is not None:
            vars(course_lib)["coins"] = kept[1]
