"""How results of lecture 4 that may differ from the reference's are compared: by what must not."""

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import (
    all_binary,
    assert_close,
    assert_dtype,
    assert_frequencies,
    assert_levels,
)
from course_lib.checks.proxy import Here
from course_lib.lectures.pixelcnn.checks.exact import exact_log_prob


@compared_by("pixelcnn.sample")
def _follows_the_model(samples, reference, case):
    """Frequencies and mean −log p of the images agree with the enumerated distribution."""
    made, n, shape = case.args[:3]
    sizes = {k: v for k, v in made.init.items() if k != "dtype"}
    n_colors = sizes.get("n_colors", 1)
    assert_levels(samples, (n, n_colors, *shape), dtype=made.init["dtype"])
    states = all_binary(n_colors * shape[0] * shape[1], torch.float64)
    values = {k: v.double() for k, v in made.load.items()}
    exact = exact_log_prob(values, states.reshape(-1, n_colors, *shape), **sizes)
    assert_frequencies(samples.flatten(1), exact)


@compared_by("pixelcnn.sample_cached")
def _same_as_sample(samples, reference, case):
    """Follows the model; on images too large to enumerate, is as likely as `sample`'s draws."""
    made, n, shape, seed = case.args
    if n > 1000:
        _follows_the_model(samples, reference, case)
        return
    assert_dtype(samples, made.init["dtype"], what="the samples")
    model = reference.PixelCNN(**made.init)
    Here(reference).load(model, **made.load)
    own = reference.sample(model, n, shape, seed)
    assert_close(samples.shape, own.shape, what="shape of the samples")
    found, expected = (-reference.log_prob(model, x).double() for x in (samples, own))
    error = float((found.var() + expected.var()).sqrt() / n**0.5) + 1e-9
    gap = abs(float(found.mean() - expected.mean()))
    assert_close(gap / error / 6, 0.0, atol=1.0, what="difference of the mean −log p / 6 SE")
