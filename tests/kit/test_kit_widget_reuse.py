"""A widget's figure is used again for its next one, and nobody can see it."""

import matplotlib as mpl
import pytest
import torch
from matplotlib.figure import Figure

from autograder.authoring.reference import reference
from autograder.paths import ROOT
from course_lib.checks import normal
from course_lib.kit import plots
from course_lib.kit.plots.explore import positions
from course_lib.lectures.chain_rule.widgets import pixel_conditional
from course_lib.lectures.diffusion.widgets import noise_schedule, reverse_chain
from course_lib.lectures.flows.widgets import change_of_variables, flow_layers
from course_lib.lectures.gan.widgets import spam_filter, which_is_real
from course_lib.lectures.nade.widgets import ancestral_sampling
from course_lib.lectures.pixelcnn.widgets import receptive_field
from course_lib.lectures.rnn.widgets import gradient_flow, temperature
from course_lib.lectures.vae.widgets import latent_arithmetic, latent_plane
from course_lib.lectures.wgan.widgets import parallel_lines

SIDE, D = (4, 5), 20
SCHEDULES = {"linear": torch.linspace(1, 0, 11), "cosine": torch.linspace(1, 0, 41).square()}
STEPS = list(range(8, -1, -1))


def decoder(n_latent):
    W = normal(0, n_latent, D).float()
    return lambda z: torch.sigmoid(z @ W)


def receptive(row, column, layers):
    field = torch.zeros(SIDE, dtype=torch.bool)
    field[:row, :column] = True
    return receptive_field.draw({"one": field, "two": ~field}, row=row, column=column, reach=layers)


BITS, CODES = (normal(0, 20, D).float() > 0).float(), normal(1, 20, 6).float()
LAYERS = list(reference("flows").Flow(2, 4, 8, seed=1).layers)
WIDGETS = {
    "ancestral_sampling": (
        lambda shown, sample: ancestral_sampling.draw(
            BITS[sample], BITS.mean(0), BITS.mean(0), SIDE, shown
        ),
        ancestral_sampling.controls(D, 3),
    ),
    "change_of_variables": (change_of_variables.draw, change_of_variables.controls()),
    "flow_layers": (
        lambda **at: flow_layers.draw(LAYERS, normal(0, 50, 2).float(), **at),
        flow_layers.controls(len(LAYERS)),
    ),
    "gradient_flow": (gradient_flow.draw, gradient_flow.controls()),
    "latent_arithmetic": (
        lambda **at: latent_arithmetic.draw(
            decoder(6), BITS, CODES, {"slant": CODES[0], "width": CODES[1]}, SIDE, **at
        ),
        latent_arithmetic.controls(20, ["slant", "width"]),
    ),
    "latent_plane": (
        lambda **at: latent_plane.draw(decoder(2), CODES[:, :2], torch.arange(20) % 10, SIDE, **at),
        latent_plane.controls(),
    ),
    "noise_schedule": (
        lambda **at: noise_schedule.draw(
            lambda x0, t, eps, bars: x0 * bars[t].view(-1, 1, 1),
            SCHEDULES,
            normal(0, 4, *SIDE).float(),
            **at,
        ),
        noise_schedule.controls(SCHEDULES),
    ),
    "parallel_lines": (
        lambda **at: parallel_lines.draw(torch.square, torch.abs, **at),
        parallel_lines.controls(),
    ),
    "pixel_conditional": (
        lambda **at: pixel_conditional.draw(
            normal(0, D, D).float(), normal(0, D).float(), BITS, SIDE, **at
        ),
        pixel_conditional.controls(20, SIDE),
    ),
    "receptive_field": (receptive, receptive_field.controls(SIDE, [1, 2, 3])),
    "reverse_chain": (
        lambda **at: reverse_chain.draw(
            normal(0, 9, 30, 2).float(), STEPS, lambda x, t: -x / (1 + t[:, None]), **at
        ),
        reverse_chain.controls(STEPS),
    ),
    "spam_filter": (spam_filter.draw, spam_filter.controls()),
    "temperature": (
        lambda context, seed, **at: temperature.draw(
            normal(0, 26).float(),
            "abcdefghijklmnopqrstuvwxyz",
            context,
            context * 90,
            at["temperature"],
        ),
        temperature.controls(["a", "bc\n"]),
    ),
    "which_is_real": (
        lambda **at: which_is_real.draw(BITS, BITS.flip(0), SIDE, **at),
        which_is_real.controls(20),
    ),
}


def test_every_widget_is_here():
    files = (ROOT / "course_lib" / "lectures").glob("*/widgets/*.py")
    assert {file.stem for file in files} - {"__init__"} == set(WIDGETS)


@pytest.mark.parametrize("name", WIDGETS)
def test_a_figure_used_again_is_the_figure_made_anew(name):
    draw, controls = WIDGETS[name]
    at, kept = positions(controls), {}
    first: Figure | None = None
    for where in ("lowest", "highest", "middle", "lowest"):
        anew = plots.png(draw(**at[where]))
        with plots.reusing(kept):
            again = draw(**at[where])
        assert plots.png(again) == anew
        assert again is (first := first or again)
    assert draw(**at["lowest"]) is not first


@mpl.rc_context(plots.STYLE)
def test_a_figure_that_failed_half_way_does_no_harm():
    kept = {}

    def half(fail):
        fig, (left, right) = plots.panels(4.0, 2.0, (0.1, 0.2, 0.3, 0.7), (0.6, 0.2, 0.3, 0.7))
        left.plot([3, 1, 2], label="a")
        left.set(title="t", xlabel="x", xticks=[0, 2], yscale="linear")
        if fail:
            fig.text(0.5, 0.5, "left over")
            left.legend()
            raise ValueError("half way")
        right.imshow([[0, 1], [2, 3]])
        return fig

    anew = plots.png(half(False))
    with plots.reusing(kept):
        with pytest.raises(ValueError, match="half way"):
            half(True)
        assert plots.png(half(False)) == anew
