"""Wrong score matching, walks and drifts."""

from autograder.authoring.audit import edit

S = "diffusion.dsm_loss"
GAP = "score(x + sigma * noise) + noise / sigma"
edit(S, "the sign", old="+ noise / sigma", new="- noise / sigma", expect="points back")
edit(S, "σ² below", old="noise / sigma", new="noise / sigma**2", expect="noise/σ² where")
edit(S, "σ is forgotten", old="+ noise / sigma", new="+ noise", expect="not divided by σ")
edit(S, "σ above", old="noise / sigma", new="noise * sigma", expect="multiplied by σ")
edit(S, "no half", old="0.5 * gap", new="gap", expect="½ is missing")
edit(
    S,
    "a mean over the coordinates",
    old=".sum(1).mean()",
    new=".mean(1).mean()",
    expect="they are summed",
)
edit(
    S,
    "a sum over the examples",
    old=".sum(1).mean()",
    new=".sum(1).sum()",
    expect="sum over the examples",
)
edit(S, "the clean data", old="score(x + sigma * noise)", new="score(x)", expect="at the clean x")
edit(S, "unit noise", old="score(x + sigma * noise)", new="score(x + noise)", expect="without σ")
edit(S, "weighted", old="0.5 * gap", new="0.5 * sigma**2 * gap", expect="weighted with σ²")
edit(S, "the length", old=".square().sum(1)", new=".norm(dim=1)", expect="not its square")
edit(S, "absolute values", old=".square()", new=".abs()", expect="9.14")
edit(S, "the data are the target", old="noise / sigma", new="x / sigma", expect="9.14")

L = "diffusion.langevin_step"
edit(
    L,
    "a whole step uphill",
    old="0.5 * step * score(x)",
    new="step * score(x)",
    expect="step where step/2",
)
edit(L, "√(2 step)", old="math.sqrt(step)", new="math.sqrt(2 * step)", expect="√(2 step) where")
edit(
    L,
    "another convention",
    old="0.5 * step * score(x) + math.sqrt(step)",
    new="step * score(x) + math.sqrt(2 * step)",
    expect="another convention",
)
edit(L, "no root", old="math.sqrt(step) * noise", new="step * noise", expect="its root should")
edit(L, "downhill", old="x + 0.5", new="x - 0.5", expect="downhill")
edit(L, "no noise", old=" + math.sqrt(step) * noise", new="", expect="only climbs")
edit(L, "no drift", old="0.5 * step * score(x) + ", new="", expect="no drift")
edit(L, "x is lost", old="x + 0.5", new="0.5", expect="x itself is lost")
edit(
    L,
    "the score after the push",
    old="score(x)",
    new="score(x + math.sqrt(step) * noise)",
    expect="9.15",
)
edit(L, "noise as it is", old="math.sqrt(step) * noise", new="noise", expect="not scaled")
edit(L, "the same push for all", old="* noise", new="* noise[:1]", expect="9.15")

F = "diffusion.probability_flow_drift"
edit(
    F,
    "the reverse SDE's drift",
    old="(x + score(x, t))",
    new="(x + 2 * score(x, t))",
    expect="counts double",
)
edit(F, "no half", old="-0.5 * beta", new="-beta", expect="½ is missing")
edit(F, "the sign", old="-0.5 * beta", new="0.5 * beta", expect="time runs towards")
edit(F, "minus the score", old="(x + score", new="(x - score", expect="score is added")
edit(F, "no score", old="(x + score(x, t))", new="x", expect="score is left out")
edit(F, "no x", old="(x + score(x, t))", new="score(x, t)", expect="x is left out")
edit(F, "√β", old="-0.5 * beta", new="-0.5 * beta.sqrt()", expect="√β where")
edit(
    F,
    "backwards in time",
    old="beta_min + t *",
    new="beta_min + (1 - t) *",
    expect="runs backwards",
)
edit(
    F,
    "a constant rate",
    old="beta_min + t * (beta_max - beta_min)",
    new="beta_min + 0 * t",
    expect="beta_min at all times",
)
edit(F, "one time for the batch", old="* (x.dim() - 1))", new="* (x.dim() - 1))[:1]", expect="9.16")
edit(F, "the score at the other end", old="score(x, t)", new="score(x, 1 - t)", expect="9.16")
edit(
    F,
    "rates are fixed",
    old="t * (beta_max - beta_min)",
    new="t * (20.0 - beta_min)",
    expect="9.16",
)
