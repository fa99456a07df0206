"""Known distributions: `optimal_discriminator`, `value` and `jsd`."""

import math

import torch

from course_lib.checks import (
    F64,
    Draw,
    assert_close,
    assert_follows,
    assert_true,
    check_for,
    normal,
    numbers,
)
from course_lib.lectures.gan.checks.exact import LOG4, entropy, jsd, kl
from course_lib.lectures.gan.inputs import distribution


def _best(p, q):
    return p / (p + q)


@check_for("gan.optimal_discriminator", weight=2, hint="6.1a")
def best_answer_by_hand(gan):
    """By hand: twice as likely to be real gives ⅔, equally likely ½, only fake 0, only real 1."""
    p, q = numbers(0.5, 0.25, 0.0, 0.25), numbers(0.25, 0.25, 0.5, 0.0)
    expected = numbers(2 / 3, 1 / 2, 0, 1)
    suspects = {
        "real and fake are exchanged: this is 1 − D*": numbers(1 / 3, 1 / 2, 1, 0),
        "q in the denominator where p + q belongs": p / q,
        "p in the denominator where p + q belongs": q / p,
        "the sigmoid of p − q; the log-odds are log p − log q": torch.sigmoid(p - q),
        "p over the larger of the two": p / torch.maximum(p, q),
        "p + q was halved: this is p/m": 2 * numbers(2 / 3, 1 / 2, 0, 1),
    }
    assert_close(gan.optimal_discriminator(p, q), expected, what="D* (state)", suspects=suspects)


@check_for("gan.optimal_discriminator", weight=2, hint="6.1b")
def spam_filter_is_a_logistic_regression(gan):
    """N(μ₁, 1) against N(μ₂, 1): the log-odds are (μ₁ − μ₂) x + (μ₂² − μ₁²)/2, on any grid."""
    x = torch.linspace(-3, 3, 12, dtype=F64).reshape(3, 4)
    for mean_p, mean_q in ((1.0, -0.5), (-2.0, 0.0)):
        p, q = ((-0.5 * (x - m) ** 2).exp() / math.sqrt(math.tau) for m in (mean_p, mean_q))
        line = (mean_p - mean_q) * x + (mean_q**2 - mean_p**2) / 2
        expected = torch.sigmoid(line)
        what = f"D* for N({mean_p:g}, 1) against N({mean_q:g}, 1) (row, column)"
        suspects = {
            "real and fake are exchanged": torch.sigmoid(-line),
            "p and q were normalised over the points first": _best(p / p.sum(), q / q.sum()),
        }
        assert_close(gan.optimal_discriminator(p, q), expected, what=what, suspects=suspects)


@check_for("gan.optimal_discriminator", hint="6.1c")
def nothing_seen_is_a_half(gan):
    """Where p = q = 0 the answer is ½, not NaN; p and q may be large, tiny, of any shape."""
    for dtype in (torch.float32, torch.float64):
        p = torch.tensor([0.0, 3e-37, 0.0, 1.0], dtype=dtype)
        q = torch.tensor([0.0, 1e-37, 1e-37, 1.0], dtype=dtype)
        d = gan.optimal_discriminator(p, q)
        expected = numbers(0.5, 0.75, 0, 0.5)
        hidden = torch.where(p + q > 0, p / (p + q + 1e-8), 0.5)
        suspects = {
            "a small constant in the denominator hides small densities": hidden,
            "0 where nothing was seen": numbers(0, 0.75, 0, 0.5),
            "1 where nothing was seen": numbers(1, 0.75, 0, 0.5),
        }
        assert_close(d, expected, dtype=dtype, what="D* (state)", suspects=suspects)

    def definition(p, q):
        return torch.where(p + q > 0, _best(p, q), 0.5)

    assert_follows("gan.optimal_discriminator", gan, definition, what="D* (state)")


def _value(p, q, d):
    return (torch.xlogy(p, d) + torch.xlogy(q, 1 - d)).sum()


def _value_suspects(p, q, d):
    right = _value(p, q, d)
    first, second = torch.xlogy(p, d).sum(), torch.xlogy(q, 1 - d).sum()
    return {
        "the sign: this is −V, a loss": -right,
        "real and fake are exchanged": _value(q, p, d),
        "means over the states instead of sums": right / len(p),
        "only the real examples' part": first,
        "only the generated examples' part": second,
        "log D for the generated examples, too": first + torch.xlogy(q, d).sum(),
        "log₂ instead of the natural logarithm": right / math.log(2),
        "half of it": right / 2,
        "the two parts are subtracted": first - second,
    }


@check_for("gan.value", weight=2, hint="6.2a")
def value_by_hand(gan):
    """By hand: D = ½ everywhere gives −log 4; D = (¾, ¼) for p = (½, ½) and q = (¼, ¾)."""
    p, q, d = numbers(0.5, 0.5), numbers(0.25, 0.75), numbers(0.75, 0.25)
    suspects = _value_suspects(p, q, p)
    assert_close(gan.value(p, q, p), -LOG4, what="V for D = ½", suspects=suspects)
    expected = 0.5 * math.log(0.75) + 0.5 * math.log(0.25) + math.log(0.25) / 4
    expected += 0.75 * math.log(0.75)
    assert_close(gan.value(p, q, d), expected, what="V", suspects=_value_suspects(p, q, d))


@check_for("gan.value", weight=2, hint="6.2b")
def value_of_the_best_discriminator(gan):
    """V(D*) = 2·JSD(p, q) − log 4, for random p and q of 3, 8 and 30 states."""
    for n in (3, 8, 30):
        p, q = (distribution(Draw(seed), n) for seed in (n, n + 1))
        best = _best(p, q)
        found = gan.value(p, q, best)
        wanted = 2 * jsd(p, q) - LOG4
        what = f"V(D*) for {n} states"
        suspects = _value_suspects(p, q, best)
        assert_close(found, wanted, atol=1e-9, what=what, suspects=suspects)


@check_for("gan.value", hint="6.2b")
def every_other_answer_is_worse(gan):
    """V(D*) − V(D) = Σ (p + q)·KL(D* ‖ D) ≥ 0 for any D, of two outcomes in each state."""
    p, q = distribution(Draw(5), 6), distribution(Draw(6), 6)
    best = _best(p, q)
    for seed in (7, 8, 9):
        d = torch.sigmoid(normal(seed, 6))
        pairs = zip(best, d, strict=True)
        costs = [kl(torch.stack([b, 1 - b]), torch.stack([e, 1 - e])) for b, e in pairs]
        worse = ((p + q) * torch.stack(costs)).sum()
        lost = gan.value(p, q, best) - gan.value(p, q, d)
        assert_close(lost, worse, atol=1e-9, what="V(D*) − V(D)")


@check_for("gan.value", hint="6.2c")
def impossible_states_cost_nothing(gan):
    """0 · log 0 = 0: a perfect D has V = 0; one that excludes what occurs has V = −∞; dtypes."""
    for dtype in (torch.float32, torch.float64):
        p = torch.tensor([0.5, 0.5, 0.0, 0.0], dtype=dtype)
        q = p.flip(0)
        perfect = torch.tensor([1.0, 1.0, 0.0, 0.0], dtype=dtype)
        v = gan.value(p, q, perfect)
        assert_close(v, 0.0, dtype=dtype, atol=1e-12, what="V of a perfect discriminator")
        v = float(gan.value(p, q, 1 - perfect))
        assert_true(
            v == -math.inf,
            f"V is {v:.4g} for D = 0 where p > 0; it should be −∞",
            likely="the logarithm is clamped, or a small constant was added inside it"
            if math.isfinite(v)
            else None,
        )
    v = gan.value(numbers(1, 0), numbers(0, 1), numbers(1e-300, 0))
    assert_close(v, -300 * math.log(10), what="V for D = 10⁻³⁰⁰ where all of p is")


def _jsd_suspects(p, q):
    m, right = (p + q) / 2, jsd(p, q)
    return {
        "the halves are missing: this is KL(p‖m) + KL(q‖m)": 2 * right,
        "only ½·KL(p‖m)": kl(p, m) / 2,
        "only KL(p‖m)": kl(p, m),
        "only KL(q‖m)": kl(q, m),
        "KL(p‖q)": kl(p, q),
        "½KL(p‖q) + ½KL(q‖p), which is another divergence": (kl(p, q) + kl(q, p)) / 2,
        "m = p + q without the half": right - math.log(2),
        "the divergences run from m: ½KL(m‖p) + ½KL(m‖q)": (kl(m, p) + kl(m, q)) / 2,
        "the sign": -right,
        "log₂ instead of the natural logarithm": right / math.log(2),
        "the square root: the distance, not the divergence": right.clamp(min=0).sqrt(),
        "means over the states instead of sums": right / len(p),
        "the entropy of m alone": entropy(m),
    }


@check_for("gan.jsd", weight=2, hint="6.3a")
def divergence_by_hand(gan):
    """By hand: equal distributions 0; (1, 0) against (½, ½) gives ½ log 4/3 + ¼ log 4/3."""
    p, q = numbers(1.0, 0.0), numbers(0.5, 0.5)
    expected = 0.5 * math.log(4 / 3) + 0.25 * (math.log(2 / 3) + math.log(2))
    assert_close(gan.jsd(p, q), expected, what="JSD", suspects=_jsd_suspects(p, q))
    assert_close(gan.jsd(q, q), 0.0, what="JSD of equal distributions")


@check_for("gan.jsd", weight=2, hint="6.3b")
def divergence_is_what_one_draw_tells(gan):
    """JSD = H(m) − ½H(p) − ½H(q), symmetric, for random distributions of 3, 8 and 30 states."""
    for n in (3, 8, 30):
        p, q = distribution(Draw(2 * n), n), distribution(Draw(2 * n + 1), n)
        for a, b in ((p, q), (q, p)):
            what = f"JSD for {n} states"
            suspects = _jsd_suspects(a, b)
            assert_close(gan.jsd(a, b), jsd(p, q), atol=1e-9, what=what, suspects=suspects)


@check_for("gan.jsd", hint="6.3c")
def strangers_are_log_two_apart(gan):
    """Distributions that share no state: log 2 exactly, no NaN, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        p = torch.tensor([0.25, 0.75, 0.0, 0.0, 0.0], dtype=dtype)
        q = torch.tensor([0.0, 0.0, 0.5, 0.5, 0.0], dtype=dtype)
        found = gan.jsd(p, q)
        what = "JSD of distributions without a common state"
        suspects = {"the halves are missing": LOG4, "in bits": 1.0}
        assert_close(found, math.log(2), dtype=dtype, what=what, suspects=suspects)
    rare = 1e-6
    found = gan.jsd(numbers(1 - rare, rare, 0), numbers(1 - rare, 0, rare))
    assert_close(found / rare, math.log(2), what="JSD of what is strange in 10⁻⁶, in 10⁻⁶,")
