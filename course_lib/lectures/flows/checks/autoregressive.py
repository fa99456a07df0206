"""Autoregressive flows: `maf_inverse`, `maf_forward` and `iaf_forward`."""

import torch

from course_lib.checks import (
    assert_close,
    assert_depends_on_all_past,
    assert_depends_only_on_past,
    assert_follows,
    assert_true,
    check_for,
    inputs,
)
from course_lib.lectures.flows.checks.exact import assert_counts_its_volume, conditioner


def _case(flows, here, seed, with_context=False):
    """Points, the student's conditioner and its weights; and a context."""
    points, net, *context = inputs("flows.iaf_forward", seed)[3 if with_context else 0].args
    return points, net.make(flows, here), net.load, *context


def _to_noise(x, net):
    mu, alpha = conditioner(net.load, x)
    return (x - mu) * (-alpha).exp(), -alpha.sum(1)


def _to_data(z, net):
    """The way of a MAF: the x before have to be found first."""
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        mu, alpha = conditioner(net.load, x)
        x[:, i] = mu[:, i] + alpha[:, i].exp() * z[:, i]
    return x, alpha.sum(1)


def _at_once(z, net):
    """The way of an IAF."""
    mu, alpha = conditioner(net.load, z)
    return z * alpha.exp() + mu, alpha.sum(1)


def _assert_one_pass(here, function, points, net, expected, *more):
    """The work is that of one pass through the network, and the result is right."""
    one = here.counted(net.forward, points, *more)[0]
    work, (found, _) = here.counted(function, points, net, *more)
    assert_close(found, expected, atol=1e-8, what="the point (example, coordinate)")
    assert_true(
        work < 2 * one,
        f"{work} operations where a pass through the network takes {one}",
        likely="the network runs more than once; all that it needs to see is there from the start",
    )


def _noise_suspects(x, net):
    mu, alpha = conditioner(net.load, x)
    return {
        "the scale is not taken off before the shift": x * (-alpha).exp() - mu,
        "multiplied by the scale, not divided": (x - mu) * alpha.exp(),
        "the shift is added": (x + mu) * (-alpha).exp(),
        "this is the way from noise to data": x * alpha.exp() + mu,
        "shift and log-scale are exchanged": (x - alpha) * (-mu).exp(),
        "α is the logarithm of the scale, not of the variance": (x - mu) * (-alpha / 2).exp(),
    }


@check_for("flows.maf_inverse", weight=2, hint="8.10a")
def maf_noise_by_its_network(flows, here):
    """z_i = (x_i − μ_i) e^(−α_i), μ and α from the x before, in both dtypes."""
    assert_follows(
        "flows.maf_inverse",
        flows,
        _to_noise,
        what=("z (point, coordinate)", "log|det ∂z/∂x| (point)"),
        suspects=_noise_suspects,
        here=here,
    )


@check_for("flows.maf_inverse", weight=2, hint="8.10b")
def maf_inverse_counts_its_volume(flows, here):
    """log|det| = the slogdet of the Jacobian of the way from x to z."""
    points, net, values = _case(flows, here, 13)
    alpha = conditioner(values, points)[1]
    assert_counts_its_volume(
        lambda x: flows.maf_inverse(x, net),
        points,
        what="log|det ∂z/∂x| (point)",
        suspects={
            "averaged, not summed": -alpha.mean(1),
            "scales are added, not their logarithms": -alpha.exp().sum(1),
            "half of it: α is no log-variance": -alpha.sum(1) / 2,
        },
    )


@check_for("flows.maf_inverse", weight=1, hint="8.10c")
def maf_scores_in_one_pass(flows, here):
    """From data to noise takes the work of one pass through the network."""
    x, net, values = _case(flows, here, 23)
    mu, alpha = conditioner(values, x)
    expected = (x - mu) * (-alpha).exp()
    _assert_one_pass(here, flows.maf_inverse, x, net, expected)


def _data_suspects(z, net):
    mu, alpha = conditioner(net.load, z)
    zero_mu, zero_alpha = conditioner(net.load, torch.zeros_like(z))
    return {
        "μ and α come from the noise before; in a MAF they come from the x before, which "
        "are found one after the other": z * alpha.exp() + mu,
        "one pass at x = 0: the x before have to be put in as they are found": z * zero_alpha.exp()
        + zero_mu,
        "this is the way from data to noise": (z - mu) * (-alpha).exp(),
    }


@check_for("flows.maf_forward", weight=2, hint="8.11a")
def maf_finds_the_data_again(flows, here):
    """The noise that belongs to x, computed here from the weights, leads to x again."""
    assert_follows(
        "flows.maf_forward",
        flows,
        _to_data,
        what=("x (point, coordinate)", "log|det ∂x/∂z| (point)"),
        suspects=_data_suspects,
        here=here,
    )


@check_for("flows.maf_forward", weight=2, hint="8.11b")
def maf_forward_counts_its_volume(flows, here):
    """log|det| = the slogdet of the Jacobian of the way from z to x."""
    points, net, values = _case(flows, here, 43)
    at_zero = conditioner(values, torch.zeros_like(points))[1]
    at_noise = conditioner(values, points)[1]
    assert_counts_its_volume(
        lambda z: flows.maf_forward(z, net),
        points,
        what="log|det ∂x/∂z| (point)",
        suspects={
            "α of the first pass, which has seen only zeros": at_zero.sum(1),
            "α at the noise, not at the data": at_noise.sum(1),
        },
    )


@check_for("flows.maf_forward", weight=1, hint="8.11c")
def maf_is_triangular(flows, here):
    """x_i − e^α z_i depends on all noise before i and on none after: ∂x_i/∂z_j = 0 for j > i."""
    (point, *_), net, _ = _case(flows, here, 53)

    def after_the_first(z):
        # x_i with its own noise held: what is left may depend on the noise before only.
        return torch.cat([flows.maf_forward(_held(z, i, point), net)[0][:, i : i + 1]
                          for i in range(len(point))], dim=1)  # fmt: skip

    assert_depends_only_on_past(after_the_first, point, what="x (own noise held)")
    assert_depends_on_all_past(after_the_first, point, what="x (own noise held)")


def _held(z, i, point):
    z = z.clone()
    z[:, i] = point[i]
    return z


def _at_once_suspects(z, net):
    mu, alpha = conditioner(net.load, z)
    return {
        "this is a MAF: μ and α come from the x before": _to_data(z, net)[0],
        "this is the way from data to noise": (z - mu) * (-alpha).exp(),
        "the shift comes before the scale": (z + mu) * alpha.exp(),
        "α is used as the scale, not as its logarithm": z * alpha + mu,
        "shift and log-scale are exchanged": z * mu.exp() + alpha,
    }


@check_for("flows.iaf_forward", weight=2, hint="8.12a")
def iaf_data_by_its_network(flows, here):
    """x_i = e^(α_i) z_i + μ_i, μ and α from the noise before, in both dtypes."""
    # On the arguments of a MAF: without a context.
    assert_follows(
        "flows.maf_forward",
        flows,
        _at_once,
        call=flows.iaf_forward,
        what=("x (point, coordinate)", "log|det ∂x/∂z| (point)"),
        suspects=_at_once_suspects,
        here=here,
    )


@check_for("flows.iaf_forward", weight=2, hint="8.12b")
def iaf_counts_its_volume(flows, here):
    """log|det| = the slogdet of the Jacobian of the way from z to x."""
    points, net, values = _case(flows, here, 73)
    alpha = conditioner(values, points)[1]
    assert_counts_its_volume(
        lambda z: flows.iaf_forward(z, net),
        points,
        what="log|det ∂x/∂z| (point)",
        suspects={
            "averaged, not summed": alpha.mean(1),
            "scales are added, not their logarithms": alpha.exp().sum(1),
        },
    )


@check_for("flows.iaf_forward", weight=1, hint="8.12c")
def iaf_hears_its_context(flows, here):
    """With a context, μ and α also depend on it; it takes one pass through the network."""
    z, net, values, context = _case(flows, here, 83, with_context=True)
    mu, alpha = conditioner(values, z, context)
    expected = z * alpha.exp() + mu
    found, log_det = flows.iaf_forward(z, net, context)
    silent = conditioner(values, z, torch.zeros_like(context))
    suspects = {"the context is not handed to the network": z * silent[1].exp() + silent[0]}
    assert_close(
        found, expected, atol=1e-8, what="x with a context (point, coordinate)", suspects=suspects
    )
    assert_close(log_det, alpha.sum(1), atol=1e-8, what="log|det| with a context (point)")
    _assert_one_pass(here, flows.iaf_forward, z, net, expected, context)
