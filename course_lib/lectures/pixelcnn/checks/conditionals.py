"""Logits and log-probabilities: `PixelCNN.logits` and `log_prob`."""

import math

import torch

from course_lib.checks import (
    F64,
    Draw,
    all_binary,
    assert_close,
    assert_depends_on_all_past,
    assert_depends_only_on_past,
    assert_follows,
    check_for,
    gradients_for,
    normal,
    numbers,
)
from course_lib.lectures.pixelcnn.checks.exact import (
    exact_logits,
    load_model,
    parameters,
    raster,
    table,
)

_RGB = {"levels": 2, "n_hidden": 9, "n_layers": 2, "n_colors": 3}
_BITS = {"levels": 2, "n_hidden": 4, "n_layers": 2}


def _levels(shape, levels, seed=0):
    return Draw(seed).integers(levels, *shape).to(F64)


def _definition(made, x, **wrong):
    sizes = {name: size for name, size in made.init.items() if name != "dtype"}
    return exact_logits(made.load, x, **wrong, **sizes)


def _suspects(made, x):
    return {
        "x was not scaled to −1 … 1": _definition(made, x, unscaled=True),
        "there is no relu between the layers": _definition(made, x, linear=True),
        "a relu stands after the last layer": _definition(made, x, relu_last=True),
        "probabilities were returned; logits are wanted": _definition(made, x).softmax(1),
        "the masks are not used": _definition(made, x, unmasked=True),
    }


_LOGIT = "logit (example, level, colour, row, column)"


@check_for("pixelcnn.PixelCNN.logits", weight=2, hint="4.3a")
def logits_follow_the_formula(pixelcnn, here):
    """Scaled levels, masked convolutions with relu between them, none after the last."""
    exercise, grey = "pixelcnn.PixelCNN.logits", slice(4)
    assert_follows(
        exercise, pixelcnn, _definition, what=_LOGIT, suspects=_suspects, here=here, cases=grey
    )


@check_for("pixelcnn.PixelCNN.logits", weight=2, hint="4.3b")
def logits_have_the_level_before_the_colour(pixelcnn, here):
    """Shape (batch, levels, colours, height, width): of the last layer, a block for each colour."""
    values, x = parameters(Draw(2), **_RGB), _levels((3, 3, 2, 2), 2)
    found = load_model(pixelcnn, here, values, **_RGB).logits(x)
    expected = exact_logits(values, x, **_RGB)
    turned = expected.transpose(1, 2).flatten(1, 2).unflatten(1, (2, 3))
    cause = "the channels were cut into levels first: they are blocks of a colour's levels"
    assert_close(found, expected, atol=1e-9, what=_LOGIT, suspects={cause: turned})


def _difference(pixelcnn, here, seed, sizes, scale=0.6):
    """The logit of level 1 against level 0 of each colour of each pixel, of a random model."""
    model = load_model(pixelcnn, here, parameters(Draw(seed), scale=scale, **sizes), **sizes)

    def logit(x):
        logits = model.logits(x)
        return logits[:, 1] - logits[:, 0]

    return logit


_ROW = _levels((3, 1, 2), 2, seed=2)


_IN_COLOUR = {"order": raster(3, 1, 2), "what": "with R₀R₁G₀G₁B₀B₁ as 0 … 5: logit"}


@check_for("pixelcnn.PixelCNN.logits", weight=2, hint="4.3c")
def logits_look_back_only(pixelcnn, here):
    """No illegal dependency: 3×3 grey pixels, and R, G, B of a 1×2 image."""
    grey, x = _difference(pixelcnn, here, 3, _BITS), _levels((1, 3, 3), 2, seed=1)
    assert_depends_only_on_past(grey, x, what="logit of pixel")
    assert_depends_only_on_past(_difference(pixelcnn, here, 4, _RGB), _ROW, **_IN_COLOUR)


@check_for("pixelcnn.PixelCNN.logits", hint="4.3c")
def logits_look_at_the_whole_past(pixelcnn, here):
    """B of the second pixel of a 1×2 image listens to all five values before it, and so on."""
    wide = _RGB | {"n_hidden": 36}  # so many that not every relu on a path is shut
    colour = _difference(pixelcnn, here, 4, wide, scale=0.3)
    assert_depends_on_all_past(colour, _ROW, **_IN_COLOUR)


def _chosen(logits, x):
    """What stands at the levels of x, (batch, colours, height, width)."""
    return logits.gather(1, x.long()[:, None])[:, 0]


@check_for("pixelcnn.PixelCNN.logits", hint="4.3c")
def logits_make_a_distribution(pixelcnn, here):
    """Σₓ p(x) = 1 over all 2⁹ binary 3×3 images, with log p computed from the logits."""
    model = load_model(pixelcnn, here, parameters(Draw(5), **_BITS), **_BITS)
    x = all_binary(9, F64).reshape(-1, 1, 3, 3)
    log_p = _chosen(model.logits(x).log_softmax(1), x).sum((1, 2, 3))
    assert_close(log_p.logsumexp(0).exp(), 1.0, atol=1e-9, what="Σₓ p(x)")


@check_for("pixelcnn.log_prob", weight=2, hint="4.4a")
def log_prob_is_the_sum_of_the_chosen_logits(pixelcnn, here):
    """log p(x) = Σ log softmax(logits)[x] over colours and pixels, given a condition or not."""
    made = table(Draw(6), 4, (3, 2, 3), 2)
    model, x, c = made.make(pixelcnn, here), _levels((5, 3, 2, 3), 4, seed=3), 9 * normal(4, 5, 2)
    plain, every = made.load["table"], (1, 2, 3)
    _check_sum(pixelcnn.log_prob(model, x), plain.expand(5, -1, -1, -1, -1), x, {})
    logits = plain + torch.tensordot(c, made.load["V"], dims=1)
    cause = "the condition is not handed on to model.logits"
    forgotten = _chosen(plain.expand_as(logits).log_softmax(1), x).sum(every)
    _check_sum(pixelcnn.log_prob(model, x, c), logits, x, {cause: forgotten})
    here.load(model, table=-plain)
    _check_sum(pixelcnn.log_prob(model, x), -plain.expand(5, -1, -1, -1, -1), x, {})


def _check_sum(found, logits, x, suspects):
    every = (1, 2, 3)
    chosen = _chosen(logits.log_softmax(1), x)
    total, raw = chosen.sum(every), _chosen(logits, x).sum(every)
    over_colours = _chosen(logits.log_softmax(2), x).sum(every)
    suspects = suspects | {
        "the sign: this is −log p(x)": -total,
        "the mean over the values instead of their sum": chosen.mean(every),
        "bits, not nats": total / math.log(2),
        "bits per dimension, not nats": total / math.log(2) / 18,
        "the logits of the levels are not normalised: log_softmax is missing": raw,
        "only the first colour is counted": chosen[:, 0].sum((1, 2)),
        "the softmax runs over the colours instead of the levels": over_colours,
    }
    assert_close(found, total, atol=1e-9, what="log p(x) of example", suspects=suspects)


@check_for("pixelcnn.log_prob", weight=2, hint="4.4b")
def log_prob_by_hand(pixelcnn, here):
    """With logits 0 for four levels, every value costs log 4; a bias of log 3 makes p ½ and ⅙."""
    sizes = {"levels": 4, "n_hidden": 2, "n_layers": 1}
    values = parameters(Draw(0), scale=0, **sizes)
    x = torch.arange(4, dtype=F64).reshape(1, 1, 2, 2)
    model = load_model(pixelcnn, here, values, **sizes)
    assert_close(pixelcnn.log_prob(model, x), [-4 * math.log(4)], what="log p of equal levels")
    values["layers__1__bias"][0] = math.log(3)
    model = load_model(pixelcnn, here, values, **sizes)
    expected = math.log(1 / 2) + 3 * math.log(1 / 6)
    assert_close(pixelcnn.log_prob(model, x), [expected], what="log p with p = ½, ⅙, ⅙, ⅙")


@check_for("pixelcnn.log_prob", hint="4.4b")
def log_prob_sums_to_one(pixelcnn, here):
    """Σₓ p(x) = 1 over all 2⁹ binary 3×3 images."""
    model = load_model(pixelcnn, here, parameters(Draw(7), **_BITS), **_BITS)
    x = all_binary(9, F64).reshape(-1, 1, 3, 3)
    assert_close(pixelcnn.log_prob(model, x).exp().sum(), 1.0, atol=1e-9, what="Σₓ p(x)")


@check_for("pixelcnn.log_prob", weight=2, hint="4.4c")
def log_prob_survives_large_logits(pixelcnn, here):
    """Logits 10⁴ apart give 0 for the expected level and −10⁴ for the other, in both dtypes."""
    sizes = {"levels": 2, "n_hidden": 2, "n_layers": 1}
    values = parameters(Draw(0), scale=0, **sizes)
    values["layers__1__bias"][1] = 1e4
    x, expected = numbers([1, 1], [1, 0], [0, 0])[:, None, None], numbers(0, -1e4, -2e4)
    for dtype in (torch.float32, torch.float64):
        model = load_model(pixelcnn, here, values, dtype=dtype, **sizes)
        assert_close(pixelcnn.log_prob(model, x.to(dtype)), expected, dtype=dtype, what="log p")


gradients_for("pixelcnn.PixelCNN.logits", "self")
gradients_for("pixelcnn.log_prob", "model", "condition", cases=(-1,))
