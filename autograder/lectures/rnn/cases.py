"""How results of lecture 3 that may differ from the reference's are compared: by what must not."""

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import assert_close, assert_distribution, assert_true
from course_lib.checks.asserts import most_variation
from course_lib.lectures.rnn.checks.exact import all_texts, exact_log_prob


@compared_by("rnn.sample")
def _follows_the_model(text, reference, case):
    """Frequencies and mean −log p of what was drawn agree with the enumerated distribution."""
    params, prime, length, temperature, _ = case.args
    if temperature < 1e-6:  # The reference then draws the same, whatever its random numbers.
        assert_close(text, reference.sample(*case.args), what="the likeliest characters")
        return
    params = tuple(p.double() for p in params)
    vocab, k = len(params[4]), prime.shape[1]
    assert_close(text.shape, (len(prime), k + length), what="shape of the texts")
    assert_close(text[:, :k], prime, dtype=torch.int64, what="the prime")
    rest = all_texts(vocab, length)
    whole = torch.cat([prime[:1].expand(len(rest), -1), rest], dim=1)
    # The prime's own factor is the same for all, and leaves with the normalisation.
    exact = exact_log_prob(whole, params, temperature).log_softmax(0)
    drawn = text[:, k:]
    assert_true(bool(((drawn >= 0) & (drawn < vocab)).all()), f"characters outside 0 … {vocab - 1}")
    index = (drawn * vocab ** torch.arange(length - 1, -1, -1)).sum(1)
    frequency = torch.bincount(index, minlength=len(rest)).double() / len(drawn)
    gap = float((frequency - exact.exp()).abs().sum()) / 2
    most = most_variation(len(rest), len(drawn))
    assert_true(gap <= most, f"total variation {gap:.3f} from the model at τ = {temperature}")
    assert_distribution(exact[index], float(-(exact.exp() * exact).sum()), errors=6)
