"""Wrong discriminators, values and divergences of known distributions."""

import math

import torch

from autograder.authoring.audit import edit, mutant

BEST = "gan.optimal_discriminator"
edit(BEST, "the fake's share", old="p / total", new="q / total", expect="exchanged")
edit(BEST, "the ratio to q", old="p / total", new="p / q", expect="6.1")
edit(BEST, "half the sum", old="total = p + q", new="total = (p + q) / 2", expect="was halved")
edit(BEST, "NaN where nothing was seen", old="total > 0", new="total >= 0", expect="6.1c")
edit(BEST, "0 where nothing was seen", old="0.5)", new="0.0)", expect="0 where nothing")
edit(BEST, "1 where nothing was seen", old="0.5)", new="1.0)", expect="1 where nothing")
edit(BEST, "a small constant below", old="p / total", new="p / (total + 1e-8)", expect="constant")
edit(
    BEST,
    "float64 whatever came in",
    old="torch.where(total > 0, p / total, 0.5)",
    new="torch.where(total > 0, p / total, 0.5).double()",
    expect="torch.float64, expected torch.float32",
)


@mutant(BEST, "normalised over the points first", expect="normalised over the points")
def best_normalised(p, q):
    p, q = p / p.sum(), q / q.sum()
    return torch.where(p + q > 0, p / (p + q), 0.5)


@mutant(BEST, "a sigmoid of the difference", expect="log-odds are")
def best_sigmoid(p, q):
    return torch.sigmoid(p - q)


@mutant(BEST, "over the larger one", expect="larger of the two")
def best_larger(p, q):
    return (p / torch.maximum(p, q)).nan_to_num(nan=0.5)


@mutant(BEST, "a sure answer", expect="6.1")
def best_sure(p, q):
    return torch.where(p == q, 0.5, (p > q).to(p))


VALUE = "gan.value"
edit(VALUE, "the sign", old="return torch", new="return -torch", expect="6.2")
edit(VALUE, "the parts are subtracted", old="+ torch", new="- torch", expect="subtracted")
edit(VALUE, "real and fake exchanged", old="(p, d)", new="(q, d)", expect="6.2")
edit(
    VALUE,
    "log D for the generated examples",
    old="torch.special.xlog1py(q, -d)",
    new="torch.xlogy(q, d)",
    expect="log D for the generated",
)
edit(VALUE, "log(1 + D)", old="-d)", new="d)", expect="6.2")
edit(
    VALUE,
    "only the real part",
    old=" + torch.special.xlog1py(q, -d).sum()",
    new="",
    expect="only the real",
)


@mutant(VALUE, "means", expect="means over the states")
def value_means(p, q, d):
    return torch.xlogy(p, d).mean() + torch.xlogy(q, 1 - d).mean()


@mutant(VALUE, "0 times −∞", expect="6.2c")
def value_nan(p, q, d):
    return (p * d.log() + q * (1 - d).log()).sum()


@mutant(VALUE, "a constant inside the logarithm", expect="constant was added")
def value_constant(p, q, d):
    return (p * (d + 1e-12).log() + q * (1 - d + 1e-12).log()).sum()


@mutant(VALUE, "clamped probabilities", expect="6.2c")
def value_clamped(p, q, d):
    d = d.clamp(1e-7, 1 - 1e-7)
    return (p * d.log() + q * (1 - d).log()).sum()


@mutant(VALUE, "logits taken", expect="6.2")
def value_logits(p, q, d):
    return (p * torch.sigmoid(d).log() + q * torch.sigmoid(-d).log()).sum()


@mutant(VALUE, "the best value, whatever D says", expect="6.2")
def value_best(p, q, d):
    m = (p + q) / 2
    terms = torch.xlogy(p, p) - torch.xlogy(p, m) + torch.xlogy(q, q) - torch.xlogy(q, m)
    return terms.sum() - math.log(4)


@mutant(VALUE, "one number a state", expect="promised")
def value_terms(p, q, d):
    return torch.xlogy(p, d) + torch.xlogy(q, 1 - d)


JSD = "gan.jsd"
edit(JSD, "the halves are lost", old="(kl_p + kl_q) / 2", new="kl_p + kl_q", expect="halves are")
edit(JSD, "the sum for the mean", old="m = (p + q) / 2", new="m = p + q", expect="without the half")
edit(JSD, "only one half", old="(kl_p + kl_q) / 2", new="kl_p / 2", expect="only ½·KL")
edit(JSD, "only KL(q‖m)", old="(kl_p + kl_q) / 2", new="kl_q", expect="only KL(q")
edit(JSD, "the difference", old="kl_p + kl_q", new="kl_p - kl_q", expect="6.3")
edit(
    JSD,
    "in bits",
    old="(kl_p + kl_q) / 2",
    new="(kl_p + kl_q) / 2 / 0.6931471805599453",
    expect="log₂",
)
edit(
    JSD,
    "the distance",
    old="(kl_p + kl_q) / 2",
    new="((kl_p + kl_q) / 2).clamp(min=0).sqrt()",
    expect="the square root",
)
edit(JSD, "KL of p from q", old="torch.xlogy(p, m)", new="torch.xlogy(p, q)", expect="6.3")


@mutant(JSD, "0 divided by 0", expect="6.3c")
def jsd_ratio(p, q):
    m = (p + q) / 2
    return (p * (p / m).log() + q * (q / m).log()).sum() / 2


@mutant(JSD, "symmetrised KL", expect="another divergence")
def jsd_jeffreys(p, q):
    return (torch.xlogy(p, p / q) + torch.xlogy(q, q / p)).sum() / 2


@mutant(JSD, "divergences from the mixture", expect="run from m")
def jsd_reversed(p, q):
    m = (p + q) / 2
    return (m * (m / p).log() + m * (m / q).log()).sum() / 2


@mutant(JSD, "small constants in the logarithms", expect="6.3")
def jsd_constant(p, q):
    m = (p + q) / 2
    eps = 1e-4
    return (p * ((p + eps) / (m + eps)).log() + q * ((q + eps) / (m + eps)).log()).sum() / 2
