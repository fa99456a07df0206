"""Wrong samplers."""

from autograder.authoring.audit import edits, mutant

SAMPLE = "pixelcnn.sample"
DRAW = "inverse_cdf(logits, u[:, color, row, col])"
edits(
    SAMPLE,
    ("the likeliest level instead of a draw", DRAW, "logits.argmax(1).to(x)", "4.8"),
    (
        "the expected level instead of a draw",
        DRAW,
        "logits.softmax(1) @ torch.arange(model.levels).to(x)",
        "4.8a",
    ),
    ("one random number for the whole image", DRAW, "inverse_cdf(logits, u[:, 0, 0, 0])", "4.8"),
    ("one random number for all colours", DRAW, "inverse_cdf(logits, u[:, 0, row, col])", "4.8d"),
    ("the seed is ignored", "manual_seed(seed)", "manual_seed(0)", "seeds 1 and 2"),
    ("the same random numbers in every image", "u = u.to", "u = u[:1].expand_as(u).to", "4.8"),
    (
        "all colours of a pixel at once",
        """        logits = model.logits(x, *condition)[:, :, color, row, col]
""",
        """        if color == 0:
            whole = model.logits(x, *condition)
        logits = whole[:, :, color, row, col]
""",
        "4.8d",
    ),
    (
        "columns first",
        "for row, col, color in itertools.product(range(height), range(width),",
        "for col, row, color in itertools.product(range(width), range(height),",
        "4.8c",
    ),
    (
        "height and width are exchanged",
        "height, width = shape",
        "width, height = shape",
        "raised IndexError",
    ),
    ("the logits of the pixel before", ":, :, color, row, col", ":, :, color, row, col - 1", "4.8"),
    ("the condition is not handed on", "model.logits(x, *condition)", "model.logits(x)", "4.8e"),
    (
        "every image gets the condition of the first",
        "model.logits(x, *condition)",
        "model.logits(x, *(c[:1].expand_as(c) for c in condition))",
        "4.8e",
    ),
    ("levels scaled to 0 … 1 are returned", "return x", "return x / (model.levels - 1)", "4.8a"),
    ", generator=torch.Generator().manual_seed(seed)",
    ("the global random state", "", "global random state"),
    "range(u.shape[1])",
    ("the colours are drawn in the order B, G, R", "reversed(range(u.shape[1]))", "4.8d"),
)


@mutant(SAMPLE, "all pixels at once from the empty image", expect="4.8b")
def sample_in_parallel(model, n, shape, seed, *condition):
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(next(model.parameters()))
    logits = model.logits(torch.zeros_like(u), *condition)
    flat = inverse_cdf(logits.movedim(1, -1).flatten(0, -2), u.flatten())
    return flat.reshape(u.shape)


CACHED = "pixelcnn.sample_cached"


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


edits(
    CACHED,
    ("the mask is forgotten", "(layer.weight * layer.mask)", "layer.weight", "4.9"),
    ("no relu on the kept maps", "= torch.relu(out)", "= out", "4.9a"),
    (
        "the border is black instead of 0",
        "    (margin, seen), x, out",
        "    steps[0][1].fill_(-1)\n    (margin, seen), x, out",
        "at the first pixel nothing has been seen",
    ),
    ("the biases are forgotten", "torch.addmm(b, patch.flatten", "torch.mm(patch.flatten", "4.9a"),
    ("the drawn level is not kept", "= model.scaled(x[:, color, row, col])", "= 0.0", "4.9"),
    ("the drawn level is kept for the last colour only", "seen[:, color,", "seen[:, -1,", "4.9b"),
    ("the kept maps are written without their margin", ", row + m, col + m", ", row, col", "4.9a"),
    (
        "the patch is one column off",
        "col : col + 2 * m + 1]",
        "col + m : col + 3 * m + 1]",
        "raised RuntimeError",
    ),
    (
        "other random numbers than those of sample",
        "manual_seed(seed)",
        "manual_seed(seed + 1)",
        "at the first pixel nothing has been seen",
    ),
    (
        "the channels are cut into levels first",
        "unflatten(1, (-1, model.levels))[:, color]",
        "unflatten(1, (model.levels, -1))[:, :, color]",
        "4.9b",
    ),
    ("sample itself", "return x", "return sample(model, n, shape, seed)", "4.9c"),
    "model.scaled(x[:, color, row, col])",
    ("levels are kept unscaled", "x[:, color, row, col]", "4.9a"),
)

PLACES = "itertools.product(range(height), range(width), range(u.shape[1]))"
edits(
    SAMPLE,
    (
        "colours outermost: all red first",
        PLACES,
        "((r, c, k) for k in range(u.shape[1]) for r in range(height) for c in range(width))",
        "4.8b",
    ),
    (
        "row after row in each colour",
        PLACES,
        "((r, c, k) for r in range(height) for k in range(u.shape[1]) for c in range(width))",
        "4.8b",
    ),
)
edits(
    CACHED,
    (
        "masked weights are kept on the model",
        "        W = (layer.weight * layer.mask)[:, :, : m + 1]",
        "        W = layer.__dict__.setdefault('_W', (layer.weight * layer.mask)[:, :, : m + 1])",
        "4.9a",
    ),
)
