"""Wrong vectors, steps and passes."""

from autograder.authoring.audit import edits, mutant

edits(
    "rnn.one_hot",
    ("integers, not floats", ".to(dtype)", ".long()", "; expected"),
    ("always float32", ".to(dtype)", ".float()", "float64"),
    ("characters counted from 1", "vocab_size,", "1, vocab_size + 1,", "not from 1"),
    ("0 and 1 exchanged", "==", "!=", "exchanged"),
    ("ones from the character's place on", "tokens[..., None] ==", "tokens[..., None] <=", "3.1a"),
    ("one place too far", "tokens[..., None] ==", "tokens[..., None] + 1 ==", "one place too far"),
    "(tokens[..., None] == torch.arange(vocab_size, device=tokens.device)).to(dtype)",
    ("V is taken from the largest token", "F.one_hot(tokens).to(dtype)", "has shape"),
    (
        "for vectors of tokens only",
        "F.one_hot(tokens.flatten(), vocab_size).to(dtype)",
        "; expected",
    ),
)
STEP = "rnn.rnn_step"
edits(
    STEP,
    ("the mean memory of the batch", "h @ params.W_hh", "h.mean(0) @ params.W_hh", "3.2"),
    ("no tanh", "h = torch.tanh(x", "h = (x", "the tanh is missing"),
    ("sigmoid for tanh", "torch.tanh", "torch.sigmoid", "sigmoid instead"),
    ("W_hh transposed", "h @ params.W_hh.T", "h @ params.W_hh", "is transposed"),
    ("b_h is forgotten", " + params.b_h)", ")", "b_h is missing"),
    ("b_y is forgotten", " + params.b_y, h", ", h", "b_y is missing"),
    ("the memory is ignored", " + h @ params.W_hh.T", "", "h_{t-1} is ignored"),
    (
        "the memory is added outside of the tanh",
        "x @ params.W_xh.T + h @ params.W_hh.T + params.b_h)",
        "x @ params.W_xh.T + params.b_h) + h @ params.W_hh.T",
        "tanh of the whole sum",
    ),
    "return h @ params.W_hy.T + params.b_y, h",
    ("the results are exchanged", "return h, h @ params.W_hy.T + params.b_y", "; expected"),
    (
        "probabilities, not logits",
        "return (h @ params.W_hy.T + params.b_y).softmax(-1), h",
        "probabilities were returned",
    ),
    (
        "tanh on the output",
        "return torch.tanh(h @ params.W_hy.T + params.b_y), h",
        "tanh on the output",
    ),
)


@mutant(STEP, "the output from the old memory", expect="computed from h_{t-1}")
def step_old_output(x, h, params):
    new = torch.tanh(x @ params.W_xh.T + h @ params.W_hh.T + params.b_h)
    return h @ params.W_hy.T + params.b_y, new


@mutant(STEP, "the old memory is returned", expect="the old memory is returned")
def step_old_memory(x, h, params):
    new = torch.tanh(x @ params.W_xh.T + h @ params.W_hh.T + params.b_h)
    return new @ params.W_hy.T + params.b_y, h


FORWARD = "rnn.rnn_forward"
edits(
    FORWARD,
    ("h0 is ignored", ", states = h0", ", states = torch.zeros_like(h0)", "the memory starts at 0"),
    ("the memory is never carried on", "a + h @", "a + h0 @", "set back to h_0"),
    (
        "the memory before each character is kept",
        "h = torch.tanh(a + h @ params.W_hh.T)\n        states.append(h)",
        "states.append(h)\n        h = torch.tanh(a + h @ params.W_hh.T)",
        "one step late",
    ),
    ("b_h is forgotten", " + params.b_h", "", "b_h is missing"),
    ("b_y is forgotten", " + params.b_y, h", ", h", "b_y is missing"),
    ("the text is read backwards", "inputs.unbind(1)", "inputs.flip(1).unbind(1)", "3.3"),
    ("time and batch end up exchanged", "dim=1)", "dim=0)", "; expected"),
    ("the first memory is given back", "params.b_y, h\n", "params.b_y, h0\n", "3.3"),
    ("the memory is cut from the graph and from its sum", "h @", "0.5 * h @", "3.3"),
    ("W_hh transposed", "h @ params.W_hh.T", "h @ params.W_hh", "3.3"),
    (
        "the logits are normalised over the time",
        "torch.stack(states, dim=1) @ params.W_hy.T + params.b_y",
        "(torch.stack(states, dim=1) @ params.W_hy.T + params.b_y).log_softmax(1)",
        "3.3",
    ),
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


@mutant(FORWARD, "the last logits only", expect="; expected")
def forward_last(tokens, h0, params):
    h = h0
    for t in range(tokens.shape[1]):
        o, h = rnn_step(one_hot(tokens[:, t], len(params.b_y), params.b_y.dtype), h, params)
    return o, h


edits(STEP, ("the memory is cut off", "params.b_y, h", "params.b_y, h.detach()", "cut off"))
edits(
    FORWARD,
    (
        "the graph is cut every ten characters",
        "h = torch.tanh(a + h @",
        "h = torch.tanh(a + (h.detach() if len(states) % 10 == 9 else h) @",
        "cut off",
    ),
)
