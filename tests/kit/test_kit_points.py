"""Points in the plane have the density that is said."""

import math

import pytest
import torch

from course_lib.kit.data import DataError, points


@pytest.mark.parametrize("name", points.names())
def test_points_are_the_same_for_everyone_and_another_seed_gives_others(name):
    drawn = points.load(name, 1000, seed=3)
    assert drawn.shape == (1000, 2)
    assert drawn.dtype == torch.float32
    assert drawn.isfinite().all()
    assert torch.equal(drawn, points.load(name, 1000, seed=3))
    assert not torch.equal(drawn, points.load(name, 1000, seed=4))
    # Nothing overflows a plot of [−4.6, 4.6]², and nothing is crowded in its middle.
    assert drawn.abs().max() < 4.6
    assert drawn.std(0).min() > 0.5
    if name != "checkerboard":
        assert drawn.mean(0).abs().max() < 0.2


@pytest.mark.parametrize("name", ["gaussians25", "ring8"])
def test_clusters_stand_at_their_centres_with_their_spread(name):
    drawn, means = points.load(name, 20_000), points.centers(name)
    which = torch.cdist(drawn, means).argmin(1)
    counts = which.bincount(minlength=len(means))
    expected = 20_000 / len(means)
    assert (counts - expected).abs().max() < 5 * math.sqrt(expected)
    offset = drawn - means[which]
    assert offset.std(0).tolist() == pytest.approx([points.spread(name)] * 2, rel=0.03)
    assert torch.cdist(means, means).fill_diagonal_(9).min() > 10 * points.spread(name)


def test_the_checkerboard_has_eight_equal_black_squares():
    drawn = points.load("checkerboard", 20_000)
    column, row = ((drawn + 4) / 2).floor().long().unbind(1)
    assert ((column + row) % 2 == 0).all()
    counts = (4 * row + column).bincount(minlength=16)
    assert (counts > 0).sum() == 8
    assert counts[counts > 0].min() > 2200


def test_errors_say_what_there_is():
    with pytest.raises(DataError, match="no points 'moon': there are gaussians25, ring8, moons"):
        points.load("moon", 10)
    with pytest.raises(DataError, match="n=0"):
        points.load("moons", 0)
    for ask in (points.centers, points.spread):
        with pytest.raises(DataError, match=r"'moons'.*only gaussians25, ring8"):
            ask("moons")
