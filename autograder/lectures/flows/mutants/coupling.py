"""Wrong couplings. Several of them pass a round trip, and log-determinants that cancel."""

from autograder.authoring.audit import edit

F = "flows.AffineCoupling.forward"
SEES = "self.scale_and_shift(kept)"
edit(F, "sees all of z", old=SEES, new="self.scale_and_shift(z)", expect="sees the free")
edit(
    F,
    "the mask turned",
    old="self.mask * z, 1 - self.mask",
    new="(1 - self.mask) * z, self.mask",
    expect="turned round",
)
edit(
    F,
    "all are transformed",
    old="kept + free * (z * torch.exp(s) + t)",
    new="z * torch.exp(s) + t",
    expect="the kept ones too",
)
edit(
    F,
    "shift before scale",
    old="(z * torch.exp(s) + t)",
    new="(z + t) * torch.exp(s)",
    expect="before the scale",
)
edit(F, "s is the scale", old="torch.exp(s) + t", new="s + t", expect="not as its logarithm")
edit(F, "s and t exchanged", old="s, t =", new="t, s =", expect="exchanged")
edit(
    F,
    "the inverse",
    old="(z * torch.exp(s) + t)",
    new="(z - t) * torch.exp(-s)",
    expect="this is the inverse",
)
edit(F, "the kept are lost", old="return kept + free", new="return free", expect="are lost")
edit(
    F,
    "all s are counted",
    old="(free * s).sum(dim=1)",
    new="s.sum(dim=1)",
    expect="is counted, too",
)
edit(
    F,
    "s of the kept",
    old="(free * s).sum(dim=1)",
    new="(self.mask * s).sum(dim=1)",
    expect="not of the free",
)
edit(
    F, "the sign", old="(free * s).sum(dim=1)", new="-(free * s).sum(dim=1)", expect="the way back"
)
edit(F, "a mean", old="(free * s).sum(dim=1)", new="(free * s).mean(dim=1)", expect="averaged")
edit(
    F,
    "sums of scales",
    old="(free * s).sum(dim=1)",
    new="(free * s.exp()).sum(dim=1)",
    expect="scales are added",
)
edit(
    F,
    "no logarithm",
    old="(free * s).sum(dim=1)",
    new="(free * s).sum(dim=1).exp()",
    expect="not its logarithm",
)
edit(
    F,
    "the shift everywhere",
    old="free * (z * torch.exp(s) + t)",
    new="free * z * torch.exp(s) + t",
    expect="at the kept places",
)
edit(
    F, "no determinant", old="(free * s).sum(dim=1)", new="0 * (free * s).sum(dim=1)", expect="8.4b"
)
edit(F, "its own gain", old="torch.exp(s) + t", new="torch.exp(s / self.gain) + t", expect="8.4c")

I = "flows.AffineCoupling.inverse"
edit(
    I,
    "sees all of x",
    old=SEES,
    new="self.scale_and_shift(x)",
    expect="only the kept ones are the same",
)
edit(
    I,
    "scale before shift",
    old="(x - t) * torch.exp(-s)",
    new="(x * torch.exp(-s) - t)",
    expect="before the shift",
)
edit(
    I,
    "forward again",
    old="(x - t) * torch.exp(-s)",
    new="(x * torch.exp(s) + t)",
    expect="`forward` again",
)
edit(I, "times the scale", old="torch.exp(-s)", new="torch.exp(s)", expect="not divided")
edit(
    I, "all are transformed", old="kept + free * (x - t)", new="(x - t)", expect="the kept ones too"
)
edit(I, "the shift is added", old="(x - t)", new="(x + t)", expect="the shift is added")
edit(I, "the sign", old="-(free * s)", new="(free * s)", expect="the way back")
edit(
    I,
    "all s are counted",
    old="-(free * s).sum(dim=1)",
    new="-s.sum(dim=1)",
    expect="is counted, too",
)
edit(I, "a mean", old="-(free * s).sum(dim=1)", new="-(free * s).mean(dim=1)", expect="averaged")
edit(I, "sums of scales", old="-(free * s)", new="-(free * s.exp())", expect="scales are added")
edit(
    I,
    "the mask turned",
    old="self.mask * x, 1 - self.mask",
    new="(1 - self.mask) * x, self.mask",
    expect="8.5",
)
