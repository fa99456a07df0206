"""How results of lecture 2 that may differ from the reference's are compared: by what must not."""

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import (
    all_binary,
    assert_close,
    assert_frequencies,
    assert_levels,
    assert_true,
)
from course_lib.lectures.nade.checks.exact import exact_log_prob


@compared_by("nade.NADE.sample", "nade.NADE.complete")
def _follows_the_model(samples, reference, case):
    """Frequencies and mean −log p of the drawn pixels agree with the enumerated distribution."""
    values = {k: v.double() for k, v in case.load.items()}
    n_dims = values["W"].shape[1]
    first = case.args[0]
    prefix = first if isinstance(first, torch.Tensor) else torch.zeros(first, 0)
    n, k = prefix.shape
    assert_levels(samples, (n, n_dims), dtype=case.init["dtype"])
    assert_close(samples[:, :k], prefix, what="the prefix")
    rest = all_binary(n_dims - k, torch.float64)
    whole = torch.cat([prefix[:1].double().expand(len(rest), -1), rest], dim=1)
    assert_frequencies(samples[:, k:], exact_log_prob(values, whole))


@compared_by("nade.made_masks")
def _same_rule(masks, reference, case):
    """The masks follow from some degrees, and allow what these allow; the draws are free."""
    sizes, order, _ = case.args
    assert_true(
        [tuple(m.shape) for m in masks] == list(zip(sizes[1:], sizes[:-1], strict=True)),
        f"shapes {[tuple(m.shape) for m in masks]} for sizes {sizes}",
    )
    m0 = torch.argsort(order) + 1
    degrees = masks[0].sum(1)
    assert_close(masks[0], degrees[:, None] >= m0, what=f"order {order.tolist()}: first mask")
    if len(masks) == 3:
        above = sizes[0] - masks[-1].sum(0)
        assert_close(masks[1], above[:, None] >= degrees, what="mask between the hidden layers")
        degrees = above
    assert_close(masks[-1], m0[:, None] > degrees, what=f"order {order.tolist()}: last mask")
    if sizes[0] > 1:
        assert_true(
            bool(((degrees >= 1) & (degrees < sizes[0])).all()), "degrees outside 1 … D − 1"
        )
