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
    assert_dtype,
    check_for,
    gradients_for,
    inputs,
)
from course_lib.lectures.pixelcnn.checks.exact import exact_logits, load_model, parameters, raster

_RGB = {"levels": 2, "n_hidden": 9, "n_layers": 2, "n_colors": 3}
_BITS = {"levels": 2, "n_hidden": 4, "n_layers": 2}


def _levels(shape, levels, seed=0):
    return Draw(seed).integers(levels, *shape).to(F64)


@check_for("pixelcnn.PixelCNN.logits", weight=2, hint="4.3a")
def logits_follow_the_formula(pixelcnn, here):
    """Scaled levels, masked convolutions with relu between them, none after the last."""
    for case in inputs("pixelcnn.PixelCNN.logits", seed=1)[:4]:
        values, (x,) = case.load, case.args
        sizes = {name: size for name, size in case.init.items() if name != "dtype"}
        expected = exact_logits(values, x, **sizes)
        assert_close(
            case.call(pixelcnn, here, "PixelCNN.logits"),
            expected,
            atol=1e-9,
            what="logit (example, level, colour, row, column)",
            suspects={
                "x was not scaled to −1 … 1": exact_logits(values, x, unscaled=True, **sizes),
                "there is no relu between the layers": exact_logits(
                    values, x, linear=True, **sizes
                ),
                "a relu stands after the last layer": exact_logits(
                    values, x, relu_last=True, **sizes
                ),
                "probabilities were returned; logits are wanted": expected.softmax(1),
                "the masks are not used": exact_logits(values, x, unmasked=True, **sizes),
            },
        )
        single = load_model(pixelcnn, here, values, dtype=torch.float32, **sizes)
        assert_dtype(single.logits(x.float()), torch.float32, what="logits of a float32 model")


@check_for("pixelcnn.PixelCNN.logits", weight=2, hint="4.3b")
def logits_have_the_level_before_the_colour(pixelcnn, here):
    """Shape (batch, levels, colours, height, width): of the last layer, a block for each colour."""
    values, x = parameters(Draw(2), **_RGB), _levels((3, 3, 2, 2), 2)
    expected = exact_logits(values, x, **_RGB)
    flat = expected.transpose(1, 2).flatten(1, 2)
    assert_close(
        load_model(pixelcnn, here, values, **_RGB).logits(x),
        expected,
        atol=1e-9,
        what="logit (example, level, colour, row, column)",
        suspects={
            "the channels were cut into levels first: they are blocks of a colour's levels": (
                flat.unflatten(1, (2, 3))
            ),
        },
    )


def _difference(model):
    """The logit of level 1 against level 0 of each colour of each pixel."""

    def logit(x):
        logits = model.logits(x)
        return logits[:, 1] - logits[:, 0]

    return logit


@check_for("pixelcnn.PixelCNN.logits", weight=2, hint="4.3c")
def logits_look_back_only(pixelcnn, here):
    """No illegal dependency: 3×3 grey pixels, and R, G, B of a 1×2 image."""
    grey = load_model(pixelcnn, here, parameters(Draw(3), **_BITS), **_BITS)
    x = _levels((1, 3, 3), 2, seed=1)
    assert_depends_only_on_past(_difference(grey), x, what="logit of pixel")
    colour = load_model(pixelcnn, here, parameters(Draw(4), **_RGB), **_RGB)
    x = _levels((3, 1, 2), 2, seed=2)
    assert_depends_only_on_past(
        _difference(colour), x, raster(3, 1, 2), what="with R₀R₁G₀G₁B₀B₁ as 0 … 5: logit"
    )


@check_for("pixelcnn.PixelCNN.logits", hint="4.3c")
def logits_look_at_the_whole_past(pixelcnn, here):
    """B of the second pixel of a 1×2 image listens to all five values before it, and so on."""
    wide = _RGB | {"n_hidden": 36}  # so many that not every relu on a path is shut
    colour = load_model(pixelcnn, here, parameters(Draw(4), scale=0.3, **wide), **wide)
    x = _levels((3, 1, 2), 2, seed=2)
    assert_depends_on_all_past(
        _difference(colour), x, raster(3, 1, 2), what="with R₀R₁G₀G₁B₀B₁ as 0 … 5: logit"
    )


@check_for("pixelcnn.PixelCNN.logits", hint="4.3c")
def logits_make_a_distribution(pixelcnn, here):
    """Σₓ p(x) = 1 over all 2⁹ binary 3×3 images, with log p computed from the logits."""
    model = load_model(pixelcnn, here, parameters(Draw(5), **_BITS), **_BITS)
    x = all_binary(9, F64).reshape(-1, 1, 3, 3)
    log_p = model.logits(x).log_softmax(1).gather(1, x.long()[:, None]).sum((1, 2, 3, 4))
    assert_close(log_p.logsumexp(0).exp(), 1.0, atol=1e-9, what="Σₓ p(x)")


@check_for("pixelcnn.log_prob", weight=2, hint="4.4a")
def log_prob_is_the_sum_of_the_chosen_logits(pixelcnn, here):
    """log p(x) = Σ log softmax(logits)[x] over colours and pixels, for the model's own logits."""
    sizes = {"levels": 4, "n_hidden": 6, "n_layers": 1, "n_colors": 3}
    model = load_model(pixelcnn, here, parameters(Draw(6), **sizes), **sizes)
    x = _levels((5, 3, 2, 3), 4, seed=3)
    logits = model.logits(x)
    chosen = logits.log_softmax(1).gather(1, x.long()[:, None])[:, 0]
    total = chosen.sum((1, 2, 3))
    assert_close(
        pixelcnn.log_prob(model, x),
        total,
        atol=1e-9,
        what="log p(x) of example",
        suspects={
            "the sign: this is −log p(x)": -total,
            "the mean over the values instead of their sum": chosen.mean((1, 2, 3)),
            "bits, not nats": total / math.log(2),
            "bits per dimension, not nats": total / math.log(2) / 18,
            "the logits of the levels are not normalised: log_softmax is missing": (
                logits.gather(1, x.long()[:, None]).sum((1, 2, 3, 4))
            ),
            "only the first colour is counted": chosen[:, 0].sum((1, 2)),
            "the softmax runs over the colours instead of the levels": (
                logits.log_softmax(2).gather(1, x.long()[:, None]).sum((1, 2, 3, 4))
            ),
        },
    )


@check_for("pixelcnn.log_prob", weight=2, hint="4.4b")
def log_prob_by_hand(pixelcnn, here):
    """With logits 0 for four levels, every value costs log 4; a bias of log 3 makes p ½ and ⅙."""
    sizes = {"levels": 4, "n_hidden": 2, "n_layers": 1}
    values = {k: 0 * v for k, v in parameters(Draw(0), **sizes).items()}
    x = torch.tensor([[0.0, 1.0], [2.0, 3.0]], dtype=F64).reshape(1, 1, 2, 2)
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
    values = {k: 0 * v for k, v in parameters(Draw(0), **sizes).items()}
    values["layers__1__bias"][1] = 1e4
    for dtype in (torch.float32, torch.float64):
        model = load_model(pixelcnn, here, values, dtype=dtype, **sizes)
        x = torch.tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]], dtype=dtype).reshape(3, 1, 1, 2)
        log_p = pixelcnn.log_prob(model, x)
        assert_close(log_p, torch.tensor([0.0, -1e4, -2e4]), dtype=dtype, what="log p")


gradients_for("pixelcnn.PixelCNN.logits", "self")
gradients_for("pixelcnn.log_prob", "model")
