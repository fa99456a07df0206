"""The widgets of lecture 5: every position can be drawn, and what is drawn is what is decoded."""

import pytest
import torch

from course_lib.checks import normal
from course_lib.kit import plots
from course_lib.kit.plots.explore import positions
from course_lib.lectures.vae.widgets import latent_arithmetic, latent_plane

WHERE = pytest.mark.parametrize("where", ["lowest", "middle", "highest"])
SHAPES = pytest.mark.parametrize("shape", [(3, 5), (8, 8), (28, 28)], ids=str)


def decoder(n_latent, n_dims):
    W = normal(0, n_latent, n_dims).float()
    return lambda z: torch.sigmoid(z @ W)


@SHAPES
@WHERE
def test_the_plane_is_drawn_at_every_position(shape, where):
    decode = decoder(2, shape[0] * shape[1])
    codes, labels = normal(1, 40, 2).float(), torch.arange(40) % 10
    at = positions(latent_plane.controls())[where]
    once, again = (latent_plane.draw(decode, codes, labels, shape, **at) for _ in range(2))
    assert plots.png(once) == plots.png(again)


def test_the_plane_shows_what_its_place_decodes_to():
    decode = decoder(2, 12)
    fig = latent_plane.draw(
        decode, normal(0, 9, 2).float(), torch.zeros(9, dtype=torch.int64), (3, 4), z1=0.7, z2=-1.2
    )
    shown = torch.as_tensor(fig.axes[1].images[0].get_array())
    torch.testing.assert_close(shown.flatten(), decode(torch.tensor([[0.7, -1.2]]))[0])


@SHAPES
@WHERE
def test_arithmetic_is_drawn_at_every_position(shape, where):
    n_dims = shape[0] * shape[1]
    directions = {"slant": normal(2, 8).float(), "coordinate 1": torch.eye(8)[0]}
    images, codes = (normal(0, 6, n_dims).float() > 0).float(), normal(3, 6, 8).float()
    at = positions(latent_arithmetic.controls(6, list(directions)))[where]
    once, again = (
        latent_arithmetic.draw(decoder(8, n_dims), images, codes, directions, shape, **at)
        for _ in range(2)
    )
    assert plots.png(once) == plots.png(again)


def test_arithmetic_adds_the_direction_times_its_strength():
    decode, codes, delta = decoder(3, 12), normal(1, 2, 3).float(), normal(2, 3).float()
    fig = latent_arithmetic.draw(
        decode,
        torch.zeros(2, 12),
        codes,
        {"width": delta},
        (3, 4),
        example=1,
        direction="width",
        strength=1.5,
    )
    shown = torch.as_tensor(fig.axes[0].images[0].get_array())[:, 10:14]  # the third of width 4 + 1
    torch.testing.assert_close(shown.flatten(), decode(codes[1] + 1.5 * delta))
