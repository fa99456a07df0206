"""Wrong couplings. Several of them pass a round trip, and log-determinants that cancel."""

from autograder.authoring.audit import edits

SEES = "self.scale_and_shift(kept)"
edits(
    "flows.AffineCoupling.forward",
    ("sees all of z", SEES, "self.scale_and_shift(z)", "sees the free"),
    ("the mask turned", "self.mask * z, 1 -", "(1 - self.mask) * z,", "turned round"),
    ("shift before scale", "(z * torch.exp(s) + t)", "(z + t) * torch.exp(s)", "before the scale"),
    ("the inverse", "(z * torch.exp(s) + t)", "(z - t) * torch.exp(-s)", "this is the inverse"),
    ("s is the scale", "torch.exp(s) + t", "s + t", "not as its logarithm"),
    ("its own gain", "torch.exp(s) + t", "torch.exp(s / self.gain) + t", "8.4c"),
    ("s and t exchanged", "s, t =", "t, s =", "exchanged"),
    ("the kept are lost", "return kept + free", "return free", "are lost"),
    ("all s are counted", "(free * s).sum(dim=1)", "s.sum(dim=1)", "is counted, too"),
    ("s of the kept", "(free * s).sum(dim=1)", "(self.mask * s).sum(dim=1)", "not of the free"),
    ("the sign", "(free * s).sum(dim=1)", "-(free * s).sum(dim=1)", "the way back"),
    ("a mean", "(free * s).sum(dim=1)", "(free * s).mean(dim=1)", "averaged"),
    ("sums of scales", "(free * s).sum(dim=1)", "(free * s.exp()).sum(dim=1)", "scales are added"),
    ("no logarithm", "(free * s).sum(dim=1)", "(free * s).sum(dim=1).exp()", "not its logarithm"),
    ("no determinant", "(free * s).sum(dim=1)", "0 * (free * s).sum(dim=1)", "8.4b"),
    "kept + free * (z * torch.exp(s) + t)",
    ("all are transformed", "z * torch.exp(s) + t", "the kept ones too"),
    "free * (z * torch.exp(s) + t)",
    ("the shift everywhere", "free * z * torch.exp(s) + t", "at the kept places"),
)
edits(
    "flows.AffineCoupling.inverse",
    ("sees all of x", SEES, "self.scale_and_shift(x)", "only the kept ones are the same"),
    ("scale before shift", "(x - t) * torch.exp(-s", "(x * torch.exp(-s) - t", "before the shift"),
    ("forward again", "(x - t) * torch.exp(-s)", "(x * torch.exp(s) + t)", "`forward` again"),
    ("times the scale", "torch.exp(-s)", "torch.exp(s)", "not divided"),
    ("all are transformed", "kept + free * (x - t)", "(x - t)", "the kept ones too"),
    ("the shift is added", "(x - t)", "(x + t)", "the shift is added"),
    ("the sign", "-(free * s)", "(free * s)", "the way back"),
    ("sums of scales", "-(free * s)", "-(free * s.exp())", "scales are added"),
    ("all s are counted", "-(free * s).sum(dim=1)", "-s.sum(dim=1)", "is counted, too"),
    ("a mean", "-(free * s).sum(dim=1)", "-(free * s).mean(dim=1)", "averaged"),
    ("the mask turned", "self.mask * x, 1 - self.mask", "(1 - self.mask) * x, self.mask", "8.5"),
)
edits(
    "flows.AffineCoupling.forward",
    ("s is cut off in the volume", "(free * s)", "(free * s.detach())", "cut off"),
    ("a clipped shift", "torch.exp(s) + t", "torch.exp(s) + t.clamp(-5, 5)", "8.4a"),
)
edits(
    "flows.AffineCoupling.inverse",
    ("its own gain", "torch.exp(-s)", "torch.exp(-s / self.gain)", "8.5"),
)
