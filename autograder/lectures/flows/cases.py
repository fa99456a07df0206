"""How results of lecture 8 that may differ from the reference's are compared: by what must not."""

import math

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import assert_close, assert_dtype, assert_true
from course_lib.checks.proxy import Here
from course_lib.lectures.flows.checks.exact import flow_inverse


@compared_by("flows.Flow.sample")
def _standard_behind(result, reference, case):
    """The reference takes the samples back to noise that is standard normal."""
    n, d, dtype = case.args[0], case.init["n_dims"], case.init["dtype"]
    assert_dtype(result, dtype, what="samples")
    assert_close(result.shape, (n, d), what="shape of the samples")
    model = reference.Flow(**{**case.init, "dtype": torch.float64})
    here = Here(reference)
    here.load(model, **case.load)
    values = {name.replace(".", "__"): value for name, value in here.state(model).items()}
    z, _ = flow_inverse(values, case.init["n_layers"], result.double())
    error = 5 / math.sqrt(n)
    assert_close(z.mean(0), torch.zeros(d), atol=error, rtol=0, what="mean of the noise")
    assert_close(z.T @ z / n, torch.eye(d), atol=1.5 * error, rtol=0, what="covariance")
    kurtosis = (z**4).mean()
    assert_true(
        abs(float(kurtosis) - 3) < 10 * error, f"fourth moment {float(kurtosis):.2f}, not 3"
    )
