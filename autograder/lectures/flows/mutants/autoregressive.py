"""Wrong autoregressive flows."""

import torch

from autograder.authoring.audit import edit, mutant

V = "flows.maf_inverse"
edit(
    V,
    "scale before shift",
    old="(x - mu) * torch.exp(-alpha)",
    new="x * torch.exp(-alpha) - mu",
    expect="before the shift",
)
edit(V, "times the scale", old="torch.exp(-alpha)", new="torch.exp(alpha)", expect="not divided")
edit(V, "the shift is added", old="(x - mu)", new="(x + mu)", expect="the shift is added")
edit(
    V,
    "the other way",
    old="(x - mu) * torch.exp(-alpha)",
    new="x * torch.exp(alpha) + mu",
    expect="from noise to data",
)
edit(V, "exchanged", old="mu, alpha =", new="alpha, mu =", expect="are exchanged")
edit(V, "the sign", old="-alpha.sum(dim=1)", new="alpha.sum(dim=1)", expect="the way back")
edit(V, "a mean", old="-alpha.sum(dim=1)", new="-alpha.mean(dim=1)", expect="averaged")
edit(
    V,
    "sums of scales",
    old="-alpha.sum(dim=1)",
    new="-alpha.exp().sum(dim=1)",
    expect="scales are added",
)
edit(
    V,
    "a log-variance",
    old="torch.exp(-alpha)",
    new="torch.exp(-0.5 * alpha)",
    expect="not of the variance",
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
edit(M, "sees the noise", old="conditioner(x)", new="conditioner(z)", expect="the noise before")
edit(
    M,
    "the other way",
    old="mu[:, i] + torch.exp(alpha[:, i]) * z[:, i]",
    new="(z[:, i] - mu[:, i]) * torch.exp(-alpha[:, i])",
    expect="8.11",
)
edit(M, "the sign", old="alpha.sum(dim=1)", new="-alpha.sum(dim=1)", expect="8.11")
edit(M, "a mean", old="alpha.sum(dim=1)", new="alpha.mean(dim=1)", expect="8.11")
edit(
    M,
    "begins at the noise, in reverse",
    old="range(z.shape[1])",
    new="reversed(range(z.shape[1]))",
    expect="8.11",
)
edit(
    M,
    "one coordinate is left out",
    old="range(z.shape[1])",
    new="range(z.shape[1] - 1)",
    expect="8.11",
)
edit(
    M,
    "the scale at the wrong place",
    old="mu[:, i] + torch.exp(alpha[:, i]) * z[:, i]",
    new="(mu[:, i] + z[:, i]) * torch.exp(alpha[:, i])",
    expect="8.11a",
)
edit(
    M,
    "puts in the noise, not what was found",
    old="x_i[:, None]",
    new="z[:, i : i + 1]",
    expect="8.11",
)


@mutant(M, "one pass at zero", expect="put in as they are found")
def maf_once(z, conditioner):
    mu, alpha = conditioner(torch.zeros_like(z))
    return mu + torch.exp(alpha) * z, alpha.sum(1)


@mutant(M, "α of the first pass", expect="α of the first pass")
def maf_first_alpha(z, conditioner):
    x = torch.zeros_like(z)
    _, first = conditioner(x)
    for i in range(z.shape[1]):
        mu, alpha = conditioner(x)
        x_i = mu[:, i] + torch.exp(alpha[:, i]) * z[:, i]
        x = torch.cat([x[:, :i], x_i[:, None], x[:, i + 1 :]], dim=1)
    return x, first.sum(1)


@mutant(M, "α at the noise", expect="not at the data")
def maf_alpha_of_noise(z, conditioner):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        mu, alpha = conditioner(x)
        x_i = mu[:, i] + torch.exp(alpha[:, i]) * z[:, i]
        x = torch.cat([x[:, :i], x_i[:, None], x[:, i + 1 :]], dim=1)
    return x, conditioner(z)[1].sum(1)


@mutant(M, "two passes in place of D", expect="8.11a")
def maf_two_passes(z, conditioner):
    x = z
    for _ in range(2):
        mu, alpha = conditioner(x)
        x = mu + torch.exp(alpha) * z
    return x, alpha.sum(1)


I = "flows.iaf_forward"
edit(
    I,
    "the other way",
    old="mu + torch.exp(alpha) * z",
    new="(z - mu) * torch.exp(-alpha)",
    expect="from data to noise",
)
edit(
    I,
    "shift before scale",
    old="mu + torch.exp(alpha) * z",
    new="(z + mu) * torch.exp(alpha)",
    expect="before the scale",
)
edit(
    I, "α is the scale", old="torch.exp(alpha) * z", new="alpha * z", expect="not as its logarithm"
)
edit(I, "exchanged", old="mu, alpha =", new="alpha, mu =", expect="exchanged")
edit(I, "the sign", old="alpha.sum(dim=1)", new="-alpha.sum(dim=1)", expect="the way back")
edit(I, "a mean", old="alpha.sum(dim=1)", new="alpha.mean(dim=1)", expect="averaged")
edit(I, "no determinant", old="alpha.sum(dim=1)", new="0 * alpha.sum(dim=1)", expect="8.12")
edit(
    I,
    "the context is zeroed",
    old="conditioner(z, context)",
    new="conditioner(z, None if context is None else 0 * context)",
    expect="not handed",
)
edit(
    I,
    "the context is dropped",
    old="conditioner(z, context)",
    new="conditioner(z)",
    expect="n_context",
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
