"""Masks that make an autoencoder autoregressive: `made_masks`."""

from itertools import pairwise

import torch

from course_lib.checks import assert_close, assert_true, check_for, numbers

# Neither natural nor its own inverse, so that an order and its inverse cannot be exchanged.
_ORDER = [2, 0, 3, 1, 4]


def _masks(nade, sizes, order, seed=0):
    masks = nade.made_masks(sizes, torch.tensor(order), seed)
    wanted = [(after, before) for before, after in pairwise(sizes)]
    assert_true(
        len(masks) == len(wanted),
        f"{len(masks)} masks for sizes {sizes}: expected {len(wanted)}, one between each layer "
        "and the next",
    )
    for layer, (mask, shape) in enumerate(zip(masks, wanted, strict=True)):
        found = tuple(mask.shape)
        assert_true(
            found == shape,
            f"mask {layer} for sizes {sizes} has shape {found}, expected {shape}",
            likely="masks are (out, in), like nn.Linear.weight" if found == shape[::-1] else None,
        )
    return [mask.double() for mask in masks]


def _paths(masks):
    """(D, D) numbers of open paths from input j (column) to output i (row)."""
    product = masks[0]
    for mask in masks[1:]:
        product = mask @ product
    return product


def _positions(order):
    return torch.argsort(torch.tensor(order))


@check_for("nade.made_masks", hint="2.8a")
def one_mask_a_layer(nade):
    """One mask for each layer of weights, (out, in)."""
    for sizes in ([5, 7, 5], [5, 7, 3, 5], [2, 4, 2]):
        _masks(nade, sizes, list(range(sizes[0])))


def _reached(nade, orders, *architectures):
    """Each order with (output, input) matrices: is a path open, does the input come before."""
    for order in orders:
        position = _positions(order)
        for sizes in architectures:
            paths = _paths(_masks(nade, sizes, order))
            yield order, paths > 0, position[None, :] < position[:, None]


@check_for("nade.made_masks", weight=3, hint="2.8b")
def no_path_from_the_future(nade):
    """No open path leads from an input to itself or to an output earlier in the order."""
    orders = ([0, 1, 2, 3, 4], _ORDER, _ORDER[::-1])
    for order, is_open, before in _reached(nade, orders, [5, 40, 5], [5, 30, 20, 5]):
        pairs = (is_open & ~before).nonzero().tolist()
        for i, j in pairs:
            if all(i == j for i, j in pairs):
                likely = "the comparison for the output has to be strict: m(d) > m(k)"
            elif order == sorted(order):
                likely = "hidden units compare with m(k') >= m(k), outputs with m(d) > m(k)"
            else:
                likely = "degrees go by the place in the order: input order[t] has degree t + 1"
            seen = "its own input" if i == j else f"input {j}, which comes later"
            assert_true(False, f"order {order}: output {i} sees {seen}", likely=likely)


@check_for("nade.made_masks", weight=2, hint="2.8b")
def wide_masks_open_the_whole_past(nade):
    """With wide hidden layers every output is reached from every input before it in the order."""
    orders = ([0, 1, 2, 3, 4], _ORDER)
    for order, is_open, before in _reached(nade, orders, [5, 80, 5], [5, 80, 80, 5]):
        for i, j in (before & ~is_open).nonzero().tolist():
            assert_true(False, f"order {order}: output {i} cannot see input {j} before it")


@check_for("nade.made_masks", weight=3, hint="2.8c")
def masks_compare_degrees(nade):
    """A hidden unit of degree m sees the first m inputs, and the outputs after them see it."""
    for order in ([0, 1, 2, 3, 4], _ORDER):
        first, second, last = _masks(nade, [5, 12, 10, 5], order, seed=1)
        m1, m2 = first.sum(1), 5 - last.sum(0)
        # Degree 1 … D - 1: a hidden unit with another one sees nothing or is seen by no output.
        m0, where = _positions(order) + 1, f"order {order}: the mask"
        # Masks that are no masks of degrees say nothing about how degrees are drawn.
        drawn = torch.equal(first.bool(), m1[:, None] >= m0)
        for layer, degrees in ((1, m1), (2, m2)):
            odd = degrees[(degrees < 1) | (degrees > 4)]
            assert_true(
                len(odd) == 0,
                f"a unit of hidden layer {layer} has degree {int(odd.sum())}, not 1 … 4 for D = 5"
                if len(odd) == 1
                else f"{len(odd)} units of hidden layer {layer} have degrees outside 1 … 4, D = 5",
                likely="degrees are drawn from 1 … D − 1: a unit of degree D may feed no "
                "output, one of degree 0 sees nothing"
                if drawn
                else None,
            )
        assert_true(
            not torch.equal(m1[:10], m2),
            "the units of both hidden layers have the same degrees",
            likely="the generator is made anew for each layer",
        )
        strict = {"between hidden layers the comparison is >=, not >": m2[:, None] > m1}
        assert_close(first, m1[:, None] >= m0, what=f"{where} above the inputs (unit, input)")
        what = f"{where} between the hidden layers (unit, unit below)"
        assert_close(second, m2[:, None] >= m1, what=what, suspects=strict)
        assert_close(last, m0[:, None] > m2, what=f"{where} below the outputs (output, unit)")


@check_for("nade.made_masks", weight=2, hint="2.8d")
def no_hidden_unit_is_wasted(nade):
    """Even in narrow layers every unit sees an input, and the last hidden ones are seen."""
    for seed in range(8):
        masks = _masks(nade, [6, 1, 8, 3, 6], [3, 0, 5, 1, 4, 2], seed)
        where, sees = f"seed {seed}, sizes [6, 1, 8, 3, 6]", masks[0]
        for layer, mask in enumerate(masks[1:], 1):
            blind = int((sees.sum(1) == 0).sum())
            assert_true(
                blind == 0,
                f"{where}: {blind} units of hidden layer {layer} see no input",
                likely="the smallest degree of a layer has to be the smallest one below it",
            )
            sees = mask @ sees
        unseen = int((masks[-1].sum(0) == 0).sum())
        assert_true(
            unseen == 0,
            f"{where}: no output sees {unseen} units of the last hidden layer",
            likely="the largest degree of a hidden unit is D − 1",
        )


@check_for("nade.made_masks", weight=2, hint="2.8d")
def degrees_are_drawn_evenly_from_the_seed(nade):
    """Degrees 1 … D − 1 are equally likely; a seed always draws the same masks."""
    order, sizes = [0, 1, 2, 3, 4], [5, 2000, 5]
    (first, _), (again, _), (other, _) = (_masks(nade, sizes, order, s) for s in (0, 0, 1))
    assert_true(torch.equal(first, again), "the same seed draws other masks")
    assert_true(not torch.equal(first, other), "seeds 0 and 1 draw the same masks")
    share = torch.bincount(first.sum(1).long(), minlength=6) / 2000
    expected = torch.tensor([0, 0.25, 0.25, 0.25, 0.25, 0])
    assert_close(share, expected, atol=0.05, what="share of hidden units with degree")
    # Above a layer of one unit the degrees begin at that unit's.
    low, _, last = _masks(nade, [5, 1, 2000, 5], order, 0)
    share = torch.bincount(5 - last.sum(0).long(), minlength=6) / 2000
    reached = torch.arange(6).ge(low.sum()) & torch.arange(6).lt(5)
    expected = reached / reached.sum()
    assert_close(share, expected, atol=0.07, what="share of units of the second layer with degree")


@check_for("nade.made_masks", hint="2.8a")
def small_masks(nade):
    """D = 1: the output sees nothing. D = 2: only the second in the order sees the first."""
    for sizes in ([1, 3, 1], [1, 3, 2, 1]):
        assert_close(_paths(_masks(nade, sizes, [0])), 0.0, what="paths from input 0 to output 0")
    for sizes in ([2, 3, 2], [2, 1, 1, 2]):
        paths, what = _paths(_masks(nade, sizes, [1, 0])), "order [1, 0]: open path (output, input)"
        assert_close(paths > 0, numbers([0, 1], [0, 0]), what=what)
