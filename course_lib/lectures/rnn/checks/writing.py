"""Texts that are drawn: `sample`."""

import functools

import torch

from course_lib.checks import (
    assert_close,
    assert_frequencies,
    assert_levels,
    assert_linear,
    assert_seed_decides,
    assert_true,
    check_for,
)
from course_lib.lectures.rnn.checks.exact import (
    HELLO,
    LETTERS,
    all_texts,
    exact_log_prob,
    letters,
    parameters,
    random_tokens,
    run,
)

# "hello" with a hundred times the output weights: each letter of "hello" is all but certain.
_SURE = (*HELLO[:3], 100 * HELLO[3], 100 * HELLO[4])

_DRAWS = 10_000


def _text(row):
    return "".join(LETTERS[int(k)] for k in row)


@check_for("rnn.sample", hint="3.7a")
def samples_keep_the_prime_and_the_seed(rnn):
    """The prime, then `length` characters of 0 … V − 1; a seed always draws the same text."""
    for dtype in (torch.float32, torch.float64):
        params = parameters(5, 3, seed=24, scale=0.3, dtype=dtype)
        for k in (0, 3):
            prime = torch.arange(4 * k).reshape(4, k) % 5
            text = rnn.sample(params, prime, 8, 1.0, 1)
            what = f"texts of {k} characters and 8 more, V = 5,"
            assert_levels(text, (4, k + 8), dtype=torch.int64, n_values=5, what=what)
            assert_close(text[:, :k], prime, what="the prime, character")
            assert_seed_decides(functools.partial(rnn.sample, params, prime, 8, 1.0), "texts")


@check_for("rnn.sample", weight=2, hint="3.7b")
def each_row_is_written_on_from_its_own_past(rnn):
    """A network that is sure of "hello" writes it on from "", h, he, hel and hell."""
    for known in ("", "h", "he", "hel", "hell"):
        prime = letters(known).reshape(1, -1).expand(10, -1)
        text = _text(rnn.sample(_SURE, prime, 5 - len(known), 1.0, 3)[0])
        assert_true(
            text == "hello",
            f"{known!r} is continued as {text!r}, not as 'hello'",
            likely="the memory has to read the prime and each drawn character, once and in order",
        )
    for rows in (("hell", "ello", "eell"), ("ello", "eell", "hell")):
        primes = torch.cat([letters(row[:3]) for row in rows])
        found = [_text(row) for row in rnn.sample(_SURE, primes, 1, 1.0, 4)]
        known, expected = (", ".join(r[:n] for r in rows) for n in (3, 4))
        assert_true(
            found == list(rows),
            f"the rows {known} are continued as {', '.join(found)}; expected {expected}",
            likely="each row needs its own memory, which has read the whole of its own prime",
        )


def _likeliest(prime, params, length):
    """The texts that go on with argmax o_t at every step."""
    text, (o, h) = prime, run(prime, params)
    for _ in range(length):
        text = torch.cat([text, o[:, -1].argmax(-1, keepdim=True)], dim=1)
        o, h = run(text[:, -1:], params, h[:, -1])
    return text


@check_for("rnn.sample", weight=2, hint="3.7c")
def cold_samples_are_the_likeliest_characters(rnn):
    """τ = 10⁻⁶ takes argmax o_t at every step, whatever the seed, and stays finite."""
    prime = random_tokens(6, 7, 6, 0)
    for dtype in (torch.float32, torch.float64):
        params = parameters(6, 8, seed=25, scale=1.0, dtype=dtype)
        expected = _likeliest(prime, params, 7)
        for seed in (0, 1):
            text = rnn.sample(params, prime, 7, 1e-6, seed)
            assert_close(text, expected, what=f"τ = 10⁻⁶, seed {seed}: character (row, place)")
        near = (*(0 * p for p in params[:4]), 2e-5 * torch.arange(6).to(dtype))
        text = rnn.sample(near, prime, 7, 1e-6, 0)[:, 7:]
        assert_close(text, 5, what="τ = 10⁻⁶, logits 2 · 10⁻⁵ apart: character (row, place)")


@check_for("rnn.sample", weight=3, hint="3.7d")
def frequencies_are_those_of_the_model_at_each_temperature(rnn):
    """10,000 texts at τ = 1, ½, 2 and 20 occur as often as Π softmax(o_t / τ) says."""
    params, texts = parameters(3, 4, seed=26, scale=1.0), all_texts(3, 3)
    exact = {t: exact_log_prob(texts, params, t) for t in (0.05, 0.5, 1.0, 2.0, 20.0)}
    nothing = torch.zeros(_DRAWS, 0, dtype=torch.int64)
    for t in (1.0, 0.5, 2.0, 20.0):
        drawn, what = rnn.sample(params, nothing, 3, t, 5), f"texts at τ = {t:g}"
        wrong = {
            "the temperature is ignored": exact[1.0],
            "the logits are multiplied by τ instead of divided": exact[1 / t],
        }
        wrong = wrong if t != 1 else {}
        assert_frequencies(drawn, exact[t], n_values=3, tolerance=0.04, what=what, suspects=wrong)


@check_for("rnn.sample", weight=2, hint="3.7d")
def frequencies_after_a_prime(rnn):
    """After the prime 2 1 the next two characters follow p(x₃ x₄ | x₁ = 2, x₂ = 1)."""
    params, rest = parameters(3, 4, seed=27, scale=1.2), all_texts(3, 2)
    prime = torch.tensor([[2, 1]])
    exact = exact_log_prob(torch.cat([prime.expand(9, -1), rest], dim=1), params)
    fresh = exact_log_prob(rest, params)
    drawn = rnn.sample(params, prime.expand(_DRAWS, -1), 2, 1.0, 6)[:, 2:]
    suspects = {"the prime is not read: the memory starts at 0 after it": fresh}
    what = "texts after 21"
    assert_frequencies(drawn, exact, n_values=3, tolerance=0.04, what=what, suspects=suspects)


@check_for("rnn.sample", weight=2, hint="3.7e")
def sampling_is_linear_in_the_length(rnn, here):
    """A text four times as long costs four times the work, not sixteen."""
    params, prime = parameters(6, 8, seed=0), torch.zeros(2, 1, dtype=torch.int64)

    def work(length):
        # So cold that the likeliest character is certain, and the text known.
        count, text = here.counted(rnn.sample, params, prime, length, 1e-7, 0)
        expected = _likeliest(prime, params, length)
        assert_close(text, expected, what="the likeliest text (row, place)")
        return count

    assert_linear(work, "rnn.sample", "T", "the whole text is read again for every new character")
