"""Wrong measures of coverage, wrong labels."""

from autograder.authoring.audit import edits, mutant

COVER = "gan.mode_coverage"
edits(
    COVER,
    ("the rim does not count", "<= radius", "< radius", "the rim does not"),
    ("far samples are good", "<= radius", ">= radius", "6.9"),
    ("radius squared", "<= radius", "<= radius**2", "6.9"),
    ("squared distances", ".norm(dim=2)", ".square().sum(dim=2)", "6.9"),
    ("summed distances", ".norm(dim=2)", ".abs().sum(dim=2)", "6.9"),
    ("the largest coordinate", ".norm(dim=2)", ".abs().amax(dim=2)", "6.9"),
    ("nearest modes count, however far", " & good[:, None]", "", "6.9"),
    ("every good sample is a mode", "hit.sum()", "good.sum()", "6.9"),
    ("the number of good samples", ".mean()", ".sum()", "not their share"),
    ("in per cent", ".mean()", ".mean() * 100", "in per cent"),
    ("float32 share", "good.to(samples)", "good.float()", "6.9a"),
    ("share of the modes", "hit.sum(), good.to", "hit.sum(), hit.to", "6.9"),
    ("a float for the number of modes", "hit.sum(), ", "hit.sum().double(), ", "; expected"),
)


@mutant(COVER, "the farthest mode", expect="6.9")
def cover_farthest(samples, centers, radius):
    distance, nearest = (samples[:, None] - centers).norm(dim=2).max(dim=1)
    good = distance <= radius
    return torch.tensor(len(nearest[good].unique())), good.to(samples).mean()


@mutant(COVER, "a sample hits every mode around it", expect="only the mode that is nearest")
def cover_all(samples, centers, radius):
    near = (samples[:, None] - centers).norm(dim=2) <= radius
    return near.any(0).sum(), near.any(1).to(samples).mean()


LABEL = "gan.with_label"
edits(
    LABEL,
    ("the code first", "[x, maps", "[maps", "6.10"),
    ("one class more", "F.one_hot(y, n_classes)", "F.one_hot(y, n_classes + 1)", "6.10"),
    ("only classes that occur", "F.one_hot(y, n_classes)", "F.one_hot(y)", "6.10"),
    ("counted from 1", "(y, n_classes)", "((y - 1) % n_classes, n_classes)", "counted from 1"),
    ("an inverted code", ".to(x)", ".to(x).neg().add(1)", "inverted"),
    ("for vectors only", "maps.expand(-1, -1, *x.shape[2:])", "one_hot", "raised RuntimeError"),
    ("float32 always", "dim=1)", "dim=1).float()", "6.10c"),
    "[x, maps.expand(-1, -1, *x.shape[2:])]",
    ("the code before x", "[maps.expand(-1, -1, *x.shape[2:]), x]", "stands before x"),
    ("multiplied by x", "[x, maps * x[:, :1]]", "multiplied by the code"),
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


@mutant(LABEL, "along the last axis", expect="; expected")
def label_last(x, y, n_classes):
    code = F.one_hot(y, n_classes).to(x)
    if x.dim() > 2:
        code = code.reshape(len(x), *[1] * (x.dim() - 2), n_classes)
        code = code.expand(*x.shape[:-1], -1)
    return torch.cat([x, code], dim=-1)
