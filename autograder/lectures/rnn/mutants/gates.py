"""Wrong LSTM steps."""

import torch

from autograder.authoring.audit import edits, mutant

LSTM = "rnn.lstm_step"
edits(
    LSTM,
    "i, f, g, o =",
    ("gates in the order i, f, o, g", "i, f, o, g =", "i, f, o, g"),
    ("gates in the order f, i, g, o", "f, i, g, o =", "f, i, g, o"),
)
edits(
    LSTM,
    "torch.sigmoid(o) * torch.tanh(c)",
    ("no tanh around the cell", "torch.sigmoid(o) * c", "c is not squashed"),
)
edits(LSTM, " + params.b_hh", ("one bias", "", "one of the two biases"))
edits(
    LSTM,
    "torch.tanh(g)",
    ("sigmoid for the candidate", "torch.sigmoid(g)", "squashed by a sigmoid"),
    ("no tanh around the candidate", "g", "g is not squashed"),
)
edits(LSTM, "torch.sigmoid(f) * c", ("no forget gate", "c", "the forget gate is missing"))
edits(
    LSTM,
    "torch.sigmoid(i) * torch.tanh(g)",
    ("no input gate", "torch.tanh(g)", "the input gate is missing"),
    ("1 − f for the input gate", "(1 - torch.sigmoid(f)) * torch.tanh(g)", "as in a GRU"),
)
edits(
    LSTM,
    "torch.sigmoid(o) * torch.tanh(c), c",
    ("no output gate", "torch.tanh(c), c", "the output gate is missing"),
    ("c before h", "c, torch.sigmoid(o) * torch.tanh(c)", "the two results are exchanged"),
)
edits(LSTM, " + h @ params.W_hh.T", ("the old h is ignored", "", "3.8b"))
edits(
    LSTM,
    "torch.sigmoid(f) * c + torch.sigmoid(i)",
    ("tanh for the gates", "torch.tanh(f) * c + torch.tanh(i)", "3.8"),
)


@mutant(LSTM, "h from the old cell", expect="made from the old cell")
def lstm_old_cell(x, h, c, params):
    gates = x @ params.W_ih.T + params.b_ih + h @ params.W_hh.T + params.b_hh
    i, f, g, o = gates.chunk(4, dim=1)
    new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), new


@mutant(LSTM, "the cell instead of the memory goes into the gates", expect="3.8b")
def lstm_peephole(x, h, c, params):
    gates = x @ params.W_ih.T + params.b_ih + c @ params.W_hh.T + params.b_hh
    i, f, g, o = gates.chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
