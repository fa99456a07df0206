"""Wrong ensembles and wrong masks."""

from autograder.authoring.audit import edits, mutant

ENSEMBLE = "nade.ensemble_log_prob"
edits(
    ENSEMBLE,
    ("log K is forgotten", " - math.log(len(log_probs))", "", "log K is missing"),
    ("divides by K outside the logarithm", "- math.log(len(log_probs)", "/ len(log_probs", "2.7a"),
    ("log K is added", " - math.log", " + math.log", "2.7a"),
    ("over the examples", "dim=0", "dim=1", "over the examples"),
    ("one number for the batch", "dim=0", "dim=(0, 1)", "; expected"),
    ("K is the number of examples", "len(log_probs)", "log_probs.shape[1]", "2.7"),
    "torch.logsumexp(log_probs, dim=0) - math.log(len(log_probs))",
    ("the mean of the log-probabilities", "log_probs.mean(dim=0)", "the logarithms were averaged"),
    ("exp, mean, log: underflows", "log_probs.exp().mean(dim=0).log()", "2.7c"),
    ("the best ordering alone", "log_probs.max(dim=0).values", "the best model alone"),
)


@mutant(ENSEMBLE, "the average of the models' logits", expect="2.7a")
def ensemble_of_logits(log_probs):
    p = torch.sigmoid(torch.logit(log_probs.exp().clamp(1e-12, 1 - 1e-12)).mean(dim=0))
    return p.log()


MASKS = "nade.made_masks"
edits(
    MASKS,
    ("the output is compared with >=: it sees itself", "> below", ">= below", "sees its own input"),
    ("the output's mask is <: looks at the future", "m_in[:, None] >", "m_in[:, None] <", "2.8b"),
    ("> between hidden layers and above the inputs", "m[:, None] >=", "m[:, None] >", "2.8"),
    ("the order is taken for its inverse", "torch.argsort(order)", "order", "order[t] has degree"),
    ("the order is ignored", "torch.argsort(order)", "torch.arange(n_dims)", "order[t] has degree"),
    ("the highest degree is never drawn", "n_dims - low", "n_dims - 1 - low", "cannot see input"),
    ("degree D is drawn as well", "(n_dims - low)", "(n_dims + 1 - low)", "1 … D − 1"),
    ("degree 0 is drawn as well", "low + (u * (n_dims - low)", "(u * (n_dims - 0 * low)", "degree"),
    ("units that see nothing in narrow layers", "below.min()", "torch.tensor(1)", "see no input"),
    ("the degrees of all layers but the first are forgotten", "below = m", "below = m_in", "2.8"),
    ("the seed is ignored", "manual_seed(seed)", "manual_seed(0)", "seeds 0 and 1"),
    ("the global random state", ", generator=generator)", ")", "global random state"),
    "return [*masks, m_in[:, None] > below]",
    ("(in, out) masks", "return [mask.T for mask in [*masks, m_in[:, None] > below]]", "(out, in)"),
    ("the last mask is missing", "return masks", "one between each layer"),
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


edits(
    MASKS,
    (
        "the same degrees in every layer",
        "generator=generator",
        "generator=torch.Generator().manual_seed(seed)",
        "same degrees",
    ),
    (
        "degrees from 1 on in every layer",
        "m = low + (u * (n_dims - low)",
        "m = low + (u * (n_dims - low - 1)",
        "2.8",
    ),
)
