"""The widgets of lecture 9: every position can be drawn, and what is drawn is what is given."""

import pytest
import torch

from course_lib.checks import normal, seeded
from course_lib.kit import plots
from course_lib.kit.plots.explore import positions
from course_lib.lectures.diffusion.widgets import noise_schedule, reverse_chain

WHERE = pytest.mark.parametrize("where", ["lowest", "middle", "highest"])
SCHEDULES = {"linear": torch.linspace(1, 0, 11), "cosine": torch.linspace(1, 0, 41).square()}


def noised(x0, t, eps, bars):
    kept = bars[t].reshape(-1, 1, 1)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * eps


def field(x, t):
    return -x / (1 + t[:, None])


@WHERE
@pytest.mark.parametrize("shape", [(3, 5), (8, 8), (28, 28)], ids=str)
def test_the_schedule_is_drawn_at_every_position(shape, where):
    at = positions(noise_schedule.controls(SCHEDULES))[where]
    images = normal(0, 4, *shape).float().clamp(-1, 1)
    once, again = (noise_schedule.draw(noised, SCHEDULES, images, **at) for _ in range(2))
    assert plots.png(once) == plots.png(again)


def test_the_schedule_shows_clean_images_at_its_beginning():
    images = normal(0, 2, 3, 4).float()
    fig = noise_schedule.draw(noised, SCHEDULES, images, schedule="cosine", percent=0)
    shown = torch.as_tensor(fig.axes[1].images[0].get_array())
    torch.testing.assert_close(shown[:3, :4], images[0])
    torch.testing.assert_close(shown[:3, 5:9], images[1])


def test_the_schedule_shows_the_noise_that_belongs_to_its_step():
    images = torch.ones(1, 3, 4)
    fig = noise_schedule.draw(noised, SCHEDULES, images, schedule="linear", percent=40)
    eps = torch.randn(1, 3, 4, generator=seeded(0))
    shown = torch.as_tensor(fig.axes[1].images[0].get_array())
    torch.testing.assert_close(shown[:3, :4], (0.6**0.5 + 0.4**0.5 * eps)[0])


@WHERE
def test_the_chain_is_drawn_at_every_position(where):
    steps = list(range(20, -1, -1))
    at = positions(reverse_chain.controls(steps))[where]
    once, again = (
        reverse_chain.draw(normal(0, 21, 30, 2).float(), steps, field, **at) for _ in range(2)
    )
    assert plots.png(once) == plots.png(again)


def test_the_chain_shows_the_points_of_its_state_and_asks_the_field_for_its_step():
    asked, states = [], normal(0, 5, 7, 2).float()

    def asking(x, t):
        asked.append(int(t[0]))
        return field(x, t)

    for state in (1, 4):
        fig = reverse_chain.draw(states, [8, 6, 4, 2, 0], asking, state=state)
        points = torch.as_tensor(fig.axes[0].lines[-1].get_xydata())
        torch.testing.assert_close(points, states[state], check_dtype=False)
    assert asked == [6, 1]
