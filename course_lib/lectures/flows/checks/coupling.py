"""Coupling layers: `AffineCoupling.forward` and `.inverse`."""

import torch

from course_lib.checks import F64, assert_close, check_for, gradients_for, inputs, numbers
from course_lib.lectures.flows.checks.exact import (
    assert_counts_its_volume,
    coupling_forward,
    coupling_inverse,
    coupling_net,
)


def _layers(flows, here, dtype=F64):
    """Masks, weights, the student's coupling with these, and points."""
    for case in inputs("flows.AffineCoupling.forward", seed=1, dtype=dtype):
        layer = case.instance(flows, here, "AffineCoupling")
        yield case.init["mask"], case.load, layer, *case.args
    # The last one again, with other weights.
    case = inputs("flows.AffineCoupling.forward", seed=2, dtype=dtype)[-1]
    here.load(layer, **case.load)
    yield case.init["mask"], case.load, layer, *case.args


@check_for("flows.AffineCoupling.forward", weight=2, hint="8.4a")
def coupling_scales_and_shifts_the_free_ones(flows, here):
    """x = z where the mask is 1 and z eˢ + t elsewhere, s and t from the kept ones."""
    for mask, values, layer, z in _layers(flows, here):
        s, t = coupling_net(values, mask * z)
        seen_s, seen_t = coupling_net(values, z)
        other_s, other_t = coupling_net(values, (1 - mask) * z)
        free = 1 - mask
        expected = coupling_forward(values, mask, z)[0]
        what = "x (point, coordinate)"
        suspects = {
            "the network sees the free coordinates, too": mask * z
            + free * (z * seen_s.exp() + seen_t),
            "the mask is turned round": free * z + mask * (z * other_s.exp() + other_t),
            "all coordinates are transformed, the kept ones too": z * s.exp() + t,
            "the shift comes before the scale": mask * z + free * (z + t) * s.exp(),
            "s is used as the scale, not as its logarithm": mask * z + free * (z * s + t),
            "s and t are exchanged": mask * z + free * (z * t.exp() + s),
            "this is the inverse": mask * z + free * (z - t) * (-s).exp(),
            "the kept coordinates are lost": free * (z * s.exp() + t),
            "the shift stands at the kept places, too": mask * z + free * z * s.exp() + t,
        }
        assert_close(layer.forward(z)[0], expected, atol=1e-9, what=what, suspects=suspects)


@check_for("flows.AffineCoupling.forward", weight=2, hint="8.4b")
def coupling_counts_its_volume(flows, here):
    """log|det| = the slogdet of the Jacobian of the way from z to x."""
    for mask, values, layer, z in _layers(flows, here):
        s, _ = coupling_net(values, mask * z)
        free = 1 - mask
        suspects = {
            "s of the kept coordinates is counted, too": s.sum(1),
            "s of the kept coordinates is counted, not of the free ones": (mask * s).sum(1),
            "averaged, not summed": (free * s).mean(1),
            "averaged over the free coordinates, not summed": (free * s).sum(1) / free.sum(),
            "scales are added, not their logarithms": (free * s.exp()).sum(1),
            "the determinant, not its logarithm": (free * s).sum(1).exp(),
        }
        assert_counts_its_volume(layer.forward, z, what="log|det ∂x/∂z| (point)", suspects=suspects)


@check_for("flows.AffineCoupling.forward", weight=1, hint="8.4c")
def coupling_keeps_its_gain_and_dtype(flows, here):
    """With gain 0 a coupling only shifts and log|det| = 0; float32 stays float32."""
    for dtype, tolerance in ((torch.float64, 1e-9), (torch.float32, 1e-4)):
        for mask, values, layer, z in _layers(flows, here, dtype):
            for gain in (0.0, 1.5):
                here.load(layer, gain=numbers(gain)[0])
                found = layer.forward(z)
                expected = coupling_forward(values, mask, z, gain=gain)
                for name, value, wanted in zip(("x", "log|det|"), found, expected, strict=True):
                    what = f"{name} with gain {gain:g}"
                    assert_close(
                        value, wanted, atol=tolerance, rtol=tolerance, dtype=dtype, what=what
                    )


@check_for("flows.AffineCoupling.inverse", weight=2, hint="8.5a")
def inverse_undoes_the_coupling(flows, here):
    """The way back from eˢ z + t, which is computed here from the weights, ends at z."""
    for mask, values, layer, z in _layers(flows, here):
        x = coupling_forward(values, mask, z)[0]
        s, t = coupling_net(values, mask * x)
        seen_s, seen_t = coupling_net(values, x)
        free = 1 - mask
        suspects = {
            "the network sees the free coordinates of x: only the kept ones are the same on "
            "both sides": mask * x + free * (x - seen_t) * (-seen_s).exp(),
            "the scale is taken off before the shift": mask * x + free * (x * (-s).exp() - t),
            "this is `forward` again": coupling_forward(values, mask, x)[0],
            "multiplied by the scale, not divided": mask * x + free * (x - t) * s.exp(),
            "all coordinates are transformed, the kept ones too": (x - t) * (-s).exp(),
            "the shift is added": mask * x + free * (x + t) * (-s).exp(),
        }
        assert_close(
            layer.inverse(x)[0],
            z,
            atol=1e-8,
            rtol=1e-8,
            what="z (point, coordinate)",
            suspects=suspects,
        )


@check_for("flows.AffineCoupling.inverse", weight=2, hint="8.5b")
def inverse_counts_its_volume(flows, here):
    """log|det| = the slogdet of the Jacobian of the way from x to z."""
    for mask, values, layer, x in _layers(flows, here):
        s, _ = coupling_net(values, mask * x)
        free = 1 - mask
        suspects = {
            "s of the kept coordinates is counted, too": -s.sum(1),
            "averaged, not summed": -(free * s).mean(1),
            "scales are added, not their logarithms": -(free * s.exp()).sum(1),
            "the determinant, not its logarithm": (-(free * s).sum(1)).exp(),
        }
        assert_counts_its_volume(layer.inverse, x, what="log|det ∂z/∂x| (point)", suspects=suspects)
    for mask, values, layer, x in _layers(flows, here, torch.float32):
        expected = coupling_inverse(values, mask, x)
        for name, value, wanted in zip(("z", "log|det|"), layer.inverse(x), expected, strict=True):
            what = f"{name} in float32"
            assert_close(value, wanted, dtype=torch.float32, atol=1e-4, rtol=1e-4, what=what)


gradients_for("flows.AffineCoupling.forward", "z", "self")
gradients_for("flows.AffineCoupling.inverse", "x", "self")
