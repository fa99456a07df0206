"""The drawn shapes are what their factors say, and the same for everyone."""

import hashlib
import math

import pytest
import torch

from course_lib.kit import data
from course_lib.kit.data import shapes
from course_lib.kit.data.shapes import COLORS, KINDS, Factors


def one(kind="disc", color="white", size=0.3, row=0.5, col=0.5, angle=0.0):
    return Factors(
        torch.tensor([KINDS.index(kind)]),
        torch.tensor([list(COLORS).index(color)]),
        *(torch.tensor([value]) for value in (size, row, col, angle)),
    )


@pytest.fixture(scope="module")
def drawn():
    return data.load("shapes", n=600, n_test=100)


def test_parts_have_the_sizes_asked_for_and_colours(drawn):
    assert drawn.train.images.shape == (600, 3, 12, 12)
    assert drawn.valid.images.shape == drawn.test.images.shape == (100, 3, 12, 12)
    assert drawn.train.images.dtype == torch.uint8
    assert (drawn.shape, drawn.n_colors, drawn.n_dims, drawn.levels) == ((12, 12), 3, 432, 256)
    assert repr(drawn) == (
        "Dataset('shapes': 600 + 100 + 100 images (train + valid + test), 12×12, 256 levels "
        "of R, G, B)"
    )


def test_the_seed_decides_the_images(drawn):
    again, other = (data.load("shapes", n=600, n_test=100, seed=s) for s in (0, 1))
    assert torch.equal(again.train.images, drawn.train.images)
    assert not torch.equal(other.train.images, drawn.train.images)
    content = drawn.factors["train"].kind.numpy().tobytes()
    assert hashlib.sha256(content).hexdigest()[:16] == "cf3093d7fa6c14f1"


def test_images_are_drawn_from_their_factors(drawn):
    for part in ("train", "valid", "test"):
        split, factors = getattr(drawn, part), drawn.factors[part]
        assert torch.equal(shapes.draw(factors, 12), split.images)
        assert torch.equal(factors.kind, split.labels)


def test_every_kind_and_colour_occurs_and_every_shape_is_whole(drawn):
    factors = drawn.factors["train"]
    assert factors.kind.unique().tolist() == [0, 1, 2]
    assert factors.color.unique().tolist() == list(range(len(COLORS)))
    for place in (factors.row, factors.col):
        assert ((place >= factors.size) & (place <= 1 - factors.size)).all()


@pytest.mark.parametrize(
    ("kind", "area"), [("disc", math.pi), ("square", 2.0), ("triangle", math.sqrt(27) / 4)]
)
@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0])
def test_area_is_that_of_the_shape_in_its_circle(kind, area, angle):
    image = shapes.draw(one(kind, size=0.3, angle=angle), size=64)[0, 0]
    assert image.double().sum().item() / 255 / 64**2 == pytest.approx(area * 0.09, rel=0.02)


def test_centre_of_mass_is_the_place():
    for kind in KINDS:
        image = shapes.draw(one(kind, row=0.4, col=0.6, angle=0.7), size=64)[0, 0].double()
        places = (torch.arange(64).double() + 0.5) / 64
        row, col = (image.sum(axis) @ places / image.sum() for axis in (1, 0))
        assert (row.item(), col.item()) == pytest.approx((0.4, 0.6), abs=0.01)


@pytest.mark.parametrize("turn", [("square", math.pi / 2), ("triangle", 2 * math.pi / 3)])
def test_a_turn_by_its_symmetry_leaves_a_shape_as_it_is(turn):
    kind, angle = turn
    plain, turned = (
        shapes.draw(one(kind, angle=a), size=32)[0, 0].double() for a in (0.3, 0.3 + angle)
    )
    assert (plain - turned).abs().sum() < 0.02 * plain.sum()


@pytest.mark.parametrize("color", list(COLORS))
def test_colours_are_parts_of_red_green_and_blue(color):
    image = shapes.draw(one(color=color), size=12, levels=5)[0]
    assert image[:, 6, 6].tolist() == [round(4 * part) for part in COLORS[color]]
    assert image[:, 0, 0].tolist() == [0, 0, 0]


def test_few_levels_are_levels():
    few = data.load("shapes", n=50, n_test=10, levels=4, size=16)
    assert few.levels == 4
    assert few.train.images.unique().tolist() == [0, 1, 2, 3]
    assert few.binarized().train.shape == (50, 3 * 16 * 16)


def test_what_makes_no_sense_is_one_line():
    for options in ({"size": 7}, {"n": 0}, {"levels": 1}, {"levels": 300}, {"n_test": 0}):
        with pytest.raises(data.DataError, match=r"shapes: got .*expected size ≥ 8") as caught:
            data.load("shapes", **options)
        assert "\n" not in str(caught.value)
