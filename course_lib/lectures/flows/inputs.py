"""Random arguments of lecture 8: for the public checks and for the hidden comparison."""

import math

import torch

from course_lib.checks import Case, Made, inputs_for

# Densities and points of a few dozen, through an exponential, in float32.
_ATOL = {torch.float32: 1e-3, torch.float64: None}


@inputs_for("flows.affine_log_prob")
def affine_log_prob(draw):
    """One shift and scale for all points, and one of each point's own."""
    for n, d in ((5, 3), (1, 4), (4, 1), (3, 3)):
        x = 2 * draw.normal(n, d)
        yield Case(args=(x, draw.wide(d), draw.wide(d)))
        yield Case(args=(x, draw.wide(n, d), draw.wide(n, d)))


@inputs_for("flows.constrain_u")
def constrain_u(draw):
    """Random directions; products far below −1 and far above."""
    for d, size in ((2, 1.0), (5, 3.0), (1, 2.0), (3, 6.0)):
        u, w = size * draw.normal(d), draw.wide(d)
        yield Case(args=(u, w))
        yield Case(args=(-8 * w / (w @ w), w))


@inputs_for("flows.PlanarFlow.forward")
def planar_forward(draw):
    """Random layers, half of which would fold without the constraint."""
    for n, d in ((5, 2), (1, 4), (4, 1), (3, 3)):
        w = draw.normal(d)
        for u in (draw.normal(d), -2.5 * w / (w @ w) + 0.3 * draw.normal(d)):
            load = {"u": u, "w": w, "b": draw.normal(1)[0]}
            init = {"n_dims": d, "seed": 0, "dtype": draw.dtype}
            yield Case(init=init, load=load, args=(draw.wide(n, d),), atol=_ATOL[draw.dtype])


def coupling_parameters(draw, n_dims, n_hidden=3, prefix=""):
    """Weights of a coupling's network."""
    sizes = [n_dims, n_hidden, n_hidden, 2 * n_dims]
    load = {}
    for k in range(3):
        shape = sizes[k + 1], sizes[k]
        load[f"{prefix}net__{2 * k}__weight"] = draw.normal(*shape) / math.sqrt(shape[1])
        load[f"{prefix}net__{2 * k}__bias"] = 0.5 * draw.normal(shape[0])
    return load


@inputs_for("flows.AffineCoupling.forward", "flows.AffineCoupling.inverse")
def couplings(draw):
    """Masks in any order, from two coordinates to six."""
    for n, mask in ((4, [1, 0, 0, 1, 0, 1]), (1, [0, 1, 1]), (5, [1, 0])):
        init = {"mask": torch.tensor(mask).to(draw.dtype), "n_hidden": 4, "seed": 0}
        init["dtype"] = draw.dtype
        load = coupling_parameters(draw, len(mask), 4)
        load |= {"net__4__bias": draw.wide(2 * len(mask)), "gain": 1 + draw.uniform(1)[0]}
        x = draw.wide(n, len(mask))
        yield Case(init=init, load=load, args=(x,), atol=_ATOL[draw.dtype])


def _flows(draw):
    for d, n_layers in ((2, 1), (3, 4), (5, 2)):
        init = {"n_dims": d, "n_layers": n_layers, "n_hidden": 4, "seed": 2, "dtype": draw.dtype}
        load: dict[str, torch.Tensor] = {}
        for k in range(n_layers):
            load |= coupling_parameters(draw, d, 4, f"layers__{k}__")
        yield init, load


@inputs_for("flows.Flow.log_prob")
def flow_log_prob(draw):
    """One layer, two and four."""
    for init, load in _flows(draw):
        x = draw.wide(4, init["n_dims"])
        yield Case(init=init, load=load, args=(x,), atol=_ATOL[draw.dtype])


@inputs_for("flows.Flow.sample")
def flow_sample(draw):
    """What is drawn need not be the reference's draw, but must have come from standard noise."""
    for init, load in list(_flows(draw))[1:]:
        yield Case(init=init, load=load, args=(1500, 5))


@inputs_for("flows.invertible_1x1")
def invertible_1x1(draw):
    """One channel and more, one place and more, determinants of either sign."""
    for n, c, height, width in ((2, 3, 2, 4), (1, 1, 3, 1), (3, 4, 1, 1), (2, 2, 2, 2)):
        W = draw.wide(c, c) + 0.5 * torch.eye(c).to(draw.dtype)
        yield Case(args=(draw.wide(n, c, height, width), W), atol=_ATOL[draw.dtype])
    # Its determinant is too small for a number of either precision.
    small = (1e-15 if draw.dtype == torch.float32 else 1e-120) * draw.normal(4, 4)
    yield Case(args=(draw.normal(1, 4, 2, 1), small), atol=_ATOL[draw.dtype])


@inputs_for("flows.dequantize")
def dequantize(draw):
    """Two levels, 17 and 256; vectors and images; integers and floats."""
    for levels, shape in ((17, (4, 5)), (256, (2, 3, 2, 2)), (2, (6,))):
        x, noise = draw.integers(levels, *shape), draw.uniform(*shape)
        noise = torch.where(noise < 0.3, 0.0, noise)
        for given in (x, x.to(torch.uint8), x.float(), x.double()):
            yield Case(args=(given, levels, noise))
    yield Case(args=(draw.integers(1000, 9), 1000, draw.uniform(9)))


def conditioner_parameters(draw, n_dims, n_hidden=6, n_context=0):
    """Weights of a conditioner, large enough that every dependency shows."""
    values = {
        "hidden__weight": draw.normal(n_hidden, n_dims),
        "hidden__bias": 0.5 * draw.normal(n_hidden),
        "out__weight": 1.5 * draw.normal(2 * n_dims, n_hidden) / math.sqrt(n_hidden),
        "out__bias": 0.5 * draw.normal(2 * n_dims),
    }
    if n_context:
        values["context__weight"] = draw.normal(n_hidden + 2 * n_dims, n_context)
        values["context__bias"] = 0.3 * draw.normal(n_hidden + 2 * n_dims)
    return values


def _conditioners(draw, n_context=0):
    for n, d, n_hidden in ((4, 3, 6), (1, 5, 8), (3, 1, 4)):
        load = conditioner_parameters(draw, d, n_hidden, n_context)
        init = {"n_dims": d, "n_hidden": n_hidden, "n_context": n_context, "dtype": draw.dtype}
        yield draw.wide(n, d), Made("Conditioner", init, load)


@inputs_for("flows.maf_inverse", "flows.maf_forward")
def autoregressive(draw):
    """Three dimensions, five and one."""
    for x, net in _conditioners(draw):
        yield Case(args=(x, net), atol=_ATOL[draw.dtype])


@inputs_for("flows.iaf_forward")
def iaf_forward(draw):
    """Without a context and with one."""
    yield from autoregressive(draw)
    for z, net in _conditioners(draw, n_context=2):
        yield Case(args=(z, net, draw.wide(len(z), 2)), atol=_ATOL[draw.dtype])


@inputs_for("flows.flow_elbo")
def flow_elbo(draw):
    """Random draws and bounds; no layer, one and three."""
    for n, n_latent, n_layers in ((4, 3, 3), (1, 2, 1), (3, 2, 0), (3, 3, 3)):
        x, z, mu = (draw.normal(n, n_latent) for _ in range(3))
        rest = (draw.wide(n, n_latent), draw.wide(n_layers, n))
        args = (20 * draw.wide(n), x, z, mu, *rest)
        yield Case(args=args, atol=_ATOL[draw.dtype])
