"""Wrong losses, wrong steps back, wrong bounds."""

import math

import torch

from autograder.authoring.audit import edit, mutant

D = "diffusion.ddpm_loss"
LOSS = "(eps - model(xt, t)).square().mean()"
edit(
    D,
    "a sum over the coordinates",
    old=LOSS,
    new="(eps - model(xt, t)).square().flatten(1).sum(1).mean()",
    expect="summed over the coordinates",
)
edit(D, "a sum", old=".square().mean()", new=".square().sum()", expect="sum over everything")
edit(D, "a half", old=LOSS, new="0.5 * " + LOSS, expect="½ in front")
edit(D, "absolute values", old=".square()", new=".abs()", expect="absolute values")
edit(D, "the root", old=".mean()", new=".mean().sqrt()", expect="root of the mean")
edit(D, "the model sees x_0", old="model(xt, t)", new="model(x0, t)", expect="shown x₀")
edit(D, "the model is told t - 1", old="model(xt, t)", new="model(xt, t - 1)", expect="told t − 1")
edit(D, "the target is x_0", old="(eps - model", new="(x0 - model", expect="compared with x₀")
edit(D, "the target is x_t", old="(eps - model", new="(xt - model", expect="compared with x_t")
edit(D, "plus", old="(eps - model", new="(eps + model", expect="noise is added to the guess")
edit(
    D,
    "the model's answer is detached",
    old="model(xt, t))",
    new="model(xt, t).detach())",
    expect="graph is cut",
)
edit(
    D,
    "one t for the batch",
    old="model(xt, t)",
    new="model(xt, t[:1])",
    expect="one for each of the examples",
)
edit(
    D,
    "t/T instead of t",
    old="model(xt, t)",
    new="model(xt, t / (len(alpha_bars) - 1))",
    expect="expected integers",
)
edit(
    D,
    "weighted as in the bound",
    old=LOSS,
    new="((eps - model(xt, t)) / (1 - at(alpha_bars, t, x0)).sqrt()).square().mean()",
    expect="9.9",
)
edit(
    D,
    "noise of its own",
    old="q_sample(x0, t, eps,",
    new="q_sample(x0, t, eps.flip(0),",
    expect="9.9",
)

P = "diffusion.p_step"
RETURN = "mean + spread.reshape(-1, *[1] * (xt.dim() - 1)) * noise"
edit(
    P,
    "the variance scales",
    old="* x0_variance).sqrt()",
    new="* x0_variance)",
    expect="its root should",
)
edit(P, "no noise", old=RETURN, new="mean + 0 * spread.sum()", expect="no noise is added")
edit(P, "minus the noise", old="mean + spread", new="mean - spread", expect="subtracted")
edit(
    P,
    "always β",
    old="spread = (variance + c.square() * x0_variance).sqrt()",
    new="spread = betas[t - 1].sqrt()",
    expect="β_t, not β̃_t",
)
edit(P, "V is ignored", old=" + c.square() * x0_variance", new="", expect="V is left out")
edit(
    P,
    "V without its factor",
    old="c.square() * x0_variance",
    new="x0_variance",
    expect="without its factor",
)
edit(P, "c for c²", old="c.square()", new="c", expect="c where c²")
edit(
    P,
    "roots are added",
    old="(variance + c.square() * x0_variance).sqrt()",
    new="variance.sqrt() + c * math.sqrt(x0_variance)",
    expect="roots are added",
)
edit(P, "x̂_0 for the mean", old="return mean +", new="return guess +", expect="this is x̂₀")
edit(
    P,
    "the noise for x̂_0",
    old="guess = x0_from_eps(xt, t, model(xt, t), bars)",
    new="guess = model(xt, t)",
    expect="taken for x̂₀",
)
edit(P, "the model is told t - 1", old="model(xt, t)", new="model(xt, t - 1)", expect="told t − 1")
edit(
    P,
    "guess is clipped",
    old="model(xt, t), bars)",
    new="model(xt, t), bars).clamp(-1, 1)",
    expect="9.10",
)
edit(P, "c without its root", old="bars[t - 1].sqrt()", new="bars[t - 1]", expect="9.10")
edit(
    P,
    "the first example's spread for all",
    old="spread.reshape(",
    new="spread[:1].reshape(",
    expect="9.10",
)
edit(P, "the same noise for all", old="* noise", new="* noise[:1]", expect="9.10")

V = "diffusion.vlb_terms"
edit(
    V,
    "a mean over the coordinates",
    old="return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])",
    new="return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))]) / D",
    expect="averaged over the coordinates",
)
edit(
    V,
    "the end is missing",
    old="0.5 * (size - D * (left + (1 - left).log()))",
    new="0 * size",
    expect="L_T",
)
edit(
    V,
    "the wrong end first",
    old="torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])",
    new="torch.stack([0.5 * (size - D * (left + (1 - left).log())), *terms])",
    expect="L_T stands first",
)
edit(
    V,
    "in the order of sampling",
    old="torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])",
    new="torch.stack([0.5 * (size - D * (left + (1 - left).log())), *terms[::-1]])",
    expect="opposite order",
)
edit(V, "no 2π", old="math.log(2 * math.pi)", new="0.0", expect="2π is missing")
edit(
    V,
    "another step's noise",
    old="eps[k - 1]",
    new="eps[k % len(betas)]",
    expect="eps[t − 1] belongs to t",
)
edit(
    V,
    "V is forgotten",
    old="variance = own + c.square() * x0_variance[k - 1]",
    new="variance = own + 1e-30 * c.square() * x0_variance[k - 1]",
    expect="V is left out",
)
edit(
    V,
    "another step's V",
    old="x0_variance[k - 1]",
    new="x0_variance[k % len(betas)]",
    expect="9.11",
)
edit(
    V,
    "a first term like the others",
    old="own.log() if k > 1 else math.log(2 * math.pi)",
    new="(own + 1e-12).log()",
    expect="9.11",
)
edit(
    V,
    "the means' distance counts whole",
    old="gap = c.square()",
    new="gap = 2 * c.square()",
    expect="9.11",
)
edit(
    V,
    "the distance without its factor",
    old="gap = c.square() * (x0 - guess)",
    new="gap = (x0 - guess)",
    expect="9.11",
)
edit(
    V,
    "nothing for the spread",
    old="D * (variance.log() + constant) + gap / variance",
    new="gap / variance",
    expect="9.11",
)
edit(V, "the sign of the logarithm", old="- own.log() if", new="+ own.log() if", expect="9.11")
edit(V, "q(x_T) with ᾱ for 1 - ᾱ", old="(1 - left).log()", new="left.log()", expect="9.11")
edit(
    V,
    "the sum of all",
    old="return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])",
    new="return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))]).sum(0)",
    expect="promised",
)
edit(
    V,
    "losses, not nats: the sign",
    old="return torch.stack(",
    new="return -torch.stack(",
    expect="opposite sign",
)
edit(V, "the model is told k - 1", old="model(xt, t)", new="model(xt, t - 1)", expect="9.11")


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
