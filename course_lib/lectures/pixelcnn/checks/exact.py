"""Small PixelCNNs and gated layers from their definitions. Nothing here calls a student's code."""

import torch
from torch.nn.functional import conv2d

from course_lib.checks import F64, Made


def past_mask(kernel_size, mask_type, in_channels, out_channels, n_colors=1):
    """The causal mask: what comes before the centre row by row, and at the centre by colours."""
    places, centre = torch.arange(kernel_size**2), kernel_size**2 // 2
    c_in = torch.arange(in_channels) * n_colors // in_channels
    c_out = torch.arange(out_channels)[:, None] * n_colors // out_channels
    legal = c_in < c_out if mask_type == "A" else c_in <= c_out
    mask = (places < centre) | ((places == centre) & legal[..., None])
    return mask.reshape(out_channels, in_channels, kernel_size, kernel_size)


def sizes_of(levels, n_hidden, n_layers, kernel_size, n_colors):
    """(kernel, type, channels below, channels above) of every layer of a PixelCNN."""
    channels = [n_colors] + [n_hidden] * n_layers
    inner = [
        (kernel_size, "B" if k else "A", channels[k], channels[k + 1]) for k in range(n_layers)
    ]
    return [*inner, (1, "B", n_hidden, n_colors * levels)]


def parameters(draw, levels=2, n_hidden=4, n_layers=2, kernel_size=3, n_colors=1, scale=0.6):
    """Random weights, closed ones included, and biases of a PixelCNN, as `here.load` takes them."""
    values = {}
    sizes = sizes_of(levels, n_hidden, n_layers, kernel_size, n_colors)
    for k, (size, _, below, above) in enumerate(sizes):
        values[f"layers__{k}__weight"] = scale * draw.normal(above, below, size, size)
        values[f"layers__{k}__bias"] = scale * draw.normal(above)
    return values


def load_model(pixelcnn, here, values, dtype=F64, **sizes):
    """The student's PixelCNN of these sizes with these values."""
    model = pixelcnn.PixelCNN(dtype=dtype, **sizes)
    here.load(model, **values)
    return model


def table(draw, levels, shape, n_condition):
    """A model that knows its logits, and is told a condition."""
    init = {"levels": levels, "shape": shape, "n_condition": n_condition, "dtype": draw.dtype}
    load = {"table": draw.wide(levels, *shape), "V": draw.normal(n_condition, levels, *shape)}
    return Made("kit.networks.logit_table.LogitTable", init, load)


def exact_logits(values, x, levels=2, n_hidden=4, n_layers=2, kernel_size=3, n_colors=1, **wrong):
    """The logits by their definition; `wrong` leaves a part of it out."""
    h = x if wrong.get("unscaled") else 2 * x / (levels - 1) - 1
    sizes = sizes_of(levels, n_hidden, n_layers, kernel_size, n_colors)
    for k, (size, kind, below, above) in enumerate(sizes):
        mask = past_mask(size, wrong.get("kind", kind), below, above, n_colors)
        weight = values[f"layers__{k}__weight"]
        weight = weight if wrong.get("unmasked") else weight * mask
        h = conv2d(h, weight, values[f"layers__{k}__bias"], padding=size // 2)
        if k < n_layers or wrong.get("relu_last"):
            h = h if wrong.get("linear") else torch.relu(h)
    return h.unflatten(1, (n_colors, levels)).transpose(1, 2)


def exact_log_prob(values, x, **sizes):
    """Log p(x) in nats by the definition."""
    logits = exact_logits(values, x, **sizes).log_softmax(1)
    return logits.gather(1, x.long()[:, None])[:, 0].sum((1, 2, 3))


def raster(colors, height, width):
    """The order of the flattened (colors, height, width) entries: pixel by pixel, R, G, B."""
    places = torch.arange(colors * height * width).reshape(colors, height, width)
    return places.permute(1, 2, 0).flatten().tolist()


def gated_parameters(draw, in_channels, n_hidden, n_condition=0, scale=0.6):
    """Random values of a `GatedLayer` with 3×3 kernels."""
    wide = 2 * n_hidden
    shapes = {
        "vertical": (wide, in_channels, 3, 3),
        "horizontal": (wide, in_channels, 1, 3),
        "link": (wide, wide, 1, 1),
        "output": (n_hidden, n_hidden, 1, 1),
    }
    values = {f"{name}__weight": scale * draw.normal(*shape) for name, shape in shapes.items()}
    values |= {f"{name}__bias": scale * draw.normal(shape[0]) for name, shape in shapes.items()}
    stacks = ("vertical", "horizontal")
    return values | {f"V_{name}": scale * draw.normal(n_condition, wide) for name in stacks}


def exact_gated(values, kind, vertical, horizontal, condition=None, **wrong):
    """A gated layer by its definition; `wrong` changes a part of it."""

    def conv(name, x, mask=None):
        weight = values[f"{name}__weight"]
        weight = weight if mask is None else weight * mask
        pads = tuple(size // 2 for size in weight.shape[2:])
        return conv2d(x, weight, values[f"{name}__bias"], padding=pads)

    def gate(a):
        first, second = a.chunk(2, dim=1)
        if wrong.get("swapped"):
            first, second = second, first
        return torch.tanh(first) * torch.sigmoid(second)

    open_rows = torch.zeros(3, 1, dtype=F64)
    open_rows[: 1 if kind == "A" else 2] = 1
    open_columns = torch.tensor([[1.0, float(kind == "B"), 0.0]], dtype=F64)
    u = conv("vertical", vertical, open_rows)
    w = conv("horizontal", horizontal, open_columns)
    if not wrong.get("no_link"):
        w = w + conv("link", u)
    if condition is not None:
        if not wrong.get("v_unconditional"):
            u = u + (condition @ values["V_vertical"])[:, :, None, None]
        if not wrong.get("h_unconditional"):
            w = w + (condition @ values["V_horizontal"])[:, :, None, None]
    h = conv("output", gate(w))
    residual = (kind == "B") != bool(wrong.get("residual"))
    return gate(u), h + horizontal if residual else h
