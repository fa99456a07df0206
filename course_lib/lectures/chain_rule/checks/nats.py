"""Divergence, bits per dimension and the log-probability of a bit."""

import math

import torch

from course_lib.checks import (
    F64,
    Draw,
    assert_close,
    assert_dtype,
    assert_follows,
    assert_true,
    check_for,
    inputs,
    numbers,
)
from course_lib.lectures.chain_rule.inputs import table


@check_for("chain_rule.kl_divergence", weight=1, hint="1.4a")
def divergence_of_two_coins(chain_rule):
    """KL of a fair coin from a coin with p(1) = ¾ is ½ log(4/3) nats."""
    p, q = numbers(0.5, 0.5), numbers(0.25, 0.75)
    exact = 0.5 * math.log(4 / 3)
    suspects = {
        "the arguments are swapped: this is KL(q‖p)": (q * (q / p).log()).sum(),
        "the logarithm is to base 2: use nats": exact / math.log(2),
        "the sign: this is −KL(p‖q)": -exact,
        "the mean over states was taken: KL is a sum": exact / 2,
        "log p/q is not weighted by p": (p / q).log().sum(),
    }
    found = chain_rule.kl_divergence(p, q)
    assert_close(found, exact, atol=1e-9, what="KL(p‖q)", suspects=suspects)


@check_for("chain_rule.kl_divergence", weight=2, hint="1.4b")
def cross_entropy_is_entropy_plus_divergence(chain_rule):
    """H(p, q) = H(p) + KL(p‖q), on tables of any shape."""
    for case in inputs("chain_rule.kl_divergence", seed=1)[:4]:
        p, q = case.args
        entropy, cross = -(p * p.log()).sum(), -(p * q.log()).sum()
        suspects = {"this is the cross-entropy H(p, q): H(p) is not taken off": cross}
        found = chain_rule.kl_divergence(p, q)
        what = f"KL(p‖q) of two tables of shape {tuple(p.shape)}"
        assert_close(found, cross - entropy, atol=1e-9, what=what, suspects=suspects)


@check_for("chain_rule.kl_divergence", weight=1, hint="1.4a")
def divergence_adds_over_independent_parts(chain_rule):
    """KL(p₁p₂‖q₁q₂) = KL(p₁‖q₁) + KL(p₂‖q₂) for independent parts."""
    p1, q1, p2, q2 = (table(Draw(seed), (2, 2)) for seed in (1, 2, 3, 4))
    kl = chain_rule.kl_divergence
    whole = kl(p1.reshape(-1, 1) * p2.reshape(1, -1), q1.reshape(-1, 1) * q2.reshape(1, -1))
    assert_close(whole, kl(p1, q1) + kl(p2, q2), atol=1e-9, what="KL of the whole")


@check_for("chain_rule.kl_divergence", weight=1, hint="1.4a")
def divergence_is_never_negative(chain_rule):
    """KL(p‖q) ≥ 0, and = 0 for p = q."""
    for dtype in (torch.float32, F64):
        p, q = (table(Draw(seed, dtype), (2, 2, 2)) for seed in (5, 6))
        same, other = chain_rule.kl_divergence(p, p), chain_rule.kl_divergence(p, q)
        assert_close(same, 0.0, atol=1e-6, what="KL(p‖p)")
        assert_true(float(other) > 1e-3, f"KL(p‖q) is {float(other):.6g} for p ≠ q, expected > 0")
        assert_dtype(other, dtype, what=f"KL of {dtype} tables")


@check_for("chain_rule.kl_divergence", weight=1, hint="1.4c")
def states_without_probability_count_nothing(chain_rule):
    """Where p(x) = 0 the term is 0, whatever q(x) is, 0 included."""
    found = chain_rule.kl_divergence(numbers(0.5, 0.5, 0, 0), numbers(0.5, 0.25, 0.25, 0))
    assert_true(
        not math.isnan(float(found)),
        "KL(p‖q) is NaN for p = (½, ½, 0, 0), q = (½, ¼, ¼, 0)",
        likely="0 · log 0 is 0 · (−∞) = NaN on a computer: those terms must be left out",
    )
    assert_close(found, 0.5 * math.log(2), atol=1e-9, what="KL(p‖q)")


@check_for("chain_rule.kl_divergence", weight=1, hint="1.4c")
def impossible_under_q_is_infinitely_far(chain_rule):
    """KL(p‖q) = +∞ as soon as q(x) = 0 < p(x) for one x."""
    p, q = numbers(0.999, 0.001), numbers(1, 0)
    found, swapped = float(chain_rule.kl_divergence(p, q)), -math.log(0.999)
    added = math.isfinite(found) and abs(found - swapped) > 1e-9
    assert_true(
        found == math.inf,
        f"KL(p‖q) is {found:.6g} for p = (0.999, 0.001), q = (1, 0); expected +∞",
        likely="a small number was added inside the logarithm" if added else None,
    )
    back = chain_rule.kl_divergence(q, p)
    assert_close(back, swapped, atol=1e-9, what="KL(q‖p), which is finite,")
    found = chain_rule.kl_divergence(numbers(1 - 1e-6, 1e-6), numbers(1, 1e-30))
    exact = 1e-6 * math.log(1e24) + (1 - 1e-6) * math.log1p(-1e-6)
    assert_close(found, exact, atol=1e-9, what="KL where p(x) = 10⁻⁶ and q(x) = 10⁻³⁰ for one x")


@check_for("chain_rule.bits_per_dim", weight=2, hint="1.5a")
def uniform_levels_cost_their_bits(chain_rule):
    """A uniform distribution over 2ᵇ levels a dimension costs exactly b bits/dim."""
    for n_dims, bits in ((1, 1), (64, 1), (12, 8)):
        nll = n_dims * bits * math.log(2)
        suspects = {
            "these are nats per dimension: divide by log 2 as well": nll / n_dims,
            "these are bits per example: divide by D as well": nll / math.log(2),
            "multiplied by log 2: a nat is 1/log 2 = 1.44 bits": nll * math.log(2) / n_dims,
        }
        found = chain_rule.bits_per_dim(torch.tensor(nll, dtype=F64), n_dims)
        what = f"bits/dim of {n_dims} dimensions with {2**bits} levels"
        assert_close(found, float(bits), atol=1e-9, what=what, suspects=suspects)


@check_for("chain_rule.bits_per_dim", weight=1, hint="1.5a")
def conversion_keeps_shape(chain_rule):
    """Every example of a batch is converted by itself; a number gives a number."""
    nll = numbers([2, -1, 0], [5, 3, 8])
    found = chain_rule.bits_per_dim(nll, 4)
    assert_close(found, nll / (4 * math.log(2)), atol=1e-9, dtype=F64, what="bits/dim")
    for number in (math.log(2), 0.01, -3.0, 2000.0):
        found, exact = chain_rule.bits_per_dim(number, 2), number / (2 * math.log(2))
        told = f"a number gave {type(found).__name__}; a number is promised"
        assert_true(isinstance(found, float), told)
        assert_close(found, exact, atol=1e-9, what=f"bits/dim of {number:g} nats")


@check_for("chain_rule.bits_per_dim", hint="1.5a")
def conversion_of_random_nats(chain_rule):
    """−log p / (D log 2) for a scalar and a batch, in both dtypes."""

    def definition(nll, n_dims):
        return nll / n_dims / math.log(2)

    tensors = slice(1, None)
    exercise = "chain_rule.bits_per_dim"
    assert_follows(exercise, chain_rule, definition, what="bits/dim", cases=tensors)


@check_for("chain_rule.bernoulli_log_prob", weight=1, hint="1.6a")
def three_to_two_odds(chain_rule):
    """The logit log 1.5 means p(1) = 0.6 and p(0) = 0.4."""
    logits, x, exact = numbers(1.5, 1.5).log(), numbers(1, 0), numbers(0.6, 0.4).log()
    suspects = {
        "p(1) and p(0) have changed places": exact.flip(0),
        "the sign: this is −log p(x)": -exact,
        "this is p(x): take the logarithm": exact.exp(),
        "the term for x = 0 is missing": exact * x,
        "the logits were used as probabilities": (x * logits + (1 - x) * (1 - logits)).log(),
    }
    found, labels = chain_rule.bernoulli_log_prob(logits, x), ["x=1", "x=0"]
    assert_close(found, exact, atol=1e-9, what="log p(x)", labels=labels, suspects=suspects)


@check_for("chain_rule.bernoulli_log_prob", weight=1, hint="1.6a")
def two_outcomes_sum_to_one(chain_rule):
    """p(0) + p(1) = 1 for every logit, entry by entry."""
    logits = torch.linspace(-12, 12, 10, dtype=F64).reshape(2, 5)
    zero = chain_rule.bernoulli_log_prob(logits, torch.zeros_like(logits))
    one = chain_rule.bernoulli_log_prob(logits, torch.ones_like(logits))
    assert_close(zero.exp() + one.exp(), torch.ones(2, 5), atol=1e-9, what="p(0) + p(1)")
    assert_close(one - zero, logits, atol=1e-9, what="log p(1) − log p(0), which is the logit,")


@check_for("chain_rule.bernoulli_log_prob", weight=1, hint="1.6b")
def bits_of_any_shape(chain_rule):
    """x·a − log(1 + eᵃ), entry by entry, for random logits a of any shape and size."""

    def definition(logits, x):
        return x * logits - torch.logaddexp(logits, torch.zeros_like(logits))

    assert_follows("chain_rule.bernoulli_log_prob", chain_rule, definition, what="log p(x)")


@check_for("chain_rule.bernoulli_log_prob", weight=2, hint="1.6b")
def extreme_logits_stay_finite(chain_rule):
    """For logits of ±10⁴ the result is exact: 0 where certain and right, −10⁴ where wrong."""
    labels = ["(logit=1e4, x=1)", "(logit=1e4, x=0)", "(logit=-1e4, x=1)", "(logit=-1e4, x=0)"]
    logits, x, exact = 1e4 * numbers(1, 1, -1, -1), numbers(1, 0, 1, 0), numbers(0, -1e4, -1e4, 0)
    for dtype in (torch.float32, F64):
        found = chain_rule.bernoulli_log_prob(logits.to(dtype), x.to(dtype))
        assert_true(
            bool(torch.isfinite(found).all()),
            f"log p(x) is {[f'{v:g}' for v in found.tolist()]} at {', '.join(labels)}",
            likely="σ(−10⁴) rounds to 0, whose logarithm is −∞: never take log(sigmoid(…))",
        )
        assert_close(found, exact, atol=1e-4, dtype=dtype, what="log p(x)", labels=labels)
