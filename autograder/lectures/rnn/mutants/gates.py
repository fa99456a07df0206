"""Wrong LSTM steps."""

import torch

from autograder.authoring.audit import edit, mutant

LSTM = "rnn.lstm_step"
edit(
    LSTM,
    "gates in the order i, f, o, g",
    old="i, f, g, o =",
    new="i, f, o, g =",
    expect="i, f, o, g",
)
edit(
    LSTM,
    "gates in the order f, i, g, o",
    old="i, f, g, o =",
    new="f, i, g, o =",
    expect="f, i, g, o",
)
edit(
    LSTM,
    "no tanh around the cell",
    old="torch.sigmoid(o) * torch.tanh(c)",
    new="torch.sigmoid(o) * c",
    expect="c is not squashed",
)
edit(LSTM, "one bias", old=" + params.b_hh", new="", expect="one of the two biases")
edit(
    LSTM,
    "sigmoid for the candidate",
    old="torch.tanh(g)",
    new="torch.sigmoid(g)",
    expect="squashed by a sigmoid",
)
edit(LSTM, "no tanh around the candidate", old="torch.tanh(g)", new="g", expect="g is not squashed")
edit(
    LSTM,
    "no forget gate",
    old="torch.sigmoid(f) * c",
    new="c",
    expect="the forget gate is missing",
)
edit(
    LSTM,
    "no input gate",
    old="torch.sigmoid(i) * torch.tanh(g)",
    new="torch.tanh(g)",
    expect="the input gate is missing",
)
edit(
    LSTM,
    "1 − f for the input gate",
    old="torch.sigmoid(i) * torch.tanh(g)",
    new="(1 - torch.sigmoid(f)) * torch.tanh(g)",
    expect="as in a GRU",
)
edit(
    LSTM,
    "no output gate",
    old="torch.sigmoid(o) * torch.tanh(c), c",
    new="torch.tanh(c), c",
    expect="the output gate is missing",
)
edit(
    LSTM,
    "c before h",
    old="torch.sigmoid(o) * torch.tanh(c), c",
    new="c, torch.sigmoid(o) * torch.tanh(c)",
    expect="the two results are exchanged",
)
edit(
    LSTM,
    "the old h is ignored",
    old=" + h @ params.W_hh.T",
    new="",
    expect="3.8b",
)
edit(
    LSTM,
    "tanh for the gates",
    old="torch.sigmoid(f) * c + torch.sigmoid(i)",
    new="torch.tanh(f) * c + torch.tanh(i)",
    expect="3.8",
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
