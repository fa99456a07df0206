"""The game itself: `train_step` and `bilinear_dynamics`."""

import functools
import math
from typing import Any

import torch

from course_lib.checks import F64, Draw, assert_close, assert_true, check_for, numbers
from course_lib.checks.errors import StudentError
from course_lib.lectures.gan.checks.exact import Players, after, flat
from course_lib.lectures.gan.inputs import batch

_NAMES = {"D": "discriminator", "G": "generator"}
_LOSSES = (
    "the first result, the loss of D",
    "the second result, the loss of G against the new D",
)


def _batches(n):
    # With fewer generated examples than real ones, then with more.
    return [batch(Draw(30 + k), 3, 2, n=9 if k % 2 else 4) for k in range(n)]


def _played(gan, here, players, batches):
    """The student's run: states of D and G in one row each, and the losses of the last move."""
    G, D, g_opt, d_opt = players.there(here)
    for real, z in batches:
        losses = gan.train_step(G, D, g_opt, d_opt, real, z, kind=players.kind)
        # From the second step on in evaluation mode, which they have to keep.
        G.eval()
        D.eval()
    return {"D": flat(here.state(D)), "G": flat(here.state(G))}, losses


def _assert_moved(found, batches, suspects, what="the {}'s parameters", **own):
    """Each network is where Algorithm 1 leads, to nine digits."""
    for which, weights in found.items():
        assert_close(
            weights,
            after(batches, which, **own),
            atol=1e-9,
            what=f"{what.format(_NAMES[which])}: entry",
            suspects=functools.partial(suspects, batches, which, **own),
        )


def _suspects(batches, which, **own):
    start, name = Players(**own).weights(which), _NAMES[which]
    moved = functools.partial(after, batches, which, **own)
    return {
        f"the {name} has not moved": start,
        f"the {name} went uphill": 2 * start - moved(),
        "the generator moved against the discriminator before its move": moved(old_d=True),
        "the generator moved first": moved(d_first=False),
        "the discriminator's loss also moved the generator: detach, or clear its gradient": moved(
            leak=True
        ),
    }


def _or_another_loss(batches, which):
    minimax = after(batches, which, g_kind="minimax")
    return {**_suspects(batches, which), "the generator minimised the minimax loss": minimax}


@check_for("gan.train_step", weight=3, hint="6.7a")
def one_move_of_each_player(gan, here):
    """One step from known weights: each network is where Algorithm 1 leads, to nine digits."""
    found, _ = _played(gan, here, Players(), _batches(1))
    _assert_moved(found, _batches(1), _or_another_loss, "the {}'s parameters after one step")


@check_for("gan.train_step", weight=2, hint="6.7b")
def each_move_changes_one_player(gan, here):
    """With rate 0 for one of them: D's move leaves G alone, G's move leaves D alone."""
    settings: dict[str, dict[str, Any]] = {"G": {"g_lr": 0.0}, "D": {"d_lr": 0.0}}
    for still, rates in settings.items():
        found, _ = _played(gan, here, Players(**rates), _batches(1))
        before, now = Players(**rates).weights(still), found.pop(still)
        what = f"with learning rate 0, the {_NAMES[still]}'s parameter"
        assert_close(now, before, atol=1e-12, what=what)
        _assert_moved(found, _batches(1), _suspects, "the other one: the {}'s parameters", **rates)


def _leaks(batches, which, **own):
    stale = {
        "the generator's loss left a gradient in the discriminator, which its next move "
        "took along": ("d of g",),
        "the discriminator's gradients of all moves add up": ("d",),
        "the generator's gradients of all steps add up": ("g",),
        "no gradient is ever cleared": ("g", "d"),
    }
    wrong = {cause: after(batches, which, stale=whose, **own) for cause, whose in stale.items()}
    return {**wrong, **_suspects(batches, which, **own)}


@check_for("gan.train_step", weight=2, hint="6.7c")
def no_gradient_enters_the_next_step(gan, here):
    """Three steps with momentum: gradients of an earlier move never come back."""
    found, _ = _played(gan, here, Players(momentum=0.9), _batches(3))
    what = "the {}'s parameters after three steps"
    _assert_moved(found, _batches(3), _leaks, what, momentum=0.9)
    found, _ = _played(gan, here, Players(left=2.0), _batches(1))
    what = "where an earlier loss has left gradients: the {}'s parameters after one step"
    _assert_moved(found, _batches(1), _taken_along, what)


def _taken_along(batches, which):
    players = Players(left=2.0)
    step = players.left * (players.d_lr if which == "D" else players.g_lr)
    cause = "a gradient that was there before the first step was taken along"
    return {cause: after(batches, which) - step}


@check_for("gan.train_step", hint="6.7c")
def no_gradient_is_left_over(gan, here):
    """After the step all .grad are None or zero: a further optimiser step changes nothing."""
    G, D, g_opt, d_opt = Players().there(here)
    gan.train_step(G, D, g_opt, d_opt, *_batches(1)[0])
    before = flat(here.state(G)), flat(here.state(D))
    g_opt.step()
    d_opt.step()
    for name, network, old in (("generator", G, before[0]), ("discriminator", D, before[1])):
        moved = float((flat(here.state(network)) - old).abs().max())
        assert_true(
            moved < 1e-12,
            f"a gradient is left in the {name}: one more step of its optimiser moves a parameter "
            f"by {moved:.3g}",
            likely="both optimisers have to clear their gradients after the generator's move",
        )


@check_for("gan.train_step", weight=2, hint="6.7d")
def losses_of_the_step(gan, here):
    """D's loss before its move, then G's against the new D, without graph; float32 stays."""
    for dtype, atol in ((torch.float64, 1e-9), (torch.float32, 1e-5)):
        real, z = (v.to(dtype) for v in _batches(1)[0])
        expected = Players(dtype).move(real, z)
        _, found = _played(gan, here, Players(dtype), [(real, z)])
        old = Players(dtype, d_lr=0.0).move(real, z)[1]
        for k, what in enumerate(_LOSSES):
            suspects = {
                "the two losses are exchanged": expected[1 - k],
                "G's loss against the discriminator before its move": old,
                "a loss after the move": sum(expected),
            }
            right = expected[k]
            assert_close(found[k], right, dtype=dtype, atol=atol, what=what, suspects=suspects)
    _assert_without_graph(gan, here)


def _assert_without_graph(gan, here):
    """No gradient reaches anything through the losses that come back."""
    try:
        found = here.gradients(gan.train_step, *Players().there(here), *_batches(1)[0])
        held = any(bool(slope.any()) for slope in found.values())
    except StudentError:
        # The graph is there, and was used by backward().
        held = True
    assert_true(
        not held,
        "the losses still have their graph, and hold on to all that was computed",
        likely="return them behind .detach()",
    )


@check_for("gan.train_step", weight=2, hint="6.7e")
def other_kinds_of_game(gan, here):
    """kind="minimax" changes the generator's loss, "least_squares" both losses."""
    for kind in ("minimax", "least_squares"):
        found, _ = _played(gan, here, Players(kind=kind), _batches(2))
        what = f"kind {kind!r}: the {{}}'s parameters after two steps"
        _assert_moved(found, _batches(2), _of_another_kind, what, kind=kind)


def _of_another_kind(batches, which, kind):
    return {
        "kind is ignored": after(batches, which),
        "the discriminator still minimises the cross-entropy": after(batches, which, g_kind=kind),
    }


def _rounds(steps, lr, start, alternating, sign=1.0, theta_first=False):
    """The course of θ and φ; with the wrong sign, or θ first."""
    theta, phi = start
    points = [(theta, phi)]
    for _ in range(steps):
        if theta_first:
            theta = theta - sign * lr * phi
            phi = phi + sign * lr * theta
        else:
            moved = phi + sign * lr * theta
            theta, phi = theta - sign * lr * (moved if alternating else phi), moved
        points.append((theta, phi))
    return torch.tensor(points, dtype=F64)


@check_for("gan.bilinear_dynamics", weight=2, hint="6.8a")
def two_rounds_by_hand(gan):
    """From (1, 0) with η = ½: (1, ½), (¾, 1) together; (¾, ½), (5/16, 7/8) in turn."""
    expected = {
        False: [[1.0, 0.0], [1.0, 0.5], [0.75, 1.0]],
        True: [[1.0, 0.0], [0.75, 0.5], [0.3125, 0.875]],
    }
    start = (1.0, 0.0)
    for alternating, rows in expected.items():
        points = torch.tensor(rows, dtype=F64)
        found = gan.bilinear_dynamics(2, 0.5, alternating)
        what = f"alternating={alternating}: point (step, coordinate)"
        other = _rounds(2, 0.5, start, not alternating)
        suspects = {
            "simultaneous and alternating steps are exchanged": other,
            "θ moves before φ": _rounds(2, 0.5, start, True, theta_first=True),
            "the signs: θ should go down, φ up": _rounds(2, 0.5, start, alternating, sign=-1.0),
            "the coordinates are exchanged": points.flip(1),
        }
        assert_close(found, points, what=what, suspects=suspects)


@check_for("gan.bilinear_dynamics", weight=2, hint="6.8b")
def simultaneous_steps_turn_outward(gan):
    """Simultaneous: each step grows θ² + φ² by the factor 1 + η² and turns by arctan η."""
    for lr, start in ((0.1, (1.0, 0.0)), (0.01, (9.0, -7.0)), (6.0, (-0.5, 2.0))):
        points = gan.bilinear_dynamics(20, lr, False, start=start, dtype=F64)
        z = torch.view_as_complex(points.contiguous())
        ratio = torch.view_as_real(z[1:] / z[:-1])
        wanted = torch.full((20,), math.sqrt(1 + lr**2), dtype=F64)
        what = f"η = {lr}: growth of the distance from the equilibrium in step"
        suspects = {"these are alternating steps": _growth(20, lr, start)}
        assert_close(ratio.square().sum(1).sqrt(), wanted, atol=1e-9, what=what, suspects=suspects)
        found = torch.atan2(ratio[:, 1], ratio[:, 0])
        expected = torch.full((20,), math.atan(lr), dtype=F64)
        assert_close(found, expected, atol=1e-9, what=f"η = {lr}: angle turned in step")


def _growth(steps, lr, start):
    away = _rounds(steps, lr, start, alternating=True).norm(dim=1)
    return away[1:] / away[:-1]


@check_for("gan.bilinear_dynamics", weight=2, hint="6.8c")
def alternating_steps_stay_on_an_ellipse(gan):
    """Alternating, φ first: θ² + φ² + η θ φ never changes."""
    for lr, start in ((0.1, (1.0, 0.0)), (0.01, (9.0, -7.0)), (1.2, (-0.5, 2.0))):
        points = gan.bilinear_dynamics(50, lr, True, start=start, dtype=F64)
        theta, phi = points.unbind(1)
        level = theta**2 + phi**2 + lr * theta * phi
        other = _rounds(50, lr, start, True, theta_first=True)
        wrong = (other**2).sum(1) + lr * other.prod(1)
        what = f"η = {lr}: θ² + φ² + ηθφ after step"
        suspects = {"θ moves before φ": wrong}
        assert_close(level, level[0].expand(51), atol=1e-9, what=what, suspects=suspects)
        expected = _rounds(50, lr, start, alternating=True)
        assert_close(points, expected, atol=1e-9, what=f"η = {lr}: point (step, coordinate)")


@check_for("gan.bilinear_dynamics", hint="6.8a")
def start_and_dtype_of_the_dynamics(gan):
    """Row 0 is the start, also for no steps at all; the dtype is the one asked for."""
    for dtype in (torch.float32, torch.float64):
        for alternating in (False, True):
            points = gan.bilinear_dynamics(0, 0.3, alternating, start=(0.25, -2.0), dtype=dtype)
            assert_close(points, numbers(0.25, -2.0)[None], dtype=dtype, what="points of 0 steps")
