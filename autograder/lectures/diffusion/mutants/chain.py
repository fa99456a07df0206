"""Wrong schedules and wrong noising."""

from autograder.authoring.audit import edits

LINE = "torch.linspace(first, last, T, dtype=dtype)"
edits(
    "diffusion.linear_betas",
    ("the first step is left out", "T, dtype=dtype)", "T + 1, dtype=dtype)[1:]", "t counts from 1"),
    ("one step is accepted", "if T < 2", "if T < 1", "expected a ValueError"),
    ("another exception", "raise ValueError", "raise IndexError", "IndexError"),
    ("the dtype is not used", ", dtype=dtype", "", "expected torch."),
    ("the ends are not used", "torch.linspace(first, last,", "torch.linspace(1e-4, 0.02,", "9.1a"),
    LINE,
    (
        "the last step is left out",
        "torch.linspace(first, last, T + 1, dtype=dtype)[:-1]",
        "one short of `last`",
    ),
    ("one step too many", "torch.linspace(first, last, T + 1, dtype=dtype)", "has shape"),
    ("backwards", LINE + ".flip(0)", "largest comes first"),
    (
        "the roots are linear",
        "torch.linspace(first**0.5, last**0.5, T, dtype=dtype) ** 2",
        "roots grow linearly",
    ),
    (
        "geometric",
        "torch.logspace(math.log10(first), math.log10(last), T, dtype=dtype)",
        "logarithms grow linearly",
    ),
    ("these are the alphas", "1 - " + LINE, "1 − β"),
)
edits(
    "diffusion.cosine_betas",
    ("no clipping", ".clamp(max=0.999)", "", "not clipped"),
    ("clipped elsewhere", "max=0.999", "max=0.9999", "0.9999"),
    ("the cosine alone", ".square()", "", "not squared"),
    ("to the fourth power", ".square()", ".square().square()", "cos⁴"),
    ("no offset", "(t / T + s) / (1 + s)", "t / T", "offset s is missing"),
    ("the offset is not divided out", "(t / T + s) / (1 + s)", "(t / T + s)", "not divided out"),
    ("these are the ratios", "1 - f[1:] / f[:-1]", "f[1:] / f[:-1]", "not 1 minus"),
    ("differences, not divided", "1 - f[1:] / f[:-1]", "f[:-1] - f[1:]", "not divided by"),
    ("the inverse ratio", "f[1:] / f[:-1]", "f[:-1] / f[1:]", "9.2"),
    ("the sine", "torch.cos", "torch.sin", "9.2"),
    ("π for π/2", "math.pi / 2", "math.pi", "9.2"),
    ("T - 1 below", "(t / T + s)", "(t / (T - 1) + s)", "9.2"),
    "betas = (1 - f[1:] / f[:-1]).clamp(max=0.999)",
    ("this is the alpha bar", "betas = f[1:] / f[0]", "this is ᾱ_t"),
    "betas.to(dtype or torch.get_default_dtype())",
    ("the dtype is lost", "betas", "float64, expected torch.float32"),
)
BARS = "torch.cat([betas.new_ones(1), torch.cumprod(1 - betas, dim=0)])"
edits(
    "diffusion.alpha_bars",
    ("without t = 0", BARS, "torch.cumprod(1 - betas, dim=0)", "; expected"),
    ("the roots", BARS, BARS + ".sqrt()", "√ᾱ_t"),
    ("what is lost", BARS, "1 - " + BARS, "1 − ᾱ_t"),
    ("1 at the end", BARS, BARS + ".roll(-1)", "stands at the end"),
    ("products of the betas", "(1 - betas, dim=0)", "(betas, dim=0)", "9.3"),
    ("no product", "torch.cumprod(1 - betas, dim=0)", "1 - betas", "no products"),
    ("a running sum", "torch.cumprod(1 - betas,", "1 - torch.cumsum(betas,", "a sum instead"),
    ("ᾱ_0 is 0", "new_ones", "new_zeros", "ᾱ₀ is 0"),
    ("float32", "betas.new_ones(1)", "betas.new_ones(1).double()", "float64"),
)
edits(
    "diffusion.q_sample",
    ("index t - 1", "at(alpha_bars, t, x0)", "at(alpha_bars, t - 1, x0)", "t − 1"),
    ("the first example's t for all", "at(alpha_bars, t, x0)", "alpha_bars[t[0]]", "9.4"),
    (
        "fits points but not images",
        "at(alpha_bars, t, x0)",
        "alpha_bars[t][:, None]",
        "raised RuntimeError",
    ),
    ("no root of the noise", "(1 - kept).sqrt() * eps", "(1 - kept) * eps", "1 − ᾱ scales"),
    ("noise as it is", "(1 - kept).sqrt() * eps", "eps", "not scaled"),
    ("no root of the data", "kept.sqrt() * x0", "kept * x0", "ᾱ scales the data"),
    ("no roots", "kept.sqrt() * x0 + (1 - kept).sqrt()", "kept * x0 + (1 - kept)", "both roots"),
    ("minus", "+ (1 - kept)", "- (1 - kept)", "subtracted"),
    ("1 - root", "(1 - kept).sqrt()", "(1 - kept.sqrt())", "1 − √ᾱ"),
    ("exchanged", "kept.sqrt() * x0 + (1 - kept).", "(1 - kept).sqrt() * x0 + kept.", "exchanged"),
    "* eps",
    ("noise of its own", "* torch.randn(eps.shape, generator=torch.Generator()).to(eps)", "9.4"),
)
edits(
    "diffusion.q_posterior",
    ("β for β̃", "beta * (1 - before) / (1 - now)", "beta + 0 * before", "β_t, the variance"),
    ("ᾱ_t in the factor of x_0", "mean = before.sqrt", "mean = now.sqrt", "√ᾱ_t where √ᾱ_{t−1}"),
    ("no root of ᾱ_{t-1}", "before.sqrt() * beta", "before * beta", "root of ᾱ"),
    ("no root of α", "(1 - beta).sqrt()", "(1 - beta)", "root of 1 − β_t"),
    ("ᾱ_t for α_t", "(1 - beta).sqrt()", "now.sqrt()", "√ᾱ_t where √(1 − β_t)"),
    ("1 - ᾱ_t above", "(1 - before) * xt", "(1 - now) * xt", "1 − ᾱ_t where"),
    ("the wrong beta", "at(betas, t - 1, x0)", "at(betas.roll(1), t - 1, x0)", "β_{t−1} where"),
    ("betas[t]", "at(betas, t - 1, x0)", "at(betas.roll(-1), t - 1, x0)", "9.5"),
    ("mean not divided", "mean / (1 - now)", "mean", "division by 1 − ᾱ_t"),
    ("a standard deviation", "variance.flatten", "variance.sqrt().flatten", "standard deviation"),
    ("x_0 is clipped", "beta * x0", "beta * x0.clamp(-3, 3)", "9.5"),
    ("upside down", "(1 - before) / (1 - now)", "(1 - now) / (1 - before)", "9.5"),
    "* x0 + (1 - beta).sqrt() * (1 - before) * xt",
    ("the factors are exchanged", "* xt + (1 - beta).sqrt() * (1 - before) * x0", "exchanged"),
    "variance.flatten()",
    ("a logarithm", "variance.clamp(min=1e-20).log().flatten()", "logarithm"),
    ("one variance for the batch", "variance.flatten()[:1]", "; expected"),
    ("the variance as broad as the data", "(variance + 0 * x0).flatten(1)", "; expected"),
)
edits(
    "diffusion.cosine_betas",
    ("no β below 0.0001", ".clamp(max=0.999)", ".clamp(1e-4, 0.999)", "9.2b"),
)
edits(
    "diffusion.alpha_bars",
    ("ᾱ kept above 1e-9", "dim=0)])", "dim=0).clamp(min=1e-9)])", "9.3b"),
)
