"""Wrong LSTM steps."""

from autograder.authoring.audit import edits, mutant

LSTM = "rnn.lstm_step"
edits(
    LSTM,
    ("the cell instead of the memory goes into the gates", "h @ params", "c @ params", "3.8b"),
    ("gates in the order i, f, o, g", "i, f, g, o =", "i, f, o, g =", "i, f, o, g"),
    ("gates in the order f, i, g, o", "i, f, g, o =", "f, i, g, o =", "f, i, g, o"),
    ("no tanh around the cell", "(o) * torch.tanh(c)", "(o) * c", "c is not squashed"),
    ("one bias", " + params.b_hh", "", "one of the two biases"),
    ("sigmoid for the candidate", "torch.tanh(g)", "torch.sigmoid(g)", "squashed by a sigmoid"),
    ("no tanh around the candidate", "torch.tanh(g)", "g", "g is not squashed"),
    ("no forget gate", "torch.sigmoid(f) * c", "c", "the forget gate is missing"),
    ("no input gate", "torch.sigmoid(i) * torch.tanh", "torch.tanh", "the input gate is missing"),
    ("1 − f for the input gate", "torch.sigmoid(i) *", "(1 - torch.sigmoid(f)) *", "as in a GRU"),
    ("no output gate", "torch.sigmoid(o) * torch.tanh", "torch.tanh", "the output gate is missing"),
    ("the old h is ignored", " + h @ params.W_hh.T", "", "3.8b"),
    ("tanh for the gates", "sigmoid(f) * c + torch.sigmoid(i", "tanh(f) * c + torch.tanh(i", "3.8"),
    "torch.sigmoid(o) * torch.tanh(c), c",
    ("c before h", "c, torch.sigmoid(o) * torch.tanh(c)", "the two results are exchanged"),
)


@mutant(LSTM, "h from the old cell", expect="made from the old cell")
def lstm_old_cell(x, h, c, params):
    gates = x @ params.W_ih.T + params.b_ih + h @ params.W_hh.T + params.b_hh
    i, f, g, o = gates.chunk(4, dim=1)
    new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), new


edits(
    LSTM,
    (
        "a clipped cell",
        "    return torch.sigmoid(o)",
        "    c = c.clamp(-10, 10)\n    return torch.sigmoid(o)",
        "3.8b",
    ),
    ("clipped gates", "gates.chunk", "gates.clamp(-5, 5).chunk", "3.8"),
)
