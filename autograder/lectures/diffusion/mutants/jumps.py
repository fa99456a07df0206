"""Wrong jumps and wrong guidance."""

from autograder.authoring.audit import edit, mutant

J = "diffusion.ddim_step"
REST = "(1 - then - variance).clamp(min=0).sqrt() * eps"
edit(
    J,
    "−σ² is missing",
    old="(1 - then - variance)",
    new="(1 - then + 0 * variance)",
    expect="−σ² is missing",
)
edit(
    J,
    "σ for σ²",
    old="(1 - then - variance)",
    new="(1 - then - variance.sqrt())",
    expect="σ where σ²",
)
edit(
    J,
    "σ² scales the noise",
    old="variance.sqrt() * noise",
    new="variance * noise",
    expect="its root should",
)
edit(J, "no noise", old=" + variance.sqrt() * noise", new="", expect="no noise is added")
edit(J, "always deterministic", old="eta**2 *", new="0 *", expect="η is not used")
edit(J, "√η", old="eta**2 *", new="eta *", expect="√η")
edit(
    J,
    "ᾱ_t scales x̂_0",
    old="then.sqrt() * x0_from_eps",
    new="now.sqrt() * x0_from_eps",
    expect="√ᾱ_t scales x̂₀",
)
edit(
    J, "x̂_0 as it is", old="then.sqrt() * x0_from_eps", new="x0_from_eps", expect="x̂₀ is not scaled"
)
edit(
    J,
    "1 - ᾱ_t",
    old="(1 - then - variance)",
    new="(1 - now - variance)",
    expect="1 − ᾱ_t stands where",
)
edit(
    J,
    "no root of the direction",
    old=REST,
    new="(1 - then - variance).clamp(min=0) * eps",
    expect="factor is missing",
)
edit(J, "ᾱ_s/ᾱ_t", old="(1 - now / then)", new="(then / now - 1)", expect="9.12")
edit(
    J,
    "the fraction is upside down",
    old="(1 - then) / (1 - now)",
    new="(1 - now) / (1 - then).clamp(min=1e-3)",
    expect="9.12",
)
edit(J, "the second factor is missing", old=" * (1 - now / then)", new="", expect="9.12")
edit(J, "the model is told s", old="model(xt, t)", new="model(xt, s)", expect="9.12")
edit(
    J,
    "x̂_0 at s",
    old="x0_from_eps(xt, t, eps, alpha_bars)",
    new="x0_from_eps(xt, s, eps, alpha_bars)",
    expect="9.12",
)
edit(
    J,
    "a single step, whatever s is",
    old="at(alpha_bars, s, xt)",
    new="at(alpha_bars, t - 1, xt)",
    expect="9.12",
)
edit(
    J,
    "the first example's s for all",
    old="at(alpha_bars, s, xt)",
    new="at(alpha_bars, 0 * s + s[0], xt)",
    expect="9.12",
)
edit(
    J,
    "the new noise stands for the old",
    old=REST,
    new="(1 - then - variance).clamp(min=0).sqrt() * noise",
    expect="9.12",
)

G = "diffusion.guided_eps"
LINE = "eps_uncond + weight * (eps_cond - eps_uncond)"
edit(
    G,
    "exchanged",
    old=LINE,
    new="eps_cond + weight * (eps_uncond - eps_cond)",
    expect="are exchanged",
)
edit(
    G,
    "the paper's w",
    old=LINE,
    new="eps_cond + weight * (eps_cond - eps_uncond)",
    expect="paper's w",
)
edit(G, "minus", old="eps_uncond + weight", new="eps_uncond - weight", expect="subtracted")
edit(G, "the difference alone", old="eps_uncond + weight", new="weight", expect="is not kept")
edit(G, "not a mean", old="(eps_cond - eps_uncond)", new="eps_cond", expect="do not sum to 1")
edit(G, "no guidance", old=LINE, new="eps_cond + 0 * eps_uncond", expect="weight is not used")
edit(G, "the weight is squared", old="weight *", new="weight**2 *", expect="9.13")
edit(
    G, "never beyond the conditional model", old="weight *", new="min(weight, 1.0) *", expect="9.13"
)


@mutant(G, "scaled back to the conditional's length", expect="9.13")
def guided_rescaled(eps_cond, eps_uncond, weight):
    guided = eps_uncond + weight * (eps_cond - eps_uncond)
    length = guided.flatten(1).norm(dim=1).clamp(min=1e-9)
    scale = eps_cond.flatten(1).norm(dim=1) / length
    return guided * scale.reshape(-1, *[1] * (guided.dim() - 1))
