"""Wrong measures of coverage, wrong labels."""

import torch

from autograder.authoring.audit import edit, mutant

COVER = "gan.mode_coverage"
edit(COVER, "the rim does not count", old="<= radius", new="< radius", expect="the rim does not")
edit(COVER, "far samples are good", old="<= radius", new=">= radius", expect="6.9")
edit(COVER, "radius squared", old="<= radius", new="<= radius**2", expect="6.9")
edit(COVER, "squared distances", old=".norm(dim=2)", new=".square().sum(dim=2)", expect="6.9")
edit(COVER, "summed distances", old=".norm(dim=2)", new=".abs().sum(dim=2)", expect="6.9")
edit(COVER, "the largest coordinate", old=".norm(dim=2)", new=".abs().amax(dim=2)", expect="6.9")
edit(
    COVER,
    "nearest modes count, however far",
    old=" & good[:, None]",
    new="",
    expect="6.9",
)
edit(COVER, "every good sample is a mode", old="hit.sum()", new="good.sum()", expect="6.9")
edit(COVER, "the number of good samples", old=".mean()", new=".sum()", expect="not their share")
edit(COVER, "in per cent", old=".mean()", new=".mean() * 100", expect="in per cent")
edit(COVER, "float32 share", old="good.to(samples)", new="good.float()", expect="6.9a")
edit(COVER, "share of the modes", old="hit.sum(), good.to", new="hit.sum(), hit.to", expect="6.9")


@mutant(COVER, "the farthest mode", expect="6.9")
def cover_farthest(samples, centers, radius):
    distance, nearest = (samples[:, None] - centers).norm(dim=2).max(dim=1)
    good = distance <= radius
    return torch.tensor(len(nearest[good].unique())), good.to(samples).mean()


@mutant(COVER, "a sample hits every mode around it", expect="only the mode that is nearest")
def cover_all(samples, centers, radius):
    near = (samples[:, None] - centers).norm(dim=2) <= radius
    return near.any(0).sum(), near.any(1).to(samples).mean()


@mutant(COVER, "a float for the number of modes", expect="promised")
def cover_float(samples, centers, radius):
    distance, nearest = (samples[:, None] - centers).norm(dim=2).min(dim=1)
    good = distance <= radius
    return torch.tensor(float(len(nearest[good].unique()))), good.to(samples).mean()


LABEL = "gan.with_label"
edit(LABEL, "the code first", old="[x, maps", new="[maps", expect="6.10")
edit(
    LABEL,
    "one class more",
    old="F.one_hot(y, n_classes)",
    new="F.one_hot(y, n_classes + 1)",
    expect="6.10",
)
edit(
    LABEL,
    "only classes that occur",
    old="F.one_hot(y, n_classes)",
    new="F.one_hot(y)",
    expect="6.10",
)
edit(
    LABEL,
    "counted from 1",
    old="F.one_hot(y, n_classes)",
    new="F.one_hot((y - 1) % n_classes, n_classes)",
    expect="counted from 1",
)
edit(LABEL, "an inverted code", old=".to(x)", new=".to(x).neg().add(1)", expect="inverted")
edit(
    LABEL,
    "for vectors only",
    old="maps.expand(-1, -1, *x.shape[2:])",
    new="one_hot",
    expect="6.10b",
)


@mutant(LABEL, "the number in every channel", expect="number in every channel")
def label_number(x, y, n_classes):
    number = y.to(x).reshape(-1, *[1] * (x.dim() - 1))
    return torch.cat([x, number.expand(-1, n_classes, *x.shape[2:])], dim=1)


@mutant(LABEL, "the code stands in one pixel", expect="6.10b")
def label_pixel(x, y, n_classes):
    maps = x.new_zeros(len(x), n_classes, *x.shape[2:])
    corner = maps.flatten(2) if x.dim() > 2 else maps[..., None]
    corner[torch.arange(len(x)), y, 0] = 1
    return torch.cat([x, maps], dim=1)


@mutant(LABEL, "the code before x", expect="stands before x")
def label_before(x, y, n_classes):
    code = F.one_hot(y, n_classes).to(x).reshape(len(x), n_classes, *[1] * (x.dim() - 2))
    return torch.cat([code.expand(-1, -1, *x.shape[2:]), x], dim=1)


@mutant(LABEL, "along the last axis", expect="6.10")
def label_last(x, y, n_classes):
    code = F.one_hot(y, n_classes).to(x)
    if x.dim() > 2:
        code = code.reshape(len(x), *[1] * (x.dim() - 2), n_classes)
        code = code.expand(*x.shape[:-1], -1)
    return torch.cat([x, code], dim=-1)


@mutant(LABEL, "multiplied by x", expect="multiplied by the code")
def label_product(x, y, n_classes):
    code = F.one_hot(y, n_classes).to(x).reshape(len(x), n_classes, *[1] * (x.dim() - 2))
    return torch.cat([x, code * x[:, :1]], dim=1)


@mutant(LABEL, "float32 always", expect="6.10c")
def label_float(x, y, n_classes):
    code = F.one_hot(y, n_classes).float().reshape(len(x), n_classes, *[1] * (x.dim() - 2))
    return torch.cat([x.float(), code.expand(-1, -1, *x.shape[2:])], dim=1)
