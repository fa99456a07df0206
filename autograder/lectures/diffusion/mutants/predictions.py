"""Wrong changes between noise, data and score."""

from autograder.authoring.audit import edits

X = "diffusion.x0_from_eps"
LINE = "(xt - (1 - kept).sqrt() * eps) / kept.sqrt()"
edits(X, "/ kept.sqrt()", ("divided by ᾱ", "/ kept", "not by its root"))
edits(X, " / kept.sqrt()", ("not divided", "", "division by √ᾱ"))
edits(X, "xt - (1", ("noise is added", "xt + (1", "noise is added"))
edits(
    X,
    "(1 - kept).sqrt() * eps",
    ("no root of the noise", "(1 - kept) * eps", "1 − ᾱ scales"),
    ("noise as it is", "eps", "not scaled"),
)
edits(X, "at(alpha_bars, t, xt)", ("index t - 1", "at(alpha_bars, t - 1, xt)", "t − 1"))
edits(
    X,
    LINE,
    ("the other inverse", "(xt - kept.sqrt() * eps) / (1 - kept).sqrt()", "this is eps_from_x0"),
    ("clipped to [-1, 1]", "(" + LINE + ").clamp(-1, 1)", "9.6"),
)

E = "diffusion.eps_from_x0"
LINE = "(xt - kept.sqrt() * x0) / (1 - kept).sqrt()"
edits(
    E,
    "/ (1 - kept).sqrt()",
    ("divided by 1 - ᾱ", "/ (1 - kept)", "not by its root"),
    ("divided by √ᾱ", "/ kept.sqrt()", "divided by √ᾱ"),
)
edits(E, " / (1 - kept).sqrt()", ("not divided", "", "division by √(1 − ᾱ)"))
edits(E, "(xt - kept.sqrt() * x0)", ("the sign", "(kept.sqrt() * x0 - xt)", "sign is turned"))
edits(
    E,
    "kept.sqrt() * x0",
    ("no root of the data", "kept * x0", "ᾱ scales x₀"),
    ("data as they are", "x0", "x₀ is not scaled"),
)
edits(
    E,
    LINE,
    ("the other inverse", "(xt - (1 - kept).sqrt() * x0) / kept.sqrt()", "this is x0_from_eps"),
)
edits(
    E,
    "at(alpha_bars, t, xt)",
    ("the first example's t for all", "at(alpha_bars, 0 * t + t[0], xt)", "9.7"),
)

S = "diffusion.score_from_eps"
edits(S, "-eps", ("the sign", "eps", "points away from the noise"))
edits(
    S,
    "(1 - at(alpha_bars, t, eps)).sqrt()",
    ("divided by 1 - ᾱ", "(1 - at(alpha_bars, t, eps))", "not by its root"),
    ("divided by √ᾱ", "at(alpha_bars, t, eps).sqrt()", "divided by √ᾱ"),
)
edits(
    S,
    " / (1 - at(alpha_bars, t, eps)).sqrt()",
    ("not divided", " + 0 * at(alpha_bars, t, eps)", "is missing"),
)
edits(S, "-eps / (1", ("multiplied", "-eps * (1", "multiplied by"))
edits(
    S,
    "at(alpha_bars, t, eps)",
    ("index t - 1", "at(alpha_bars, (t - 1).clamp(min=1), eps)", "t − 1"),
    ("fits points but not images", "alpha_bars[t][:, None]", "9.8b"),
)
