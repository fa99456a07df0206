"""Wrong divergences, bits per dimension and log-probabilities of a bit."""

from autograder.authoring.audit import edits

TERMS = "(torch.xlogy(p, p) - torch.xlogy(p, q)).sum()"
edits(
    "chain_rule.kl_divergence",
    ("mean instead of sum", ".sum()", ".mean()", "KL is a sum"),
    ("the sum over the last axis only", ".sum()", ".sum(-1)", "; expected"),
    TERMS,
    ("arguments swapped", "(torch.xlogy(q, q) - torch.xlogy(q, p)).sum()", "swapped"),
    ("bits instead of nats", TERMS + " / math.log(2)", "base 2"),
    ("sign", "(torch.xlogy(p, q) - torch.xlogy(p, p)).sum()", "the sign"),
    ("not weighted by p", "(p.log() - q.log()).sum()", "not weighted by p"),
    ("0 · log 0 is NaN", "(p * (p / q).log()).sum()", "NaN"),
    (
        "a small number inside the logarithm",
        "(p * ((p + 1e-9) / (q + 1e-9)).log()).sum()",
        "a small number was added",
    ),
    (
        "infinite and undefined terms set to 0",
        "(p * (p / q).log()).nan_to_num(nan=0.0, posinf=0.0, neginf=0.0).sum()",
        "+∞",
    ),
    ("torch's kl_div, NaN where both are 0", 'F.kl_div(q.log(), p, reduction="sum")', "NaN"),
    ("cross-entropy", "-torch.xlogy(p, q).sum()", "cross-entropy"),
    ("symmetrised", "0.5 * (torch.xlogy(p, p / q) + torch.xlogy(q, q / p)).sum()", "KL(p‖q)"),
)
RATIO = "nll / (n_dims * math.log(2))"
edits(
    "chain_rule.bits_per_dim",
    ("divided by D twice: the mean is over dimensions already", "/", "/ n_dims /", "bits/dim of"),
    RATIO,
    ("nats per dimension", "nll / n_dims", "nats per dimension"),
    ("bits per example", "nll / math.log(2)", "bits per example"),
    ("times log 2", "nll * math.log(2) / n_dims", "multiplied by log 2"),
    ("the sign", "-" + RATIO, "bits/dim of"),
    ("log2 of the nats", "torch.as_tensor(nll).log2() / n_dims", "bits/dim of"),
    ("the batch's mean", "torch.as_tensor(nll / (n_dims * math.log(2))).mean()", "by itself"),
    ("never negative", "abs(nll) / (n_dims * math.log(2))", "by itself"),
)
LOG = "F.logsigmoid((2 * x - 1) * logits)"
edits(
    "chain_rule.bernoulli_log_prob",
    ("p(0) and p(1) swapped", "(2 * x - 1)", "(1 - 2 * x)", "changed places"),
    LOG,
    ("−log p", f"-{LOG}", "the sign"),
    ("probability", "torch.sigmoid((2 * x - 1) * logits)", "take the logarithm"),
    ("only the ones count", "x * F.logsigmoid(logits)", "x = 0 is missing"),
    (
        "log of a sigmoid",
        "torch.log(torch.sigmoid((2 * x - 1) * logits))",
        "never take log(sigmoid",
    ),
    (
        "a small number inside the logarithm",
        "torch.log(torch.sigmoid((2 * x - 1) * logits) + 1e-12)",
        "±10⁴",
    ),
    ("clamped logits", "F.logsigmoid((2 * x - 1) * logits.clamp(-30, 30))", "±10⁴"),
    ("summed over the last axis", f"{LOG}.sum(-1)", "; expected"),
    (
        "logits taken for probabilities",
        "torch.log(x * logits + (1 - x) * (1 - logits))",
        "used as probabilities",
    ),
    (
        "torch's cross-entropy, averaged",
        "-F.binary_cross_entropy_with_logits(logits, x)",
        "; expected",
    ),
)
edits(
    "chain_rule.kl_divergence",
    ("q kept above 1e-12", "torch.xlogy(p, q)", "torch.xlogy(p, q.clamp(min=1e-12))", "1.4c"),
    ("rare states left out", ".sum()\n", "[p > 1e-4].sum()\n", "1.4c"),
)
