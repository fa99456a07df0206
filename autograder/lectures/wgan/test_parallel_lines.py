"""The widget of lecture 7: what it says is right."""

import math

import pytest
import scipy.spatial.distance
import torch

from course_lib.lectures.wgan.widgets import parallel_lines


def js(theta):
    return math.log(2) * (theta != 0).to(theta)


def test_the_titles_say_value_and_slope():
    fig = parallel_lines.draw(js, torch.abs, theta=-1.5, blur=0.0)
    titles = [axes.get_title() for axes in fig.axes[1:]]
    assert titles == ["JS, nats = 0.693, slope +0.00", "W₁ = 1.500, slope -1.00"]


@pytest.mark.parametrize("theta", [0.0, 0.4, -2.0])
def test_noise_gives_the_js_of_two_gaussians(theta):
    x = torch.linspace(-9, 9, 6001, dtype=torch.float64)
    p, q = (torch.exp(-0.5 * ((x - m) / 0.5) ** 2).numpy() for m in (0.0, theta))
    expected = scipy.spatial.distance.jensenshannon(p, q) ** 2
    found = parallel_lines.blurred_js(torch.tensor([theta], dtype=torch.float64), 0.5)
    assert found.item() == pytest.approx(expected, abs=1e-5)


def test_noise_gives_js_a_slope_near_the_other_line_and_none_far_away():
    near, far = (
        parallel_lines.slope(lambda at: parallel_lines.blurred_js(at, 0.2), theta)
        for theta in (0.3, 2.0)
    )
    assert near > 0.5
    assert abs(far) < 1e-4
    assert parallel_lines.slope(torch.abs, 2.0) == pytest.approx(1.0)
