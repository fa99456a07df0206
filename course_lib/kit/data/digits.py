"""1,797 real handwritten digits, 8×8, 17 grey levels; they come with scikit-learn."""

import torch
from sklearn.datasets import load_digits

from course_lib.kit.data.dataset import Dataset, Split

__all__ = ["load"]

N_TEST = 297
N_VALID = 150


def load() -> Dataset:
    """The digits of 13 writers in a fixed, shuffled split: 1,350 train, 150 valid, 297 test.

    The file is ordered by writer, so it is shuffled once (seed 0) before it is cut: otherwise the
    test digits would come from writers that no model has seen. Figures "on 1,500" train on
    train + valid.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.
    """
    bunch = load_digits()
    order = torch.randperm(len(bunch.target), generator=torch.Generator().manual_seed(0))
    images = torch.from_numpy(bunch.images).to(torch.uint8)[order]
    labels = torch.from_numpy(bunch.target).to(torch.int64)[order]
    cuts = [len(order) - N_TEST - N_VALID, N_VALID, N_TEST]
    parts = zip(images.split(cuts), labels.split(cuts), strict=True)
    train, valid, test = (Split(*part) for part in parts)
    return Dataset("digits", 17, train, valid, test)
