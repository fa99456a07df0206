"""Layers in a chain: `Flow.log_prob` and `Flow.sample`."""

import functools
import math

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_distribution,
    assert_dtype,
    assert_seed_decides,
    assert_true,
    check_for,
    gradients_for,
    normal,
)
from course_lib.lectures.flows.checks import exact

_LAYERS = 3


def _log_prob(values, x, step, layers):
    """log p(x) if these layers, in this order, did this step on the way back."""
    z, log_dets = exact.through(values, x, step, layers)
    return exact.base_log_prob(z) + sum(log_dets)


@check_for("flows.Flow.log_prob", weight=2, hint="8.6a")
def flow_density_by_its_layers(flows, here):
    """Three loaded couplings in three dimensions: base density plus three log-determinants."""
    values, x = exact.flow_parameters(5, 3, _LAYERS), normal(2, 5, 3)
    x[0] *= 300
    z, log_dets = exact.flow_inverse(values, _LAYERS, x)
    base, total = exact.base_log_prob(z), sum(log_dets)
    expected = base + total
    first_to_last = _log_prob(values, x, exact.coupling_inverse, (0, 1, 2))
    suspects = {
        "the log-determinants are subtracted: those of `inverse` are added": base - total,
        "the log-determinants are missing": base,
        "only the last log-determinant is counted": base + log_dets[-1],
        "the layers run from the first to the last; the way back begins at the last": first_to_last,
        "`forward` is called where `inverse` belongs": _log_prob(
            values, x, exact.coupling_forward, (2, 1, 0)
        ),
        "the base density is taken at x, not at the noise": exact.base_log_prob(x) + total,
        "the constant −D/2 log 2π is missing": expected + 1.5 * exact.LOG_2PI,
        "this is −log p": -expected,
        "averaged over the dimensions": expected / 3,
    }
    for dtype, atol in ((torch.float64, 1e-8), (torch.float32, 1e-3)):
        model = exact.loaded_flow(flows, here, 3, _LAYERS, values, dtype)
        found = model.log_prob(x.to(dtype))
        what = "log p(x) (point)"
        assert_close(found, expected, dtype=dtype, atol=atol, what=what, suspects=suspects)
        other = exact.flow_parameters(6, 3, _LAYERS)
        here.load(model, **other)
        found = model.log_prob(x.to(dtype))
        wanted = _log_prob(other, x, exact.coupling_inverse, (2, 1, 0))
        assert_close(found, wanted, atol=atol, rtol=1e-4, what=f"{what} with other weights")


@check_for("flows.Flow.log_prob", weight=2, hint="8.6b")
def flow_density_integrates_to_one(flows, here):
    """∫∫ p(x) dx = 1 for a bent density in the plane."""
    values = {k: 0.6 * v if "net" in k else v for k, v in exact.flow_parameters(30, 2, 2).items()}
    axis = torch.linspace(-10, 10, 81, dtype=F64)
    grid = torch.cartesian_prod(axis, axis)
    p = exact.loaded_flow(flows, here, 2, 2, values).log_prob(grid).exp()
    assert_close(p.sum() * 0.25**2, 1.0, atol=2e-3, what="∫∫ p(x) dx")


@check_for("flows.Flow.sample", weight=1, hint="8.7a")
def flow_samples_belong_to_the_seed(flows, here):
    """n points in the weights' dtype; a seed always draws the same, another seed does not."""
    values = exact.flow_parameters(5, 3, _LAYERS)
    for dtype in (torch.float32, torch.float64):
        model = exact.loaded_flow(flows, here, 3, _LAYERS, values, dtype)
        x = model.sample(20, 1)
        assert_dtype(x, dtype, what=f"samples of a {dtype} flow")
        assert_close(x.shape, (20, 3), what="shape of 20 samples in 3 dimensions")
        assert_seed_decides(functools.partial(model.sample, 20))


@check_for("flows.Flow.sample", weight=3, hint="8.7b")
def flow_samples_come_from_standard_noise(flows, here):
    """Taken back to the noise by the weights, 4,000 samples are standard normal."""
    values = exact.flow_parameters(70, 3, _LAYERS)
    n = 4000
    model = exact.loaded_flow(flows, here, 3, _LAYERS, values)
    _assert_standard(model.sample(n, 3), values)
    # Other weights in the same flow, with which most samples lie far from 0.
    values = exact.flow_parameters(71, 3, _LAYERS)
    values["layers__2__net__4__bias"][3:] += 9
    here.load(model, **values)
    model.eval()
    _assert_standard(model.sample(n, 3), values)


def _assert_standard(x, values):
    n = len(x)
    z, _ = exact.flow_inverse(values, _LAYERS, x)
    for name, found, wanted, error in (
        ("mean", z.mean(0), torch.zeros(3), 1.0),
        ("mean square", (z**2).mean(0), torch.ones(3), math.sqrt(2)),
        ("mean product with its neighbour", (z * z.roll(1, 1)).mean(0), torch.zeros(3), 1.0),
    ):
        what = f"{name} of the noise behind the samples (coordinate)"
        assert_close(found, wanted, atol=4.5 * error / math.sqrt(n), rtol=0, what=what)
    most = float(z.abs().max())
    message = f"no entry of the noise behind {n} samples is larger than {most:.2f}: was it clipped?"
    assert_true(most > 3.2, message)
    entropy = 1.5 * (1 + exact.LOG_2PI)
    assert_distribution(
        exact.base_log_prob(z), entropy, what="the samples, taken back to the noise,"
    )


gradients_for("flows.Flow.log_prob", "x", "self", hint="8.6c")
