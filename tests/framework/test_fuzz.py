"""Whatever a function returns, `check` gives a report: no exception, no output, no full marks."""

import fractions

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring.cases import hidden_results
from course_lib import check
from course_lib.course import syllabus


class Forging(torch.Tensor):
    """Answers every question about itself with yes."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in {"isclose", "eq", "equal", "allclose", "all"}:
            return torch.tensor(True)
        return super().__torch_function__(func, types, args, kwargs or {})


class Raising(torch.Tensor):
    """Raises whatever is done with it."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise ArithmeticError(func)


class Yes(float):
    """A number that equals everything and is smaller than everything."""

    def _yes(self, other):
        return True

    def _zero(self, *other):
        return Yes(0)

    __hash__ = float.__hash__


for _name in ("eq", "lt", "le", "gt", "ge"):
    setattr(Yes, f"__{_name}__", Yes._yes)
for _name in ("sub", "rsub", "abs"):
    setattr(Yes, f"__{_name}__", Yes._zero)


class Liar:
    """Not what it says it is."""

    @property  # type: ignore[misc]
    def __class__(self):
        raise LookupError("no class")


class Silent:
    """Nothing can be asked of it."""

    def __getattribute__(self, name):
        raise OSError(name)


LOOP: list = []
LOOP.append(LOOP)

VALUES = {
    "None": None,
    "text": "0.5",
    "huge text": "x" * 10**6,
    "bytes": b"\0\xff",
    "NaN": float("nan"),
    "NaN tensor": torch.full((3, 4), float("nan")),
    "0-d": torch.tensor(1.0),
    "empty": torch.zeros(0, 4),
    "infinite": torch.full((4,), float("inf")),
    "large": torch.zeros(1).expand(10**7),
    "huge int": 10**5000,
    "with graph": torch.ones(4, requires_grad=True) * 2,
    "complex": torch.ones(4, dtype=torch.complex64),
    "sparse": torch.eye(3).to_sparse(),
    "sparse rows": torch.eye(3, dtype=torch.float64).to_sparse_coo().coalesce(),
    "meta": torch.ones(3, device="meta"),
    "half": torch.ones(4, dtype=torch.float16),
    "booleans": torch.ones(4, dtype=torch.bool),
    "float8": torch.ones(4).to(torch.float8_e4m3fn),
    "named": torch.nn.Parameter(torch.ones(4)),
    "forging": torch.zeros(4, dtype=torch.float64).as_subclass(Forging),
    "raising": torch.zeros(4).as_subclass(Raising),
    "always yes": Yes(3),
    "array": np.ones((3, 2)),
    "array of objects": np.array([None, "x"], dtype=object),
    "numpy number": np.float64(0.5),
    "fraction": fractions.Fraction(1, 3),
    "loop": LOOP,
    "nested": [[[[torch.ones(2)], {"a": (1, None)}]]],
    "mixed": (torch.ones(2), None, "x", 3),
    "dict": {"a": torch.ones(2), 3: None},
    "class": dict,
    "function": len,
    "module": torch,
    "generator": (i for i in range(3)),
    "liar": Liar(),
    "silent": Silent(),
    "exception": ValueError("returned, not raised"),
    "ellipsis": ...,
    "model": torch.nn.Linear(2, 2),
}
EXERCISES = [e for lecture in syllabus.load().notebooks for e in lecture.exercises]


@pytest.fixture(scope="module")
def modules(planted):
    return {e.name: planted(e.name, "return _returned()") for e in EXERCISES}


def returning(modules, exercise, value):
    module = modules[exercise.name]
    module._returned = lambda: value
    return module


@pytest.mark.parametrize("value", VALUES)
def test_an_odd_value_is_reported_and_earns_nothing(modules, value, capfd):
    for exercise in EXERCISES:
        report = check(exercise.name, returning(modules, exercise, VALUES[value]), seconds=5)
        assert report.state == "failed", exercise.name
        assert report.points < report.max_points, exercise.name
        assert float(repr(report)) == report.points
        assert all(len(r.message) < 2000 for r in report.results)
        report._repr_html_()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("value", VALUES)
def test_an_odd_value_agrees_with_the_reference_on_no_hidden_case(modules, value, capfd):
    for exercise in syllabus.load().lectures[1].exercises[:2]:
        module = returning(modules, exercise, VALUES[value])
        results = hidden_results(exercise.name, module, seed=0, dtypes=(torch.float64,))
        assert not any(r.passed for r in results)
    assert capfd.readouterr() == ("", "")


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=5)
)
TENSORS = st.builds(
    lambda shape, dtype, fill: torch.full(shape, fill).to(dtype),
    st.lists(st.integers(0, 4), max_size=4).map(tuple),
    st.sampled_from([torch.float32, torch.float64, torch.int64, torch.bool, torch.complex64]),
    st.sampled_from([0.0, 1.0, -1.0, 0.5, 1e30, float("nan"), float("inf")]),
)
ANYTHING = st.recursive(
    SCALARS | TENSORS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(value=ANYTHING, exercise=st.sampled_from(EXERCISES))
def test_a_random_value_is_reported_and_earns_less_than_all(modules, value, exercise):
    report = check(exercise.name, returning(modules, exercise, value), seconds=5)
    assert report.state == "failed"
    assert report.points < report.max_points
