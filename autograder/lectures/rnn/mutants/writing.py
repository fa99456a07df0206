"""Wrong samplers."""

import torch

from autograder.authoring.audit import edit, mutant

SAMPLE = "rnn.sample"
edit(
    SAMPLE,
    "the temperature is ignored",
    old="(o / temperature)",
    new="o",
    expect="the temperature is ignored",
)
edit(
    SAMPLE,
    "multiplied by the temperature",
    old="(o / temperature)",
    new="(o * temperature)",
    expect="multiplied by τ",
)
edit(
    SAMPLE,
    "the temperature divides probabilities",
    old="(o / temperature).softmax(-1)",
    new="(o.softmax(-1) / temperature).softmax(-1)",
    expect="3.7",
)
edit(
    SAMPLE,
    "the memory is never updated",
    old="o, h = rnn_step(",
    new="o, _ = rnn_step(",
    expect="3.7",
)
edit(
    SAMPLE,
    "the prime is not read",
    old="if k > 0:",
    new="if k < 0:",
    expect="the prime is not read",
)
edit(
    SAMPLE,
    "only the prime's last character is read",
    old="rnn_forward(prime, h, params)",
    new="rnn_forward(prime[:, -1:], h, params)",
    expect="3.7b",
)
edit(
    SAMPLE,
    "the prime's last character is read twice",
    old="drawn = [prime]",
    new="if k > 0:\n"
    "        o, h = rnn_step(one_hot(prime[:, -1], o.shape[-1], o.dtype), h, params)\n"
    "    drawn = [prime]",
    expect="3.7b",
)
edit(
    SAMPLE,
    "the logits after the prime's first character",
    old="o = logits[:, -1]",
    new="o = logits[:, 0]",
    expect="3.7b",
)
edit(SAMPLE, "the seed is ignored", old="manual_seed(seed)", new="manual_seed(0)", expect="seeds 1")
edit(
    SAMPLE,
    "the global random state",
    old=", generator=torch.Generator().manual_seed(seed))",
    new=")",
    expect="same seed draw different",
)
edit(
    SAMPLE,
    "one random number for the whole text",
    old="(cumulative <= u_t[:, None])",
    new="(cumulative <= u[:, :1])",
    expect="3.7d",
)
edit(
    SAMPLE,
    "one random number for the whole batch",
    old="torch.rand(n, length, generator=torch.Generator().manual_seed(seed)).to(params.b_y)",
    new="torch.rand(1, length, generator=torch.Generator().manual_seed(seed)).to(params.b_y)"
    ".expand(n, -1)",
    expect="3.7d",
)
edit(
    SAMPLE,
    "always the likeliest character",
    old="x = (cumulative <= u_t[:, None]).sum(-1).clamp(max=o.shape[-1] - 1)",
    new="x = o.argmax(-1)",
    expect="3.7",
)
edit(
    SAMPLE,
    "the prime is missing from the result",
    old="drawn = [prime]",
    new="drawn = []",
    expect="3.7a",
)
edit(
    SAMPLE,
    "floats, not tokens",
    old="return torch.cat(drawn, dim=1)",
    new="return torch.cat(drawn, dim=1).to(h)",
    expect="promised",
)
edit(
    SAMPLE,
    "probabilities go on instead of the drawn character",
    old="o, h = rnn_step(one_hot(x, o.shape[-1], o.dtype), h, params)",
    new="o, h = rnn_step((o / temperature).softmax(-1), h, params)",
    expect="3.7d",
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


@mutant(SAMPLE, "exp of the logits overflows at low temperatures", expect="3.7c")
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
