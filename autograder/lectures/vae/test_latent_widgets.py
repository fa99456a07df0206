"""The widgets of lecture 5: what is drawn is what is decoded."""

from typing import Any

import torch

from course_lib.checks import normal
from course_lib.lectures.vae.widgets import latent_arithmetic, latent_plane


def decoder(n_latent, n_dims):
    W = normal(0, n_latent, n_dims).float()
    return lambda z: torch.sigmoid(z @ W)


def test_the_plane_shows_what_its_place_decodes_to():
    decode = decoder(2, 12)
    fig = latent_plane.draw(
        decode, normal(0, 9, 2).float(), torch.zeros(9, dtype=torch.int64), (3, 4), z1=0.7, z2=-1.2
    )
    shown = torch.as_tensor(fig.axes[1].images[0].get_array())
    torch.testing.assert_close(shown.flatten(), decode(torch.tensor([[0.7, -1.2]]))[0])


def test_arithmetic_adds_the_direction_times_its_strength():
    decode, codes, delta = decoder(3, 12), normal(1, 2, 3).float(), normal(2, 3).float()
    at: Any = {"example": 1, "direction": "width", "strength": 1.5}
    fig = latent_arithmetic.draw(decode, torch.zeros(2, 12), codes, {"width": delta}, (3, 4), **at)
    shown = torch.as_tensor(fig.axes[0].images[0].get_array())[:, 10:14]  # the third of width 4 + 1
    torch.testing.assert_close(shown.flatten(), decode(codes[1] + 1.5 * delta))
