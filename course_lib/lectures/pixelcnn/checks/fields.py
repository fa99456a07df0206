"""Who is listened to: `receptive_field`."""

import torch

from course_lib.checks import Draw, assert_close, assert_true, check_for, numbers, seeded
from course_lib.lectures.pixelcnn.checks.exact import load_model, parameters


def _field_of(n_layers, row, col, shape, kernel_size=3):
    """The pixels reached by one A and n_layers − 1 B masks, step by step."""
    reach = {(row, col)}
    for depth in range(n_layers):
        half = kernel_size // 2
        steps = [(-r, c) for r in range(1, half + 1) for c in range(-half, half + 1)]
        steps += [(0, -c) for c in range(0 if depth else 1, half + 1)]
        reach = {(r + dr, c + dc) for r, c in reach for dr, dc in steps}
    field = torch.zeros(*shape, dtype=torch.bool)
    for r, c in reach:
        if 0 <= r < shape[0] and 0 <= c < shape[1]:
            field[r, c] = True
    return field


def _check_field(pixelcnn, here, n_layers, row, col, shape, kernel_size=3, suspects=None):
    sizes = {"levels": 3, "n_hidden": 12, "n_layers": n_layers, "kernel_size": kernel_size}
    model = load_model(pixelcnn, here, parameters(Draw(1), scale=0.3, **sizes), **sizes)
    found = pixelcnn.receptive_field(model, row, col, shape)
    expected = _field_of(n_layers, row, col, shape, kernel_size)
    layers = f"{n_layers} layer(s) in {shape[0]}×{shape[1]}"
    whole = torch.ones(shape)
    whole[-1, -1] = 0
    wrong = {
        "the field of the whole image: take the logits of (row, col) only": whole,
        "it is inverted": ~expected,
        **(suspects or {}),
    }
    what = f"field of pixel ({row}, {col}) through {layers}: entry"
    assert_close(found, expected, what=what, suspects=wrong)
    return found


@check_for("pixelcnn.receptive_field", weight=2, hint="4.5a")
def field_of_one_layer(pixelcnn, here):
    """One layer: the open weights of mask A around the pixel; what lies outside is cut off."""
    for row, col in ((1, 3), (2, 0), (0, 2), (0, 0)):
        other = {}
        if row < 5 and col < 4:
            other["row and column are exchanged"] = _field_of(1, col, row, (4, 5))
        _check_field(pixelcnn, here, 1, row, col, (4, 5), suspects=other)


@check_for("pixelcnn.receptive_field", weight=2, hint="4.5b")
def field_has_a_blind_spot(pixelcnn, here):
    """A-B-B with 3×3 kernels, centre of 7×7: exactly three of the 24 earlier pixels are unseen."""
    found = _check_field(pixelcnn, here, 3, 3, 3, (7, 7))
    past = torch.arange(49).reshape(7, 7) < 24
    blind = [tuple(place) for place in (past & ~found.bool()).nonzero().tolist()]
    assert_true(
        blind == [(1, 6), (2, 5), (2, 6)],
        f"the unseen pixels are {blind}, expected (1, 6), (2, 5) and (2, 6)",
    )


@check_for("pixelcnn.receptive_field", hint="4.5b")
def field_of_larger_kernels(pixelcnn, here):
    """Two layers with 5×5 kernels, at a pixel off the diagonal."""
    _check_field(pixelcnn, here, 2, 5, 3, (7, 8), kernel_size=5)


@check_for("pixelcnn.receptive_field", weight=2, hint="4.5c")
def field_counts_either_sign(pixelcnn, here):
    """A pixel counts whether it raises the logits or lowers them, all or one, however little."""
    sizes = {"levels": 2, "n_hidden": 3, "n_layers": 2}
    # Positive weights, and biases that keep every relu open.
    values = {k: v.abs() + 9 * ("bias" in k) for k, v in parameters(Draw(2), **sizes).items()}
    values["layers__2__bias"] *= 0
    expected = _field_of(2, 2, 2, (4, 5))
    model = load_model(pixelcnn, here, values, **sizes)
    last = values["layers__2__weight"]
    first = last * numbers([1], [0])[..., None, None]
    for weight, name in (
        (last, "raises"),
        (-last, "lowers"),
        (1e-9 * last, "hardly changes"),
        (-first, "lowers the first of"),
        (first - last, "lowers the last of"),
        (last[:1].expand_as(last), "raises alike"),
    ):
        here.load(model, layers__2__weight=weight)
        model.eval()
        found = pixelcnn.receptive_field(model, 2, 2, (4, 5))
        assert_close(found, expected, what=f"field where each pixel {name} the logits: entry")


@check_for("pixelcnn.receptive_field", hint="4.5c")
def field_counts_any_image(pixelcnn, here):
    """A pixel counts where any of the random images opens its relu, not only the first."""
    sizes = {"levels": 2, "n_hidden": 1, "n_layers": 1}
    for seed in range(4):
        # The relu is shut where the pixel to the left is as bright as the brightest one of these.
        image = torch.rand(4, 5, generator=seeded(seed))[:, :4]
        place = int(image.argmax())
        row, col = place // 4, place % 4
        values = parameters(Draw(0), scale=0, **sizes)
        values["layers__0__weight"][0, 0, 1, 0] = -1
        values["layers__0__bias"][0] = 2 * float(image.max()) - 1.01
        values["layers__1__weight"][0] = 1
        model = load_model(pixelcnn, here, values, **sizes)
        expected = torch.zeros(4, 5)
        expected[row, col] = 1
        found = pixelcnn.receptive_field(model, row, col + 1, (4, 5), seed)
        what = f"field of a pixel that listens to ({row}, {col}) unless that is bright: entry"
        assert_close(found, expected, what=what)


@check_for("pixelcnn.receptive_field", weight=2, hint="4.5c")
def field_counts_any_colour(pixelcnn, here):
    """In colour a pixel counts when any of its colours does: B listens to its own pixel."""
    sizes = {"levels": 2, "n_hidden": 12, "n_layers": 1, "n_colors": 3}
    values = parameters(Draw(3), **sizes)
    weight = values["layers__0__weight"]
    expected, last = _field_of(1, 1, 1, (3, 3)), values["layers__1__weight"]
    looks = {"of a model that looks at R only": [0], "of a model that looks at G only": [1]}
    looks |= {"of a model that looks at B only": [2], "in R, G, B": [0, 1, 2]}
    model = load_model(pixelcnn, here, values, **sizes)
    for name, seen in looks.items():
        only = torch.zeros_like(weight)
        only[:, seen] = weight[:, seen]
        here.load(model, layers__0__weight=only)
        expected[1, 1] = seen != [2]
        found = pixelcnn.receptive_field(model, 1, 1, (3, 3))
        assert_close(found, expected, what=f"field {name}: entry")
    opposite = weight * numbers(1, -1, 0)[:, None, None]
    opposite[:, 1] = -opposite[:, 0]
    here.load(model, layers__0__weight=opposite)
    found = pixelcnn.receptive_field(model, 1, 1, (3, 3))
    assert_close(found, expected, what="field where what R adds is what G takes away: entry")
    for k, name in enumerate("RGB"):
        said = torch.zeros_like(last)
        said[2 * k : 2 * k + 2] = last[2 * k : 2 * k + 2]
        here.load(model, layers__0__weight=weight, layers__1__weight=said)
        expected[1, 1] = k > 0
        found = pixelcnn.receptive_field(model, 1, 1, (3, 3))
        assert_close(found, expected, what=f"field where only the logits of {name} change: entry")
