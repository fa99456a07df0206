"""The cure for short memories: `lstm_step`."""

import torch

from course_lib.checks import F64, assert_close, assert_follows, check_for, gradients_for, numbers


def _step(x, h, c, params, order=(0, 1, 2, 3), biases=2, squash=True):
    """The equations, with the blocks of i, f, g, o in another order or a part left out."""
    W_ih, W_hh, b_ih, b_hh = params
    gates = x @ W_ih.T + h @ W_hh.T + (b_ih if biases else 0) + (b_hh if biases == 2 else 0)
    i, f, g, o = (gates.chunk(4, dim=1)[k] for k in order)
    new = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * (new.tanh() if squash else new), new


def _biases_only(i, f, g, o, hidden=2):
    """Weights 0, so that the gates are the same at each step: i, f, g, o from b_ih."""
    b_ih = numbers(i, f, g, o).repeat_interleave(hidden)
    nothing = torch.zeros(4 * hidden, 3 + hidden, dtype=F64)
    return nothing[:, :3], nothing[:, 3:], b_ih, 0 * b_ih


_X = torch.ones(1, 3, dtype=F64)
_HOLD = numbers([0.25, -3])


@check_for("rnn.lstm_step", weight=2, hint="3.8a")
def lstm_by_hand(rnn):
    """Gates i, f, g, o of 1, 2, −1, 3 by hand: c = σ(2)·½ + σ(1)·tanh(−1) = −0.116."""
    params = _biases_only(1.0, 2.0, -1.0, 3.0)
    h0, c0 = torch.zeros(1, 2, dtype=F64), torch.full((1, 2), 0.5, dtype=F64)
    h, c = rnn.lstm_step(_X, h0, c0, params)
    expected_h, expected_c = _step(_X, h0, c0, params)
    g = numbers(-1)
    i, f, _, o = numbers(1, 2, -1, 3).sigmoid()
    o_before_g = _step(_X, h0, c0, params, (0, 1, 3, 2))[1]
    f_before_i = _step(_X, h0, c0, params, (1, 0, 2, 3))[1]
    of_c = {
        "the blocks are taken as i, f, o, g; torch's order is i, f, g, o": o_before_g,
        "the blocks are taken as f, i, g, o; torch's order is i, f, g, o": f_before_i,
        "g is squashed by a sigmoid; it needs tanh": f * c0 + i * g.sigmoid(),
        "g is not squashed: it needs tanh": f * c0 + i * g,
        "the forget gate is missing": c0 + i * g.tanh(),
        "the input gate is missing": f * c0 + g.tanh(),
        "1 − f is used for the input gate, as in a GRU": f * c0 + (1 - f) * g.tanh(),
        "the two results are exchanged: h_t comes first": expected_h,
    }
    of_h = {
        "c is not squashed: h = σ(o) tanh(c)": o * expected_c,
        "the output gate is missing": expected_c.tanh(),
        "h is made from the old cell": o * c0.tanh(),
    }
    assert_close(c, expected_c, what="c (example, unit)", suspects=of_c)
    assert_close(h, expected_h, what="h (example, unit)", suspects=of_h)


def _torch_s_cell(x, h, c, params):
    cell = torch.nn.LSTMCell(x.shape[1], h.shape[1], dtype=F64)
    weights = dict(zip(dict(cell.named_parameters()), params, strict=True))
    return torch.func.functional_call(cell, weights, (x, (h, c)))


def _bias_suspects(x, h, c, params):
    one, none = (_step(x, h, c, params, biases=n) for n in (1, 0))
    return [
        {"one of the two biases is missing": o, "both biases are missing": n}
        for o, n in zip(one, none, strict=True)
    ]


@check_for("rnn.lstm_step", weight=2, hint="3.8b")
def lstm_is_torch_s_cell(rnn):
    """The same h and c as `torch.nn.LSTMCell` with the same weights."""
    what = ("h (example, unit)", "c (example, unit)")
    assert_follows("rnn.lstm_step", rnn, _torch_s_cell, what=what, suspects=_bias_suspects, seed=28)


@check_for("rnn.lstm_step", weight=2, hint="3.8c")
def open_forget_gate_keeps_the_cell(rnn):
    """f = 1 and i = 0: after 20 steps the cell is what it was, whatever is read."""
    params = _biases_only(-60.0, 60.0, 1.0, 0.0)
    h, c = torch.zeros(1, 2, dtype=F64), _HOLD
    for _ in range(20):
        h, c = rnn.lstm_step(_X, h, c, params)
    assert_close(c, _HOLD, atol=1e-12, what="c after 20 steps with f = 1, i = 0")
    assert_close(h, 0.5 * torch.tanh(_HOLD), atol=1e-12, what="h with o = ½")


@check_for("rnn.lstm_step", hint="3.8c")
def closed_forget_gate_replaces_the_cell(rnn):
    """f = 0 and i = 1: the cell is tanh(g), and nothing is left of the old one."""
    params = _biases_only(60.0, -60.0, 0.7, 0.0)
    _, c = rnn.lstm_step(_X, torch.zeros(1, 2, dtype=F64), _HOLD, params)
    assert_close(c, numbers([0.7, 0.7]).tanh(), atol=1e-12, what="c with f = 0, i = 1")


gradients_for("rnn.lstm_step", "x", "h", "c", "params")
