"""Wrong losses."""

from autograder.authoring.audit import edits, mutant

D = "gan.discriminator_loss"
SUM = "F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()"
edits(
    D,
    ("the fake logits are cut", "(fake_logits)", "(fake_logits.detach())", "6.4d"),
    ("the sign of the real logits", "-real_logits", "real_logits", "6.4"),
    ("the sign of the fake logits", "(fake_logits)", "(-fake_logits)", "6.4"),
    ("V itself", "return F", "return -F", "6.4"),
    ("only the fake part", "F.softplus(-real_logits).mean() + ", "", "only the generated"),
    ("only the real part", " + F.softplus(fake_logits).mean()", "", "only the real"),
    ("a sum", "fake_logits).mean()", "fake_logits).sum()", "6.4"),
    SUM,
    ("half: one mean over both", f"({SUM}) / 2", "averaged together"),
    (
        "real and fake exchanged",
        "F.softplus(real_logits).mean() + F.softplus(-fake_logits).mean()",
        "exchanged",
    ),
    (
        "one mean over both",
        "torch.cat([F.softplus(-real_logits), F.softplus(fake_logits)]).mean() * 2",
        "larger batches count more",
    ),
    ("the graph is cut", f"({SUM}).detach()", "result is cut off"),
)


@mutant(D, "logarithms of rounded probabilities", expect="6.4c")
def d_rounded(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -real.log().mean() - (1 - fake).log().mean()


@mutant(D, "a small constant in the logarithm", expect="6.4c")
def d_constant(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -(real + 1e-8).log().mean() - (1 - fake + 1e-8).log().mean()


@mutant(D, "probabilities into a loss with logits", expect="applied twice")
def d_twice(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return F.softplus(-real).mean() + F.softplus(fake).mean()


G = "gan.generator_loss"
edits(
    G,
    ("minimax uphill", "-F.softplus(fake_logits)", "F.softplus(fake_logits)", "6.5"),
    ("non-saturating uphill", "F.softplus(-fake", "-F.softplus(-fake", "6.5"),
    ("non-saturating: the discriminator's wish", "(-", "(", "that is the discriminator's wish"),
    ("½ is lost", "0.5 * (", "(", "½ is missing"),
    ("the sum", "F.softplus(-fake_logits).mean", "F.softplus(-fake_logits).sum", "the sum instead"),
    ("an error that does not say which kind", "kind={kind!r}: ", "", "should mention"),
    'if kind == "minimax"',
    (
        "minimax and non-saturating exchanged",
        'kind = {"minimax": "non_saturating", "non_saturating": "minimax"}.get(kind, kind)\n'
        '    if kind == "minimax"',
        "this is the loss of kind",
    ),
    (
        "probabilities themselves",
        'if kind in ("minimax", "non_saturating"):\n'
        "        return -torch.sigmoid(fake_logits).mean()\n"
        '    if kind == "minimax"',
        "6.5",
    ),
    (
        "the graph is cut",
        'fake_logits = fake_logits.detach()\n    if kind == "minimax"',
        "result is cut off",
    ),
    "(fake_logits - 1)",
    ("the generator aims at 0", "fake_logits", "wants 1, not 0"),
    ("a sigmoid before the square", "(torch.sigmoid(fake_logits) - 1)", "sigmoid was applied"),
    "raise ValueError(",
    ("an unknown kind is taken for one", "return F.softplus(-fake_logits).mean() or (", "6.5d"),
)


@mutant(G, "logarithms of rounded probabilities", expect="6.5d")
def g_rounded(fake_logits, kind):
    d = torch.sigmoid(fake_logits)
    if kind == "least_squares":
        return 0.5 * (fake_logits - 1).square().mean()
    if kind not in ("minimax", "non_saturating"):
        raise ValueError(kind)
    return (1 - d).log().mean() if kind == "minimax" else -d.log().mean()


LS = "gan.least_squares_discriminator_loss"
SQUARES = "0.5 * (real_logits - 1).square().mean() + 0.5 * fake_logits.square().mean()"
edits(
    LS,
    ("fake examples should get 1", "fake_logits.square()", "(fake_logits - 1).square()", "6.6"),
    ("targets 1 and −1", "fake_logits.square()", "(fake_logits + 1).square()", "1 and −1"),
    ("real examples should get 0", "(real_logits - 1)", "real_logits", "6.6"),
    ("½ is lost for real", "return 0.5 * ", "return ", "6.6"),
    ("½ is lost for fake", "+ 0.5 * ", "+ ", "6.6"),
    ("the difference", " + 0.5", " - 0.5", "6.6"),
    ("a sum", "fake_logits.square().mean()", "fake_logits.square().sum()", "6.6"),
    SQUARES,
    (
        "exchanged",
        "0.5 * real_logits.square().mean() + 0.5 * (fake_logits - 1).square().mean()",
        "exchanged",
    ),
    (
        "absolute values",
        "0.5 * (real_logits - 1).abs().mean() + 0.5 * fake_logits.abs().mean()",
        "absolute values",
    ),
    ("cross-entropy", "discriminator_loss(real_logits, fake_logits)", "6.6"),
    ("the graph is cut", f"({SQUARES}).detach()", "result is cut off"),
)


@mutant(LS, "sigmoids before the squares", expect="sigmoid was applied")
def ls_sigmoid(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


edits(
    D,
    (
        "logits clipped at 100",
        "return",
        "real_logits, fake_logits = real_logits.clamp(-100, 100), fake_logits.clamp(-100, 100)\n"
        "    return",
        "6.4c",
    ),
)
