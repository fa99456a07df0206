"""Wrong discriminators, values and divergences of known distributions."""

from autograder.authoring.audit import edits, mutant

BEST = "gan.optimal_discriminator"
edits(
    BEST,
    ("the fake's share", "p / total", "q / total", "exchanged"),
    ("the ratio to q", "p / total", "p / q", "6.1"),
    ("a small constant below", "p / total", "p / (total + 1e-8)", "constant"),
    ("half the sum", "total = p + q", "total = (p + q) / 2", "was halved"),
    ("NaN where nothing was seen", "total > 0", "total >= 0", "6.1c"),
    ("0 where nothing was seen", "0.5)", "0.0)", "0 where nothing"),
    ("1 where nothing was seen", "0.5)", "1.0)", "1 where nothing"),
    ("float64 whatever came in", "0.5)", "0.5).double()", "torch.float64, expected torch.float32"),
    "torch.where(total > 0, p / total, 0.5)",
    ("a sigmoid of the difference", "torch.sigmoid(p - q)", "log-odds are"),
    ("over the larger one", "(p / torch.maximum(p, q)).nan_to_num(nan=0.5)", "larger of the two"),
    ("a sure answer", "torch.where(p == q, 0.5, (p > q).to(p))", "6.1"),
)


@mutant(BEST, "normalised over the points first", expect="normalised over the points")
def best_normalised(p, q):
    p, q = p / p.sum(), q / q.sum()
    return torch.where(p + q > 0, p / (p + q), 0.5)


VALUE = "gan.value"
edits(
    VALUE,
    ("the sign", "return torch", "return -torch", "6.2"),
    ("the parts are subtracted", "+ torch", "- torch", "subtracted"),
    ("real and fake exchanged", "(p, d)", "(q, d)", "6.2"),
    ("log(1 + D)", "-d)", "d)", "6.2"),
    ("only the real part", " + torch.special.xlog1py(q, -d).sum()", "", "only the real"),
    "torch.special.xlog1py(q, -d)",
    ("log D for the generated examples", "torch.xlogy(q, d)", "log D for the generated"),
    "torch.xlogy(p, d).sum() + torch.special.xlog1py(q, -d).sum()",
    ("means", "torch.xlogy(p, d).mean() + torch.xlogy(q, 1 - d).mean()", "means over the states"),
    ("0 times −∞", "(p * d.log() + q * (1 - d).log()).sum()", "6.2c"),
    (
        "a constant inside the logarithm",
        "(p * (d + 1e-12).log() + q * (1 - d + 1e-12).log()).sum()",
        "constant was added",
    ),
    ("logits taken", "(p * torch.sigmoid(d).log() + q * torch.sigmoid(-d).log()).sum()", "6.2"),
    ("one number a state", "torch.xlogy(p, d) + torch.xlogy(q, 1 - d)", "; expected"),
)


@mutant(VALUE, "clamped probabilities", expect="6.2c")
def value_clamped(p, q, d):
    d = d.clamp(1e-7, 1 - 1e-7)
    return (p * d.log() + q * (1 - d).log()).sum()


@mutant(VALUE, "the best value, whatever D says", expect="6.2")
def value_best(p, q, d):
    m = (p + q) / 2
    terms = torch.xlogy(p, p) - torch.xlogy(p, m) + torch.xlogy(q, q) - torch.xlogy(q, m)
    return terms.sum() - math.log(4)


JSD = "gan.jsd"
edits(
    JSD,
    ("the sum for the mean", "m = (p + q) / 2", "m = p + q", "without the half"),
    ("the difference", "kl_p + kl_q", "kl_p - kl_q", "6.3"),
    ("KL of p from q", "torch.xlogy(p, m)", "torch.xlogy(p, q)", "6.3"),
    "(kl_p + kl_q) / 2",
    ("the halves are lost", "kl_p + kl_q", "halves are"),
    ("only one half", "kl_p / 2", "only ½·KL"),
    ("only KL(q‖m)", "kl_q", "only KL(q"),
    ("in bits", "(kl_p + kl_q) / 2 / 0.6931471805599453", "log₂"),
    ("the distance", "((kl_p + kl_q) / 2).clamp(min=0).sqrt()", "the square root"),
    ("0 divided by 0", "(p * (p / m).log() + q * (q / m).log()).sum() / 2", "6.3c"),
    ("divergences from the mixture", "(m * (m * m / p / q).log()).sum() / 2", "run from m"),
)


@mutant(JSD, "symmetrised KL", expect="another divergence")
def jsd_jeffreys(p, q):
    return (torch.xlogy(p, p / q) + torch.xlogy(q, q / p)).sum() / 2


@mutant(JSD, "small constants in the logarithms", expect="6.3")
def jsd_constant(p, q):
    m = (p + q) / 2
    eps = 1e-4
    return (p * ((p + eps) / (m + eps)).log() + q * ((q + eps) / (m + eps)).log()).sum() / 2


edits(VALUE, ("never below −100", "(p, d).sum()", "(p, d).sum().clamp(min=-100)", "10⁻³⁰⁰"))
edits(
    JSD,
    ("rare states left out", "m = (p", "p, q = p * (p > 1e-4), q * (q > 1e-4)\n    m = (p", "6.3c"),
)
