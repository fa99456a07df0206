"""Characters as vectors, one step, and a whole text: `one_hot`, `rnn_step`, `rnn_forward`."""

import math

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_dtype,
    assert_follows,
    assert_linear,
    assert_true,
    check_for,
    gradients_for,
    inputs,
    numbers,
)
from course_lib.lectures.rnn.checks.exact import (
    HELLO,
    LETTERS,
    hot,
    letters,
    parameters,
    random_tokens,
    run,
)


@check_for("rnn.one_hot", hint="3.1a")
def one_hot_of_hello(rnn):
    """h, e, l, l, o become five rows with one 1 each."""
    expected = numbers([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1])
    suspects = {
        "the 1 stands one place too far": expected.roll(1, 1) * numbers(0, 1, 1, 1),
        "characters are numbered from 0, not from 1": expected.roll(-1, 1) * numbers(1, 1, 1, 0),
        "0 and 1 are exchanged": 1 - expected,
    }
    found, what = rnn.one_hot(letters("hello")[0], 4), "vector (letter, place)"
    assert_close(found, expected, what=what, labels="hello", suspects=suspects)


@check_for("rnn.one_hot", hint="3.1b")
def one_hot_of_any_shape(rnn):
    """A new last axis of V places for tokens of any shape, in the dtype that is asked for."""
    for shape in ((), (3,), (2, 5), (2, 1, 4)):
        # The largest character does not occur: V has to come from the argument.
        tokens = torch.arange(math.prod(shape)).reshape(shape) % 5
        expected, what = hot(tokens, 7), f"vectors of tokens of shape {shape}"
        for dtype in (torch.float32, torch.float64):
            assert_close(rnn.one_hot(tokens, 7, dtype), expected, dtype=dtype, what=what)
        other = (tokens + 1) % 5
        assert_close(rnn.one_hot(other, 7, dtype), hot(other, 7), what=what)


# Two letters of "hello", each after what comes before it: the table of the notebook.
_O, _H = run(letters("hello"), HELLO)


def _check_step(rnn, args, h_name, o_name):
    """Hold both results of one step to the formula."""
    x, before, (W_xh, W_hh, b_h, W_hy, b_y) = args
    read, kept = x @ W_xh.T, before @ W_hh.T
    a = read + kept + b_h
    expected_h = torch.tanh(a)
    expected_o = expected_h @ W_hy.T + b_y
    transposed = "W_hh is transposed: rows are examples, so W h is h @ W.T"
    apart = "the memory is not squashed together with the input: tanh of the whole sum"
    of_h = {
        "the tanh is missing": a,
        "a sigmoid instead of tanh": torch.sigmoid(a),
        transposed: torch.tanh(read + before @ W_hh + b_h),
        "the memory h_{t-1} is ignored": torch.tanh(read + b_h),
        "the old memory is returned": before,
        "the two results are exchanged: o_t comes first": expected_o,
        "b_h is missing": torch.tanh(read + kept),
        apart: torch.tanh(read + b_h) + kept,
    }
    of_o = {
        "o_t is computed from h_{t-1}, not from h_t": before @ W_hy.T + b_y,
        "b_y is missing": expected_o - b_y,
        "probabilities were returned; logits are wanted": expected_o.softmax(-1),
        "log-probabilities were returned; logits are wanted": expected_o.log_softmax(-1),
        "tanh on the output": torch.tanh(expected_o),
    }
    o, h = rnn.rnn_step(*args)
    assert_close(h, expected_h, atol=1e-9, what=h_name, suspects=of_h)
    assert_close(o, expected_o, atol=1e-9, what=o_name, suspects=of_o)


@check_for("rnn.rnn_step", weight=2, hint="3.2a")
def step_by_hand(rnn):
    """The first two letters of "hello": h₁ = (−0.762, 0.762), h₂ = (−0.762, −0.943)."""
    for t, letter in enumerate("he"):
        args, where = (hot(letters(letter)[:, 0], 4), _H[:, t], HELLO), f"after {'he'[: t + 1]!r}"
        _check_step(rnn, args, f"h_{t + 1} {where}", f"o_{t + 1} {where}")


@check_for("rnn.rnn_step", weight=2, hint="3.2b")
def step_follows_the_formula(rnn):
    """h_t = tanh(W_xh x_t + W_hh h_{t−1} + b_h), o_t = W_hy h_t + b_y on random weights."""
    for case in inputs("rnn.rnn_step", seed=1):
        _check_step(rnn, case.args, "h (example, unit)", "o (example, character)")


@check_for("rnn.rnn_step", hint="3.2c")
def step_keeps_dtype_and_examples_apart(rnn):
    """The dtype of the weights; one example's memory never enters another's."""
    for dtype in (torch.float32, torch.float64):
        params = parameters(4, 3, seed=3, dtype=dtype)
        x, before = hot(torch.tensor([0, 3]), 4).to(dtype), torch.ones(2, 3, dtype=dtype)
        both = rnn.rnn_step(x, before, params)
        for n, name in enumerate(("o", "h")):
            assert_dtype(both[n], dtype, what=f"{name} for {dtype} weights")
            alone = rnn.rnn_step(x[1:], before[1:], params)[n]
            assert_close(both[n][1:], alone, what=f"{name} of example 1 beside another")


@check_for("rnn.rnn_forward", weight=2, hint="3.3a")
def hello_by_hand(rnn):
    """ "hell" leads through four states; the last two l are followed by l and by o."""
    logits, last = rnn.rnn_forward(letters("hell"), torch.zeros(1, 2, dtype=F64), HELLO)
    alone = torch.stack([run(letters(c), HELLO)[0][0, 1] for c in "hell"])
    suspects = {
        "the first logits come from h_0: the text is one step late": _O[0, :4],
        "the last letter comes first": _O[0, 1:5].flip(0),
        "b_y is missing": _O[0, 1:5] - HELLO[4],
        "the memory is set back to h_0 at every letter": alone,
    }
    what = "logit (after letter, next letter)"
    assert_close(logits[0], _O[0, 1:5], what=what, labels="hell", suspects=suspects)
    memories = {"the memory before the last letter": _H[:, 3], "the first memory": _H[:, 1]}
    assert_close(last, _H[:, 4], what="h_4", suspects=memories)
    said = "".join(LETTERS[int(k)] for k in logits[0].argmax(-1))
    assert_true(said == "ello", f"the likeliest letters after h, e, l, l are {said!r}, not 'ello'")


@check_for("rnn.rnn_forward", weight=2, hint="3.3b")
def split_and_carried_is_the_whole(rnn):
    """Reading in two parts, the memory carried over, is reading at once, wherever it is cut."""
    params, tokens = parameters(5, 4, seed=4), random_tokens(3, 6, 5, seed=5)
    h0 = torch.linspace(-1, 1, 12, dtype=F64).reshape(3, 4)
    logits, last = rnn.rnn_forward(tokens, h0, params)
    for cut in range(1, 6):
        first, carried = rnn.rnn_forward(tokens[:, :cut], h0, params)
        second, end = rnn.rnn_forward(tokens[:, cut:], carried, params)
        what = f"logit of a text cut after {cut} of 6 characters"
        assert_close(torch.cat([first, second], 1), logits, atol=1e-9, what=what)
        assert_close(end, last, atol=1e-9, what="the last memory of the second part")


def _read(tokens, h0, params):
    """o_1 … o_T and h_T by their definition."""
    logits, states = run(tokens, params, h0)
    return logits[:, 1:], states[:, -1]


def _read_suspects(tokens, h0, params):
    no_bias = (*params[:2], 0 * params[2], *params[3:])
    return {
        "h0 is ignored: the memory starts at 0": _read(tokens, 0 * h0, params)[0],
        "b_h is missing": _read(tokens, h0, no_bias)[0],
    }


@check_for("rnn.rnn_forward", weight=2, hint="3.3c")
def forward_follows_the_equations(rnn):
    """Every o_t and h_T on random weights and a random first memory, in the weights' dtype."""
    what = ("logit (example, time, character)", "h_T (example, unit)")
    assert_follows("rnn.rnn_forward", rnn, _read, what=what, suspects=_read_suspects, seed=6)


@check_for("rnn.rnn_forward", hint="3.3b")
def later_characters_change_nothing_before(rnn):
    """Another character at place t changes all logits from t on and none before."""
    params = parameters(4, 3, seed=8)
    tokens, h0 = random_tokens(1, 6, 4, seed=9), torch.zeros(1, 3, dtype=F64)
    logits = rnn.rnn_forward(tokens, h0, params)[0][0]
    for place in range(6):
        other = tokens.clone()
        other[0, place] = (other[0, place] + 1) % 4
        moved = (rnn.rnn_forward(other, h0, params)[0][0] - logits).abs().amax(-1) > 1e-9
        for t, changed in enumerate(moved.tolist()):
            where = f"the logits at {t}"
            assert_true(t >= place or not changed, f"{where} depend on the later character {place}")
            assert_true(t < place or changed, f"{where} ignore the earlier character {place}")


@check_for("rnn.rnn_forward", hint="3.3c")
def reading_is_linear_in_the_text(rnn, here):
    """A text four times as long costs four times the work, not sixteen."""
    params = parameters(6, 16, seed=0)

    def work(time):
        tokens, h0 = random_tokens(2, time, 6, 0), torch.zeros(2, 16, dtype=F64)
        count, (logits, _) = here.counted(rnn.rnn_forward, tokens, h0, params)
        assert_close(logits, run(tokens, params)[0][:, 1:], what="logits (text, place, character)")
        return count

    assert_linear(
        work, "rnn.rnn_forward", "T", "the beginning of the text is read again for each place"
    )


gradients_for("rnn.rnn_step", "x", "h", "params")
gradients_for("rnn.rnn_forward", "h0", "params", cases=(0, 2))
