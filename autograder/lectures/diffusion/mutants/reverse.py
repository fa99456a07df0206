"""Wrong losses, wrong steps back, wrong bounds."""

import math

import torch

from autograder.authoring.audit import edits, mutant

D = "diffusion.ddpm_loss"
LOSS = "(eps - model(xt, t)).square().mean()"
edits(
    D,
    LOSS,
    (
        "a sum over the coordinates",
        "(eps - model(xt, t)).square().flatten(1).sum(1).mean()",
        "summed over the coordinates",
    ),
    ("a half", "0.5 * " + LOSS, "½ in front"),
    (
        "weighted as in the bound",
        "((eps - model(xt, t)) / (1 - at(alpha_bars, t, x0)).sqrt()).square().mean()",
        "9.9",
    ),
)
edits(D, ".square().mean()", ("a sum", ".square().sum()", "sum over everything"))
edits(D, ".square()", ("absolute values", ".abs()", "absolute values"))
edits(D, ".mean()", ("the root", ".mean().sqrt()", "root of the mean"))
edits(
    D,
    "model(xt, t)",
    ("the model sees x_0", "model(x0, t)", "shown x₀"),
    ("the model is told t - 1", "model(xt, t - 1)", "told t − 1"),
    ("one t for the batch", "model(xt, t[:1])", "one for each of the examples"),
    ("t/T instead of t", "model(xt, t / (len(alpha_bars) - 1))", "expected integers"),
)
edits(
    D,
    "(eps - model",
    ("the target is x_0", "(x0 - model", "compared with x₀"),
    ("the target is x_t", "(xt - model", "compared with x_t"),
    ("plus", "(eps + model", "noise is added to the guess"),
)
edits(
    D, "model(xt, t))", ("the model's answer is detached", "model(xt, t).detach())", "graph is cut")
)
edits(D, "q_sample(x0, t, eps,", ("noise of its own", "q_sample(x0, t, eps.flip(0),", "9.9"))

P = "diffusion.p_step"
RETURN = "mean + spread.reshape(-1, *[1] * (xt.dim() - 1)) * noise"
edits(P, "* x0_variance).sqrt()", ("the variance scales", "* x0_variance)", "its root should"))
edits(P, RETURN, ("no noise", "mean + 0 * spread.sum()", "no noise is added"))
edits(P, "mean + spread", ("minus the noise", "mean - spread", "subtracted"))
edits(
    P,
    "spread = (variance + c.square() * x0_variance).sqrt()",
    ("always β", "spread = betas[t - 1].sqrt()", "β_t, not β̃_t"),
)
edits(P, " + c.square() * x0_variance", ("V is ignored", "", "V is left out"))
edits(P, "c.square() * x0_variance", ("V without its factor", "x0_variance", "without its factor"))
edits(P, "c.square()", ("c for c²", "c", "c where c²"))
edits(
    P,
    "(variance + c.square() * x0_variance).sqrt()",
    ("roots are added", "variance.sqrt() + c * math.sqrt(x0_variance)", "roots are added"),
)
edits(P, "return mean +", ("x̂_0 for the mean", "return guess +", "this is x̂₀"))
edits(
    P,
    "guess = x0_from_eps(xt, t, model(xt, t), bars)",
    ("the noise for x̂_0", "guess = model(xt, t)", "taken for x̂₀"),
)
edits(P, "model(xt, t)", ("the model is told t - 1", "model(xt, t - 1)", "told t − 1"))
edits(P, "model(xt, t), bars)", ("guess is clipped", "model(xt, t), bars).clamp(-1, 1)", "9.10"))
edits(P, "bars[t - 1].sqrt()", ("c without its root", "bars[t - 1]", "9.10"))
edits(P, "spread.reshape(", ("the first example's spread for all", "spread[:1].reshape(", "9.10"))
edits(P, "* noise", ("the same noise for all", "* noise[:1]", "9.10"))

V = "diffusion.vlb_terms"
edits(
    V,
    "return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])",
    (
        "a mean over the coordinates",
        "return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))]) / D",
        "averaged over the coordinates",
    ),
    (
        "the sum of all",
        "return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))]).sum(0)",
        "promised",
    ),
)
edits(V, "0.5 * (size - D * (left + (1 - left).log()))", ("the end is missing", "0 * size", "L_T"))
edits(
    V,
    "torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])",
    (
        "the wrong end first",
        "torch.stack([0.5 * (size - D * (left + (1 - left).log())), *terms])",
        "L_T stands first",
    ),
    (
        "in the order of sampling",
        "torch.stack([0.5 * (size - D * (left + (1 - left).log())), *terms[::-1]])",
        "opposite order",
    ),
)
edits(V, "math.log(2 * math.pi)", ("no 2π", "0.0", "2π is missing"))
edits(V, "eps[k - 1]", ("another step's noise", "eps[k % len(betas)]", "eps[t − 1] belongs to t"))
edits(
    V,
    "variance = own + c.square() * x0_variance[k - 1]",
    ("V is forgotten", "variance = own + 1e-30 * c.square() * x0_variance[k - 1]", "V is left out"),
)
edits(V, "x0_variance[k - 1]", ("another step's V", "x0_variance[k % len(betas)]", "9.11"))
edits(
    V,
    "own.log() if k > 1 else math.log(2 * math.pi)",
    ("a first term like the others", "(own + 1e-12).log()", "9.11"),
)
edits(V, "gap = c.square()", ("the means' distance counts whole", "gap = 2 * c.square()", "9.11"))
edits(
    V,
    "gap = c.square() * (x0 - guess)",
    ("the distance without its factor", "gap = (x0 - guess)", "9.11"),
)
edits(
    V,
    "D * (variance.log() + constant) + gap / variance",
    ("nothing for the spread", "gap / variance", "9.11"),
)
edits(V, "- own.log() if", ("the sign of the logarithm", "+ own.log() if", "9.11"))
edits(V, "(1 - left).log()", ("q(x_T) with ᾱ for 1 - ᾱ", "left.log()", "9.11"))
edits(
    V,
    "return torch.stack(",
    ("losses, not nats: the sign", "return -torch.stack(", "opposite sign"),
)
edits(V, "model(xt, t)", ("the model is told k - 1", "model(xt, t - 1)", "9.11"))


@mutant(V, "KLs the wrong way round", expect="wrong way round")
def vlb_reversed(model, x0, eps, betas, x0_variance):
    bars, D, terms = alpha_bars(betas), x0[0].numel(), []
    for k in range(1, len(betas) + 1):
        t = torch.full((len(x0),), k, device=x0.device)
        xt = q_sample(x0, t, eps[k - 1], bars)
        guess = x0_from_eps(xt, t, model(xt, t), bars)
        own = q_posterior(x0, xt, t, betas)[1]
        c = bars[k - 1].sqrt() * betas[k - 1] / (1 - bars[k])
        variance = own + c.square() * x0_variance[k - 1]
        gap = c.square() * (x0 - guess).flatten(1).square().sum(1)
        if k == 1:
            term = D * (variance.log() + math.log(2 * math.pi)) + gap / variance
        else:
            term = D * (variance / own - 1 - (variance / own).log()) + gap / own
        terms.append(0.5 * term)
    left = bars[-1]
    size = left * x0.flatten(1).square().sum(1)
    return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])
