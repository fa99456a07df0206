"""Drawing images: `sample` and `sample_cached`."""

import functools

import torch

from course_lib.checks import (
    F64,
    Draw,
    all_binary,
    assert_close,
    assert_dtype,
    assert_frequencies,
    assert_seed_decides,
    assert_true,
    check_for,
    numbers,
)
from course_lib.lectures.pixelcnn.checks.exact import exact_log_prob, load_model, parameters

_BITS = {"levels": 2, "n_hidden": 4, "n_layers": 2}


def _copying(pixelcnn, here, n_colors=1):
    """The first value of a row is a fair coin; every other one copies the value before it."""
    sizes = {"levels": 2, "n_hidden": 2 * n_colors, "n_layers": 1, "n_colors": n_colors}
    values = parameters(Draw(0), scale=0, **sizes)
    for k in range(n_colors):
        # Before it comes the last colour of the pixel to the left, or the colour before.
        own = slice(2 * k, 2 * k + 2)
        values["layers__0__weight"][own, k - 1, 1, 1 if k else 0] = numbers(40, -40)
        values["layers__1__weight"][2 * k + 1, own, 0, 0] = numbers(1, -1)
    return load_model(pixelcnn, here, values, **sizes)


@check_for("pixelcnn.sample", hint="4.8a")
def samples_are_levels_and_belong_to_the_seed(pixelcnn, here):
    """Levels in the weights' dtype; a seed always draws the same, another seed does not."""
    sizes = {"levels": 5, "n_hidden": 6, "n_layers": 1, "n_colors": 3}
    for dtype in (torch.float32, torch.float64):
        values = parameters(Draw(1), scale=0.2, **sizes)
        model = load_model(pixelcnn, here, values, dtype=dtype, **sizes)
        x = pixelcnn.sample(model, 40, (1, 3), 1)
        assert_dtype(x, dtype, what=f"a sample of a {dtype} model")
        assert_close(x.shape, (40, 3, 1, 3), what="shape of 40 samples of 1×3 pixels in colour")
        found = x.unique().tolist()
        assert_true(
            found == [0, 1, 2, 3, 4],
            f"40 nearly uniform samples have the values {[round(v, 3) for v in found[:8]]}, "
            "expected the levels 0 to 4",
        )
        assert_seed_decides(functools.partial(pixelcnn.sample, model, 40, (1, 3)))


@check_for("pixelcnn.sample", weight=2, hint="4.8b")
def pixels_condition_on_the_drawn_ones(pixelcnn, here):
    """A model that copies the value before draws rows of one level, in half of them 1."""
    for n_colors in (3, 1):
        model = _copying(pixelcnn, here, n_colors)
        x = pixelcnn.sample(model, 200, (2, 4), 3).permute(0, 2, 3, 1).flatten(2)
        for odd in x[(x != x[:, :, :1]).any(2)].int().tolist():
            assert_true(
                False,
                f"the row {odd} was drawn, pixel by pixel ({n_colors} colour(s)); all its values "
                "have to be equal",
                likely="the values are drawn pixel by pixel, in a pixel colour by colour, and each "
                "has to be written into x before the next one's logits are computed",
            )
    model.eval()
    for level in (0, 1):
        here.load(model, layers__1__bias=numbers(0, 80 * level - 60))
        what = "after the last biases were changed so that all is certain: level"
        assert_close(pixelcnn.sample(model, 3, (2, 2), 3), level, what=what)
    share = float(x[:, :, 0].mean())
    assert_true(0.4 < share < 0.6, f"a row is 1 in {share:.0%} of the draws, not in half")
    same = float((x[:, 0, 0] == x[:, 1, 0]).double().mean())
    assert_true(same < 0.65, f"the two rows agree in {same:.0%} of the images, not in half")


def _check_frequencies(pixelcnn, here, shape, seed, **sizes):
    values = parameters(Draw(seed), scale=1.0, **sizes)
    model = load_model(pixelcnn, here, values, **sizes)
    colors, height, width = shape
    images = all_binary(colors * height * width, F64).reshape(-1, *shape)
    x = pixelcnn.sample(model, 10_000, (height, width), 4).flatten(1)
    what = f"samples of {height}×{width} pixels and {colors} colour(s)"
    exact = exact_log_prob(values, images, **sizes)
    assert_frequencies(x, exact, tolerance=0.04, errors=4, what=what)


@check_for("pixelcnn.sample", weight=2, hint="4.8c")
def samples_follow_the_model(pixelcnn, here):
    """2×2 pixels: frequencies = p(x), mean −log p = the entropy ± 4 standard errors."""
    _check_frequencies(pixelcnn, here, (1, 2, 2), 5, **(_BITS | {"n_layers": 1}))


@check_for("pixelcnn.sample", weight=2, hint="4.8d")
def colours_follow_each_other(pixelcnn, here):
    """One pixel in colour: R, G given R, B given both, by enumeration of the eight values."""
    sizes = {"levels": 2, "n_hidden": 6, "n_layers": 1, "n_colors": 3}
    _check_frequencies(pixelcnn, here, (3, 1, 1), 6, **sizes)


@check_for("pixelcnn.sample", weight=2, hint="4.8e")
def samples_follow_their_condition(pixelcnn, here):
    """A model that paints class 0 with level 0 and class 1 with level 1: each row its own."""
    model = pixelcnn.GatedPixelCNN(2, 2, 1, 2, 0, F64)
    zeros = {k: torch.zeros_like(v) for k, v in here.state(model).items() if "mask" not in k}
    values = {k.replace(".", "__"): v for k, v in zeros.items()}
    values["layers__0__V_horizontal"] = 40 * torch.eye(2, dtype=F64).repeat(1, 2)
    for name in ("layers__0__output__weight", "output__weight"):
        values[name] = 40 * torch.eye(2, dtype=F64)[:, :, None, None]
    here.load(model, **values)
    label = torch.tensor([0, 1, 1, 0, 1])
    condition = torch.eye(2, dtype=F64)[label]
    x = pixelcnn.sample(model, 5, (2, 2), 7, condition)
    assert_close(x.mean((1, 2, 3)), label, what="mean level of the sample of a class: sample")
    what = "log_prob(model, x, condition) of what the condition makes certain"
    assert_close(pixelcnn.log_prob(model, x, condition), torch.zeros(5), what=what)


@check_for("pixelcnn.sample_cached", weight=3, hint="4.9a")
def cached_draws_the_same(pixelcnn, here):
    """Pixel for pixel the images of `sample` with the same seed; grey, with 3×3 and 5×5 kernels."""
    for levels, kernel_size, n_layers in ((2, 3, 1), (4, 3, 3), (3, 5, 2)):
        sizes = {"levels": levels, "n_hidden": 4, "n_layers": n_layers, "kernel_size": kernel_size}
        _same(pixelcnn, here, (3, 5), seed=2, **sizes)


@check_for("pixelcnn.sample_cached", weight=2, hint="4.9b")
def cached_draws_the_same_colours(pixelcnn, here):
    """The images of `sample` in R, G, B: a colour that was drawn is seen by the next."""
    _same(pixelcnn, here, (3, 2), seed=3, levels=3, n_hidden=6, n_layers=2, n_colors=3)


def _same(pixelcnn, here, shape, seed, **sizes):
    model = load_model(pixelcnn, here, parameters(Draw(seed), scale=0.8, **sizes), **sizes)
    _same_of(pixelcnn, model, shape, sizes)
    here.load(model, **parameters(Draw(seed + 7), scale=0.8, **sizes))
    model.eval()
    _same_of(pixelcnn, model, shape, sizes)


def _same_of(pixelcnn, model, shape, sizes):
    wanted = pixelcnn.sample(model, 6, shape, 5)
    found = pixelcnn.sample_cached(model, 6, shape, 5)
    assert_dtype(found, F64, what="samples of a float64 model")
    assert_close(found.shape, wanted.shape, what="shape of the samples")
    differ = (found != wanted).permute(2, 3, 1, 0).nonzero()  # (row, col, colour, image), in order
    for row, col, color, image in differ.tolist():
        place = (image, color, row, col)
        assert_true(
            False,
            f"kernel {sizes.get('kernel_size', 3)}, {sizes['n_layers']} layer(s): the first "
            f"difference is at row {row}, column {col}, colour {color} of image {image}: "
            f"{float(found[place]):g} where `sample` draws {float(wanted[place]):g}",
            likely="at the first pixel nothing has been seen: biases, the scaled border of 0, or "
            "other random numbers"
            if (row, col) == (0, 0)
            else None,
        )


@check_for("pixelcnn.sample_cached", weight=3, hint="4.9c")
def cached_work_for_a_pixel_is_constant(pixelcnn, here):
    """A pixel of a 7×7 image costs no more operations than a pixel of a 3×3 image."""
    model = _copying(pixelcnn, here)

    def work(size):
        count, x = here.counted(pixelcnn.sample_cached, model, 2, (size, size), 0)
        copied, what = x[..., :1].expand(2, 1, size, size), "x of a model that copies to the right"
        assert_close(x, copied, what=what)
        return count / size**2

    small, large = work(3), work(7)
    assert_true(
        large <= 1.4 * small,
        f"a pixel of a 7×7 image takes {large:.0f} operations, a pixel of a 3×3 image "
        f"{small:.0f}: the work for one pixel grows with the image",
        likely="a layer is computed for the whole image (or a whole row) at every pixel",
    )


@check_for("pixelcnn.sample_cached", hint="4.9a")
def cached_keeps_dtype_and_seed(pixelcnn, here):
    """The dtype of the weights; a seed always draws the same, another seed does not."""
    values = parameters(Draw(5), scale=0.2, **_BITS)
    model = load_model(pixelcnn, here, values, torch.float32, **_BITS)
    draw = functools.partial(pixelcnn.sample_cached, model, 8, (3, 3))
    assert_dtype(draw(1), torch.float32, what="samples of a float32 model")
    assert_seed_decides(draw)
