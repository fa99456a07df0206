"""The cure for short memories: `lstm_step`."""

import torch

from course_lib.checks import F64, assert_close, check_for, gradients_for, inputs


def _step(x, h, c, params, order=(0, 1, 2, 3), biases=2, squash=True):
    """The equations, with the blocks of i, f, g, o in another order or a part left out."""
    W_ih, W_hh, b_ih, b_hh = params
    gates = x @ W_ih.T + h @ W_hh.T + (b_ih if biases else 0) + (b_hh if biases == 2 else 0)
    i, f, g, o = (gates.chunk(4, dim=1)[k] for k in order)
    new = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * (new.tanh() if squash else new), new


def _biases_only(i, f, g, o, hidden=2):
    """Weights 0, so that the gates are the same at each step: i, f, g, o from b_ih."""
    b_ih = torch.tensor([i, f, g, o], dtype=F64).repeat_interleave(hidden)
    zero = torch.zeros(4 * hidden, dtype=F64)
    return torch.zeros(4 * hidden, 3).double(), torch.zeros(4 * hidden, hidden).double(), b_ih, zero


_X = torch.ones(1, 3, dtype=F64)
_HOLD = torch.tensor([[0.25, -3.0]], dtype=F64)


@check_for("rnn.lstm_step", weight=2, hint="3.8a")
def lstm_by_hand(rnn):
    """Gates i, f, g, o of 1, 2, −1, 3 by hand: c = σ(2)·½ + σ(1)·tanh(−1) = −0.116."""
    params, c0 = _biases_only(1.0, 2.0, -1.0, 3.0), torch.full((1, 2), 0.5, dtype=F64)
    h0 = torch.zeros(1, 2, dtype=F64)
    h, c = rnn.lstm_step(_X, h0, c0, params)
    expected_h, expected_c = _step(_X, h0, c0, params)
    i, f, g, o = (torch.tensor(v, dtype=F64) for v in (1.0, 2.0, -1.0, 3.0))
    assert_close(
        c,
        expected_c,
        what="c (example, unit)",
        suspects={
            "the blocks are taken as i, f, o, g; torch's order is i, f, g, o": _step(
                _X, h0, c0, params, (0, 1, 3, 2)
            )[1],
            "the blocks are taken as f, i, g, o; torch's order is i, f, g, o": _step(
                _X, h0, c0, params, (1, 0, 2, 3)
            )[1],
            "g is squashed by a sigmoid; it needs tanh": f.sigmoid() * c0
            + i.sigmoid() * g.sigmoid(),
            "g is not squashed: it needs tanh": f.sigmoid() * c0 + i.sigmoid() * g,
            "the forget gate is missing": c0 + i.sigmoid() * g.tanh(),
            "the input gate is missing": f.sigmoid() * c0 + g.tanh(),
            "1 − f is used for the input gate, as in a GRU": f.sigmoid() * c0
            + (1 - f.sigmoid()) * g.tanh(),
            "the two results are exchanged: h_t comes first": expected_h,
        },
    )
    assert_close(
        h,
        expected_h,
        what="h (example, unit)",
        suspects={
            "c is not squashed: h = σ(o) tanh(c)": o.sigmoid() * expected_c,
            "the output gate is missing": expected_c.tanh(),
            "h is made from the old cell": o.sigmoid() * c0.tanh(),
        },
    )


@check_for("rnn.lstm_step", weight=2, hint="3.8b")
def lstm_is_torch_s_cell(rnn):
    """The same h and c as `torch.nn.LSTMCell` with the same weights."""
    for dtype, atol in ((F64, 1e-9), (torch.float32, 1e-5)):
        for case in inputs("rnn.lstm_step", seed=28, dtype=dtype):
            x, h0, c0, params = case.args
            cell = torch.nn.LSTMCell(x.shape[1], h0.shape[1], dtype=dtype)
            with torch.no_grad():
                for own, value in zip(cell.parameters(), params, strict=True):
                    own.copy_(value)
                expected = cell(x, (h0, c0))
            wrong = {
                "one of the two biases is missing": _step(x, h0, c0, params, biases=1),
                "both biases are missing": _step(x, h0, c0, params, biases=0),
            }
            for k, found in enumerate(rnn.lstm_step(x, h0, c0, params)):
                assert_close(
                    found,
                    expected[k],
                    atol=atol,
                    dtype=dtype,
                    what=f"{'hc'[k]} (example, unit)",
                    suspects={cause: values[k] for cause, values in wrong.items()},
                )


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
    expected = torch.full((1, 2), 0.7, dtype=F64).tanh()
    assert_close(c, expected, atol=1e-12, what="c with f = 0, i = 1")


gradients_for("rnn.lstm_step", "x", "h", "c", "params")
