"""Wrong vectors, steps and passes."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edit, mutant

ONE_HOT = "rnn.one_hot"
edit(ONE_HOT, "integers, not floats", old=".to(dtype)", new=".long()", expect="promised")
edit(ONE_HOT, "always float32", old=".to(dtype)", new=".float()", expect="float64")
edit(
    ONE_HOT,
    "characters counted from 1",
    old="torch.arange(vocab_size,",
    new="torch.arange(1, vocab_size + 1,",
    expect="not from 1",
)
edit(ONE_HOT, "0 and 1 exchanged", old="==", new="!=", expect="exchanged")
edit(
    ONE_HOT,
    "ones from the character's place on",
    old="tokens[..., None] == torch",
    new="tokens[..., None] <= torch",
    expect="3.1a",
)
edit(
    ONE_HOT,
    "one place too far",
    old="tokens[..., None] ==",
    new="tokens[..., None] + 1 ==",
    expect="one place too far",
)


@mutant(ONE_HOT, "V is taken from the largest token", expect="3.1b")
def one_hot_from_data(tokens, vocab_size, dtype=None):
    return F.one_hot(tokens).to(dtype)


@mutant(ONE_HOT, "for vectors of tokens only", expect="3.1b")
def one_hot_flat(tokens, vocab_size, dtype=None):
    return F.one_hot(tokens.flatten(), vocab_size).to(dtype)


STEP = "rnn.rnn_step"
edit(STEP, "no tanh", old="h = torch.tanh(x", new="h = (x", expect="the tanh is missing")
edit(STEP, "sigmoid for tanh", old="torch.tanh", new="torch.sigmoid", expect="sigmoid instead")
edit(
    STEP, "W_hh transposed", old="h @ params.W_hh.T", new="h @ params.W_hh", expect="is transposed"
)
edit(STEP, "b_h is forgotten", old=" + params.b_h)", new=")", expect="b_h is missing")
edit(STEP, "b_y is forgotten", old=" + params.b_y, h", new=", h", expect="b_y is missing")
edit(
    STEP,
    "the memory is ignored",
    old=" + h @ params.W_hh.T",
    new="",
    expect="h_{t-1} is ignored",
)
edit(
    STEP,
    "the memory is added outside of the tanh",
    old="x @ params.W_xh.T + h @ params.W_hh.T + params.b_h)",
    new="x @ params.W_xh.T + params.b_h) + h @ params.W_hh.T",
    expect="tanh of the whole sum",
)
edit(
    STEP,
    "the results are exchanged",
    old="return h @ params.W_hy.T + params.b_y, h",
    new="return h, h @ params.W_hy.T + params.b_y",
    expect="promised",
)
edit(
    STEP,
    "probabilities, not logits",
    old="return h @ params.W_hy.T + params.b_y, h",
    new="return (h @ params.W_hy.T + params.b_y).softmax(-1), h",
    expect="probabilities were returned",
)
edit(
    STEP,
    "tanh on the output",
    old="return h @ params.W_hy.T + params.b_y, h",
    new="return torch.tanh(h @ params.W_hy.T + params.b_y), h",
    expect="tanh on the output",
)


@mutant(STEP, "the output from the old memory", expect="computed from h_{t-1}")
def step_old_output(x, h, params):
    new = torch.tanh(x @ params.W_xh.T + h @ params.W_hh.T + params.b_h)
    return h @ params.W_hy.T + params.b_y, new


@mutant(STEP, "the old memory is returned", expect="the old memory is returned")
def step_old_memory(x, h, params):
    new = torch.tanh(x @ params.W_xh.T + h @ params.W_hh.T + params.b_h)
    return new @ params.W_hy.T + params.b_y, h


@mutant(STEP, "the mean memory of the batch", expect="3.2")
def step_mean(x, h, params):
    h = torch.tanh(x @ params.W_xh.T + h.mean(0) @ params.W_hh.T + params.b_h)
    return h @ params.W_hy.T + params.b_y, h


FORWARD = "rnn.rnn_forward"
edit(
    FORWARD,
    "h0 is ignored",
    old="h, states = h0, []",
    new="h, states = torch.zeros_like(h0), []",
    expect="the memory starts at 0",
)
edit(
    FORWARD,
    "the memory is never carried on",
    old="torch.tanh(a + h @ params.W_hh.T)",
    new="torch.tanh(a + h0 @ params.W_hh.T)",
    expect="set back to h_0",
)
edit(
    FORWARD,
    "the memory before each character is kept",
    old="h = torch.tanh(a + h @ params.W_hh.T)\n        states.append(h)",
    new="states.append(h)\n        h = torch.tanh(a + h @ params.W_hh.T)",
    expect="one step late",
)
edit(FORWARD, "b_h is forgotten", old=" + params.b_h", new="", expect="b_h is missing")
edit(FORWARD, "b_y is forgotten", old=" + params.b_y, h", new=", h", expect="b_y is missing")
edit(
    FORWARD,
    "the text is read backwards",
    old="inputs.unbind(1)",
    new="inputs.flip(1).unbind(1)",
    expect="3.3",
)
edit(
    FORWARD,
    "time and batch end up exchanged",
    old="dim=1)",
    new="dim=0)",
    expect="promised",
)
edit(
    FORWARD,
    "the first memory is given back",
    old="params.b_y, h\n",
    new="params.b_y, h0\n",
    expect="3.3",
)
edit(
    FORWARD,
    "the memory is cut from the graph and from its sum",
    old="h @ params.W_hh.T)",
    new="0.5 * h @ params.W_hh.T)",
    expect="3.3",
)
edit(
    FORWARD,
    "W_hh transposed",
    old="h @ params.W_hh.T",
    new="h @ params.W_hh",
    expect="3.3",
)


@mutant(FORWARD, "right, but every place reads the text from its start", expect="four times")
def forward_prefixes(tokens, h0, params):
    logits = []
    for t in range(1, tokens.shape[1] + 1):
        h = h0
        for k in range(t):
            x = one_hot(tokens[:, k], len(params.b_y), params.b_y.dtype)
            o, h = rnn_step(x, h, params)
        logits.append(o)
    return torch.stack(logits, dim=1), h


@mutant(FORWARD, "the last logits only", expect="promised")
def forward_last(tokens, h0, params):
    h = h0
    for t in range(tokens.shape[1]):
        o, h = rnn_step(one_hot(tokens[:, t], len(params.b_y), params.b_y.dtype), h, params)
    return o, h


@mutant(FORWARD, "the logits are normalised over the time", expect="3.3")
def forward_log_softmax(tokens, h0, params):
    inputs = F.embedding(tokens, params.W_xh.T) + params.b_h
    h, states = h0, []
    for a in inputs.unbind(1):
        h = torch.tanh(a + h @ params.W_hh.T)
        states.append(h)
    return (torch.stack(states, dim=1) @ params.W_hy.T + params.b_y).log_softmax(1), h
