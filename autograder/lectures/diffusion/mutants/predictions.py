"""Wrong changes between noise, data and score."""

from autograder.authoring.audit import edits

LINE = "(xt - (1 - kept).sqrt() * eps) / kept.sqrt()"
edits(
    "diffusion.x0_from_eps",
    ("divided by ᾱ", "/ kept.sqrt()", "/ kept", "not by its root"),
    ("not divided", " / kept.sqrt()", "", "division by √ᾱ"),
    ("noise is added", "xt - (1", "xt + (1", "noise is added"),
    ("no root of the noise", "(1 - kept).sqrt() * eps", "(1 - kept) * eps", "1 − ᾱ scales"),
    ("noise as it is", "(1 - kept).sqrt() * eps", "eps", "not scaled"),
    ("index t - 1", "at(alpha_bars, t, xt)", "at(alpha_bars, t - 1, xt)", "t − 1"),
    LINE,
    ("the other inverse", "(xt - kept.sqrt() * eps) / (1 - kept).sqrt()", "this is eps_from_x0"),
    ("clipped to [-1, 1]", "(" + LINE + ").clamp(-1, 1)", "9.6"),
)
LINE = "(xt - kept.sqrt() * x0) / (1 - kept).sqrt()"
edits(
    "diffusion.eps_from_x0",
    ("divided by 1 - ᾱ", "/ (1 - kept).sqrt()", "/ (1 - kept)", "not by its root"),
    ("divided by √ᾱ", "/ (1 - kept).sqrt()", "/ kept.sqrt()", "divided by √ᾱ"),
    ("not divided", " / (1 - kept).sqrt()", "", "division by √(1 − ᾱ)"),
    ("the sign", "(xt - kept.sqrt() * x0)", "(kept.sqrt() * x0 - xt)", "sign is turned"),
    ("no root of the data", "kept.sqrt() * x0", "kept * x0", "ᾱ scales x₀"),
    ("data as they are", "kept.sqrt() * x0", "x0", "x₀ is not scaled"),
    ("the first example's t for all", "alpha_bars, t, xt", "alpha_bars, 0 * t + t[0], xt", "9.7"),
    LINE,
    ("the other inverse", "(xt - (1 - kept).sqrt() * x0) / kept.sqrt()", "this is x0_from_eps"),
)
edits(
    "diffusion.score_from_eps",
    ("the sign", "-eps", "eps", "points away from the noise"),
    ("divided by 1 - ᾱ", ".sqrt()", "", "not by its root"),
    ("divided by √ᾱ", "(1 - at(alpha_bars, t, eps)).", "at(alpha_bars, t, eps).", "divided by √ᾱ"),
    ("multiplied", "-eps / (1", "-eps * (1", "multiplied by"),
    ("index t - 1", "at(alpha_bars, t, eps)", "at(alpha_bars, (t - 1).clamp(min=1), eps)", "t − 1"),
    (
        "fits points but not images",
        "at(alpha_bars, t, eps)",
        "alpha_bars[t][:, None]",
        "raised RuntimeError",
    ),
    " / (1 - at(alpha_bars, t, eps)).sqrt()",
    ("not divided", " + 0 * at(alpha_bars, t, eps)", "is missing"),
)
edits(
    "diffusion.x0_from_eps",
    ("a small divisor is enlarged", "/ kept.sqrt()", "/ kept.sqrt().clamp(min=1e-3)", "9.6a"),
)
edits(
    "diffusion.eps_from_x0",
    (
        "a small divisor is enlarged",
        "/ (1 - kept).sqrt()",
        "/ (1 - kept).sqrt().clamp(min=1e-3)",
        "9.7a",
    ),
)
