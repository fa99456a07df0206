"""What each player minimises: the three loss functions, of logits."""

import math

import torch

from course_lib.checks import (
    F64,
    Draw,
    assert_close,
    assert_follows,
    assert_raises,
    check_for,
    gradients_for,
    numbers,
)
from course_lib.lectures.gan.checks.exact import LOG4, d_loss, g_loss, jsd, kl, slope
from course_lib.lectures.gan.inputs import distribution

_KINDS = ("minimax", "non_saturating", "least_squares")


def _d_suspects(real, fake):
    right = d_loss(real, fake)
    on_real, on_fake = -real.sigmoid().log().mean(), -torch.sigmoid(-fake).log().mean()
    n, m = len(real), len(fake)
    return {
        "real and fake are exchanged": d_loss(-real, -fake),
        "the sign: this is V, which D maximises": -right,
        "half of it: both batches were averaged together": right / 2,
        "one mean over both batches: larger batches count more": (n * on_real + m * on_fake)
        / (n + m),
        "one mean over both batches, doubled: larger batches count more": 2
        * (n * on_real + m * on_fake)
        / (n + m),
        "sums instead of means": n * on_real + m * on_fake,
        "only the real examples' part": on_real,
        "only the generated examples' part": on_fake,
        "−log D for the generated examples, too": on_real - fake.sigmoid().log().mean(),
        "log₂ instead of the natural logarithm": right / math.log(2),
        "the sigmoid was applied twice": d_loss(real.sigmoid(), fake.sigmoid()),
        "D itself, not its logarithm": (1 - real.sigmoid()).mean() + fake.sigmoid().mean(),
    }


@check_for("gan.discriminator_loss", weight=2, hint="6.4a")
def discriminator_loss_by_hand(gan):
    """By hand: logits 0 (D = ½) cost log 4; D = ¾ for one real, ¼ and ½ for two fake examples."""
    zeros = torch.zeros(3, dtype=F64)
    found = gan.discriminator_loss(zeros, zeros[:2])
    assert_close(found, LOG4, what="loss of D = ½", suspects=_d_suspects(zeros, zeros[:2]))
    real, fake = numbers(math.log(3)), numbers(-math.log(3), 0.0)
    expected = math.log(4 / 3) + (math.log(4 / 3) + math.log(2)) / 2
    result = gan.discriminator_loss(real, fake)
    assert_close(result, expected, what="loss", suspects=_d_suspects(real, fake))


_P, _Q = numbers(0.75, 0.25), numbers(0.25, 0.75)


def _of_two_states(loss):
    """The loss for batches in which state 0 is as frequent as under p and q, by D's answers."""
    return lambda a: loss(a[[0, 0, 0, 1]], a[[0, 1, 1, 1]])


@check_for("gan.discriminator_loss", weight=2, hint="6.4b")
def lowest_loss_is_the_divergence(gan):
    """p = (¾, ¼), q = (¼, ¾): the loss of D* is log 4 − 2·JSD, and no logit wants to move."""
    best, loss = (_P / _Q).log(), _of_two_states(gan.discriminator_loss)
    assert_close(loss(best), LOG4 - 2 * jsd(_P, _Q), atol=1e-9, what="loss of D*")
    assert_close(slope(loss, best), numbers(0.0, 0.0), atol=1e-8, what="∂loss/∂logit of D* (state)")


@check_for("gan.discriminator_loss", hint="6.4a")
def discriminator_loss_of_random_logits(gan):
    """−mean log D(x) − mean log(1 − D(G(z))) for batches of different sizes, both dtypes."""
    assert_follows("gan.discriminator_loss", gan, d_loss, what="loss", suspects=_d_suspects)


@check_for("gan.discriminator_loss", hint="6.4c")
def sure_discriminators_keep_finite_losses(gan):
    """Logits of ±10⁴: right answers cost 0, wrong ones 10⁴ each; e⁻²⁰ does not round to 0."""
    for dtype in (torch.float32, torch.float64):
        big, sure = torch.full((2,), 1e4, dtype=dtype), torch.full((2,), 20.0, dtype=dtype)
        for real, fake, expected in ((big, -big, 0.0), (-big, big, 2e4)):
            loss = gan.discriminator_loss(real, fake)
            assert_close(loss, expected, what=f"loss for logits {real[0]:g} and {fake[0]:g}")
        tiny = gan.discriminator_loss(sure, -big)
        share = tiny / math.log1p(math.exp(-20))
        assert_close(share, 1.0, atol=1e-3, what="loss for logits 20, in e⁻²⁰")


@check_for("gan.generator_loss", hint="6.5a")
def generator_losses_of_random_logits(gan):
    """Each kind's mean, for logits of any size and shape, in both dtypes."""
    what = "loss"
    assert_follows("gan.generator_loss", gan, g_loss, what=what, suspects=_g_suspects)


def _g_suspects(fake, kind):
    minimax, other = g_loss(fake, "minimax"), g_loss(fake, "non_saturating")
    squares = g_loss(fake, "least_squares")
    named = {"minimax": minimax, "non_saturating": other, "least_squares": squares}
    right = named.pop(kind)
    wrong = {f"this is the loss of kind {k!r}": v for k, v in named.items()}
    return wrong | {
        "the sign": -right,
        "the sum instead of the mean": right * len(fake),
        "½ is missing": 2 * right,
        "½ too many": right / 2,
        "the generator wants 1, not 0": 0.5 * (fake**2).mean(),
        "a sigmoid was applied; least squares takes the output itself": 0.5
        * ((fake.sigmoid() - 1) ** 2).mean(),
        "log(1 − D) with its sign turned: that is the discriminator's wish": -minimax,
        "D instead of its logarithm": -fake.sigmoid().mean(),
    }


@check_for("gan.generator_loss", weight=2, hint="6.5a")
def generator_losses_by_hand(gan):
    """By hand, D = ¾, ½, ½: minimax (log ¼ + 2 log ½)/3, non-saturating (log 4/3 + 2 log 2)/3."""
    fake = numbers(math.log(3), 0.0, 0.0)
    expected = {
        "minimax": (math.log(0.25) + 2 * math.log(0.5)) / 3,
        "non_saturating": (math.log(4 / 3) + 2 * math.log(2)) / 3,
        "least_squares": ((math.log(3) - 1) ** 2 + 2) / 6,
    }
    for kind in _KINDS:
        found = gan.generator_loss(fake, kind)
        wanted = expected[kind]
        assert_close(found, wanted, what=f"loss of kind {kind!r}", suspects=_g_suspects(fake, kind))


@check_for("gan.generator_loss", weight=2, hint="6.5b")
def slopes_of_the_generator_losses(gan):
    """∂/∂a: minimax −D(G(z)), which vanishes for a sure D; non-saturating −(1 − D); a − 1."""
    a = numbers(-6.0, -1.0, 0.5, 3.0)
    wanted = dict(zip(_KINDS, (-a.sigmoid(), a.sigmoid() - 1, a - 1), strict=True))
    for kind in _KINDS:
        found = slope(lambda at, kind=kind: gan.generator_loss(at, kind), a)
        others = {f"this is the slope for kind {k!r}": v for k, v in wanted.items() if k != kind}
        what = f"slope for kind {kind!r}, times the batch size (example)"
        suspects = others | {"the sign": -wanted[kind]}
        assert_close(4 * found, wanted[kind], atol=1e-7, what=what, suspects=suspects)


@check_for("gan.generator_loss", weight=2, hint="6.5c")
def what_the_generator_really_minimises(gan):
    """At D*, moving mass: minimax is ∇ 2·JSD, non-saturating ∇ [KL(q‖p) − 2·JSD]."""
    p, q = (distribution(Draw(seed), 4) for seed in (1, 2))
    best = (p / q).log()
    directions = torch.eye(4, dtype=F64)[:3] - torch.eye(4, dtype=F64)[3]
    goals = {
        "minimax": lambda at: 2 * jsd(p, at),
        "non_saturating": lambda at: kl(at, p) - 2 * jsd(p, at),
    }
    for kind, goal in goals.items():
        cost = torch.stack([gan.generator_loss(a[None], kind) for a in best])
        moved = numbers(
            *(float(goal(q + 1e-5 * d) - goal(q - 1e-5 * d)) / 2e-5 for d in directions)
        )
        what = f"change of the loss {kind!r} for mass moved from the last state to state"
        suspects = {
            "this follows 2·JSD: the minimax loss": directions @ -torch.log1p(p / q),
            "this follows KL(q‖p) − 2·JSD: the non-saturating loss": directions
            @ torch.log1p(q / p),
            "the sign": -moved,
        }
        assert_close(directions @ cost, moved, atol=1e-6, what=what, suspects=suspects)


@check_for("gan.generator_loss", hint="6.5d")
def generator_losses_stay_finite(gan):
    """Logits of ±10⁴, both dtypes; another kind is refused by name."""
    for dtype in (torch.float32, torch.float64):
        for a in (1e4, -1e4):
            fake = torch.full((3,), a, dtype=dtype)
            for kind in _KINDS:
                found = gan.generator_loss(fake, kind)
                what = f"loss of kind {kind!r} for logits {a:g}"
                assert_close(found, g_loss(fake.double(), kind), dtype=dtype, atol=1e-6, what=what)
    for kind in ("wasserstein", "MINIMAX", "non-saturating"):
        assert_raises(ValueError, gan.generator_loss, torch.zeros(2), kind, mentions=kind)


def _ls_suspects(real, fake):
    on_real, on_fake = ((real - 1) ** 2).mean(), (fake**2).mean()
    n, m = len(real), len(fake)
    sigmoid = ((real.sigmoid() - 1) ** 2).mean() + (fake.sigmoid() ** 2).mean()
    return {
        "real and fake are exchanged": ((fake - 1) ** 2).mean() / 2 + (real**2).mean() / 2,
        "½ is missing": on_real + on_fake,
        "½ too many": (on_real + on_fake) / 4,
        "a sigmoid was applied; least squares takes the output itself": sigmoid / 2,
        "the targets are 1 and −1": on_real / 2 + ((fake + 1) ** 2).mean() / 2,
        "sums instead of means": (n * on_real + m * on_fake) / 2,
        "one mean over both batches": (n * on_real + m * on_fake) / 2 / (n + m),
        "only the real examples' part": on_real / 2,
        "only the generated examples' part": on_fake / 2,
        "the sign": -(on_real + on_fake) / 2,
        "absolute values instead of squares": ((real - 1).abs().mean() + fake.abs().mean()) / 2,
        "the root of the mean square": (on_real.sqrt() + on_fake.sqrt()) / 2,
    }


@check_for("gan.least_squares_discriminator_loss", weight=2, hint="6.6a")
def least_squares_by_hand(gan):
    """By hand: real outputs 3 and ½, fake outputs 0, −1 and 2: ½·17/8 + ½·5/3; both dtypes."""
    real, fake = numbers(3.0, 0.5), numbers(0.0, -1.0, 2.0)
    for dtype in (torch.float64, torch.float32):
        found = gan.least_squares_discriminator_loss(real.to(dtype), fake.to(dtype))
        assert_close(
            found, 17 / 16 + 5 / 6, dtype=dtype, what="loss", suspects=_ls_suspects(real, fake)
        )


@check_for("gan.least_squares_discriminator_loss", hint="6.6a")
def least_squares_of_random_outputs(gan):
    """½ mean (a(x) − 1)² + ½ mean a(G(z))², for batches of different sizes and shapes."""

    def definition(real, fake):
        return d_loss(real, fake, "least_squares")

    exercise = "gan.least_squares_discriminator_loss"
    assert_follows(exercise, gan, definition, what="loss", suspects=_ls_suspects)


@check_for("gan.least_squares_discriminator_loss", hint="6.6b")
def least_squares_finds_the_same_discriminator(gan):
    """p = (¾, ¼), q = (¼, ¾): outputs p/(p + q) are the best; they cost ½ Σ pq/(p + q)."""
    best, loss = _P / (_P + _Q), _of_two_states(gan.least_squares_discriminator_loss)
    assert_close(loss(best), 0.5 * (_P * best.flip(0)).sum(), what="loss of D*")
    flat = slope(loss, best)
    assert_close(flat, numbers(0.0, 0.0), atol=1e-8, what="∂loss/∂output of D* (state)")


gradients_for("gan.discriminator_loss", "real_logits", "fake_logits", hint="6.4d")
# One case of each kind.
gradients_for("gan.generator_loss", "fake_logits", cases=(0, 8, 16), hint="6.5e")
gradients_for("gan.least_squares_discriminator_loss", "real_logits", "fake_logits", hint="6.6c")
