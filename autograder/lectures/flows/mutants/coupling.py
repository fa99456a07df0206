"""Wrong couplings. Several of them pass a round trip, and log-determinants that cancel."""

from autograder.authoring.audit import edits

F = "flows.AffineCoupling.forward"
SEES = "self.scale_and_shift(kept)"
edits(F, SEES, ("sees all of z", "self.scale_and_shift(z)", "sees the free"))
edits(
    F,
    "self.mask * z, 1 - self.mask",
    ("the mask turned", "(1 - self.mask) * z, self.mask", "turned round"),
)
edits(
    F,
    "kept + free * (z * torch.exp(s) + t)",
    ("all are transformed", "z * torch.exp(s) + t", "the kept ones too"),
)
edits(
    F,
    "(z * torch.exp(s) + t)",
    ("shift before scale", "(z + t) * torch.exp(s)", "before the scale"),
    ("the inverse", "(z - t) * torch.exp(-s)", "this is the inverse"),
)
edits(
    F,
    "torch.exp(s) + t",
    ("s is the scale", "s + t", "not as its logarithm"),
    ("its own gain", "torch.exp(s / self.gain) + t", "8.4c"),
)
edits(F, "s, t =", ("s and t exchanged", "t, s =", "exchanged"))
edits(F, "return kept + free", ("the kept are lost", "return free", "are lost"))
edits(
    F,
    "(free * s).sum(dim=1)",
    ("all s are counted", "s.sum(dim=1)", "is counted, too"),
    ("s of the kept", "(self.mask * s).sum(dim=1)", "not of the free"),
    ("the sign", "-(free * s).sum(dim=1)", "the way back"),
    ("a mean", "(free * s).mean(dim=1)", "averaged"),
    ("sums of scales", "(free * s.exp()).sum(dim=1)", "scales are added"),
    ("no logarithm", "(free * s).sum(dim=1).exp()", "not its logarithm"),
    ("no determinant", "0 * (free * s).sum(dim=1)", "8.4b"),
)
edits(
    F,
    "free * (z * torch.exp(s) + t)",
    ("the shift everywhere", "free * z * torch.exp(s) + t", "at the kept places"),
)

I = "flows.AffineCoupling.inverse"
edits(I, SEES, ("sees all of x", "self.scale_and_shift(x)", "only the kept ones are the same"))
edits(
    I,
    "(x - t) * torch.exp(-s)",
    ("scale before shift", "(x * torch.exp(-s) - t)", "before the shift"),
    ("forward again", "(x * torch.exp(s) + t)", "`forward` again"),
)
edits(I, "torch.exp(-s)", ("times the scale", "torch.exp(s)", "not divided"))
edits(I, "kept + free * (x - t)", ("all are transformed", "(x - t)", "the kept ones too"))
edits(I, "(x - t)", ("the shift is added", "(x + t)", "the shift is added"))
edits(
    I,
    "-(free * s)",
    ("the sign", "(free * s)", "the way back"),
    ("sums of scales", "-(free * s.exp())", "scales are added"),
)
edits(
    I,
    "-(free * s).sum(dim=1)",
    ("all s are counted", "-s.sum(dim=1)", "is counted, too"),
    ("a mean", "-(free * s).mean(dim=1)", "averaged"),
)
edits(
    I, "self.mask * x, 1 - self.mask", ("the mask turned", "(1 - self.mask) * x, self.mask", "8.5")
)
