"""Wrong schedules and wrong noising."""

from autograder.authoring.audit import edit

L = "diffusion.linear_betas"
LINE = "torch.linspace(first, last, T, dtype=dtype)"
edit(
    L,
    "the last step is left out",
    old=LINE,
    new="torch.linspace(first, last, T + 1, dtype=dtype)[:-1]",
    expect="one short of `last`",
)
edit(
    L,
    "the first step is left out",
    old=LINE,
    new="torch.linspace(first, last, T + 1, dtype=dtype)[1:]",
    expect="t counts from 1",
)
edit(
    L,
    "one step too many",
    old=LINE,
    new="torch.linspace(first, last, T + 1, dtype=dtype)",
    expect="has shape",
)
edit(L, "backwards", old=LINE, new=LINE + ".flip(0)", expect="largest comes first")
edit(
    L,
    "the roots are linear",
    old=LINE,
    new="torch.linspace(first**0.5, last**0.5, T, dtype=dtype) ** 2",
    expect="roots grow linearly",
)
edit(
    L,
    "geometric",
    old=LINE,
    new="torch.logspace(math.log10(first), math.log10(last), T, dtype=dtype)",
    expect="logarithms grow linearly",
)
edit(L, "these are the alphas", old=LINE, new="1 - " + LINE, expect="1 − β")
edit(L, "one step is accepted", old="if T < 2", new="if T < 1", expect="expected a ValueError")
edit(L, "another exception", old="raise ValueError", new="raise IndexError", expect="IndexError")
edit(L, "the dtype is not used", old=", dtype=dtype", new="", expect="expected torch.")
edit(
    L,
    "the ends are not used",
    old="torch.linspace(first, last,",
    new="torch.linspace(1e-4, 0.02,",
    expect="9.1a",
)

C = "diffusion.cosine_betas"
edit(C, "no clipping", old=".clamp(max=0.999)", new="", expect="not clipped")
edit(C, "clipped elsewhere", old="max=0.999", new="max=0.9999", expect="0.9999")
edit(C, "the cosine alone", old=".square()", new="", expect="not squared")
edit(C, "to the fourth power", old=".square()", new=".square().square()", expect="cos⁴")
edit(C, "no offset", old="(t / T + s) / (1 + s)", new="t / T", expect="offset s is missing")
edit(
    C,
    "the offset is not divided out",
    old="(t / T + s) / (1 + s)",
    new="(t / T + s)",
    expect="not divided out",
)
edit(
    C, "these are the ratios", old="1 - f[1:] / f[:-1]", new="f[1:] / f[:-1]", expect="not 1 minus"
)
edit(C, "the inverse ratio", old="f[1:] / f[:-1]", new="f[:-1] / f[1:]", expect="9.2")
edit(
    C,
    "differences, not divided",
    old="1 - f[1:] / f[:-1]",
    new="f[:-1] - f[1:]",
    expect="not divided by",
)
edit(
    C,
    "this is the alpha bar",
    old="betas = (1 - f[1:] / f[:-1]).clamp(max=0.999)",
    new="betas = f[1:] / f[0]",
    expect="this is ᾱ_t",
)
edit(C, "the sine", old="torch.cos", new="torch.sin", expect="9.2")
edit(C, "π for π/2", old="math.pi / 2", new="math.pi", expect="9.2")
edit(
    C,
    "T - 1 below",
    old="(t / T + s)",
    new="(t / (T - 1) + s)",
    expect="9.2",
)
edit(
    C,
    "the dtype is lost",
    old="betas.to(dtype or torch.get_default_dtype())",
    new="betas",
    expect="float64, expected torch.float32",
)

A = "diffusion.alpha_bars"
BARS = "torch.cat([betas.new_ones(1), torch.cumprod(1 - betas, dim=0)])"
edit(A, "without t = 0", old=BARS, new="torch.cumprod(1 - betas, dim=0)", expect="promised")
edit(
    A,
    "products of the betas",
    old="torch.cumprod(1 - betas, dim=0)",
    new="torch.cumprod(betas, dim=0)",
    expect="9.3",
)
edit(
    A,
    "no product",
    old="torch.cumprod(1 - betas, dim=0)",
    new="1 - betas",
    expect="no products",
)
edit(
    A,
    "a running sum",
    old="torch.cumprod(1 - betas, dim=0)",
    new="1 - torch.cumsum(betas, dim=0)",
    expect="a sum instead",
)
edit(A, "the roots", old=BARS, new=BARS + ".sqrt()", expect="√ᾱ_t")
edit(A, "what is lost", old=BARS, new="1 - " + BARS, expect="1 − ᾱ_t")
edit(A, "1 at the end", old=BARS, new=BARS + ".roll(-1)", expect="stands at the end")
edit(A, "ᾱ_0 is 0", old="new_ones", new="new_zeros", expect="ᾱ₀ is 0")
edit(A, "float32", old="betas.new_ones(1)", new="betas.new_ones(1).double()", expect="float64")

Q = "diffusion.q_sample"
edit(Q, "index t - 1", old="at(alpha_bars, t, x0)", new="at(alpha_bars, t - 1, x0)", expect="t − 1")
edit(
    Q,
    "no root of the noise",
    old="(1 - kept).sqrt() * eps",
    new="(1 - kept) * eps",
    expect="1 − ᾱ scales",
)
edit(Q, "no root of the data", old="kept.sqrt() * x0", new="kept * x0", expect="ᾱ scales the data")
edit(
    Q,
    "no roots",
    old="kept.sqrt() * x0 + (1 - kept).sqrt() * eps",
    new="kept * x0 + (1 - kept) * eps",
    expect="both roots",
)
edit(
    Q,
    "exchanged",
    old="kept.sqrt() * x0 + (1 - kept).sqrt() * eps",
    new="(1 - kept).sqrt() * x0 + kept.sqrt() * eps",
    expect="exchanged",
)
edit(Q, "noise as it is", old="(1 - kept).sqrt() * eps", new="eps", expect="not scaled")
edit(Q, "minus", old="+ (1 - kept)", new="- (1 - kept)", expect="subtracted")
edit(Q, "1 - root", old="(1 - kept).sqrt()", new="(1 - kept.sqrt())", expect="1 − √ᾱ")
edit(
    Q,
    "the first example's t for all",
    old="at(alpha_bars, t, x0)",
    new="alpha_bars[t[0]]",
    expect="9.4",
)
edit(
    Q,
    "fits points but not images",
    old="at(alpha_bars, t, x0)",
    new="alpha_bars[t][:, None]",
    expect="9.4c",
)
edit(
    Q,
    "noise of its own",
    old="* eps",
    new="* torch.randn(eps.shape, generator=torch.Generator()).to(eps)",
    expect="9.4",
)

P = "diffusion.q_posterior"
edit(
    P,
    "the factors are exchanged",
    old="* x0 + (1 - beta).sqrt() * (1 - before) * xt",
    new="* xt + (1 - beta).sqrt() * (1 - before) * x0",
    expect="exchanged",
)
edit(
    P,
    "β for β̃",
    old="beta * (1 - before) / (1 - now)",
    new="beta + 0 * before",
    expect="β_t, the variance",
)
edit(
    P,
    "ᾱ_t in the factor of x_0",
    old="mean = before.sqrt()",
    new="mean = now.sqrt()",
    expect="√ᾱ_t where √ᾱ_{t−1}",
)
edit(P, "no root of ᾱ_{t-1}", old="before.sqrt() * beta", new="before * beta", expect="root of ᾱ")
edit(P, "no root of α", old="(1 - beta).sqrt()", new="(1 - beta)", expect="root of 1 − β_t")
edit(P, "ᾱ_t for α_t", old="(1 - beta).sqrt()", new="now.sqrt()", expect="√ᾱ_t where √(1 − β_t)")
edit(P, "1 - ᾱ_t above", old="(1 - before) * xt", new="(1 - now) * xt", expect="1 − ᾱ_t where")
edit(
    P,
    "the wrong beta",
    old="at(betas, t - 1, x0)",
    new="at(betas.roll(1), t - 1, x0)",
    expect="β_{t−1} where",
)
edit(P, "betas[t]", old="at(betas, t - 1, x0)", new="at(betas.roll(-1), t - 1, x0)", expect="9.5")
edit(P, "mean not divided", old="mean / (1 - now)", new="mean", expect="division by 1 − ᾱ_t")
edit(
    P,
    "a standard deviation",
    old="variance.flatten()",
    new="variance.sqrt().flatten()",
    expect="standard deviation",
)
edit(P, "upside down", old="(1 - before) / (1 - now)", new="(1 - now) / (1 - before)", expect="9.5")
edit(
    P,
    "a logarithm",
    old="variance.flatten()",
    new="variance.clamp(min=1e-20).log().flatten()",
    expect="logarithm",
)
edit(
    P,
    "one variance for the batch",
    old="variance.flatten()",
    new="variance.flatten()[:1]",
    expect="promised",
)
edit(
    P,
    "the variance as broad as the data",
    old="variance.flatten()",
    new="(variance + 0 * x0).flatten(1)",
    expect="promised",
)
