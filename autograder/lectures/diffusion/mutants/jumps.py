"""Wrong jumps and wrong guidance."""

from autograder.authoring.audit import edits, mutant

edits(
    "diffusion.ddim_step",
    ("−σ² is missing", "(1 - then - variance)", "(1 - then + 0 * variance)", "−σ² is missing"),
    ("σ for σ²", "(1 - then - variance)", "(1 - then - variance.sqrt())", "σ where σ²"),
    ("1 - ᾱ_t", "(1 - then - variance)", "(1 - now - variance)", "1 − ᾱ_t stands where"),
    ("σ² scales the noise", "variance.sqrt() * noise", "variance * noise", "its root should"),
    ("no noise", " + variance.sqrt() * noise", "", "no noise is added"),
    ("always deterministic", "eta**2 *", "0 *", "η is not used"),
    ("√η", "eta**2 *", "eta *", "√η"),
    ("ᾱ_t scales x̂_0", "then.sqrt() * x0_from_eps", "now.sqrt() * x0_from_eps", "√ᾱ_t scales x̂₀"),
    ("x̂_0 as it is", "then.sqrt() * x0_from_eps", "x0_from_eps", "x̂₀ is not scaled"),
    ("no root of the direction", ".clamp(min=0).sqrt() *", ".clamp(min=0) *", "factor is missing"),
    ("the new noise stands for the old", "(min=0).sqrt() * eps", "(min=0).sqrt() * noise", "9.12"),
    ("ᾱ_s/ᾱ_t", "(1 - now / then)", "(then / now - 1)", "9.12"),
    ("the fraction is upside down", "then) / (1 - now", "now) / (1 - then).clamp(min=1e-3", "9.12"),
    ("the second factor is missing", " * (1 - now / then)", "", "9.12"),
    ("the model is told s", "model(xt, t)", "model(xt, s)", "9.12"),
    ("x̂_0 at s", "(xt, t, eps, alpha_bars)", "(xt, s, eps, alpha_bars)", "9.12"),
    ("a single step, whatever s is", "at(alpha_bars, s, xt)", "at(alpha_bars, t - 1, xt)", "9.12"),
    ("the first example's s for all", "alpha_bars, s, xt", "alpha_bars, 0 * s + s[0], xt", "9.12"),
)
G = "diffusion.guided_eps"
LINE = "eps_uncond + weight * (eps_cond - eps_uncond)"
edits(
    G,
    ("exchanged", LINE, "eps_cond + weight * (eps_uncond - eps_cond)", "are exchanged"),
    ("the paper's w", LINE, "eps_cond + weight * (eps_cond - eps_uncond)", "paper's w"),
    ("no guidance", LINE, "eps_cond + 0 * eps_uncond", "weight is not used"),
    ("minus", "eps_uncond + weight", "eps_uncond - weight", "subtracted"),
    ("the difference alone", "eps_uncond + weight", "weight", "is not kept"),
    ("not a mean", "(eps_cond - eps_uncond)", "eps_cond", "do not sum to 1"),
    ("the weight is squared", "weight *", "weight**2 *", "9.13"),
    ("never beyond the conditional model", "weight *", "min(weight, 1.0) *", "9.13"),
)


@mutant(G, "scaled back to the conditional's length", expect="9.13")
def guided_rescaled(eps_cond, eps_uncond, weight):
    guided = eps_uncond + weight * (eps_cond - eps_uncond)
    length = guided.flatten(1).norm(dim=1).clamp(min=1e-9)
    scale = eps_cond.flatten(1).norm(dim=1) / length
    return guided * scale.reshape(-1, *[1] * (guided.dim() - 1))


edits(G, ("weights up to 7.5", "weight *", "min(weight, 7.5) *", "9.13"))
