"""Hidden cases of lecture 8: random weights and points; a sampler is taken back to its noise."""

import math

import torch

from autograder.authoring.cases import Case, Made, cases_for
from course_lib.checks import assert_close, assert_dtype, assert_true
from course_lib.checks.here import LocalHere
from course_lib.lectures.flows.checks.exact import flow_inverse

# Densities and points of a few dozen, through an exponential, in float32.
_ATOL = {torch.float32: 1e-3, torch.float64: None}


def _normal(rng, dtype, *shape):
    return torch.randn(*shape, generator=rng, dtype=torch.float64).to(dtype)


@cases_for("flows.affine_log_prob")
def affine_log_prob(rng, dtype):
    """One shift and scale for all points, and one of each point's own."""
    for n, d in ((5, 3), (1, 4), (4, 1), (3, 3)):
        x = 2 * _normal(rng, dtype, n, d)
        yield Case(args=(x, _normal(rng, dtype, d), 0.7 * _normal(rng, dtype, d)))
        yield Case(args=(x, _normal(rng, dtype, n, d), 0.7 * _normal(rng, dtype, n, d)))


@cases_for("flows.constrain_u")
def constrain_u(rng, dtype):
    """Random directions; products far below −1 and far above."""
    for d, size in ((2, 1.0), (5, 3.0), (1, 2.0), (3, 6.0)):
        u, w = size * _normal(rng, dtype, d), _normal(rng, dtype, d)
        yield Case(args=(u, w))
        yield Case(args=(-8 * w / (w @ w), w))


@cases_for("flows.PlanarFlow.forward")
def planar_forward(rng, dtype):
    """Random layers, half of which would fold without the constraint."""
    for n, d in ((5, 2), (1, 4), (4, 1), (3, 3)):
        w = _normal(rng, dtype, d)
        for u in (_normal(rng, dtype, d), -2.5 * w / (w @ w) + 0.3 * _normal(rng, dtype, d)):
            load = {"u": u, "w": w, "b": _normal(rng, dtype, 1)[0]}
            init = {"n_dims": d, "seed": 0, "dtype": dtype}
            yield Case(init=init, load=load, args=(_normal(rng, dtype, n, d),), atol=_ATOL[dtype])


def _network(rng, dtype, n_dims, n_hidden, prefix=""):
    sizes = [n_dims, n_hidden, n_hidden, 2 * n_dims]
    load = {}
    for k in range(3):
        shape = sizes[k + 1], sizes[k]
        load[f"{prefix}net__{2 * k}__weight"] = _normal(rng, dtype, *shape) / math.sqrt(shape[1])
        load[f"{prefix}net__{2 * k}__bias"] = 0.5 * _normal(rng, dtype, shape[0])
    return load


def _couplings(rng, dtype):
    for n, mask in ((5, [1, 0]), (1, [0, 1, 1]), (4, [1, 0, 0, 1, 0, 1])):
        init = {"mask": torch.tensor(mask).to(dtype), "n_hidden": 4, "seed": 0, "dtype": dtype}
        load = _network(rng, dtype, len(mask), 4)
        x = _normal(rng, dtype, n, len(mask))
        yield Case(init=init, load=load, args=(x,), atol=_ATOL[dtype])


@cases_for("flows.AffineCoupling.forward")
def coupling_forward(rng, dtype):
    """Masks in any order, from two coordinates to six."""
    yield from _couplings(rng, dtype)


@cases_for("flows.AffineCoupling.inverse")
def coupling_inverse(rng, dtype):
    """The same the other way."""
    yield from _couplings(rng, dtype)


def _flows(rng, dtype):
    for d, n_layers in ((2, 1), (3, 4), (5, 2)):
        init = {"n_dims": d, "n_layers": n_layers, "n_hidden": 4, "seed": 2, "dtype": dtype}
        load: dict[str, torch.Tensor] = {}
        for k in range(n_layers):
            load |= _network(rng, dtype, d, 4, f"layers__{k}__")
        yield init, load


@cases_for("flows.Flow.log_prob")
def flow_log_prob(rng, dtype):
    """One layer, two and four."""
    for init, load in _flows(rng, dtype):
        x = _normal(rng, dtype, 4, init["n_dims"])
        yield Case(init=init, load=load, args=(x,), atol=_ATOL[dtype])


def _standard_behind(result, reference, case):
    """The reference takes the samples back to noise that is standard normal."""
    n, d, dtype = case.args[0], case.init["n_dims"], case.init["dtype"]
    assert_dtype(result, dtype, what="samples")
    assert_close(result.shape, (n, d), what="shape of the samples")
    model = reference.Flow(**{**case.init, "dtype": torch.float64})
    here = LocalHere(reference)
    here.load(model, **case.load)
    values = {name.replace(".", "__"): value for name, value in here.state(model).items()}
    z, _ = flow_inverse(values, case.init["n_layers"], result.double())
    error = 5 / math.sqrt(n)
    assert_close(z.mean(0), torch.zeros(d), atol=error, rtol=0, what="mean of the noise")
    assert_close(z.T @ z / n, torch.eye(d), atol=1.5 * error, rtol=0, what="covariance")
    kurtosis = (z**4).mean()
    assert_true(
        abs(float(kurtosis) - 3) < 10 * error, f"fourth moment {float(kurtosis):.2f}, not 3"
    )


@cases_for("flows.Flow.sample")
def flow_sample(rng, dtype):
    """What is drawn need not be the reference's draw, but must have come from standard noise."""
    for init, load in list(_flows(rng, dtype))[1:]:
        yield Case(init=init, load=load, args=(1500, 5), compare=_standard_behind)


@cases_for("flows.invertible_1x1")
def invertible_1x1(rng, dtype):
    """One channel and more, one place and more, determinants of either sign."""
    for n, c, height, width in ((2, 3, 2, 4), (1, 1, 3, 1), (3, 4, 1, 1), (2, 2, 2, 2)):
        W = _normal(rng, dtype, c, c) + 0.5 * torch.eye(c).to(dtype)
        yield Case(args=(_normal(rng, dtype, n, c, height, width), W), atol=_ATOL[dtype])


@cases_for("flows.dequantize")
def dequantize(rng, dtype):
    """Two levels, 17 and 256; vectors and images; integers and floats."""
    for levels, shape in ((17, (4, 5)), (256, (2, 3, 2, 2)), (2, (6,))):
        x = torch.randint(levels, shape, generator=rng)
        noise = torch.rand(*shape, generator=rng, dtype=torch.float64).to(dtype)
        for given in (x, x.to(torch.uint8), x.to(dtype)):
            yield Case(args=(given, levels, noise))


def _conditioners(rng, dtype, n_context=0):
    for n, d, n_hidden in ((4, 3, 6), (1, 5, 8), (3, 1, 4)):
        out = n_hidden + 2 * d
        load = {
            "hidden.weight": _normal(rng, dtype, n_hidden, d),
            "hidden.bias": 0.5 * _normal(rng, dtype, n_hidden),
            "out.weight": _normal(rng, dtype, 2 * d, n_hidden) / math.sqrt(n_hidden),
            "out.bias": 0.5 * _normal(rng, dtype, 2 * d),
        }
        if n_context:
            load["context.weight"] = _normal(rng, dtype, out, n_context)
            load["context.bias"] = 0.3 * _normal(rng, dtype, out)
        init = {"n_dims": d, "n_hidden": n_hidden, "n_context": n_context, "dtype": dtype}
        yield _normal(rng, dtype, n, d), Made("Conditioner", init, load)


@cases_for("flows.maf_inverse")
def maf_inverse(rng, dtype):
    """Three dimensions, five and one."""
    for x, net in _conditioners(rng, dtype):
        yield Case(args=(x, net), atol=_ATOL[dtype])


@cases_for("flows.maf_forward")
def maf_forward(rng, dtype):
    """The same the other way."""
    for z, net in _conditioners(rng, dtype):
        yield Case(args=(z, net), atol=_ATOL[dtype])


@cases_for("flows.iaf_forward")
def iaf_forward(rng, dtype):
    """Without a context and with one."""
    for z, net in _conditioners(rng, dtype):
        yield Case(args=(z, net), atol=_ATOL[dtype])
    for z, net in _conditioners(rng, dtype, n_context=2):
        yield Case(args=(z, net, _normal(rng, dtype, len(z), 2)), atol=_ATOL[dtype])


@cases_for("flows.flow_elbo")
def flow_elbo(rng, dtype):
    """Random draws and bounds; no layer, one and three."""
    for n, n_latent, n_layers in ((4, 3, 3), (1, 2, 1), (3, 1, 0), (3, 3, 3)):
        yield Case(
            args=(
                -20 * _normal(rng, dtype, n).abs(),
                _normal(rng, dtype, n, n_latent),
                _normal(rng, dtype, n, n_latent),
                _normal(rng, dtype, n, n_latent),
                0.7 * _normal(rng, dtype, n, n_latent),
                _normal(rng, dtype, n_layers, n),
            ),
            atol=_ATOL[dtype],
        )
