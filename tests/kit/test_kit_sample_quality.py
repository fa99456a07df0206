"""The Fréchet distance is that of the formula, and the judge orders what is known."""

import numpy as np
import pytest
import scipy.linalg
import torch

from course_lib.kit import data
from course_lib.kit.measure.sample_quality import Judge, frechet_distance


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


@pytest.fixture(scope="module")
def judge(digits):
    return Judge.train(digits)


def gaussian(n, n_features, seed):
    generator = torch.Generator().manual_seed(seed)
    mixing = torch.randn(n_features, n_features, generator=generator, dtype=torch.float64)
    return torch.randn(n, n_features, generator=generator, dtype=torch.float64) @ mixing + seed


def test_frechet_distance_is_the_formula_with_scipys_matrix_root():
    a, b = gaussian(500, 6, 1), gaussian(400, 6, 2)
    cov_a, cov_b = np.cov(a.numpy().T), np.cov(b.numpy().T)
    root = scipy.linalg.sqrtm(cov_a @ cov_b).real
    expected = float((a.mean(0) - b.mean(0)).square().sum()) + np.trace(cov_a + cov_b - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(b, a) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    shift = torch.arange(6.0).double()
    assert frechet_distance(a, a + shift) == pytest.approx(55, abs=1e-6)


def test_frechet_distance_of_fewer_samples_than_features_is_finite():
    assert 0 < frechet_distance(gaussian(5, 20, 1), gaussian(5, 20, 2)) < 1e5


def test_unseen_digits_are_nearest_then_the_mixture_then_a_gaussian_then_noise(judge, digits):
    assert judge.accuracy > 0.97
    assert judge.group == 297
    pixels = digits.train.images.flatten(1).double() / 16
    law = torch.distributions.MultivariateNormal(
        pixels.mean(0), pixels.T.cov() + 1e-5 * torch.eye(64).double()
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        gauss = judge.distance(law.sample((594,)))
        noise = judge.distance(torch.rand(594, 64))
    mixture = judge.gmm(20)
    assert 0.5 < judge.floor < mixture.distance < gauss < noise
    # Far enough apart that the order does not hang on one seed.
    assert mixture.distance > 1.5 * judge.floor
    assert gauss > 3 * mixture.distance
    assert mixture.seconds > 0
    assert judge.gmm(20) is mixture


def test_a_generator_that_draws_one_class_only_is_found_out(judge, digits):
    images, labels = digits.train.images.flatten(1) / 16.0, digits.train.labels
    all_classes, ones = judge.distance(images[:594]), images[labels == 1]
    assert judge.distance(ones.repeat(5, 1)[:594]) > 10 * all_classes


def test_judge_is_the_same_each_time_and_leaves_the_global_seed_alone(judge, digits):
    before = torch.get_rng_state()
    again = Judge.train(digits)
    assert torch.equal(torch.get_rng_state(), before)
    assert again.floor == pytest.approx(judge.floor, rel=1e-3)
    assert "groups of 297" in repr(again)


def test_samples_may_have_any_image_shape_and_bad_ones_are_refused(judge, digits):
    images = digits.test.images / 16.0
    assert judge.distance(images) == pytest.approx(judge.floor)
    assert judge.distance(images[:, None]) == pytest.approx(judge.floor)
    assert len(judge.distances(images.repeat(3, 1, 1)[:800])) == 2
    with pytest.raises(ValueError, match=r"\(297, 8, 7\); expected \(n, 8, 8\)"):
        judge.distance(images[:, :, :7])
    with pytest.raises(ValueError, match="got 100 samples; expected at least 297"):
        judge.distance(images[:100])
    with pytest.raises(ValueError, match="NaN"):
        judge.distance(images * float("nan"))
    with pytest.raises(ValueError, match="grey images"):
        Judge.train(data.load("shapes", n=20, n_test=10))
