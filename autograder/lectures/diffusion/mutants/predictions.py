"""Wrong changes between noise, data and score."""

from autograder.authoring.audit import edit

X = "diffusion.x0_from_eps"
LINE = "(xt - (1 - kept).sqrt() * eps) / kept.sqrt()"
edit(X, "divided by ᾱ", old="/ kept.sqrt()", new="/ kept", expect="not by its root")
edit(X, "not divided", old=" / kept.sqrt()", new="", expect="division by √ᾱ")
edit(X, "noise is added", old="xt - (1", new="xt + (1", expect="noise is added")
edit(
    X,
    "no root of the noise",
    old="(1 - kept).sqrt() * eps",
    new="(1 - kept) * eps",
    expect="1 − ᾱ scales",
)
edit(X, "noise as it is", old="(1 - kept).sqrt() * eps", new="eps", expect="not scaled")
edit(X, "index t - 1", old="at(alpha_bars, t, xt)", new="at(alpha_bars, t - 1, xt)", expect="t − 1")
edit(
    X,
    "the other inverse",
    old=LINE,
    new="(xt - kept.sqrt() * eps) / (1 - kept).sqrt()",
    expect="this is eps_from_x0",
)
edit(
    X,
    "clipped to [-1, 1]",
    old=LINE,
    new="(" + LINE + ").clamp(-1, 1)",
    expect="9.6",
)

E = "diffusion.eps_from_x0"
LINE = "(xt - kept.sqrt() * x0) / (1 - kept).sqrt()"
edit(E, "divided by 1 - ᾱ", old="/ (1 - kept).sqrt()", new="/ (1 - kept)", expect="not by its root")
edit(E, "not divided", old=" / (1 - kept).sqrt()", new="", expect="division by √(1 − ᾱ)")
edit(
    E,
    "the sign",
    old="(xt - kept.sqrt() * x0)",
    new="(kept.sqrt() * x0 - xt)",
    expect="sign is turned",
)
edit(E, "no root of the data", old="kept.sqrt() * x0", new="kept * x0", expect="ᾱ scales x₀")
edit(E, "data as they are", old="kept.sqrt() * x0", new="x0", expect="x₀ is not scaled")
edit(E, "divided by √ᾱ", old="/ (1 - kept).sqrt()", new="/ kept.sqrt()", expect="divided by √ᾱ")
edit(
    E,
    "the other inverse",
    old=LINE,
    new="(xt - (1 - kept).sqrt() * x0) / kept.sqrt()",
    expect="this is x0_from_eps",
)
edit(
    E,
    "the first example's t for all",
    old="at(alpha_bars, t, xt)",
    new="at(alpha_bars, 0 * t + t[0], xt)",
    expect="9.7",
)

S = "diffusion.score_from_eps"
edit(S, "the sign", old="-eps", new="eps", expect="points away from the noise")
edit(
    S,
    "divided by 1 - ᾱ",
    old="(1 - at(alpha_bars, t, eps)).sqrt()",
    new="(1 - at(alpha_bars, t, eps))",
    expect="not by its root",
)
edit(
    S,
    "not divided",
    old=" / (1 - at(alpha_bars, t, eps)).sqrt()",
    new=" + 0 * at(alpha_bars, t, eps)",
    expect="is missing",
)
edit(S, "multiplied", old="-eps / (1", new="-eps * (1", expect="multiplied by")
edit(
    S,
    "divided by √ᾱ",
    old="(1 - at(alpha_bars, t, eps)).sqrt()",
    new="at(alpha_bars, t, eps).sqrt()",
    expect="divided by √ᾱ",
)
edit(
    S,
    "index t - 1",
    old="at(alpha_bars, t, eps)",
    new="at(alpha_bars, (t - 1).clamp(min=1), eps)",
    expect="t − 1",
)
edit(
    S,
    "fits points but not images",
    old="at(alpha_bars, t, eps)",
    new="alpha_bars[t][:, None]",
    expect="9.8b",
)
