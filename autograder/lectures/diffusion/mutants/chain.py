"""Wrong schedules and wrong noising."""

from autograder.authoring.audit import edits

L = "diffusion.linear_betas"
LINE = "torch.linspace(first, last, T, dtype=dtype)"
edits(
    L,
    LINE,
    (
        "the last step is left out",
        "torch.linspace(first, last, T + 1, dtype=dtype)[:-1]",
        "one short of `last`",
    ),
    (
        "the first step is left out",
        "torch.linspace(first, last, T + 1, dtype=dtype)[1:]",
        "t counts from 1",
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
edits(L, "if T < 2", ("one step is accepted", "if T < 1", "expected a ValueError"))
edits(L, "raise ValueError", ("another exception", "raise IndexError", "IndexError"))
edits(L, ", dtype=dtype", ("the dtype is not used", "", "expected torch."))
edits(
    L,
    "torch.linspace(first, last,",
    ("the ends are not used", "torch.linspace(1e-4, 0.02,", "9.1a"),
)

C = "diffusion.cosine_betas"
edits(C, ".clamp(max=0.999)", ("no clipping", "", "not clipped"))
edits(C, "max=0.999", ("clipped elsewhere", "max=0.9999", "0.9999"))
edits(
    C,
    ".square()",
    ("the cosine alone", "", "not squared"),
    ("to the fourth power", ".square().square()", "cos⁴"),
)
edits(
    C,
    "(t / T + s) / (1 + s)",
    ("no offset", "t / T", "offset s is missing"),
    ("the offset is not divided out", "(t / T + s)", "not divided out"),
)
edits(
    C,
    "1 - f[1:] / f[:-1]",
    ("these are the ratios", "f[1:] / f[:-1]", "not 1 minus"),
    ("differences, not divided", "f[:-1] - f[1:]", "not divided by"),
)
edits(C, "f[1:] / f[:-1]", ("the inverse ratio", "f[:-1] / f[1:]", "9.2"))
edits(
    C,
    "betas = (1 - f[1:] / f[:-1]).clamp(max=0.999)",
    ("this is the alpha bar", "betas = f[1:] / f[0]", "this is ᾱ_t"),
)
edits(C, "torch.cos", ("the sine", "torch.sin", "9.2"))
edits(C, "math.pi / 2", ("π for π/2", "math.pi", "9.2"))
edits(C, "(t / T + s)", ("T - 1 below", "(t / (T - 1) + s)", "9.2"))
edits(
    C,
    "betas.to(dtype or torch.get_default_dtype())",
    ("the dtype is lost", "betas", "float64, expected torch.float32"),
)

A = "diffusion.alpha_bars"
BARS = "torch.cat([betas.new_ones(1), torch.cumprod(1 - betas, dim=0)])"
edits(
    A,
    BARS,
    ("without t = 0", "torch.cumprod(1 - betas, dim=0)", "promised"),
    ("the roots", BARS + ".sqrt()", "√ᾱ_t"),
    ("what is lost", "1 - " + BARS, "1 − ᾱ_t"),
    ("1 at the end", BARS + ".roll(-1)", "stands at the end"),
)
edits(
    A,
    "torch.cumprod(1 - betas, dim=0)",
    ("products of the betas", "torch.cumprod(betas, dim=0)", "9.3"),
    ("no product", "1 - betas", "no products"),
    ("a running sum", "1 - torch.cumsum(betas, dim=0)", "a sum instead"),
)
edits(A, "new_ones", ("ᾱ_0 is 0", "new_zeros", "ᾱ₀ is 0"))
edits(A, "betas.new_ones(1)", ("float32", "betas.new_ones(1).double()", "float64"))

Q = "diffusion.q_sample"
edits(
    Q,
    "at(alpha_bars, t, x0)",
    ("index t - 1", "at(alpha_bars, t - 1, x0)", "t − 1"),
    ("the first example's t for all", "alpha_bars[t[0]]", "9.4"),
    ("fits points but not images", "alpha_bars[t][:, None]", "9.4c"),
)
edits(
    Q,
    "(1 - kept).sqrt() * eps",
    ("no root of the noise", "(1 - kept) * eps", "1 − ᾱ scales"),
    ("noise as it is", "eps", "not scaled"),
)
edits(Q, "kept.sqrt() * x0", ("no root of the data", "kept * x0", "ᾱ scales the data"))
edits(
    Q,
    "kept.sqrt() * x0 + (1 - kept).sqrt() * eps",
    ("no roots", "kept * x0 + (1 - kept) * eps", "both roots"),
    ("exchanged", "(1 - kept).sqrt() * x0 + kept.sqrt() * eps", "exchanged"),
)
edits(Q, "+ (1 - kept)", ("minus", "- (1 - kept)", "subtracted"))
edits(Q, "(1 - kept).sqrt()", ("1 - root", "(1 - kept.sqrt())", "1 − √ᾱ"))
edits(
    Q,
    "* eps",
    ("noise of its own", "* torch.randn(eps.shape, generator=torch.Generator()).to(eps)", "9.4"),
)

P = "diffusion.q_posterior"
edits(
    P,
    "* x0 + (1 - beta).sqrt() * (1 - before) * xt",
    ("the factors are exchanged", "* xt + (1 - beta).sqrt() * (1 - before) * x0", "exchanged"),
)
edits(P, "beta * (1 - before) / (1 - now)", ("β for β̃", "beta + 0 * before", "β_t, the variance"))
edits(
    P,
    "mean = before.sqrt()",
    ("ᾱ_t in the factor of x_0", "mean = now.sqrt()", "√ᾱ_t where √ᾱ_{t−1}"),
)
edits(P, "before.sqrt() * beta", ("no root of ᾱ_{t-1}", "before * beta", "root of ᾱ"))
edits(
    P,
    "(1 - beta).sqrt()",
    ("no root of α", "(1 - beta)", "root of 1 − β_t"),
    ("ᾱ_t for α_t", "now.sqrt()", "√ᾱ_t where √(1 − β_t)"),
)
edits(P, "(1 - before) * xt", ("1 - ᾱ_t above", "(1 - now) * xt", "1 − ᾱ_t where"))
edits(
    P,
    "at(betas, t - 1, x0)",
    ("the wrong beta", "at(betas.roll(1), t - 1, x0)", "β_{t−1} where"),
    ("betas[t]", "at(betas.roll(-1), t - 1, x0)", "9.5"),
)
edits(P, "mean / (1 - now)", ("mean not divided", "mean", "division by 1 − ᾱ_t"))
edits(
    P,
    "variance.flatten()",
    ("a standard deviation", "variance.sqrt().flatten()", "standard deviation"),
    ("a logarithm", "variance.clamp(min=1e-20).log().flatten()", "logarithm"),
    ("one variance for the batch", "variance.flatten()[:1]", "promised"),
    ("the variance as broad as the data", "(variance + 0 * x0).flatten(1)", "promised"),
)
edits(P, "(1 - before) / (1 - now)", ("upside down", "(1 - now) / (1 - before)", "9.5"))
