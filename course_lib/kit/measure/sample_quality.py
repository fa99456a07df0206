"""The quality of samples without a likelihood: Fréchet distance in a classifier's features."""

import time
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from torch import Tensor, nn

from course_lib.kit import device as devices
from course_lib.kit.data.dataset import Dataset
from course_lib.kit.train import loop

__all__ = ["Baseline", "Judge", "frechet_distance"]

_N_FEATURES = 64
_STEPS, _BATCH = 600, 100
# Samples in a group, at most: the distance between two sets falls with their sizes, so that only
# figures for groups of one size can stand in one table.
_LARGEST_GROUP = 1000


@dataclass(frozen=True)
class Baseline:
    """A simple generator's figure.

    Attributes:
        distance: the Fréchet distance of its samples.
        seconds: to fit it.
    """

    distance: float
    seconds: float


def frechet_distance(a: Float[Tensor, "n features"], b: Float[Tensor, "m features"]) -> float:
    """d² = |μ_a − μ_b|² + tr(Σ_a + Σ_b − 2 (Σ_a Σ_b)^½): W₂² of the Gaussians with these moments.

    With A = Σ_a^½ the trace of (Σ_a Σ_b)^½ is that of (A Σ_b A)^½, which is symmetric, so that its
    eigenvalues are real and not negative but for rounding.

    Args:
        a: features of one set of samples, at least two.
        b: features of the other.

    Raises:
        ValueError: fewer than two samples, or different numbers of features.

    Source: Dowson & Landau (1982); as a measure of samples: Heusel et al. (2017), Section 3.
    """
    if min(len(a), len(b)) < 2 or a.shape[1:] != b.shape[1:]:
        raise ValueError(
            f"frechet_distance: got the shapes {tuple(a.shape)} and {tuple(b.shape)}; expected at "
            "least two rows each, and as many columns"
        )
    a, b = a.double().cpu(), b.double().cpu()
    cov_a, cov_b = a.T.cov(), b.T.cov()
    values, vectors = torch.linalg.eigh(cov_a)
    root = (vectors * values.clamp_min(0).sqrt()) @ vectors.T
    overlap = torch.linalg.eigvalsh(root @ cov_b @ root).clamp_min(0).sqrt().sum()
    squared = (a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * overlap
    return max(squared.item(), 0.0)


class Judge:
    """Measures samples by the features of a classifier that was trained on the real images.

    `distance` compares groups of `group` samples with the training images (train + valid) and
    averages over the groups: groups of one size have the same bias, so that figures can be compared
    with each other, with `floor` (unseen real images) and with `gmm`. They cannot be compared with
    figures of other classifiers, such as the Inception network's FID.

    Attributes:
        accuracy: of the classifier, on the test images.
        group: samples in a group.
    """

    def __init__(self, data: Dataset, classifier: nn.Sequential) -> None:
        """Keep the features of the training images; `Judge.train` makes the classifier too."""
        self.data = data
        self.classifier = classifier.eval()
        self.group = min(len(data.test.labels), _LARGEST_GROUP)
        self._images = _grey(data, "train", "valid")
        self._reference = self.features(self._images)
        with torch.no_grad():
            logits = self.classifier[-1](self.features(_grey(data, "test")))
        self.accuracy = (logits.cpu().argmax(1) == data.test.labels).double().mean().item()
        self._gmm: dict[int, Baseline] = {}

    @classmethod
    def train(cls, data: Dataset, seed: int = 0) -> "Judge":
        """Train the classifier (about three seconds for the digits) and take the floor.

        Args:
            data: grey images with labels.
            seed: of weights and batches.

        Raises:
            ValueError: coloured images.
        """
        if data.n_colors != 1:
            raise ValueError(f"Judge: got {data!r}; expected grey images")
        images = _grey(data, "train", "valid")
        labels = torch.cat([data.train.labels, data.valid.labels])
        generator = torch.Generator().manual_seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = _classifier(data.shape, int(labels.max()) + 1)
        where = devices.place(network)
        optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=_STEPS)

        def step(_k: int) -> Tensor:
            rows = torch.randint(len(images), (_BATCH,), generator=generator)
            x, y = images[rows].to(where), labels[rows].to(where)
            loss = F.cross_entropy(network(x), y, label_smoothing=0.05)
            value = loop.minimise(loss, optimiser)
            schedule.step()
            return value

        loop.run(step, _STEPS, [network], [optimiser], seed=seed, title=None)
        return cls(data, network)

    @torch.no_grad()
    def features(self, samples: Float[Tensor, "n ..."]) -> Float[Tensor, "n features"]:
        """The classifier's features: the values before its last layer.

        Args:
            samples: grey levels in [0, 1], `(n, H, W)`, `(n, 1, H, W)` or `(n, H·W)`.

        Raises:
            ValueError: another size, or values that are not finite.
        """
        height, width = self.data.shape
        samples = torch.as_tensor(samples).detach()
        if samples.dim() < 2 or samples[0].numel() != height * width:
            raise ValueError(
                f"Judge: got samples of the shape {tuple(samples.shape)}; expected (n, {height}, "
                f"{width}) with grey levels in [0, 1]"
            )
        if not samples.isfinite().all():
            raise ValueError("Judge: the samples hold NaN or ∞; look where they come from")
        first = next(self.classifier.parameters())
        # Generators may overshoot black and white; what one would see is cut off there.
        batches = samples.reshape(-1, 1, height, width).clamp(0, 1).split(1000)
        return torch.cat([self.classifier[:-1](b.to(first)) for b in batches])

    def distances(self, samples: Float[Tensor, "n ..."]) -> list[float]:
        """The Fréchet distance of each whole group of `group` samples: their spread is the noise.

        Args:
            samples: as for `features`, at least `group` of them.

        Raises:
            ValueError: fewer samples than a group has.
        """
        if len(samples) < self.group:
            raise ValueError(
                f"Judge: got {len(samples)} samples; expected at least {self.group}, the size of a "
                "group: smaller groups seem further away"
            )
        groups = self.features(samples).split(self.group)
        return [frechet_distance(self._reference, g) for g in groups if len(g) == self.group]

    def distance(self, samples: Float[Tensor, "n ..."]) -> float:
        """The mean of `distances`.

        Args:
            samples: as for `features`, at least `group` of them; five groups give a steady mean.
        """
        values = self.distances(samples)
        return sum(values) / len(values)

    @property
    def floor(self) -> float:
        """The distance of real images that neither classifier nor reference has seen."""
        return self.distance(_grey(self.data, "test"))

    def gmm(self, n_components: int = 20) -> Baseline:
        """A mixture of Gaussians in pixel space, fitted by EM: what any generator should beat.

        Larger images are reduced to their first 100 principal components before.

        Args:
            n_components: Gaussians with full covariances.
        """
        if n_components not in self._gmm:
            start = time.perf_counter()
            pixels = self._images.flatten(1).double().numpy()
            reduce = PCA(min(100, pixels.shape[1]), random_state=0).fit(pixels)
            codes = reduce.transform(pixels)
            mixture = GaussianMixture(n_components, reg_covar=1e-3, random_state=0).fit(codes)
            seconds = time.perf_counter() - start
            drawn = mixture.sample(5 * self.group)[0]
            # `sample` gives one component after the other.
            np.random.default_rng(0).shuffle(drawn)
            samples = torch.from_numpy(reduce.inverse_transform(drawn)).float()
            self._gmm[n_components] = Baseline(self.distance(samples), seconds)
        return self._gmm[n_components]

    def __repr__(self) -> str:
        return (
            f"Judge(classifier {self.accuracy:.1%} right on {self.data.name!r}, groups of "
            f"{self.group}: floor {self.floor:.2f})"
        )


def _grey(data: Dataset, *parts: str) -> Float[Tensor, "n 1 height width"]:
    """The images of some parts, as grey levels in [0, 1]."""
    images = torch.cat([getattr(data, p).images for p in parts])
    return images.unsqueeze(1).float() / (data.levels - 1)


def _classifier(shape: tuple[int, int], n_classes: int) -> nn.Sequential:
    """A small convolutional network; its last layer is linear in the features."""
    # 28×28 is halved three times and 8×8 once: 4×4 remain of either.
    layers: list[nn.Module] = [nn.Conv2d(1, 24, 3, padding=1), nn.SiLU()]
    size, channels = shape, 24
    while max(size) > 4:
        layers += [nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1), nn.SiLU()]
        size, channels = ((size[0] + 1) // 2, (size[1] + 1) // 2), 2 * channels
    layers += [nn.Flatten(), nn.Linear(channels * size[0] * size[1], _N_FEATURES), nn.SiLU()]
    return nn.Sequential(*layers, nn.Linear(_N_FEATURES, n_classes))
