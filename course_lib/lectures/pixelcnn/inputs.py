"""Random arguments of lecture 4: for the public checks and for the hidden comparison."""

import itertools

import torch

from course_lib.checks import Case, Made, inputs_for
from course_lib.lectures.pixelcnn.checks.exact import gated_parameters, parameters, past_mask, table


def _model(draw, scale=0.6, **sizes):
    values = parameters(draw, scale=scale, **sizes)
    return Made("PixelCNN", sizes | {"dtype": draw.dtype}, values)


_SIZES = (
    {"levels": 2, "n_hidden": 5, "n_layers": 2},
    {"levels": 5, "n_hidden": 6, "n_layers": 3, "kernel_size": 5},
    {"levels": 3, "n_hidden": 6, "n_layers": 2, "n_colors": 3},
    {"levels": 2, "n_hidden": 4, "n_layers": 1, "n_colors": 2},
)


@inputs_for("pixelcnn.causal_mask")
def causal_mask(draw):
    """Kernels of 1 to 9, one to three colours, unequal numbers of channels."""
    small = ((1, 4, 6, 2), (3, 1, 1, 1), (3, 6, 3, 3))
    large = ((5, 2, 8, 2), (7, 3, 12, 3), (9, 5, 2, 1))
    for size, *channels_and_colors in small + large:
        for kind in "AB":
            yield Case(args=(size, kind, *channels_and_colors))
    yield Case(args=(3, "B", 2, 2))


@inputs_for("pixelcnn.MaskedConv2d.forward")
def masked_forward(draw):
    """Square kernels and single rows, grey and in colour, closed weights of any value."""
    first = ((3, "A", 1, 4, 1, (5, 6)), (7, "A", 2, 1, 1, (3, 9)), (3, "A", 3, 6, 3, (2, 4)))
    later = ((5, "B", 3, 2, 1, (4, 3)), (3, "B", 4, 2, 2, (3, 2)), (1, "B", 2, 2, 1, (2, 2)))
    for size, kind, n_in, n_out, n_colors, shape in first + later:
        mask = past_mask(size, kind, n_in, n_out, n_colors)
        for part in (mask, mask[:, :, size // 2 : size // 2 + 1]):
            init = {"mask": part, "seed": 1, "dtype": draw.dtype}
            load = {"weight": 10 * draw.normal(*part.shape), "bias": draw.normal(n_out)}
            x, atol = draw.wide(2, n_in, *shape), 1e-3 if draw.dtype == torch.float32 else None
            yield Case(init=init, load=load, args=(x,), atol=atol)


@inputs_for("pixelcnn.PixelCNN.logits")
def logits(draw):
    """Random models, grey and in colour, on images of several shapes."""
    for sizes in _SIZES:
        # Logits of the second are in the hundreds.
        made = _model(draw, scale=2.0 if sizes["levels"] == 5 else 0.6, **sizes)
        for shape in ((4, 5), (1, 2)):
            x = draw.integers(sizes["levels"], 3, sizes.get("n_colors", 1), *shape)
            yield Case(init=made.init, load=made.load, args=(x.to(draw.dtype),))


@inputs_for("pixelcnn.log_prob")
def log_prob(draw):
    """Random models, also with probabilities that underflow; a table with a condition."""
    for scale, some in ((0.6, _SIZES), (6.0, _SIZES[1:3])):
        for sizes in some:
            made = _model(draw, scale=scale, **sizes)
            x = draw.integers(sizes["levels"], 3, sizes.get("n_colors", 1), 3, 4)
            yield Case(args=(made, x.to(draw.dtype)))
    yield Case(args=(table(draw, 3, (2, 2, 3), 4), *_painted(draw, 5, 3, (2, 2, 3), 4)))


def _painted(draw, n, levels, shape, n_condition):
    """Images and their conditions."""
    return draw.integers(levels, n, *shape).to(draw.dtype), draw.wide(n, n_condition)


@inputs_for("pixelcnn.receptive_field")
def receptive_field(draw):
    """Several depths and kernels, at places off the diagonal of images that are not square."""
    for n_layers, size, n_colors, (row, col), shape in (
        (1, 3, 1, (2, 4), (5, 6)),
        (3, 3, 1, (4, 2), (6, 8)),
        (2, 5, 1, (6, 1), (9, 5)),
        (2, 3, 3, (0, 3), (3, 5)),
    ):
        sizes = {"levels": 3, "n_hidden": 18, "n_layers": n_layers}
        sizes |= {"kernel_size": size, "n_colors": n_colors}
        yield Case(args=(_model(draw, scale=0.3, **sizes), row, col, shape))


@inputs_for("pixelcnn.gated_activation")
def gated_activation(draw):
    """Any shape, small and large pre-activations."""
    for shape, scale in (((7,), 1.0), ((2, 3, 4, 4), 3.0), ((5, 1), 200.0), ((2, 3), 5.0)):
        yield Case(args=(scale * draw.normal(*shape), scale * draw.normal(*shape)))


@inputs_for("pixelcnn.GatedLayer.forward")
def gated_forward(draw):
    """Both types, with a condition and without."""
    sizes = (("A", 1, 4, 0), ("B", 3, 3, 0), ("B", 2, 2, 5), ("A", 1, 3, 4))
    for kind, channels, hidden, n_condition in sizes:
        values = gated_parameters(draw, channels, hidden, n_condition, scale=0.2)
        v, h = (draw.wide(3, channels, 4, 6) for _ in "vh")
        init = {"in_channels": channels, "n_hidden": hidden, "mask_type": kind}
        init |= {"n_condition": n_condition, "dtype": draw.dtype}
        yield Case(init=init, load=values, args=(v, h))
        if n_condition:
            yield Case(init=init, load=values, args=(v, h, draw.wide(3, n_condition)))


@inputs_for("pixelcnn.sample")
def sample(draw):
    """Samples of small random models against their enumerated distribution."""
    grey = {"levels": 2, "n_hidden": 4, "n_layers": 2}
    colour = {"levels": 2, "n_hidden": 6, "n_layers": 2, "n_colors": 3}
    for sizes, shape, seed in ((grey, (1, 4), 11), (grey, (2, 2), 12), (colour, (1, 1), 13)):
        made = _model(draw, scale=0.8, **sizes)
        yield Case(args=(made, 3000, shape, seed))


@inputs_for("pixelcnn.sample_cached")
def sample_cached(draw):
    """Against the enumerated distribution, and on larger images as likely as `sample`'s."""
    yield from itertools.islice(sample(draw), 1, None)
    for sizes in _SIZES[1:3]:
        made = _model(draw, **sizes)
        yield Case(args=(made, 100, (2, 3), 17))
