"""The widgets of lecture 6: what is drawn is true."""

import math

import pytest
import torch

from course_lib.checks import seeded
from course_lib.kit import plots
from course_lib.kit.plots.explore import positions
from course_lib.lectures.gan.widgets import spam_filter, which_is_real


@pytest.mark.parametrize(("mean", "width"), [(1.5, 1.0), (-1.0, 0.7), (0.5, 2.0)])
def test_with_many_samples_the_trained_filter_is_the_best_one(mean, width):
    x = torch.linspace(-1.5, 1.5, 7, dtype=torch.float64)
    found = spam_filter.trained_log_odds(mean, width, 5000, 2, x)
    best = -0.5 * x**2 + 0.5 * ((x - mean) / width) ** 2 + math.log(width)
    torch.testing.assert_close(torch.sigmoid(found), torch.sigmoid(best), atol=0.03, rtol=0)


def test_samples_without_overlap_leave_the_filter_finite():
    x = torch.linspace(-6, 6, 5, dtype=torch.float64)
    for degree in (1, 2):
        assert spam_filter.trained_log_odds(4.0, 0.3, 10, degree, x).isfinite().all()


def test_the_filter_s_titles_are_the_value_and_the_divergence():
    fig = spam_filter.draw(mean=0.0, width=1.0, examples=1000, degree=1)
    left, right = fig.axes
    assert "= 0.000 nats" in left.get_title()
    assert right.get_title().startswith(f"V(D*) = {-math.log(4):.3f}")


IMAGES = torch.rand(2, 6, 12, generator=seeded(0))


@pytest.mark.parametrize("where", ["lowest", "middle", "highest"])
def test_pairs_are_drawn_with_a_verdict_at_every_position(where):
    at = positions(which_is_real.controls(6))[where]
    once, again = (
        which_is_real.draw(IMAGES[0], IMAGES[1], (3, 4), lambda x: torch.sigmoid(x.sum(1)), **at)
        for _ in range(2)
    )
    assert plots.png(once) == plots.png(again)


def test_the_real_image_stands_where_it_is_said_to_and_on_both_sides():
    real, fake = IMAGES
    for pair in range(6):
        fig = which_is_real.draw(real, fake, (3, 4), pair=pair, answer=True)
        for axes in fig.axes:
            shown = torch.as_tensor(axes.images[0].get_array()).flatten()
            expected = real if axes.get_title() == "real" else fake
            torch.testing.assert_close(shown, expected[pair])
        assert (fig.axes[0].get_title() == "real") == which_is_real.real_is_left(pair)
    sides = [which_is_real.real_is_left(pair) for pair in range(40)]
    assert 10 < sum(sides) < 30


def test_before_the_answer_the_titles_give_nothing_away():
    fig = which_is_real.draw(IMAGES[0], IMAGES[1], (3, 4), lambda x: x[:, 0], pair=1, answer=False)
    assert [axes.get_title() for axes in fig.axes] == ["left", "right"]
