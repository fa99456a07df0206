"""Each assertion accepts what it should, and names what it rejects."""

import math
import types
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import logsigmoid

from course_lib.checks import (
    PropertyBroken,
    all_binary,
    apart,
    assert_close,
    assert_depends_on_all_past,
    assert_depends_only_on_past,
    assert_distribution,
    assert_dtype,
    assert_finite,
    assert_follows,
    assert_frequencies,
    assert_levels,
    assert_linear,
    assert_raises,
    assert_seed_decides,
    assert_true,
    check_for,
    corners,
    jacobian,
    normal,
    numbers,
    seeded,
)
from course_lib.checks.errors import StudentError

F64 = torch.float64
NUMBERS = st.floats(-1e3, 1e3, allow_nan=False)
VECTORS = st.lists(NUMBERS, min_size=1, max_size=5)


def broken(assertion, *args, **options):
    with pytest.raises(PropertyBroken) as raised:
        assertion(*args, **options)
    return str(raised.value)


@given(values=VECTORS)
def test_close_accepts_what_is_equal_in_any_precision_and_form(values):
    tensor = torch.tensor(values, dtype=F64)
    assert_close(tensor, tensor.clone())
    assert_close(tensor.float(), tensor, rtol=1e-6)
    assert_close(values, tensor)
    assert_close(tensor.clone().requires_grad_(), values)
    assert_close(tensor - tensor, 0)


@given(values=VECTORS, data=st.data(), gap=st.sampled_from([1e-3, 1.0, -5.0]))
def test_close_names_the_one_entry_that_differs(values, data, gap):
    right = torch.tensor(values, dtype=F64)
    place = data.draw(st.integers(0, len(values) - 1))
    wrong = right.clone()
    wrong[place] += gap * (1 + abs(values[place]))
    said = broken(assert_close, wrong, right, what="p")
    assert said.startswith(f"p at {place} is ")
    assert (f"(1 of {len(values)} entries differ)" in said) == (len(values) > 1)


@given(x=NUMBERS, atol=st.sampled_from([1e-9, 1e-3, 0.5]))
def test_close_holds_to_its_tolerances(x, atol):
    assert_close(x + 0.9 * atol, x, atol=atol, rtol=1e-12)
    broken(assert_close, x + 1.1 * atol + 1e-9, x, atol=atol, rtol=0)
    assert_close(1.09 * x, x, atol=1e-12, rtol=0.1)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (math.nan, 0.0, "value is NaN, expected 0"),
        (math.nan, math.nan, "value is NaN, expected NaN"),
        (math.inf, 1.0, "value is ∞, expected 1"),
        (-math.inf, math.inf, "value is -∞, expected ∞"),
        (torch.tensor([1.0, math.nan]), torch.tensor([1.0, 2.0]), "value at 1 is NaN, expected 2"),
        (torch.tensor([9.0, math.nan]), torch.zeros(2), "value at 1 is NaN"),
        (torch.zeros(3), torch.zeros(4), "value has shape (3,); expected (4,)"),
        (torch.zeros(3, 1), torch.zeros(3), "value has shape (3, 1); expected (3,)"),
        (torch.tensor(0.0), torch.zeros(3), "value has shape (); expected (3,)"),
        (torch.zeros(0), 0.0, "value has no entries: its shape is (0,)"),
        (torch.zeros(2, dtype=torch.complex64), 0.0, "which has no real values"),
        (torch.zeros(2, device="meta"), 0.0, "which has no real values"),
        (None, 0.0, "value is None, not a tensor or a number"),
        ("one", 1.0, "value is str 'one', not a tensor or a number"),
        ([[1.0], [1.0, 2.0]], 1.0, "not a tensor or a number"),
        (10**400, 1.0, "not a tensor or a number"),
        (torch.ones(2, 3), torch.zeros(2, 3), "value at (0, 0) is 1, expected 0 (6 of 6"),
    ],
)
def test_close_rejects_with_the_value_and_the_expectation(actual, expected, said):
    assert said in broken(assert_close, actual, expected)


def test_so_many_digits_are_shown_that_the_difference_is_seen():
    assert broken(assert_close, -1.0000001, -1.0, atol=1e-9, rtol=0.0) == (
        "value is -1.0000001, expected -1"
    )
    assert apart(2 / 3, 2 / 3 + 1e-15) == ["0.666666666666667", "0.666666666666668"]
    assert apart(0.1, 0.1) == ["0.1", "0.1"]
    assert apart(1e-9, 0.0) == ["1e-09", "0"]


def test_where_several_suspects_lead_to_the_value_no_one_of_them_is_named_alone():
    said = broken(assert_close, 4.0, 1.0, suspects={"the square": 4.0, "twice": 4.0, "half": 0.5})
    assert said.endswith("Likely cause: the square; or twice")


def test_draws_that_are_all_alike_are_not_put_down_to_the_seed():
    said = broken(assert_seed_decides, lambda _: torch.zeros(4))
    assert said == "seeds 1 and 2 draw the same samples"
    said = broken(assert_levels, torch.tensor([2.0]), (1,))
    assert said == "samples have the value 2, expected 0 or 1"


def test_close_accepts_infinity_where_it_is_expected():
    assert_close(torch.tensor([-math.inf, 1.0]), torch.tensor([-math.inf, 1.0]))


def test_close_names_the_suspect_that_the_value_equals():
    suspects = {"the sign is wrong": -1.0, "D is forgotten": torch.full((2,), 3.0), "odd": None}
    del suspects["odd"]
    assert "Likely cause: D is forgotten" in broken(
        assert_close, torch.full((2,), 3.0), 1.0, suspects=suspects
    )
    assert "Likely cause: the sign is wrong" in broken(assert_close, -1.0, 1.0, suspects=suspects)
    assert "Likely cause" not in broken(assert_close, 7.0, 1.0, suspects=suspects)
    assert "Likely cause" not in broken(assert_close, math.nan, 1.0, suspects=suspects)


def test_close_uses_labels_for_the_first_axis():
    said = broken(assert_close, torch.eye(2), torch.zeros(2, 2), labels=["W", "b"], what="grad")
    assert said.startswith("grad at (W, 0) is 1, expected 0")


def test_true_shows_the_message_and_the_cause():
    assert_true(True, "never")
    assert broken(assert_true, False, "no") == "no"
    assert broken(assert_true, False, "no", likely="why") == "no\nLikely cause: why"


def test_finite_names_the_first_entry_that_is_not():
    assert_finite(torch.ones(3))
    assert_finite(2.0)
    assert "x at 1 is -∞" in broken(
        assert_finite, torch.tensor([0.0, -math.inf, math.nan]), what="x"
    )
    assert "x is NaN" in broken(assert_finite, math.nan, what="x")
    assert "not a tensor or a number" in broken(assert_finite, None, what="x")


def test_dtype_is_exact():
    assert_dtype(torch.ones(2), torch.float32)
    assert "p is torch.float32, expected torch.float64" in broken(
        assert_dtype, torch.ones(2), F64, what="p"
    )
    assert "is float 1.0, expected a tensor" in broken(assert_dtype, 1.0, F64)
    assert_close(torch.ones(2), 1.0, dtype=torch.float32)
    assert "p is torch.float32, expected" in broken(
        assert_close, torch.ones(2), 1.0, dtype=F64, what="p"
    )


def test_a_seed_decides_what_is_drawn():
    def of_the_seed(seed):
        return normal(seed, 5)

    assert_seed_decides(of_the_seed)
    shared = torch.Generator()
    assert "same seed draw different texts\nLikely cause" in broken(
        assert_seed_decides, lambda _: normal(shared, 5), "texts"
    )
    assert "seeds 1 and 2 draw the same samples" in broken(
        assert_seed_decides, lambda _: of_the_seed(0)
    )


def test_linear_work_grows_with_the_size():
    assert_linear(lambda n: 5 * n + 7, "f", "D", "loops")
    said = broken(assert_linear, lambda n: n * n, "f", "D", "loops")
    assert said.startswith("`f` does 64 operations for D = 8 and 1024 for D = 32: 16.0 times")
    assert said.endswith("Likely cause: loops")


@given(n=st.integers(0, 9))
def test_all_binary_counts_up_with_the_first_column_slowest(n):
    rows = all_binary(n, torch.int64).tolist()
    assert [int("".join(map(str, row)) or "0", 2) for row in rows] == list(range(2**n))
    assert all_binary(2).dtype == torch.get_default_dtype()


def test_raises_accepts_the_students_exception_only_with_its_text():
    def refusing(text):
        raise StudentError("f", "ValueError", text, [])

    assert_raises(ValueError, refusing, "order [0, 0]", mentions="[0, 0]")
    assert "should mention '7'" in broken(
        assert_raises, ValueError, refusing, "bad order", mentions="7"
    )
    assert "(int 3) returned int 3; expected a ValueError" in broken(
        assert_raises, ValueError, lambda x: x, 3
    )
    with pytest.raises(StudentError):
        assert_raises(KeyError, refusing, "x")


def test_distribution_accepts_its_own_samples_and_rejects_others():
    p = torch.tensor([0.1, 0.2, 0.7], dtype=F64)
    entropy = float(-(p * p.log()).sum())
    draws = torch.multinomial(p, 20_000, True, generator=torch.Generator().manual_seed(0))
    assert_distribution(p.log()[draws], entropy)
    said = broken(assert_distribution, p.log()[draws % 2], entropy, what="these")
    assert said.startswith("these do not follow the model: their mean −log p is ")
    broken(assert_distribution, torch.full((9,), -math.inf), entropy)
    broken(assert_distribution, torch.full((9,), math.nan), entropy)


def test_frequencies_accept_the_models_samples_and_name_the_worst_vector_and_its_cause():
    x = all_binary(2, torch.float32)
    log_p = torch.tensor([0.1, 0.2, 0.3, 0.4]).log()
    draws = torch.multinomial(log_p.exp(), 20_000, True, generator=seeded(0))
    assert_frequencies(x[draws], log_p + 7)
    swapped = {"the bits are exchanged": log_p[[0, 2, 1, 3]], "each is as likely": 0 * log_p}
    said = broken(assert_frequencies, x[draws].flip(1), log_p, suspects=swapped)
    assert "01 was drawn in" in said or "10 was drawn in" in said
    assert said.endswith("Likely cause: the bits are exchanged")
    said = broken(assert_frequencies, x[(draws + 1) % 4], log_p, tolerance=1.0)
    assert "their mean −log p is" in said
    for factor, value in ((0.5, "0.5"), (math.nan, "NaN")):
        said = broken(assert_frequencies, factor * x[draws], log_p)
        assert f"have the value {value}, expected 0 or 1" in said
    assert "have shape (4,); expected (4, 2)" in broken(assert_frequencies, torch.ones(4), log_p)
    assert "have shape (0, 2)" in broken(assert_frequencies, torch.ones(0, 2), log_p)


def test_frequencies_of_texts_count_in_their_own_base():
    p = torch.tensor([0.2] * 4 + [0.04] * 5)
    draws = torch.multinomial(p, 20_000, True, generator=seeded(0))
    texts = torch.stack([draws // 3, draws % 3], 1)
    assert_frequencies(texts, p.log(), n_values=3)
    said = broken(assert_frequencies, texts.clamp(min=1), p.log(), n_values=3)
    assert "11 was drawn in" in said
    said = broken(assert_frequencies, texts + 1, p.log(), n_values=3)
    assert "have the value 3, expected 0 … 2" in said


@given(
    A=st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=1, max_size=4),
    x=st.lists(st.floats(-2, 2), min_size=3, max_size=3),
)
def test_the_jacobian_is_the_analytic_one(A, x):
    A, x = torch.tensor(A, dtype=F64), torch.tensor(x, dtype=F64)
    found = jacobian(lambda z: torch.tanh(z @ A.T), x)
    expected = (1 - torch.tanh(A @ x) ** 2)[:, None] * A
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-8)


def test_the_jacobian_flattens_inputs_and_outputs_of_any_shape():
    x = torch.randn(2, 3, dtype=F64, generator=torch.Generator().manual_seed(0))
    found = jacobian(lambda z: (z**2).transpose(1, 2), x)
    index = torch.arange(6).reshape(2, 3).T.reshape(-1)
    torch.testing.assert_close(found, torch.diag(2 * x.reshape(-1))[index], rtol=1e-6, atol=1e-8)


def test_the_jacobian_of_a_function_that_drops_the_batch_is_refused():
    assert "the first axis should be the batch" in broken(
        jacobian, lambda z: z.sum(), torch.ones(3)
    )
    assert "shape (3,)" in broken(jacobian, lambda z: z[0], torch.ones(3))


X = torch.tensor([0.3, -0.2, 0.5, 0.1], dtype=F64)
ORDER = [2, 0, 3, 1]


def masked(order, strict=True):
    """A map that depends on exactly what comes before in the order."""
    place = torch.argsort(torch.tensor(order))
    mask = (place[:, None] > place) if strict else (place[:, None] >= place)
    return lambda z: torch.tanh(z @ mask.to(z).T)


@pytest.mark.parametrize("order", [None, ORDER])
def test_dependency_tests_accept_exactly_the_past(order):
    f = masked(order or range(4))
    assert_depends_only_on_past(f, X, order)
    assert_depends_on_all_past(f, X, order)


def test_dependency_tests_name_what_is_seen_too_much_or_too_little():
    assert "output 0 depends on its own input 0" in broken(
        assert_depends_only_on_past, masked(range(4), strict=False), X
    )
    assert "p 0 depends on the later input 1" in broken(
        assert_depends_only_on_past, lambda z: z.flip(1).cumsum(1).flip(1) - z, X, what="p"
    )
    assert "output 1 depends on the later input 3" in broken(
        assert_depends_only_on_past, masked([3, 2, 1, 0]), X, [0, 1, 2, 3]
    ) or "output 0 depends on the later input" in broken(
        assert_depends_only_on_past, masked([3, 2, 1, 0]), X
    )
    assert "output 1 ignores the earlier input 0" in broken(
        assert_depends_on_all_past, lambda z: 0 * z, X
    )


@pytest.mark.parametrize("assertion", [assert_depends_only_on_past, assert_depends_on_all_past])
def test_dependency_tests_do_not_take_nan_for_an_answer(assertion):
    assert "output 0 is NaN or infinite" in broken(assertion, lambda z: z * math.nan, X)
    assert "3 outputs for 4 inputs" in broken(assertion, lambda z: z[:, 1:], X)


def test_a_check_needs_a_docstring_and_a_positive_weight():
    def check(module):
        """It holds."""

    with pytest.raises(ValueError, match="weight must be positive, not 0"):
        check_for("coins.planted", weight=0)(check)
    check.__doc__ = None
    with pytest.raises(ValueError, match="a check needs a docstring"):
        check_for("coins.planted")(check)


FOLLOWED = "coins.mixture_log_prob"


def of_coins(function):
    """A module with this function in the exercise's place."""
    return types.SimpleNamespace(mixture_log_prob=function)


def test_follows_compares_with_the_definition_in_both_dtypes():
    seen = []

    def mixture(rows):
        seen.append((rows.dtype, tuple(rows.shape)))
        return rows.logsumexp(0) - math.log(len(rows))

    def definition(rows):
        return (rows - rows.amax()).exp().mean(0).log() + rows.amax()

    assert_follows(FOLLOWED, of_coins(mixture), definition, what="log p")
    assert_follows(FOLLOWED, None, definition, what="log p", call=mixture)
    assert {dtype for dtype, _ in seen} == {F64, torch.float32}
    # The first shape comes twice in each dtype, with other values.
    assert len(seen) == 2 * (len(set(seen)) + 2)


class Coins(torch.nn.Module):
    def __init__(self, n_dims, seed, dtype):
        super().__init__()
        self.b = torch.zeros(n_dims, dtype=dtype)

    def log_prob(self, x):
        return logsigmoid((2 * x - 1) * self.b).sum(1)


def test_follows_calls_a_method_of_the_instance_that_the_definition_knows_of():
    def definition(made, x):
        return logsigmoid((2 * x - 1) * made.load["b"]).sum(1)

    def suspects(made, x):
        return {"the sign": -definition(made, x)}

    def load(coins, b):
        coins.b.copy_(b)

    module, here = types.SimpleNamespace(Coins=Coins), types.SimpleNamespace(load=load, torch=torch)
    arguments = ("coins.Coins.log_prob", module)
    options: dict[str, Any] = {"what": "log p", "here": here, "suspects": suspects}
    assert_follows(*arguments, definition, **options)

    class Negative(Coins):
        def log_prob(self, x):
            return -super().log_prob(x)

    module.Coins = Negative
    assert broken(assert_follows, *arguments, definition, **options).endswith(": the sign")

    class Remembering(Coins):
        def log_prob(self, x):
            self.first = getattr(self, "first", self.b.clone())
            return logsigmoid((2 * x - 1) * self.first).sum(1)

    module.Coins = Remembering
    assert "log p at" in broken(assert_follows, *arguments, definition, **options)


def test_follows_names_the_result_the_dtype_and_the_cause():
    def both(rows):
        return rows.amax(0), rows.sum(0)

    def mean(rows):
        return rows.amax(0), rows.mean(0)

    def suspects(rows):
        return [{}, {"the mean, not the sum": rows.mean(0)}]

    options: dict[str, Any] = {"what": ("largest", "sum"), "suspects": suspects}
    assert_follows(FOLLOWED, of_coins(both), both, **options)
    wrong = broken(assert_follows, FOLLOWED, of_coins(mean), both, **options)
    assert wrong.startswith("sum at ")
    assert wrong.endswith("Likely cause: the mean, not the sum")
    double = of_coins(lambda rows: [r.double() for r in both(rows)])
    lost = broken(assert_follows, FOLLOWED, double, both, **options)
    assert lost == "largest is torch.float64, expected torch.float32"


def test_numbers_and_corners():
    assert numbers(1, 0.5).equal(torch.tensor([1.0, 0.5], dtype=F64))
    assert numbers([1], [2]).shape == (2, 1)
    assert corners(2).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
