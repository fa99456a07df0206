"""Looking at samples, and asking for them: `mode_coverage` and `with_label`."""

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_dtype,
    assert_follows,
    assert_true,
    check_for,
    gradients_for,
    inputs,
    normal,
)


def _coverage(samples, centers, radius):
    """The definition, sample by sample."""
    hit, good = set(), 0
    for sample in samples.tolist():
        away = [sum((a - b) ** 2 for a, b in zip(sample, c, strict=True)) for c in centers.tolist()]
        nearest = min(range(len(away)), key=away.__getitem__)
        if away[nearest] <= radius**2 * (1 + 1e-12):
            hit.add(nearest)
            good += 1
    return len(hit), good / len(samples)


def _assert_coverage(gan, samples, centers, radius, story, suspects=None):
    modes, share = gan.mode_coverage(samples, centers, radius)
    expected = _coverage(samples, centers, radius)
    named = suspects or {}
    message = f"the number of modes is {modes!r}; it should be a tensor of whole numbers (int64)"
    assert_true(isinstance(modes, torch.Tensor) and not modes.is_floating_point(), message)
    wrong = {k: v[0] for k, v in named.items() if v[0] != expected[0]}
    assert_close(modes, expected[0], what=f"{story}: number of modes hit", suspects=wrong)
    suspects = {
        **{k: v[1] for k, v in named.items() if v[1] != expected[1]},
        "in per cent": 100 * expected[1],
        "the number of good samples, not their share": expected[1] * len(samples),
        "the share of samples that are not good": 1 - expected[1],
    }
    assert_close(share, expected[1], what=f"{story}: share of good samples", suspects=suspects)


@check_for("gan.mode_coverage", weight=2, hint="6.9a")
def coverage_by_hand(gan):
    """Three modes, four samples: two near the first, one near the second, one nowhere."""
    centers = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    samples = torch.tensor([[0.1, 0.0], [0.0, -0.2], [2.0, 0.25], [1.0, 1.0]])
    nearest = "a mode counts as soon as it is nearest to any sample, however far"
    suspects = {
        nearest: (2, 0.75),
        "each good sample counts as a mode": (3, 0.75),
        "the squared distance was compared with the radius": (2, 0.75),
        "the share of modes was returned": (2, 2 / 3),
    }
    _assert_coverage(gan, samples, centers, 0.3, "radius 0.3", suspects)
    two, story = samples[[0, 3]], "one near, one nowhere"
    _assert_coverage(gan, two, centers, 0.3, story, {nearest: (2, 0.5)})


@check_for("gan.mode_coverage", hint="6.9b")
def collapse_is_seen(gan):
    """All samples on one of 25 modes: 1 mode, share 1. All far away: 0 modes, share 0."""
    axis = torch.arange(5.0) - 2
    centers = 2 * torch.cartesian_prod(axis, axis)
    one = centers[7] + 0.02 * normal(1, 30, 2).float()
    _assert_coverage(gan, one, centers, 0.15, "collapsed on one mode")
    far = {"nearest modes were counted without regard to the radius": (1, 0.0)}
    _assert_coverage(gan, one + 1.0, centers, 0.15, "samples between the modes", far)
    _assert_coverage(gan, centers, centers, 0.15, "one sample on each mode")


@check_for("gan.mode_coverage", weight=2, hint="6.9c")
def overlapping_modes_share_no_sample(gan):
    """Where discs overlap a sample belongs to its nearest mode alone; in 1, 2 and 5 dimensions."""
    for case in inputs("gan.mode_coverage", seed=1):
        samples, centers, radius = case.args
        within = torch.cdist(samples, centers) <= radius
        hit, near = int(within.any(0).sum()), within.double().sum(1)
        n, dim = samples.shape
        suspects = {
            "a sample may hit only the mode that is nearest to it": (hit, near.sign().mean()),
            "samples were counted once for every mode near them": (hit, near.mean()),
        }
        story = f"{n} samples, {len(centers)} modes, radius {radius}, {dim} dimensions"
        _assert_coverage(gan, samples, centers, radius, story, suspects)


@check_for("gan.mode_coverage", hint="6.9a")
def the_rim_counts_and_the_dtype_stays(gan):
    """A sample exactly at the radius is good; the share has the samples' dtype."""
    for dtype in (torch.float32, torch.float64):
        samples = torch.tensor([[3.0, 4.0], [0.0, 5.0002]], dtype=dtype)
        modes, share = gan.mode_coverage(samples, torch.zeros(1, 2, dtype=dtype), 5.0)
        what = "share of samples at distances 5 and 5.0002, radius 5"
        suspects = {
            "the rim does not count: < instead of ≤": 0.0,
            "the distance was squared, the radius was not": 0.0,
            "all coordinates are compared one by one": 1.0,
        }
        assert_close(share, 0.5, dtype=dtype, what=what, suspects=suspects)
        assert_close(modes, 1, what="modes hit by a sample at the radius")


def _labelled(x, y, n_classes):
    """The definition, channel by channel."""
    blocks = [x]
    for k in range(n_classes):
        own = (y == k).to(x).reshape(-1, *[1] * (x.dim() - 1))
        blocks.append(own.expand(-1, 1, *x.shape[2:]))
    return torch.cat(blocks, 1)


def _label_suspects(x, y, n_classes):
    right = _labelled(x, y, n_classes)
    code = right[:, x.shape[1] :]
    number = y.to(x).reshape(-1, *[1] * (x.dim() - 1)).expand_as(code)
    return {
        "the code stands before x": torch.cat([code, x], 1),
        "the class's number in every channel instead of a one-hot code": torch.cat([x, number], 1),
        "the code is inverted: 0 for the own class": torch.cat([x, 1 - code], 1),
        "classes are counted from 1": torch.cat([x, code.roll(-1, 1)], 1),
        "the examples' codes are mixed up": torch.cat([x, code.flip(0)], 1),
        "x was multiplied by the code": torch.cat([x, code * x[:, :1]], 1),
    }


@check_for("gan.with_label", weight=2, hint="6.10a")
def vectors_get_a_code(gan):
    """By hand: (5, 6) of class 2 out of three becomes (5, 6, 0, 0, 1)."""
    x, y = torch.tensor([[5.0, 6.0], [7.0, 8.0]]), torch.tensor([2, 0])
    expected = torch.tensor([[5.0, 6, 0, 0, 1], [7, 8, 1, 0, 0]])
    what = "result (example, channel)"
    assert_close(gan.with_label(x, y, 3), expected, what=what, suspects=_label_suspects(x, y, 3))


@check_for("gan.with_label", weight=2, hint="6.10b")
def images_get_maps(gan):
    """An image gets one map for each class: 1 everywhere in its own, 0 in the others."""
    what = "result (example, channel, …)"
    assert_follows("gan.with_label", gan, _labelled, what=what, suspects=_label_suspects)


@check_for("gan.with_label", hint="6.10c")
def labels_that_do_not_occur_have_a_place(gan):
    """n_classes decides the width, not the batch; the result has the dtype of x."""
    for dtype in (torch.float32, F64):
        x = torch.ones(2, 3, dtype=dtype)
        found = gan.with_label(x, torch.tensor([0, 0]), 10)
        assert_dtype(found, dtype, what=f"result for x in {dtype}")
        assert_close(found.shape, (2, 13), what="shape for 3 channels and 10 classes")
        assert_close(found[:, 3], torch.ones(2), what="channel of class 0 (example)")
        assert_close(found.sum(1), torch.full((2,), 4.0), what="sum of 3 ones and a code (example)")


gradients_for("gan.with_label", "x")
