"""Wrong divergences, bits per dimension and log-probabilities of a bit."""

from autograder.authoring.audit import edit

KL = "chain_rule.kl_divergence"
TERMS = "(torch.xlogy(p, p) - torch.xlogy(p, q)).sum()"
edit(
    KL,
    "arguments swapped",
    old=TERMS,
    new="(torch.xlogy(q, q) - torch.xlogy(q, p)).sum()",
    expect="swapped",
)
edit(KL, "bits instead of nats", old=TERMS, new=TERMS + " / math.log(2)", expect="base 2")
edit(KL, "sign", old=TERMS, new="(torch.xlogy(p, q) - torch.xlogy(p, p)).sum()", expect="the sign")
edit(KL, "mean instead of sum", old=".sum()", new=".mean()", expect="KL is a sum")
edit(
    KL, "not weighted by p", old=TERMS, new="(p.log() - q.log()).sum()", expect="not weighted by p"
)
edit(KL, "0 · log 0 is NaN", old=TERMS, new="(p * (p / q).log()).sum()", expect="NaN")
edit(
    KL,
    "a small number inside the logarithm",
    old=TERMS,
    new="(p * ((p + 1e-9) / (q + 1e-9)).log()).sum()",
    expect="a small number was added",
)
edit(
    KL,
    "infinite and undefined terms set to 0",
    old=TERMS,
    new="(p * (p / q).log()).nan_to_num(nan=0.0, posinf=0.0, neginf=0.0).sum()",
    expect="+∞",
)
edit(
    KL,
    "torch's kl_div, NaN where both are 0",
    old=TERMS,
    new='F.kl_div(q.log(), p, reduction="sum")',
    expect="NaN",
)
edit(KL, "cross-entropy", old=TERMS, new="-torch.xlogy(p, q).sum()", expect="cross-entropy")
edit(KL, "the sum over the last axis only", old=".sum()", new=".sum(-1)", expect="was promised")
edit(
    KL,
    "symmetrised",
    old=TERMS,
    new="0.5 * (torch.xlogy(p, p / q) + torch.xlogy(q, q / p)).sum()",
    expect="KL(p‖q)",
)

BITS = "chain_rule.bits_per_dim"
RATIO = "nll / (n_dims * math.log(2))"
edit(BITS, "nats per dimension", old=RATIO, new="nll / n_dims", expect="nats per dimension")
edit(BITS, "bits per example", old=RATIO, new="nll / math.log(2)", expect="bits per example")
edit(BITS, "times log 2", old=RATIO, new="nll * math.log(2) / n_dims", expect="multiplied by log 2")
edit(BITS, "the sign", old=RATIO, new="-" + RATIO, expect="bits/dim of")
edit(
    BITS,
    "log2 of the nats",
    old=RATIO,
    new="torch.as_tensor(nll).log2() / n_dims",
    expect="bits/dim of",
)
edit(
    BITS,
    "the batch's mean",
    old=RATIO,
    new="torch.as_tensor(nll / (n_dims * math.log(2))).mean()",
    expect="by itself",
)
edit(BITS, "never negative", old=RATIO, new="abs(nll) / (n_dims * math.log(2))", expect="by itself")
edit(
    BITS,
    "divided by D twice: the mean is over dimensions already",
    old=RATIO,
    new="nll / n_dims / (n_dims * math.log(2))",
    expect="bits/dim of",
)

BERNOULLI = "chain_rule.bernoulli_log_prob"
LOG = "F.logsigmoid((2 * x - 1) * logits)"
edit(
    BERNOULLI,
    "p(0) and p(1) swapped",
    old="(2 * x - 1)",
    new="(1 - 2 * x)",
    expect="changed places",
)
edit(BERNOULLI, "−log p", old=LOG, new=f"-{LOG}", expect="the sign")
edit(
    BERNOULLI,
    "probability",
    old=LOG,
    new="torch.sigmoid((2 * x - 1) * logits)",
    expect="take the logarithm",
)
edit(
    BERNOULLI,
    "only the ones count",
    old=LOG,
    new="x * F.logsigmoid(logits)",
    expect="x = 0 is missing",
)
edit(
    BERNOULLI,
    "log of a sigmoid",
    old=LOG,
    new="torch.log(torch.sigmoid((2 * x - 1) * logits))",
    expect="never take log(sigmoid",
)
edit(
    BERNOULLI,
    "a small number inside the logarithm",
    old=LOG,
    new="torch.log(torch.sigmoid((2 * x - 1) * logits) + 1e-12)",
    expect="±10⁴",
)
edit(
    BERNOULLI,
    "clamped logits",
    old=LOG,
    new="F.logsigmoid((2 * x - 1) * logits.clamp(-30, 30))",
    expect="±10⁴",
)
edit(BERNOULLI, "summed over the last axis", old=LOG, new=f"{LOG}.sum(-1)", expect="was promised")
edit(
    BERNOULLI,
    "logits taken for probabilities",
    old=LOG,
    new="torch.log(x * logits + (1 - x) * (1 - logits))",
    expect="used as probabilities",
)
edit(
    BERNOULLI,
    "torch's cross-entropy, averaged",
    old=LOG,
    new="-F.binary_cross_entropy_with_logits(logits, x)",
    expect="was promised",
)
