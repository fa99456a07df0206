"""Wrong score matching, walks and drifts."""

from autograder.authoring.audit import edits

edits(
    "diffusion.dsm_loss",
    ("the sign", "+ noise / sigma", "- noise / sigma", "points back"),
    ("σ is forgotten", "+ noise / sigma", "+ noise", "not divided by σ"),
    ("σ² below", "noise / sigma", "noise / sigma**2", "noise/σ² where"),
    ("σ above", "noise / sigma", "noise * sigma", "multiplied by σ"),
    ("the data are the target", "noise / sigma", "x / sigma", "9.14"),
    ("no half", "0.5 * gap", "gap", "½ is missing"),
    ("weighted", "0.5 * gap", "0.5 * sigma**2 * gap", "weighted with σ²"),
    ("a mean over the coordinates", ".sum(1).mean()", ".mean(1).mean()", "they are summed"),
    ("a sum over the examples", ".sum(1).mean()", ".sum(1).sum()", "sum over the examples"),
    ("the clean data", "score(x + sigma * noise)", "score(x)", "at the clean x"),
    ("unit noise", "score(x + sigma * noise)", "score(x + noise)", "without σ"),
    ("the length", ".square().sum(1)", ".norm(dim=1)", "not its square"),
    ("absolute values", ".square()", ".abs()", "9.14"),
)
edits(
    "diffusion.langevin_step",
    ("a whole step uphill", "0.5 * step * score(x)", "step * score(x)", "step where step/2"),
    ("√(2 step)", "math.sqrt(step)", "math.sqrt(2 * step)", "√(2 step) where"),
    ("no root", "math.sqrt(step) * noise", "step * noise", "its root should"),
    ("noise as it is", "math.sqrt(step) * noise", "noise", "not scaled"),
    ("downhill", "x + 0.5", "x - 0.5", "downhill"),
    ("x is lost", "x + 0.5", "0.5", "x itself is lost"),
    ("no noise", " + math.sqrt(step) * noise", "", "only climbs"),
    ("no drift", "0.5 * step * score(x) + ", "", "no drift"),
    ("the score after the push", "score(x)", "score(x + math.sqrt(step) * noise)", "9.15"),
    ("the same push for all", "* noise", "* noise[:1]", "9.15"),
    "0.5 * step * score(x) + math.sqrt(step)",
    ("another convention", "step * score(x) + math.sqrt(2 * step)", "another convention"),
)
edits(
    "diffusion.probability_flow_drift",
    ("the reverse SDE's drift", "(x + score(x, t))", "(x + 2 * score(x, t))", "counts double"),
    ("no score", "(x + score(x, t))", "x", "score is left out"),
    ("no x", "(x + score(x, t))", "score(x, t)", "x is left out"),
    ("no half", "-0.5 * beta", "-beta", "½ is missing"),
    ("the sign", "-0.5 * beta", "0.5 * beta", "time runs towards"),
    ("√β", "-0.5 * beta", "-0.5 * beta.sqrt()", "√β where"),
    ("minus the score", "(x + score", "(x - score", "score is added"),
    ("backwards in time", "beta_min + t *", "beta_min + (1 - t) *", "runs backwards"),
    ("a constant rate", "+ t * (beta_max - beta_min)", "+ 0 * t", "beta_min at all times"),
    ("one time for the batch", "* (x.dim() - 1))", "* (x.dim() - 1))[:1]", "9.16"),
    ("the score at the other end", "score(x, t)", "score(x, 1 - t)", "9.16"),
    ("rates are fixed", "t * (beta_max - beta_min)", "t * (20.0 - beta_min)", "9.16"),
)
