"""Hidden cases of lecture 4: random arguments, and what samples have to agree with."""

import itertools

import torch

from autograder.authoring.cases import Case, Made, cases_for
from course_lib.checks import (
    all_binary,
    assert_close,
    assert_distribution,
    assert_dtype,
    assert_frequencies,
)
from course_lib.checks.here import LocalHere
from course_lib.lectures.pixelcnn.checks.exact import (
    exact_log_prob,
    gated_parameters,
    parameters,
    past_mask,
)


def _seed(rng):
    return int(torch.randint(2**31, (), generator=rng))


def _of(dtype, values):
    return {name: value.to(dtype) for name, value in values.items()}


def _levels(rng, levels, shape, dtype):
    return torch.randint(levels, shape, generator=rng).to(dtype)


def _model(rng, dtype, scale=0.6, **sizes):
    values = _of(dtype, parameters(_seed(rng), scale=scale, **sizes))
    return Made("PixelCNN", sizes | {"dtype": dtype}, values)


_SIZES = (
    {"levels": 2, "n_hidden": 5, "n_layers": 2},
    {"levels": 5, "n_hidden": 6, "n_layers": 3, "kernel_size": 5},
    {"levels": 3, "n_hidden": 6, "n_layers": 2, "n_colors": 3},
    {"levels": 2, "n_hidden": 4, "n_layers": 1, "n_colors": 2},
)


@cases_for("pixelcnn.causal_mask")
def causal_mask(rng, dtype):
    """Kernels of 1 to 9, one to three colours, unequal numbers of channels."""
    for size, n_in, n_out, n_colors in (
        (1, 4, 6, 2),
        (3, 1, 1, 1),
        (3, 6, 3, 3),
        (5, 2, 8, 2),
        (7, 3, 12, 3),
        (9, 5, 2, 1),
    ):
        for kind in "AB":
            yield Case(args=(size, kind, n_in, n_out, n_colors))
    yield Case(args=(3, "B", 2, 2))


@cases_for("pixelcnn.MaskedConv2d.forward")
def masked_forward(rng, dtype):
    """Square kernels and single rows, closed weights of any value."""
    for size, kind, n_in, n_out, shape in (
        (3, "A", 1, 4, (5, 6)),
        (5, "B", 3, 2, (4, 3)),
        (1, "B", 2, 2, (2, 2)),
        (7, "A", 2, 1, (3, 9)),
    ):
        mask = past_mask(size, kind, n_in, n_out)
        for part in (mask, mask[:, :, size // 2 : size // 2 + 1]):
            yield Case(
                init={"mask": part, "seed": 1, "dtype": dtype},
                load={
                    "weight": 10 * torch.randn(part.shape, generator=rng).to(dtype),
                    "bias": torch.randn(n_out, generator=rng).to(dtype),
                },
                args=(torch.randn(2, n_in, *shape, generator=rng).to(dtype),),
                atol=1e-3 if dtype == torch.float32 else None,
            )


@cases_for("pixelcnn.PixelCNN.logits")
def logits(rng, dtype):
    """Random models, grey and in colour, on images of several shapes."""
    for sizes in _SIZES:
        made = _model(rng, dtype, **sizes)
        for shape in ((4, 5), (1, 2)):
            x = _levels(rng, sizes["levels"], (3, sizes.get("n_colors", 1), *shape), dtype)
            yield Case(init=made.init, load=made.load, args=(x,))


@cases_for("pixelcnn.log_prob")
def log_prob(rng, dtype):
    """Random models, also with probabilities that underflow."""
    for scale, some in ((0.6, _SIZES), (6.0, _SIZES[1:3])):
        for sizes in some:
            made = _model(rng, dtype, scale=scale, **sizes)
            x = _levels(rng, sizes["levels"], (3, sizes.get("n_colors", 1), 3, 4), dtype)
            yield Case(args=(made, x))


@cases_for("pixelcnn.receptive_field")
def receptive_field(rng, dtype):
    """Several depths and kernels, at places off the diagonal of images that are not square."""
    for n_layers, size, n_colors, (row, col), shape in (
        (1, 3, 1, (2, 4), (5, 6)),
        (3, 3, 1, (4, 2), (6, 8)),
        (2, 5, 1, (6, 1), (9, 5)),
        (2, 3, 3, (0, 3), (3, 5)),
    ):
        sizes = {"levels": 3, "n_hidden": 18, "n_layers": n_layers}
        sizes |= {"kernel_size": size, "n_colors": n_colors}
        yield Case(args=(_model(rng, dtype, scale=0.3, **sizes), row, col, shape))


@cases_for("pixelcnn.gated_activation")
def gated_activation(rng, dtype):
    """Any shape, small and large pre-activations."""
    for shape, scale in (((7,), 1.0), ((2, 3, 4, 4), 3.0), ((5, 1), 200.0), ((), 1.0)):
        a, b = (scale * torch.randn(shape, generator=rng).to(dtype) for _ in "ab")
        yield Case(args=(a, b))


@cases_for("pixelcnn.GatedLayer.forward")
def gated_forward(rng, dtype):
    """Both types, with a condition and without."""
    for kind, channels, hidden, n_condition in (("A", 1, 4, 0), ("B", 3, 3, 0), ("B", 2, 2, 5)):
        values = _of(dtype, gated_parameters(_seed(rng), channels, hidden, n_condition))
        v, h = (torch.randn(3, channels, 4, 6, generator=rng).to(dtype) for _ in "vh")
        init = {"in_channels": channels, "n_hidden": hidden, "mask_type": kind}
        init |= {"n_condition": n_condition, "dtype": dtype}
        yield Case(init=init, load=values, args=(v, h))
        if n_condition:
            condition = torch.randn(3, n_condition, generator=rng).to(dtype)
            yield Case(init=init, load=values, args=(v, h, condition))


def _follows_the_model(samples, reference, case):
    """Frequencies and mean −log p of the images agree with the enumerated distribution."""
    made, n, shape = case.args[:3]
    sizes = {k: v for k, v in made.init.items() if k != "dtype"}
    n_colors = sizes.get("n_colors", 1)
    assert_dtype(samples, made.init["dtype"], what="the samples")
    assert_close(samples.shape, (n, n_colors, *shape), what="shape of the samples")
    n_dims = n_colors * shape[0] * shape[1]
    states = all_binary(n_dims, torch.float64).reshape(-1, n_colors, *shape)
    values = {k: v.double() for k, v in made.load.items()}
    exact = exact_log_prob(values, states, **sizes)
    flat = samples.flatten(1).double()
    assert_frequencies(flat, exact.exp())
    place = 2.0 ** torch.arange(n_dims - 1, -1, -1, dtype=torch.float64)
    entropy = float(-(exact.exp() * exact).sum())
    assert_distribution(exact[(flat @ place).long()], entropy, errors=6)


@cases_for("pixelcnn.sample")
def sample(rng, dtype):
    """Samples of small random models against their enumerated distribution."""
    grey = {"levels": 2, "n_hidden": 4, "n_layers": 2}
    colour = {"levels": 2, "n_hidden": 6, "n_layers": 2, "n_colors": 3}
    for sizes, shape, seed in ((grey, (1, 4), 11), (grey, (2, 2), 12), (colour, (1, 1), 13)):
        made = _model(rng, dtype, scale=0.8, **sizes)
        yield Case(args=(made, 3000, shape, seed), compare=_follows_the_model)


def _same_as_sample(samples, reference, case):
    """Draws as `sample` does, which may be another one than the reference's: as likely images."""
    made, n, shape, seed = case.args
    assert_dtype(samples, made.init["dtype"], what="the samples")
    model = reference.PixelCNN(**made.init)
    LocalHere(reference).load(model, **made.load)
    own = reference.sample(model, n, shape, seed)
    assert_close(samples.shape, own.shape, what="shape of the samples")
    found, expected = (-reference.log_prob(model, x).double() for x in (samples, own))
    error = float((found.var() + expected.var()).sqrt() / n**0.5) + 1e-9
    gap = abs(float(found.mean() - expected.mean()))
    assert_close(gap / error / 6, 0.0, atol=1.0, what="difference of the mean −log p / 6 SE")


@cases_for("pixelcnn.sample_cached")
def sample_cached(rng, dtype):
    """Against the enumerated distribution, and on larger images as likely as `sample`'s."""
    yield from itertools.islice(sample(rng, dtype), 1, None)
    for sizes in _SIZES[1:3]:
        made = _model(rng, dtype, **sizes)
        yield Case(args=(made, 100, (2, 3), 17), compare=_same_as_sample)
