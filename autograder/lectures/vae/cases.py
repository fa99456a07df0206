"""How results of lecture 5 that may differ from the reference's are compared: by what must not."""

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import assert_close, assert_dtype


@compared_by("vae.pca")
def _same_subspace(result, reference, case):
    """Mean and variances as the reference's; the directions up to their signs."""
    x, k = case.args
    expected = reference.pca(x.double(), k)
    mean, directions, variances = result
    for name, values in (("mean", mean), ("directions", directions), ("variances", variances)):
        assert_dtype(values, x.dtype, what=name)
    tolerance = 1e-3 if x.dtype == torch.float32 else 1e-8
    assert_close(mean, expected[0], atol=tolerance, what="mean")
    assert_close(variances, expected[2], atol=tolerance, rtol=1e-4, what="variances")
    overlap = (directions.double() * expected[1]).sum(1).abs()
    assert_close(overlap, torch.ones(k), atol=tolerance, what="|e · e of the reference|")
    assert_close(directions.norm(dim=1), torch.ones(k), atol=tolerance, what="length of e")
