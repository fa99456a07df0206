"""The widgets of lecture 9: what is drawn is what is given."""

import torch

from course_lib.checks import normal, seeded
from course_lib.lectures.diffusion.widgets import noise_schedule, reverse_chain

SCHEDULES = {"linear": torch.linspace(1, 0, 11), "cosine": torch.linspace(1, 0, 41).square()}


def noised(x0, t, eps, bars):
    kept = bars[t].reshape(-1, 1, 1)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * eps


def field(x, t):
    return -x / (1 + t[:, None])


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
