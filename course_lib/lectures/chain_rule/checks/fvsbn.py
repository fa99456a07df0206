"""The fully visible sigmoid belief network."""

import functools

import torch

from course_lib.checks import (
    F64,
    Draw,
    all_binary,
    assert_close,
    assert_depends_on_all_past,
    assert_depends_only_on_past,
    assert_finite,
    assert_frequencies,
    assert_levels,
    assert_seed_decides,
    assert_true,
    check_for,
    gradients_for,
    jacobian,
    numbers,
)
from course_lib.lectures.chain_rule.inputs import weights


def fvsbn(chain_rule, here, W, b):
    """The student's FVSBN with these parameters, in float64."""
    model = chain_rule.FVSBN(len(b), dtype=F64)
    here.load(model, W=W, b=b)
    return model


def hand_made(chain_rule, here):
    """Two bits, with numbers that tell every mistake from every other."""
    W, b = numbers([5, 7], [-90, 3]), numbers(0.5, -1)
    return fvsbn(chain_rule, here, W, b), W, b


def table_of(W, b):
    """log p of all 2ᴰ vectors by the definition, one conditional at a time."""
    x = all_binary(len(b), F64)
    total = torch.zeros(len(x), dtype=F64)
    for i in range(len(b)):
        a = b[i] + x[:, :i] @ W[i, :i]
        total += torch.where(x[:, i] == 1, a, -a).neg().exp().log1p().neg()
    return total


TWO_BITS = ["x=00", "x=01", "x=10", "x=11"]


@check_for("chain_rule.FVSBN.logits", weight=2, hint="1.7a")
def logits_of_two_bits(chain_rule, here):
    """By hand, for D = 2: a₁ = b₁ and a₂ = b₂ + W₂₁x₁."""
    model, W, b = hand_made(chain_rule, here)
    x = all_binary(2, F64)
    exact = torch.stack([b[0].expand(4), b[1] + W[1, 0] * x[:, 0]], dim=1)
    upper = x @ W.triu(1).T + b
    suspects = {
        "the biases are missing": exact - b,
        "these are probabilities: no sigmoid here": exact.sigmoid(),
        "W is transposed: row i holds the weights of dimension i": x @ W.tril(-1) + b,
        "the upper triangle is used: W_ij with j < i lies below the diagonal": upper,
        "the diagonal is used: dimension i sees itself": x @ W.tril().T + b,
        "W is not masked: all of it is used": x @ W.T + b,
        "W is not masked, and transposed as well": x @ W + b,
        "everything below the diagonal is masked too": b.expand(4, 2),
    }
    found, what = model.logits(x), "the logit"
    assert_close(found, exact, atol=1e-9, what=what, labels=TWO_BITS, suspects=suspects)
    here.load(model, W=-W, b=-b)
    found, what = model.logits(x), "the logit after W and b were changed to −W and −b"
    assert_close(found, -exact, atol=1e-9, what=what, labels=TWO_BITS)


@check_for("chain_rule.FVSBN.logits", weight=1, hint="1.7b")
def logits_look_only_back(chain_rule, here):
    """∂a_i/∂x_j = 0 for j ≥ i: no dimension sees itself or a later one."""
    model = fvsbn(chain_rule, here, *weights(Draw(1), 5))
    assert_depends_only_on_past(model.logits, numbers(1, 0, 1, 1, 0), what="the logit of dimension")


@check_for("chain_rule.FVSBN.logits", weight=1, hint="1.7b")
def logits_look_at_all_of_the_past(chain_rule, here):
    """∂a_i/∂x_j = W_ij for every j < i."""
    W, b = weights(Draw(2), 5)
    model, x = fvsbn(chain_rule, here, W, b), numbers(0, 1, 1, 0, 1)
    assert_depends_on_all_past(model.logits, x, what="the logit of dimension")
    assert_close(jacobian(model.logits, x).tril(-1), W.tril(-1), atol=1e-6, what="∂a_i/∂x_j")


@check_for("chain_rule.FVSBN.logits", weight=1, hint="1.7b")
def unused_weights_change_nothing(chain_rule, here):
    """What stands on and above the diagonal of W has no effect."""
    W, b = weights(Draw(3), 4)
    x = all_binary(4, F64)
    plain = fvsbn(chain_rule, here, W, b).logits(x)
    other = fvsbn(chain_rule, here, W + torch.full_like(W, 9.0).triu(), b).logits(x)
    assert_close(other, plain, atol=1e-9, what="the logit after changing W_ij with j ≥ i")


@check_for("chain_rule.FVSBN.log_prob", weight=1, hint="1.8a")
def log_prob_of_two_bits(chain_rule, here):
    """By hand, for D = 2: log p(x) = log p(x₁) + log p(x₂ | x₁), one number a vector."""
    model, W, b = hand_made(chain_rule, here)
    x = all_binary(2, F64)
    exact = table_of(W, b)
    first = table_of(W[:1, :1], b[:1])[x[:, 0].long()]
    suspects = {
        "the mean over dimensions was taken: log p(x) is a sum": exact / 2,
        "this is −log p(x)": -exact,
        "this is p(x): stay with logarithms": exact.exp(),
        "the first dimension is left out: p(x₁) counts too": exact - first,
        "the last dimension is left out": first,
    }
    found, what = model.log_prob(x), "log p(x)"
    assert_close(found, exact, atol=1e-9, what=what, labels=TWO_BITS, suspects=suspects)
    here.load(model, b=-b)
    found, what = model.log_prob(x), "log p(x) after b was changed to −b"
    assert_close(found, table_of(W, -b), atol=1e-9, what=what, labels=TWO_BITS)


@check_for("chain_rule.FVSBN.log_prob", weight=1, hint="1.8a")
def probabilities_sum_to_one(chain_rule, here):
    """Σₓ p(x) = 1 over all 2ᴰ binary vectors."""
    for n_dims in (1, 3, 6):
        model = fvsbn(chain_rule, here, *weights(Draw(n_dims), n_dims))
        total = model.log_prob(all_binary(n_dims, F64)).logsumexp(0)
        assert_close(total, 0.0, atol=1e-8, what=f"log Σₓ p(x) for D = {n_dims}")


@check_for("chain_rule.FVSBN.log_prob", weight=2, hint="1.8b")
def conditionals_of_the_model_are_logistic(chain_rule, here):
    """The table of log p holds exactly the conditionals σ(b_i + Σ_{j<i} W_ij x_j)."""
    W, b = weights(Draw(8), 4)
    model = fvsbn(chain_rule, here, W, b)
    joint = model.log_prob(all_binary(4, F64)).exp().reshape((2,) * 4)
    for i in range(4):
        both = joint.reshape((2,) * (i + 1) + (-1,)).sum(-1)
        exact = torch.sigmoid(b[i] + all_binary(i, F64) @ W[i, :i]).reshape((2,) * i)
        what = f"p(x{i + 1}=1 | the {i} bits before it), from the table,"
        assert_close(both[..., 1] / both.sum(-1), exact, atol=1e-8, what=what)


@check_for("chain_rule.FVSBN.log_prob", weight=1, hint="1.8b")
def unlikely_vectors_keep_their_log_prob(chain_rule, here):
    """With logits of ±10³ the worst vector has log p = −10³·D, not −∞."""
    model = fvsbn(chain_rule, here, torch.zeros(4, 4, dtype=F64), 1e3 * numbers(1, 1, 1, 1))
    found = model.log_prob(numbers([0] * 4, [1] * 4))
    assert_finite(found, what="log p(x)")
    assert_close(found, numbers(-4e3, 0), atol=1e-3, what="log p(x)")


@check_for("chain_rule.FVSBN.sample", weight=1, hint="1.9a")
def samples_are_bits(chain_rule, here):
    """n vectors of D zeros and ones, in the parameters' dtype."""
    for dtype in (torch.float32, F64):
        samples = chain_rule.FVSBN(3, dtype=dtype).sample(50, seed=0)
        assert_levels(samples, (50, 3), dtype=dtype, what=f"50 samples of a {dtype} model")


@check_for("chain_rule.FVSBN.sample", weight=1, hint="1.9b")
def each_bit_sees_the_bits_drawn_before(chain_rule, here):
    """With weights that leave no choice, every sample is 1, 0, 1, 0: each bit flips the last."""
    W = torch.full((4, 4), 60.0, dtype=F64).triu() - 80 * torch.ones(3, dtype=F64).diag(-1)
    model = fvsbn(chain_rule, here, W, numbers(40, 40, 40, 40))
    suspects = {
        "every bit was drawn without looking at the drawn ones": torch.ones(20, 4),
        "the bits are inverted: a bit is 1 when u < p": torch.zeros(20, 4),
    }
    expected = numbers(1, 0, 1, 0).expand(20, 4)
    assert_close(model.sample(20, seed=1), expected, what="the sample", suspects=suspects)
    here.load(model, b=numbers(-40, 40, 40, 40))
    model.eval()
    what = "after b₁ was changed from 40 to −40: the sample"
    assert_close(model.sample(20, seed=1), 1 - expected, what=what)


@check_for("chain_rule.FVSBN.sample", weight=3, hint="1.9b")
def samples_follow_the_model(chain_rule, here):
    """All 2ᴰ vectors occur as often as their exact probabilities say."""
    W, b = weights(Draw(12), 4, scale=1.5)
    samples = fvsbn(chain_rule, here, W, b).sample(20_000, seed=2)
    assert_frequencies(samples, table_of(W, b), tolerance=0.03)


@check_for("chain_rule.FVSBN.sample", weight=1, hint="1.9a")
def seed_decides_the_samples(chain_rule, here):
    """The same seed gives the same vectors, another seed others."""
    model = chain_rule.FVSBN(6)
    assert_seed_decides(functools.partial(model.sample, 40))
    samples = model.sample(40, 3)
    assert_true(
        not bool((samples == samples[0]).all()),
        "all 40 vectors of one call are equal",
        likely="each vector needs random numbers of its own: draw n × D of them",
    )


@check_for("chain_rule.FVSBN.sample", weight=0.5, hint="1.9a")
def global_random_state_is_left_alone(chain_rule, here):
    """Sampling does not touch torch's global random state."""
    model = chain_rule.FVSBN(4)
    before = here.torch.get_rng_state()
    model.sample(5, seed=0)
    assert_true(
        torch.equal(before, here.torch.get_rng_state()),
        "torch's global random state is another one after `sample`",
        likely="draw from a generator of your own: torch.Generator().manual_seed(seed)",
    )


gradients_for("chain_rule.bernoulli_log_prob", "logits")
gradients_for("chain_rule.FVSBN.logits", "self", cases=(1, 2), hint="1.7c")
gradients_for("chain_rule.FVSBN.log_prob", "self", cases=(1,), hint="1.8b")
