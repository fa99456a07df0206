"""Assertions that name the broken property on its worst or smallest counterexample."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_lib.checks.contract import describe
from course_lib.checks.digits import apart, shown
from course_lib.checks.errors import BrokenContract, PropertyBroken, StudentError
from course_lib.checks.random_inputs import Made, inputs
from course_lib.checks.tensors import F64

__all__ = [
    "assert_close",
    "assert_distribution",
    "assert_dtype",
    "assert_finite",
    "assert_follows",
    "assert_frequencies",
    "assert_levels",
    "assert_linear",
    "assert_raises",
    "assert_seed_decides",
    "assert_true",
]

Suspects = Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None


def assert_true(condition: bool, message: str, *, likely: str | None = None) -> None:
    """Raise `PropertyBroken(message)` unless the condition holds."""
    if not condition:
        raise PropertyBroken(message + (f"\nLikely cause: {likely}" if likely else ""))


def assert_close(
    actual: Any,
    expected: Any,
    *,
    atol: float = 1e-6,
    rtol: float = 1e-5,
    what: str = "value",
    dtype: torch.dtype | None = None,
    suspects: Suspects = None,
    labels: Sequence[str] | None = None,
) -> None:
    """|actual − expected| ≤ atol + rtol·|expected| at every entry.

    Args:
        actual: tensor or number; compared in float64.
        expected: the same shape as `actual`, or a number for all entries.
        dtype: where it is given, `actual` must be a tensor of exactly this one.
        atol: absolute tolerance.
        rtol: relative tolerance.
        what: what the value is, for the message.
        suspects: likely cause → the wrong value it leads to, or a function that gives these, where
            they take a while. If `actual` equals one, the message names that cause.
        labels: a name for each index of the first axis, instead of its number.

    Raises:
        PropertyBroken: naming the worst entry.
    """
    if dtype:
        assert_dtype(actual, dtype, what=what)
    a, e = _as_tensor(actual, what), _as_tensor(expected, "expected value")
    if e.dim() and a.shape != e.shape:
        raise BrokenContract(f"{what} has shape {tuple(a.shape)}; expected {tuple(e.shape)}")
    if e.numel() and not a.numel():
        raise BrokenContract(f"{what} has no entries: its shape is {tuple(a.shape)}")
    if _holds(a, e, atol, rtol):
        return
    raise PropertyBroken(
        _worst(a, e.expand_as(a), atol, rtol, what, labels) + _cause(a, suspects, atol, rtol)
    )


def assert_follows(
    exercise: str,
    module: Any,
    definition: Callable,
    *,
    what: str | tuple[str, ...],
    suspects: Callable | None = None,
    call: Callable | None = None,
    here: Any = None,
    seed: int = 1,
    cases: slice = slice(None),
) -> None:
    """On its random arguments an exercise's function does what is defined, in both dtypes.

    An instance of one of the student's classes is made for the function; the definition gets the
    `Made` that says which, the first of its arguments where the function is a method. Without
    `here` to make it, such cases are left out.

    Args:
        exercise: name as in `course.toml`.
        module: the lecture module.
        definition: takes the same arguments, in float64, and returns what the function should.
        what: the name of the result, or of each one where the function returns several.
        suspects: takes what `definition` takes; returns likely cause → the wrong result it leads
            to, or a list of such mappings, for the first result, the second …
        call: takes the arguments and calls the function, where it is not called with just these.
        here: for instances of the student's classes.
        seed: of the arguments.
        cases: which of the arguments; by default all of them.

    Raises:
        PropertyBroken: naming the worst entry of the first wrong result.
    """
    owner, _, name = exercise.partition(".")[2].rpartition(".")
    names = (what,) if isinstance(what, str) else what
    for dtype in (F64, torch.float32):
        # The first shapes come again, with other values: nothing may be kept from call to call.
        made: dict[str, Any] = {}
        again = inputs(exercise, seed + 1, dtype)[cases][:1]
        for case in (*inputs(exercise, seed, dtype)[cases], *again):
            given = [Made(owner, case.init, case.load)] if owner else []
            given += case.args
            if not here and any(isinstance(a, Made) for a in given):
                continue
            own = [a.again(made, module, here) if isinstance(a, Made) else a for a in given]
            args = [_in_float64(a) for a in given]
            function = call or getattr(own.pop(0) if owner else module, name)
            found, expected = function(*own), definition(*args)
            if isinstance(what, str):
                found, expected = (found,), (expected,)
            tolerance = case.tolerance(dtype)
            for k, (result, f, e) in enumerate(zip(names, found, expected, strict=True)):
                wrong = functools.partial(_of_result, k, suspects, args)
                assert_close(
                    f, e, atol=tolerance, rtol=tolerance, what=result, dtype=dtype, suspects=wrong
                )


def _in_float64(value: Any) -> Any:
    if isinstance(value, Made):
        return value._replace(load={name: v.double() for name, v in value.load.items()})
    if isinstance(value, (list, tuple)):
        return [_in_float64(one) for one in value]
    floating = isinstance(value, Tensor) and value.is_floating_point()
    return value.double() if floating else value


def _of_result(k: int, suspects: Callable | None, args: list) -> Mapping[str, Any]:
    """The suspects for the k-th result."""
    named = suspects(*args) if suspects else {}
    lists = named if isinstance(named, list) else [named]
    return lists[k] if k < len(lists) else {}


def _as_tensor(value: Any, what: str) -> Tensor:
    if isinstance(value, Tensor):
        if value.is_complex() or value.is_meta:
            raise BrokenContract(f"{what} is {describe(value)}, which has no real values")
        return value.detach().to("cpu", torch.float64)
    try:
        if isinstance(value, (bool, int, float)):
            return torch.tensor(float(value), dtype=torch.float64)
        return torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        raise BrokenContract(f"{what} is {describe(value)}, not a tensor or a number") from None


def _holds(a: Tensor, e: Tensor, atol: float, rtol: float) -> bool:
    # Three operations that settle nearly all comparisons; NaN and ∞ take the long way.
    if a.numel() and float((a - e).abs().max()) <= atol:
        return True
    return bool(torch.isclose(a, e.expand_as(a), rtol=rtol, atol=atol, equal_nan=False).all())


def _worst(
    a: Tensor, e: Tensor, atol: float, rtol: float, what: str, labels: Sequence[str] | None
) -> str:
    wrong = ~torch.isclose(a, e, rtol=rtol, atol=atol)
    gap = (a - e).abs().nan_to_num(nan=math.inf, posinf=math.inf)
    gap = torch.where(wrong, gap, -1.0)
    # The first of those that are the worst but for rounding, which differs between machines.
    flat = int((gap.flatten() >= gap.max() * (1 - 1e-9)).nonzero()[0])
    place = _place(flat, a.shape, labels)
    found, expected = apart(a.flatten()[flat].item(), e.flatten()[flat].item())
    line = f"{what}{place} is {found}, expected {expected}"
    if a.numel() > 1:
        line += f" ({int(wrong.sum())} of {a.numel()} entries differ)"
    return line


def _place(flat: int, shape: torch.Size, labels: Sequence[str] | None) -> str:
    if not shape:
        return ""
    # torch's own `unravel_index` would import sympy, a second's work, in the middle of a check.
    index = [int(i) for i in np.unravel_index(flat, tuple(shape))]
    places = [labels[index[0]] if labels else str(index[0]), *map(str, index[1:])]
    return f" at ({', '.join(places)})" if len(places) > 1 else f" at {places[0]}"


def _cause(a: Tensor, suspects: Suspects, atol: float, rtol: float) -> str:
    found = suspects() if callable(suspects) else suspects
    causes = []
    for cause, wrong in (found or {}).items():
        w = _as_tensor(wrong, "suspect")
        if (not w.dim() or w.shape == a.shape) and _holds(a, w, max(atol, 1e-6), max(rtol, 1e-5)):
            causes.append(cause)
    # Where several lead to this value, none is known to be the one, and many say nothing.
    return f"\nLikely cause: {'; or '.join(causes)}" if 0 < len(causes) < 3 else ""


def assert_finite(actual: Tensor | float, *, what: str = "value") -> None:
    """No entry is NaN or infinite."""
    actual = _as_tensor(actual, what)
    bad = ~torch.isfinite(actual)
    if bad.any():
        flat = int(bad.flatten().int().argmax())
        found = shown(float(actual.flatten()[flat]))
        place = _place(flat, actual.shape, None)
        raise PropertyBroken(f"{what}{place} is {found}, expected a finite number")


def assert_dtype(actual: Tensor, dtype: torch.dtype, *, what: str = "result") -> None:
    """The tensor has exactly this dtype."""
    if not isinstance(actual, Tensor):
        raise BrokenContract(f"{what} is {describe(actual)}, expected a tensor of {dtype}")
    if actual.dtype != dtype:
        raise PropertyBroken(f"{what} is {actual.dtype}, expected {dtype}")


def assert_seed_decides(draw: Callable[[int], Tensor], what: str = "samples") -> None:
    """What `draw(seed)` returns is the same for the same seed, and another for another seed."""
    first, again, *others = (draw(seed) for seed in (1, 1, 2, 3, 2**31 + 1))
    assert_true(
        bool((first == again).all()),
        f"two calls with the same seed draw different {what}",
        likely="the draws do not come from a torch.Generator with that seed",
    )
    for seed, other in zip((2, 3, 2**31 + 1), others, strict=True):
        assert_true(
            bool((first != other).any()),
            f"seeds 1 and {seed} draw the same {what}",
            # Draws that are all alike, such as zeros, are no question of the seed.
            likely="the seed is fixed inside the function, or nothing is drawn"
            if len(first.unique()) > 1
            else None,
        )
    assert_true(bool((others[0] != others[1]).any()), f"seeds 2 and 3 draw the same {what}")


def assert_linear(work: Callable[[int], int], name: str, size: str, doubt: str) -> None:
    """`work(size)` counts operations: four times the size takes at most six times as many.

    Args:
        work: size → number of operations.
        name: of the function that works.
        size: its name, for the message.
        doubt: the likely cause where the work grows faster.
    """
    small, large = work(8), work(32)
    assert_true(
        large <= 6 * small,
        f"`{name}` does {small} operations for {size} = 8 and {large} for {size} = 32: "
        f"{large / small:.1f} times as many, where work linear in {size} gives 4 times",
        likely=doubt,
    )


def assert_raises(
    kind: type[Exception], function: Callable, *args: Any, mentions: str = ""
) -> None:
    """The call raises an exception of this class whose text contains `mentions`."""
    given = ", ".join(describe(a) for a in args)
    try:
        result = function(*args)
        if hasattr(result, "settle"):
            # An instance, whose constructor may not have run yet.
            result.settle()
    except StudentError as error:
        if error.kind != kind.__name__:
            raise
        assert_true(
            mentions in error.text,
            f"{kind.__name__} for ({given}) says {error.text!r}; it should mention {mentions!r}",
        )
        return
    raise PropertyBroken(f"({given}) returned {describe(result)}; expected a {kind.__name__}")


def assert_distribution(
    log_prob: Tensor, entropy: float, *, what: str = "samples", errors: float = 4.0
) -> None:
    """The mean of −log p over a model's own samples is its entropy, within 4 standard errors.

    Args:
        log_prob: log p(x) in nats of each sample, shape (n,).
        entropy: H(p) in nats.
        what: what was drawn, for the message.
        errors: standard errors that it may be off. Right samples are off by more than 4 in one of
            16,000 draws, by more than 6 in one of 500 million: hidden cases, which everyone has
            others of, take 6.
    """
    nll = -log_prob.double()
    error = float(nll.std() / math.sqrt(len(nll))) + 1e-9
    mean = float(nll.mean())
    found, expected = apart(mean, entropy, digits=4)
    assert_true(
        abs(mean - entropy) <= errors * error,
        f"{what} do not follow the model: their mean −log p is {found} nats, the model's "
        f"entropy is {expected} (standard error {error:.2g})",
    )


def assert_frequencies(
    samples: Tensor,
    log_prob: Tensor,
    *,
    n_values: int = 2,
    tolerance: float | None = None,
    errors: float = 6.0,
    what: str = "samples",
    suspects: Mapping[str, Tensor] | None = None,
) -> None:
    """Vectors occur as often as they should, and the mean of −log p over them is the entropy.

    Args:
        samples: of 0 … V − 1, shape (n, D).
        log_prob: of all Vᴰ vectors, the last column counting fastest, up to a constant; (Vᴰ,).
        n_values: V.
        tolerance: largest total variation ½ Σ |frequency − probability|; by default one that right
            samples exceed with a probability below 10⁻⁹.
        errors: standard errors that the mean of −log p may be off, as for `assert_distribution`.
        what: what was drawn, for the message.
        suspects: likely cause → the log-probabilities that it leads to.
    """
    n_dims = round(math.log(len(log_prob), n_values))
    n = max(1, len(samples)) if samples.dim() else 1
    assert_levels(samples, (n, n_dims), n_values=n_values, what=what)
    exact = log_prob.detach().double().log_softmax(0)
    index = (samples.long() * n_values ** torch.arange(n_dims - 1, -1, -1)).sum(1)
    frequency = torch.bincount(index, minlength=len(exact)).double() / n
    if tolerance is None:
        tolerance = _most_variation(len(exact), n)
    if _variation(frequency, exact) > tolerance:
        worst = int((frequency - exact.exp()).abs().argmax())
        state = "".join(map(str, np.unravel_index(worst, (n_values,) * n_dims)))
        named = (suspects or {}).items()
        drawn, right = apart(*(100 * float(p[worst]) for p in (frequency, exact.exp())), digits=3)
        assert_true(
            False,
            f"{what} do not follow the model: {state} was drawn in {drawn} % of {n} draws, its "
            f"probability is {right} %",
            likely=next(
                (c for c, wrong in named if _variation(frequency, wrong) < tolerance), None
            ),
        )
    entropy = float(torch.special.entr(exact.exp()).sum())
    assert_distribution(exact[index], entropy, what=what, errors=errors)


def assert_levels(
    actual: Tensor,
    shape: Sequence[int],
    *,
    dtype: torch.dtype | None = None,
    n_values: int = 2,
    what: str = "samples",
) -> None:
    """Samples have this shape and dtype, and every value is one of 0 … `n_values` − 1."""
    if dtype:
        assert_dtype(actual, dtype, what=what)
    if actual.shape != tuple(shape):
        raise BrokenContract(f"{what} have shape {tuple(actual.shape)}; expected {tuple(shape)}")
    values = actual.double().flatten()
    wrong = values[~torch.isin(values, torch.arange(n_values).double())]
    if len(wrong):
        allowed = "0 or 1" if n_values == 2 else f"0 … {n_values - 1}"
        assert_true(
            False,
            f"{what} have the value {shown(float(wrong[0]))}, expected {allowed}",
            likely="the probability was stored instead of a bit drawn with it"
            if n_values == 2 and bool(((wrong > 0) & (wrong < 1)).all())
            else None,
        )


def _variation(frequency: Tensor, log_prob: Tensor) -> float:
    """Total variation between frequencies and log-probabilities up to a constant."""
    return float((frequency - log_prob.double().softmax(0)).abs().sum()) / 2


def _most_variation(n_states: int, n: int) -> float:
    """Total variation that n right samples exceed with a probability below 10⁻⁹.

    Its mean is at most ½ √(S / n) for S states, and it stays within t of the mean but for a
    probability of exp(−2nt²) (McDiarmid's inequality).
    """
    return math.sqrt(n_states / n) / 2 + math.sqrt(math.log(1e9) / (2 * n))
