"""Wrong autoregressive flows."""

from autograder.authoring.audit import edits, mutant

V = "flows.maf_inverse"
edits(
    V,
    ("times the scale", "torch.exp(-alpha)", "torch.exp(alpha)", "not divided"),
    ("a log-variance", "torch.exp(-alpha)", "torch.exp(-0.5 * alpha)", "not of the variance"),
    ("the shift is added", "(x - mu)", "(x + mu)", "the shift is added"),
    ("exchanged", "mu, alpha =", "alpha, mu =", "are exchanged"),
    ("the sign", "-alpha.sum(dim=1)", "alpha.sum(dim=1)", "the way back"),
    ("a mean", "-alpha.sum(dim=1)", "-alpha.mean(dim=1)", "averaged"),
    ("sums of scales", "-alpha.sum(dim=1)", "-alpha.exp().sum(dim=1)", "scales are added"),
    "(x - mu) * torch.exp(-alpha)",
    ("scale before shift", "x * torch.exp(-alpha) - mu", "before the shift"),
    ("the other way", "x * torch.exp(alpha) + mu", "from noise to data"),
)


@mutant(V, "one pass a coordinate", expect="more than once")
def maf_inverse_slowly(x, conditioner):
    z, total = [], 0
    for i in range(x.shape[1]):
        mu, alpha = conditioner(x)
        z.append((x[:, i] - mu[:, i]) * torch.exp(-alpha[:, i]))
        total = total - alpha[:, i]
    return torch.stack(z, 1), total


M = "flows.maf_forward"
edits(
    M,
    ("α at the noise", "alpha.sum(dim=1)", "conditioner(z)[1].sum(1)", "not at the data"),
    ("sees the noise", "conditioner(x)", "conditioner(z)", "the noise before"),
    ("the sign", "alpha.sum(dim=1)", "-alpha.sum(dim=1)", "8.11"),
    ("a mean", "alpha.sum(dim=1)", "alpha.mean(dim=1)", "8.11"),
    ("begins at the noise, in reverse", "range(z.shape[1])", "reversed(range(z.shape[1]))", "8.11"),
    ("one coordinate is left out", "range(z.shape[1])", "range(z.shape[1] - 1)", "8.11"),
    ("puts in the noise, not what was found", "x_i[:, None]", "z[:, i : i + 1]", "8.11"),
    ("α of the first pass", "alpha.sum(", "conditioner(0 * x)[1].sum(", "α of the first pass"),
    "mu[:, i] + torch.exp(alpha[:, i]) * z[:, i]",
    ("the other way", "(z[:, i] - mu[:, i]) * torch.exp(-alpha[:, i])", "8.11"),
    ("the scale at the wrong place", "(mu[:, i] + z[:, i]) * torch.exp(alpha[:, i])", "8.11a"),
)


@mutant(M, "one pass at zero", expect="put in as they are found")
def maf_once(z, conditioner):
    mu, alpha = conditioner(torch.zeros_like(z))
    return mu + torch.exp(alpha) * z, alpha.sum(1)


@mutant(M, "two passes in place of D", expect="8.11a")
def maf_two_passes(z, conditioner):
    x = z
    for _ in range(2):
        mu, alpha = conditioner(x)
        x = mu + torch.exp(alpha) * z
    return x, alpha.sum(1)


I = "flows.iaf_forward"
edits(
    I,
    ("α is the scale", "torch.exp(alpha) * z", "alpha * z", "not as its logarithm"),
    ("exchanged", "mu, alpha =", "alpha, mu =", "exchanged"),
    ("the sign", "alpha.sum(dim=1)", "-alpha.sum(dim=1)", "the way back"),
    ("a mean", "alpha.sum(dim=1)", "alpha.mean(dim=1)", "averaged"),
    ("no determinant", "alpha.sum(dim=1)", "0 * alpha.sum(dim=1)", "8.12"),
    ("the context is zeroed", "context", "None if context is None else 0 * context", "not handed"),
    ("the context is dropped", "conditioner(z, context)", "conditioner(z)", "n_context"),
    "mu + torch.exp(alpha) * z",
    ("the other way", "(z - mu) * torch.exp(-alpha)", "from data to noise"),
    ("shift before scale", "(z + mu) * torch.exp(alpha)", "before the scale"),
)


@mutant(I, "a MAF", expect="this is a MAF")
def iaf_is_maf(z, conditioner, context=None):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        mu, alpha = conditioner(x, context)
        x_i = mu[:, i] + torch.exp(alpha[:, i]) * z[:, i]
        x = torch.cat([x[:, :i], x_i[:, None], x[:, i + 1 :]], dim=1)
    return x, alpha.sum(1)


@mutant(I, "one pass a coordinate", expect="more than once")
def iaf_slowly(z, conditioner, context=None):
    x = []
    for i in range(z.shape[1]):
        mu, alpha = conditioner(z, context)
        x.append(mu[:, i] + torch.exp(alpha[:, i]) * z[:, i])
    return torch.stack(x, 1), alpha.sum(1)


edits(
    V,
    ("α is cut off in the volume", "-alpha.sum(dim=1)", "-alpha.detach().sum(dim=1)", "cut off"),
)
