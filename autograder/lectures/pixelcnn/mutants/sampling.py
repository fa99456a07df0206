"""Wrong samplers."""

import itertools

import torch

from autograder.authoring.audit import edit, mutant

SAMPLE = "pixelcnn.sample"
DRAW = "inverse_cdf(logits, u[:, color, row, col])"
edit(
    SAMPLE,
    "the likeliest level instead of a draw",
    old=DRAW,
    new="logits.argmax(1).to(x)",
    expect="4.8",
)
edit(
    SAMPLE,
    "the expected level instead of a draw",
    old=DRAW,
    new="logits.softmax(1) @ torch.arange(model.levels).to(x)",
    expect="4.8a",
)
edit(
    SAMPLE,
    "the seed is ignored",
    old="manual_seed(seed)",
    new="manual_seed(0)",
    expect="seeds 1 and 2",
)
edit(
    SAMPLE,
    "the global random state",
    old=", generator=torch.Generator().manual_seed(seed)",
    new="",
    expect="same seed draw different",
)
edit(
    SAMPLE,
    "one random number for the whole image",
    old=DRAW,
    new="inverse_cdf(logits, u[:, 0, 0, 0])",
    expect="4.8",
)
edit(
    SAMPLE,
    "one random number for all colours",
    old=DRAW,
    new="inverse_cdf(logits, u[:, 0, row, col])",
    expect="4.8d",
)
edit(
    SAMPLE,
    "the same random numbers in every image",
    old="u = u.to(next(model.parameters()))",
    new="u = u[:1].expand_as(u).to(next(model.parameters()))",
    expect="4.8",
)
edit(
    SAMPLE,
    "all colours of a pixel at once",
    old="""        logits = model.logits(x, *condition)[:, :, color, row, col]
""",
    new="""        if color == 0:
            whole = model.logits(x, *condition)
        logits = whole[:, :, color, row, col]
""",
    expect="4.8d",
)
edit(
    SAMPLE,
    "the colours are drawn in the order B, G, R",
    old="range(u.shape[1])",
    new="reversed(range(u.shape[1]))",
    expect="4.8d",
)
edit(
    SAMPLE,
    "columns first",
    old="for row, col, color in itertools.product(range(height), range(width),",
    new="for col, row, color in itertools.product(range(width), range(height),",
    expect="4.8c",
)
edit(
    SAMPLE,
    "height and width are exchanged",
    old="height, width = shape",
    new="width, height = shape",
    expect="4.8",
)
edit(
    SAMPLE,
    "the logits of the pixel before",
    old="[:, :, color, row, col]",
    new="[:, :, color, row, col - 1]",
    expect="4.8",
)
edit(
    SAMPLE,
    "the condition is not handed on",
    old="model.logits(x, *condition)",
    new="model.logits(x)",
    expect="4.8e",
)
edit(
    SAMPLE,
    "every image gets the condition of the first",
    old="model.logits(x, *condition)",
    new="model.logits(x, *(c[:1].expand_as(c) for c in condition))",
    expect="4.8e",
)
edit(
    SAMPLE,
    "levels scaled to 0 … 1 are returned",
    old="    return x\n",
    new="    return x / (model.levels - 1)\n",
    expect="4.8a",
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


edit(
    CACHED,
    "the mask is forgotten",
    old="(layer.weight * layer.mask)",
    new="layer.weight",
    expect="4.9",
)
edit(
    CACHED,
    "no relu on the kept maps",
    old="= torch.relu(out)",
    new="= out",
    expect="4.9a",
)
edit(
    CACHED,
    "levels are kept unscaled",
    old="model.scaled(x[:, color, row, col])",
    new="x[:, color, row, col]",
    expect="4.9a",
)
edit(
    CACHED,
    "the border is black instead of 0",
    old="    (margin, seen), x, out",
    new="    steps[0][1].fill_(-1)\n    (margin, seen), x, out",
    expect="at the first pixel nothing has been seen",
)
edit(
    CACHED,
    "the biases are forgotten",
    old="torch.addmm(b, patch.flatten(1), W)",
    new="torch.mm(patch.flatten(1), W)",
    expect="4.9a",
)
edit(
    CACHED,
    "the drawn level is not kept",
    old="= model.scaled(x[:, color, row, col])",
    new="= 0.0",
    expect="4.9",
)
edit(
    CACHED,
    "the drawn level is kept for the last colour only",
    old="        seen[:, color, row",
    new="        seen[:, -1, row",
    expect="4.9b",
)
edit(
    CACHED,
    "the kept maps are written without their margin",
    old="below[:, :, row + m, col + m]",
    new="below[:, :, row, col]",
    expect="4.9a",
)
edit(
    CACHED,
    "the patch is one column off",
    old="col : col + 2 * m + 1]",
    new="col + m : col + 3 * m + 1]",
    expect="4.9",
)
edit(
    CACHED,
    "other random numbers than those of sample",
    old="manual_seed(seed)",
    new="manual_seed(seed + 1)",
    expect="at the first pixel nothing has been seen",
)
edit(
    CACHED,
    "the channels are cut into levels first",
    old="unflatten(1, (-1, model.levels))[:, color]",
    new="unflatten(1, (model.levels, -1))[:, :, color]",
    expect="4.9b",
)
