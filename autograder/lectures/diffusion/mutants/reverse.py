"""Wrong losses, wrong steps back, wrong bounds."""

from autograder.authoring.audit import edits

LOSS = "(eps - model(xt, t)).square().mean()"
edits(
    "diffusion.ddpm_loss",
    ("a sum over the coordinates", "mean", "flatten(1).sum(1).mean", "summed over the coordinates"),
    ("a half", LOSS, "0.5 * " + LOSS, "½ in front"),
    (
        "weighted as in the bound",
        LOSS,
        "((eps - model(xt, t)) / (1 - at(alpha_bars, t, x0)).sqrt()).square().mean()",
        "9.9",
    ),
    ("a sum", ".square().mean()", ".square().sum()", "sum over everything"),
    ("absolute values", ".square()", ".abs()", "absolute values"),
    ("the root", ".mean()", ".mean().sqrt()", "root of the mean"),
    ("the model sees x_0", "model(xt, t)", "model(x0, t)", "shown x₀"),
    ("the model is told t - 1", "model(xt, t)", "model(xt, t - 1)", "told t − 1"),
    ("one t for the batch", "model(xt, t)", "model(xt, t[:1])", "one for each of the examples"),
    ("t/T instead of t", "(xt, t)", "(xt, t / (len(alpha_bars) - 1))", "expected integers"),
    ("the target is x_0", "(eps - model", "(x0 - model", "compared with x₀"),
    ("the target is x_t", "(eps - model", "(xt - model", "compared with x_t"),
    ("plus", "(eps - model", "(eps + model", "noise is added to the guess"),
    (
        "the model's answer is detached",
        "model(xt, t))",
        "model(xt, t).detach())",
        "result is cut off",
    ),
    ("noise of its own", "q_sample(x0, t, eps,", "q_sample(x0, t, eps.flip(0),", "9.9"),
)
RETURN = "mean + spread.reshape(-1, *[1] * (xt.dim() - 1)) * noise"
edits(
    "diffusion.p_step",
    ("the variance scales", "* x0_variance).sqrt()", "* x0_variance)", "its root should"),
    ("no noise", RETURN, "mean + 0 * spread.sum()", "no noise is added"),
    ("minus the noise", "mean + spread", "mean - spread", "subtracted"),
    ("always β", "= (variance + c.square() * x0_variance).", "= betas[t - 1].", "β_t, not β̃_t"),
    ("V is ignored", " + c.square() * x0_variance", "", "V is left out"),
    ("V without its factor", "c.square() * x0_variance", "x0_variance", "without its factor"),
    ("c for c²", "c.square()", "c", "c where c²"),
    ("x̂_0 for the mean", "return mean +", "return guess +", "this is x̂₀"),
    ("the noise for x̂_0", "x0_from_eps(xt, t, model(xt, t), bars", "model(xt, t", "taken for x̂₀"),
    ("the model is told t - 1", "model(xt, t)", "model(xt, t - 1)", "told t − 1"),
    (
        "guess is clipped where it is large",
        "model(xt, t), bars)",
        "model(xt, t), bars).clamp(-5, 5)",
        "9.10",
    ),
    ("guess is clipped", "model(xt, t), bars)", "model(xt, t), bars).clamp(-1, 1)", "9.10"),
    ("c without its root", "bars[t - 1].sqrt()", "bars[t - 1]", "9.10"),
    ("the first example's spread for all", "spread.reshape(", "spread[:1].reshape(", "9.10"),
    ("the same noise for all", "* noise", "* noise[:1]", "9.10"),
    "(variance + c.square() * x0_variance).sqrt()",
    ("roots are added", "variance.sqrt() + c * math.sqrt(x0_variance)", "roots are added"),
)
edits(
    "diffusion.vlb_terms",
    ("a mean over the coordinates", "log()))])", "log()))]) / D", "averaged over the coordinates"),
    ("the sum of all", "+ (1 - left).log()))])", "+ (1 - left).log()))]).sum(0)", "; expected"),
    ("the end is missing", "0.5 * (size - D * (left + (1 - left).log()))", "0 * size", "L_T"),
    ("no 2π", "math.log(2 * math.pi)", "0.0", "2π is missing"),
    ("another step's noise", "eps[k - 1]", "eps[k % len(betas)]", "eps[t − 1] belongs to t"),
    ("V is forgotten", "= own + c.square() *", "= own + 1e-30 * c.square() *", "V is left out"),
    ("another step's V", "x0_variance[k - 1]", "x0_variance[k % len(betas)]", "9.11"),
    ("the means' distance counts whole", "gap = c.square()", "gap = 2 * c.square()", "9.11"),
    ("the distance without its factor", "= c.square() * (x0 - guess)", "= (x0 - guess)", "9.11"),
    ("nothing for the spread", "D * (variance.log() + constant) + gap /", "gap /", "9.11"),
    ("the sign of the logarithm", "- own.log() if", "+ own.log() if", "9.11"),
    ("q(x_T) with ᾱ for 1 - ᾱ", "(1 - left).log()", "left.log()", "9.11"),
    ("losses, not nats: the sign", "return torch.stack(", "return -torch.stack(", "opposite sign"),
    ("the model is told k - 1", "model(xt, t)", "model(xt, t - 1)", "9.11"),
    (
        "KLs the wrong way round",
        "terms.append(",
        "if k > 1:\n"
        "            constant = variance / own - 1 - 2 * variance.log() + own.log()\n"
        "            gap = gap * variance / own\n"
        "        terms.append(",
        "wrong way round",
    ),
    "own.log() if k > 1 else math.log(2 * math.pi)",
    ("a first term like the others", "(own + 1e-12).log()", "9.11"),
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
