"""How results of lecture 3 that may differ from the reference's are compared: by what must not."""

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import assert_close, assert_frequencies, assert_levels
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
    assert_levels(text, (len(prime), k + length), dtype=torch.int64, n_values=vocab, what="texts")
    assert_close(text[:, :k], prime, what="the prime")
    rest = all_texts(vocab, length)
    whole = torch.cat([prime[:1].expand(len(rest), -1), rest], dim=1)
    # The prime's own factor is the same for all, and leaves with the normalisation.
    exact = exact_log_prob(whole, params, temperature)
    assert_frequencies(text[:, k:], exact, n_values=vocab, what=f"texts at τ = {temperature}")
