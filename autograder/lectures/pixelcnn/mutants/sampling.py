"""Wrong samplers."""

import itertools

import torch

from autograder.authoring.audit import edits, mutant

SAMPLE = "pixelcnn.sample"
DRAW = "inverse_cdf(logits, u[:, color, row, col])"
edits(
    SAMPLE,
    DRAW,
    ("the likeliest level instead of a draw", "logits.argmax(1).to(x)", "4.8"),
    (
        "the expected level instead of a draw",
        "logits.softmax(1) @ torch.arange(model.levels).to(x)",
        "4.8a",
    ),
    ("one random number for the whole image", "inverse_cdf(logits, u[:, 0, 0, 0])", "4.8"),
    ("one random number for all colours", "inverse_cdf(logits, u[:, 0, row, col])", "4.8d"),
)
edits(SAMPLE, "manual_seed(seed)", ("the seed is ignored", "manual_seed(0)", "seeds 1 and 2"))
edits(
    SAMPLE,
    ", generator=torch.Generator().manual_seed(seed)",
    ("the global random state", "", "same seed draw different"),
)
edits(
    SAMPLE,
    "u = u.to(next(model.parameters()))",
    (
        "the same random numbers in every image",
        "u = u[:1].expand_as(u).to(next(model.parameters()))",
        "4.8",
    ),
)
edits(
    SAMPLE,
    """        logits = model.logits(x, *condition)[:, :, color, row, col]
""",
    (
        "all colours of a pixel at once",
        """        if color == 0:
            whole = model.logits(x, *condition)
        logits = whole[:, :, color, row, col]
""",
        "4.8d",
    ),
)
edits(
    SAMPLE,
    "range(u.shape[1])",
    ("the colours are drawn in the order B, G, R", "reversed(range(u.shape[1]))", "4.8d"),
)
edits(
    SAMPLE,
    "for row, col, color in itertools.product(range(height), range(width),",
    (
        "columns first",
        "for col, row, color in itertools.product(range(width), range(height),",
        "4.8c",
    ),
)
edits(
    SAMPLE,
    "height, width = shape",
    ("height and width are exchanged", "width, height = shape", "4.8"),
)
edits(
    SAMPLE,
    "[:, :, color, row, col]",
    ("the logits of the pixel before", "[:, :, color, row, col - 1]", "4.8"),
)
edits(
    SAMPLE,
    "model.logits(x, *condition)",
    ("the condition is not handed on", "model.logits(x)", "4.8e"),
    (
        "every image gets the condition of the first",
        "model.logits(x, *(c[:1].expand_as(c) for c in condition))",
        "4.8e",
    ),
)
edits(
    SAMPLE,
    "    return x\n",
    ("levels scaled to 0 … 1 are returned", "    return x / (model.levels - 1)\n", "4.8a"),
)


@mutant(SAMPLE, "all pixels at once from the empty image", expect="4.8b")
def sample_in_parallel(model, n, shape, seed, *condition):
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(next(model.parameters()))
    logits = model.logits(torch.zeros_like(u), *condition)
    flat = inverse_cdf(logits.movedim(1, -1).flatten(0, -2), u.flatten())
    return flat.reshape(u.shape)


CACHED = "pixelcnn.sample_cached"


@mutant(CACHED, "sample itself", expect="4.9c")
def cached_not(model, n, shape, seed):
    return sample(model, n, shape, seed)


@mutant(CACHED, "rows below the pixel are cut off, but not those far above", expect="4.9c")
def cached_rows(model, n, shape, seed):
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(model.layers[0].weight)
    x = torch.zeros_like(u)
    for row, col, color in itertools.product(range(shape[0]), range(shape[1]), range(u.shape[1])):
        logits = model.logits(x[:, :, : row + 1])[:, :, color, row, col]
        x[:, color, row, col] = inverse_cdf(logits, u[:, color, row, col])
    return x


@mutant(CACHED, "the image is cut out too narrowly", expect="4.9")
def cached_narrow(model, n, shape, seed):
    reach = model.layers[0].mask.shape[-1] // 2
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(model.layers[0].weight)
    x = torch.zeros_like(u)
    for row, col, color in itertools.product(range(shape[0]), range(shape[1]), range(u.shape[1])):
        top, left = max(row - reach, 0), max(col - reach, 0)
        part = x[:, :, top : row + 1, left : col + reach + 1]
        logits = model.logits(part)[:, :, color, row - top, col - left]
        x[:, color, row, col] = inverse_cdf(logits, u[:, color, row, col])
    return x


edits(CACHED, "(layer.weight * layer.mask)", ("the mask is forgotten", "layer.weight", "4.9"))
edits(CACHED, "= torch.relu(out)", ("no relu on the kept maps", "= out", "4.9a"))
edits(
    CACHED,
    "model.scaled(x[:, color, row, col])",
    ("levels are kept unscaled", "x[:, color, row, col]", "4.9a"),
)
edits(
    CACHED,
    "    (margin, seen), x, out",
    (
        "the border is black instead of 0",
        "    steps[0][1].fill_(-1)\n    (margin, seen), x, out",
        "at the first pixel nothing has been seen",
    ),
)
edits(
    CACHED,
    "torch.addmm(b, patch.flatten(1), W)",
    ("the biases are forgotten", "torch.mm(patch.flatten(1), W)", "4.9a"),
)
edits(
    CACHED, "= model.scaled(x[:, color, row, col])", ("the drawn level is not kept", "= 0.0", "4.9")
)
edits(
    CACHED,
    "        seen[:, color, row",
    ("the drawn level is kept for the last colour only", "        seen[:, -1, row", "4.9b"),
)
edits(
    CACHED,
    "below[:, :, row + m, col + m]",
    ("the kept maps are written without their margin", "below[:, :, row, col]", "4.9a"),
)
edits(
    CACHED,
    "col : col + 2 * m + 1]",
    ("the patch is one column off", "col + m : col + 3 * m + 1]", "4.9"),
)
edits(
    CACHED,
    "manual_seed(seed)",
    (
        "other random numbers than those of sample",
        "manual_seed(seed + 1)",
        "at the first pixel nothing has been seen",
    ),
)
edits(
    CACHED,
    "unflatten(1, (-1, model.levels))[:, color]",
    (
        "the channels are cut into levels first",
        "unflatten(1, (model.levels, -1))[:, :, color]",
        "4.9b",
    ),
)
