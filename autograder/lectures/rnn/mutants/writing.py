"""Wrong samplers."""

from autograder.authoring.audit import edits, mutant

SAMPLE = "rnn.sample"
edits(
    SAMPLE,
    ("the temperature is ignored", "(o / temperature)", "o", "the temperature is ignored"),
    ("multiplied by the temperature", "(o / temperature)", "(o * temperature)", "multiplied by τ"),
    ("the temperature divides probabilities", "o /", "o.softmax(-1) /", "3.7"),
    ("the memory is never updated", "o, h = rnn_step(", "o, _ = rnn_step(", "3.7"),
    ("the prime is not read", "if k > 0:", "if k < 0:", "the prime is not read"),
    ("only the prime's last character is read", "prime, h,", "prime[:, -1:], h,", "3.7b"),
    (
        "the prime's last character is read twice",
        "drawn = [prime]",
        "if k > 0:\n"
        "        o, h = rnn_step(one_hot(prime[:, -1], o.shape[-1], o.dtype), h, params)\n"
        "    drawn = [prime]",
        "3.7b",
    ),
    ("the prime is missing from the result", "drawn = [prime]", "drawn = []", "have shape"),
    ("the logits after the prime's first character", "= logits[:, -1]", "= logits[:, 0]", "3.7b"),
    ("the seed is ignored", "manual_seed(seed)", "manual_seed(0)", "seeds 1"),
    ("one random number for the whole text", "<= u_t[:, None]", "<= u[:, :1]", "3.7d"),
    (
        "one random number for the whole batch",
        "torch.rand(n, length, generator=torch.Generator().manual_seed(seed)).to(params.b_y)",
        "torch.rand(1, length, generator=torch.Generator().manual_seed(seed)).to(params.b_y)"
        ".expand(n, -1)",
        "3.7d",
    ),
    (
        "floats, not tokens",
        "torch.cat(drawn, dim=1)",
        "torch.cat(drawn, dim=1).to(h)",
        "; expected",
    ),
    (
        "probabilities go on instead of the drawn character",
        "o, h = rnn_step(one_hot(x, o.shape[-1], o.dtype), h, params)",
        "o, h = rnn_step((o / temperature).softmax(-1), h, params)",
        "3.7d",
    ),
    ", generator=torch.Generator().manual_seed(seed))",
    ("the global random state", ")", "global random state"),
    "x = (cumulative <= u_t[:, None]).sum(-1).clamp(max=o.shape[-1] - 1)",
    ("always the likeliest character", "x = o.argmax(-1)", "3.7"),
)


@mutant(SAMPLE, "right, but the whole text is read again each time", expect="four times")
def sample_prefixes(params, prime, length, temperature, seed):
    generator = torch.Generator().manual_seed(seed)
    text = prime
    for _ in range(length):
        h = params.b_h.new_zeros(len(prime), len(params.b_h))
        o = params.b_y.expand(len(prime), -1)
        if text.shape[1]:
            logits, _ = rnn_forward(text, h, params)
            o = logits[:, -1]
        p = (o / temperature).softmax(-1)
        text = torch.cat([text, torch.multinomial(p, 1, generator=generator)], dim=1)
    return text


@mutant(SAMPLE, "exp of the logits overflows at low temperatures", expect="raised RuntimeError")
def sample_overflows(params, prime, length, temperature, seed):
    generator = torch.Generator().manual_seed(seed)
    n, V = len(prime), len(params.b_y)
    h, o = params.b_h.new_zeros(n, len(params.b_h)), params.b_y.expand(n, -1)
    for x in prime.unbind(1):
        o, h = rnn_step(one_hot(x, V, o.dtype), h, params)
    text = prime
    for _ in range(length):
        p = torch.exp(o / temperature)
        x = torch.multinomial(p / p.sum(1, keepdim=True), 1, generator=generator)
        text = torch.cat([text, x], dim=1)
        o, h = rnn_step(one_hot(x[:, 0], V, o.dtype), h, params)
    return text


edits(
    SAMPLE,
    ("never colder than 0.001", "(o / temperature)", "(o / max(temperature, 1e-3))", "3.7c"),
    ("never hotter than 5", "(o / temperature)", "(o / min(temperature, 5.0))", "3.7d"),
    (
        "the prime's last three characters",
        "rnn_forward(prime, h",
        "rnn_forward(prime[:, -3:], h",
        "3.7",
    ),
)
