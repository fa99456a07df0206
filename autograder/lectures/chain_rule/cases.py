"""How results of lecture 1 that may differ from the reference's are compared: by what must not."""

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import all_binary, assert_frequencies, assert_true


@compared_by("chain_rule.FVSBN.sample")
def follows_the_model(samples, chain_rule, case):
    """Every vector comes up as often as the reference's log_prob says, within 6 standard errors."""
    n, n_dims = case.args[0], case.init["n_dims"]
    model = chain_rule.FVSBN(**case.init)
    W, b = case.load["W"].double(), case.load["b"].double()
    x = all_binary(n_dims, torch.float64)
    a = (x @ W.tril(-1).T + b) * (2 * x - 1)
    exact = torch.nn.functional.logsigmoid(a).sum(-1).exp()
    assert_true(samples.shape == (n, n_dims), f"{tuple(samples.shape)} for {n} × {n_dims}")
    assert_true(samples.dtype == model.W.dtype, f"samples are {samples.dtype}")
    assert_frequencies(samples, exact, tolerance=1.0)
    index = (samples.long() * 2 ** torch.arange(n_dims - 1, -1, -1)).sum(1)
    frequency = torch.bincount(index, minlength=2**n_dims).double() / n
    # A rare vector's count is not normal: three more of it than expected are no sign of an error.
    error = (exact * (1 - exact) / n).sqrt() + 3 / n
    worst = float(((frequency - exact).abs() / error).max())
    assert_true(worst <= 6, f"a vector's frequency is {worst:.1f} standard errors off")
