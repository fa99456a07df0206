"""Wrong ensembles and wrong masks."""

import torch

from autograder.authoring.audit import edit, mutant

ENSEMBLE = "nade.ensemble_log_prob"
edit(
    ENSEMBLE,
    "log K is forgotten",
    old=" - math.log(len(log_probs))",
    new="",
    expect="log K is missing",
)
edit(ENSEMBLE, "log K is added", old=" - math.log", new=" + math.log", expect="2.7a")
edit(
    ENSEMBLE,
    "divides by K outside the logarithm",
    old=" - math.log(len(log_probs))",
    new=" / len(log_probs)",
    expect="2.7a",
)
edit(ENSEMBLE, "over the examples", old="dim=0", new="dim=1", expect="over the examples")
edit(
    ENSEMBLE,
    "K is the number of examples",
    old="len(log_probs)",
    new="log_probs.shape[1]",
    expect="2.7",
)
edit(ENSEMBLE, "one number for the batch", old="dim=0", new="dim=(0, 1)", expect="promised")


@mutant(ENSEMBLE, "the mean of the log-probabilities", expect="the logarithms were averaged")
def ensemble_mean_of_logs(log_probs):
    return log_probs.mean(dim=0)


@mutant(ENSEMBLE, "exp, mean, log: underflows", expect="2.7c")
def ensemble_underflows(log_probs):
    return log_probs.exp().mean(dim=0).log()


@mutant(ENSEMBLE, "the best ordering alone", expect="the best model alone")
def ensemble_max(log_probs):
    return log_probs.max(dim=0).values


@mutant(ENSEMBLE, "the average of the models' logits", expect="2.7a")
def ensemble_of_logits(log_probs):
    p = torch.sigmoid(torch.logit(log_probs.exp().clamp(1e-12, 1 - 1e-12)).mean(dim=0))
    return p.log()


MASKS = "nade.made_masks"
edit(
    MASKS,
    "the output is compared with >=: it sees itself",
    old="m_in[:, None] > below",
    new="m_in[:, None] >= below",
    expect="sees its own input",
)
edit(
    MASKS,
    "> between hidden layers and above the inputs",
    old="m[:, None] >= below",
    new="m[:, None] > below",
    expect="2.8",
)
edit(
    MASKS,
    "(in, out) masks",
    old="return [*masks, m_in[:, None] > below]",
    new="return [mask.T for mask in [*masks, m_in[:, None] > below]]",
    expect="(out, in)",
)
edit(
    MASKS,
    "the order is taken for its inverse",
    old="torch.argsort(order) + 1",
    new="order + 1",
    expect="order[t] has degree",
)
edit(
    MASKS,
    "the order is ignored",
    old="torch.argsort(order) + 1",
    new="torch.arange(n_dims) + 1",
    expect="order[t] has degree",
)
edit(
    MASKS,
    "the highest degree is never drawn",
    old="(n_dims - low)",
    new="(n_dims - 1 - low)",
    expect="cannot see input",
)
edit(
    MASKS,
    "degree D is drawn as well",
    old="(n_dims - low)",
    new="(n_dims + 1 - low)",
    expect="1 … D − 1",
)
edit(
    MASKS,
    "degree 0 is drawn as well",
    old="m = low + (u * (n_dims - low)",
    new="m = (u * (n_dims - 0 * low)",
    expect="degree",
)
edit(
    MASKS,
    "units that see nothing in narrow layers",
    old="low = below.min()",
    new="low = torch.tensor(1)",
    expect="see no input",
)
edit(
    MASKS,
    "the degrees of all layers but the first are forgotten",
    old="below = m\n",
    new="below = m_in\n",
    expect="2.8",
)
edit(
    MASKS,
    "the seed is ignored",
    old="manual_seed(seed)",
    new="manual_seed(0)",
    expect="seeds 0 and 1",
)
edit(
    MASKS,
    "the global random state",
    old=", generator=generator)",
    new=")",
    expect="the same seed draws other masks",
)
edit(
    MASKS,
    "the last mask is missing",
    old="return [*masks, m_in[:, None] > below]",
    new="return masks",
    expect="one between each layer",
)
edit(
    MASKS,
    "the output's mask is <: looks at the future",
    old="m_in[:, None] > below",
    new="m_in[:, None] < below",
    expect="2.8b",
)


@mutant(MASKS, "nothing is masked", expect="sees its own input")
def masks_of_ones(sizes, order, seed):
    layers = zip(sizes[1:], sizes[:-1], strict=True)
    return [torch.ones(o, i, dtype=torch.bool) for o, i in layers]


@mutant(MASKS, "everything is masked", expect="cannot see input")
def masks_of_zeros(sizes, order, seed):
    layers = zip(sizes[1:], sizes[:-1], strict=True)
    return [torch.zeros(o, i, dtype=torch.bool) for o, i in layers]


@mutant(MASKS, "each layer lower-triangular by the number of the unit", expect="2.8")
def masks_by_index(sizes, order, seed):
    layers = zip(sizes[1:], sizes[:-1], strict=True)
    return [torch.ones(o, i, dtype=torch.bool).tril(-1) for o, i in layers]
