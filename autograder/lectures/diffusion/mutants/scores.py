"""Wrong score matching, walks and drifts."""

from autograder.authoring.audit import edits

S = "diffusion.dsm_loss"
GAP = "score(x + sigma * noise) + noise / sigma"
edits(
    S,
    "+ noise / sigma",
    ("the sign", "- noise / sigma", "points back"),
    ("σ is forgotten", "+ noise", "not divided by σ"),
)
edits(
    S,
    "noise / sigma",
    ("σ² below", "noise / sigma**2", "noise/σ² where"),
    ("σ above", "noise * sigma", "multiplied by σ"),
    ("the data are the target", "x / sigma", "9.14"),
)
edits(
    S,
    "0.5 * gap",
    ("no half", "gap", "½ is missing"),
    ("weighted", "0.5 * sigma**2 * gap", "weighted with σ²"),
)
edits(
    S,
    ".sum(1).mean()",
    ("a mean over the coordinates", ".mean(1).mean()", "they are summed"),
    ("a sum over the examples", ".sum(1).sum()", "sum over the examples"),
)
edits(
    S,
    "score(x + sigma * noise)",
    ("the clean data", "score(x)", "at the clean x"),
    ("unit noise", "score(x + noise)", "without σ"),
)
edits(S, ".square().sum(1)", ("the length", ".norm(dim=1)", "not its square"))
edits(S, ".square()", ("absolute values", ".abs()", "9.14"))

L = "diffusion.langevin_step"
edits(L, "0.5 * step * score(x)", ("a whole step uphill", "step * score(x)", "step where step/2"))
edits(L, "math.sqrt(step)", ("√(2 step)", "math.sqrt(2 * step)", "√(2 step) where"))
edits(
    L,
    "0.5 * step * score(x) + math.sqrt(step)",
    ("another convention", "step * score(x) + math.sqrt(2 * step)", "another convention"),
)
edits(
    L,
    "math.sqrt(step) * noise",
    ("no root", "step * noise", "its root should"),
    ("noise as it is", "noise", "not scaled"),
)
edits(
    L,
    "x + 0.5",
    ("downhill", "x - 0.5", "downhill"),
    ("x is lost", "0.5", "x itself is lost"),
)
edits(L, " + math.sqrt(step) * noise", ("no noise", "", "only climbs"))
edits(L, "0.5 * step * score(x) + ", ("no drift", "", "no drift"))
edits(L, "score(x)", ("the score after the push", "score(x + math.sqrt(step) * noise)", "9.15"))
edits(L, "* noise", ("the same push for all", "* noise[:1]", "9.15"))

F = "diffusion.probability_flow_drift"
edits(
    F,
    "(x + score(x, t))",
    ("the reverse SDE's drift", "(x + 2 * score(x, t))", "counts double"),
    ("no score", "x", "score is left out"),
    ("no x", "score(x, t)", "x is left out"),
)
edits(
    F,
    "-0.5 * beta",
    ("no half", "-beta", "½ is missing"),
    ("the sign", "0.5 * beta", "time runs towards"),
    ("√β", "-0.5 * beta.sqrt()", "√β where"),
)
edits(F, "(x + score", ("minus the score", "(x - score", "score is added"))
edits(F, "beta_min + t *", ("backwards in time", "beta_min + (1 - t) *", "runs backwards"))
edits(
    F,
    "beta_min + t * (beta_max - beta_min)",
    ("a constant rate", "beta_min + 0 * t", "beta_min at all times"),
)
edits(F, "* (x.dim() - 1))", ("one time for the batch", "* (x.dim() - 1))[:1]", "9.16"))
edits(F, "score(x, t)", ("the score at the other end", "score(x, 1 - t)", "9.16"))
edits(F, "t * (beta_max - beta_min)", ("rates are fixed", "t * (20.0 - beta_min)", "9.16"))
