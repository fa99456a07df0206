"""Wrong losses."""

import torch

from autograder.authoring.audit import edits, mutant

D = "gan.discriminator_loss"
edits(
    D,
    ("the fake logits are cut", "(fake_logits)", "(fake_logits.detach())", "6.4d"),
    ("the sign of the real logits", "-real_logits", "real_logits", "6.4"),
    ("the sign of the fake logits", "(fake_logits)", "(-fake_logits)", "6.4"),
    ("V itself", "return F", "return -F", "6.4"),
    ("only the fake part", "F.softplus(-real_logits).mean() + ", "", "only the generated"),
    ("only the real part", " + F.softplus(fake_logits).mean()", "", "only the real"),
    ("a sum", "fake_logits).mean()", "fake_logits).sum()", "6.4"),
)


@mutant(D, "half: one mean over both", expect="averaged together")
def d_half(real_logits, fake_logits):
    return (F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()) / 2


@mutant(D, "real and fake exchanged", expect="exchanged")
def d_exchanged(real_logits, fake_logits):
    return F.softplus(real_logits).mean() + F.softplus(-fake_logits).mean()


@mutant(D, "one mean over both", expect="larger batches count more")
def d_joint(real_logits, fake_logits):
    return torch.cat([F.softplus(-real_logits), F.softplus(fake_logits)]).mean() * 2


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


@mutant(D, "the graph is cut", expect="cut off from its graph")
def d_cut(real_logits, fake_logits):
    loss = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    return loss.detach()


G = "gan.generator_loss"
edits(
    G,
    ("minimax uphill", "-F.softplus(fake_logits)", "F.softplus(fake_logits)", "6.5"),
    ("non-saturating uphill", "F.softplus(-fake", "-F.softplus(-fake", "6.5"),
    ("non-saturating: the discriminator's wish", "(-", "(", "that is the discriminator's wish"),
    ("½ is lost", "0.5 * (", "(", "½ is missing"),
    ("the sum", "F.softplus(-fake_logits).mean", "F.softplus(-fake_logits).sum", "the sum instead"),
)
edits(
    G,
    ("the generator aims at 0", "fake_logits", "wants 1, not 0"),
    ("a sigmoid before the square", "(torch.sigmoid(fake_logits) - 1)", "sigmoid was applied"),
    of="(fake_logits - 1)",
)
edits(
    G,
    ("an unknown kind is taken for one", "return F.softplus(-fake_logits).mean() or (", "6.5d"),
    of="raise ValueError(",
)


@mutant(G, "minimax and non-saturating exchanged", expect="this is the loss of kind")
def g_exchanged(fake_logits, kind):
    if kind == "non_saturating":
        return -F.softplus(fake_logits).mean()
    if kind == "minimax":
        return F.softplus(-fake_logits).mean()
    if kind == "least_squares":
        return 0.5 * (fake_logits - 1).square().mean()
    raise ValueError(kind)


@mutant(G, "logarithms of rounded probabilities", expect="6.5d")
def g_rounded(fake_logits, kind):
    d = torch.sigmoid(fake_logits)
    if kind == "least_squares":
        return 0.5 * (fake_logits - 1).square().mean()
    if kind not in ("minimax", "non_saturating"):
        raise ValueError(kind)
    return (1 - d).log().mean() if kind == "minimax" else -d.log().mean()


@mutant(G, "probabilities themselves", expect="6.5")
def g_linear(fake_logits, kind):
    if kind == "least_squares":
        return 0.5 * (fake_logits - 1).square().mean()
    if kind not in ("minimax", "non_saturating"):
        raise ValueError(kind)
    return -torch.sigmoid(fake_logits).mean()


@mutant(G, "the graph is cut", expect="cut off from its graph")
def g_cut(fake_logits, kind):
    a = fake_logits.detach()
    losses = {
        "minimax": -F.softplus(a).mean(),
        "non_saturating": F.softplus(-a).mean(),
        "least_squares": 0.5 * (a - 1).square().mean(),
    }
    if kind not in losses:
        raise ValueError(kind)
    return losses[kind]


@mutant(G, "an error that does not say which kind", expect="should mention")
def g_silent(fake_logits, kind):
    losses = {
        "minimax": -F.softplus(fake_logits).mean(),
        "non_saturating": F.softplus(-fake_logits).mean(),
        "least_squares": 0.5 * (fake_logits - 1).square().mean(),
    }
    if kind not in losses:
        raise ValueError("unknown kind")
    return losses[kind]


LS = "gan.least_squares_discriminator_loss"
edits(
    LS,
    ("fake examples should get 1", "fake_logits.square()", "(fake_logits - 1).square()", "6.6"),
    ("targets 1 and −1", "fake_logits.square()", "(fake_logits + 1).square()", "1 and −1"),
    ("real examples should get 0", "(real_logits - 1)", "real_logits", "6.6"),
    ("½ is lost for real", "return 0.5 * ", "return ", "6.6"),
    ("½ is lost for fake", "+ 0.5 * ", "+ ", "6.6"),
    ("the difference", " + 0.5", " - 0.5", "6.6"),
    ("a sum", "fake_logits.square().mean()", "fake_logits.square().sum()", "6.6"),
)


@mutant(LS, "sigmoids before the squares", expect="sigmoid was applied")
def ls_sigmoid(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


@mutant(LS, "exchanged", expect="exchanged")
def ls_exchanged(real_logits, fake_logits):
    return 0.5 * real_logits.square().mean() + 0.5 * (fake_logits - 1).square().mean()


@mutant(LS, "absolute values", expect="absolute values")
def ls_absolute(real_logits, fake_logits):
    return 0.5 * (real_logits - 1).abs().mean() + 0.5 * fake_logits.abs().mean()


@mutant(LS, "cross-entropy", expect="6.6")
def ls_entropy(real_logits, fake_logits):
    return discriminator_loss(real_logits, fake_logits)


@mutant(LS, "the graph is cut", expect="cut off from its graph")
def ls_cut(real_logits, fake_logits):
    real, fake = real_logits.detach(), fake_logits.detach()
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()
