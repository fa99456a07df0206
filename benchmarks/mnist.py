"""Test nats on MNIST, binarised once ("fixed"), for a given number of seconds of training.

    python benchmarks/mnist.py --model nade --seconds 600 --threads 2
    COURSE_DATA_DIR=… python benchmarks/mnist.py --model fvsbn --seconds 120

Interrupt it at will: the same command goes on from the last checkpoint, at most a minute back. The
learning rate falls with the share of the seconds that is spent, so another `--seconds` is another
run. Evaluation is not counted as training.
"""

import argparse
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from autograder.reference import reference
from course_lib.kit import data, device, training

CHECKPOINT_SECONDS = 60
VALIDATION_IMAGES = 1000  # of the 10,000, while training; all of them at the end


class Independent(nn.Module):
    """Pixels that do not know of each other: p(x) = ∏ Bernoulli(x_i; σ(b_i))."""

    def __init__(self, n_dims: int) -> None:
        super().__init__()
        self.b = nn.Parameter(torch.zeros(n_dims))

    def init_independent_(self, x: Tensor) -> None:
        """The maximum of the likelihood, with one pseudo-count on each side."""
        with torch.no_grad():
            self.b.copy_(torch.logit((x.sum(0) + 1) / (len(x) + 2)))

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats."""
        return -F.binary_cross_entropy_with_logits(self.b.expand_as(x), x, reduction="none").sum(1)

    def sample(self, n: int, seed: int) -> Tensor:
        """n vectors."""
        u = torch.rand(n, len(self.b), generator=torch.Generator().manual_seed(seed))
        return (u.to(self.b) < torch.sigmoid(self.b)).float()


@dataclass
class Settings:
    """What a run depends on; two runs with the same settings are the same run."""

    model: str
    hidden: int
    seconds: float
    lr: float
    batch_size: int
    weight_decay: float
    seed: int


DEFAULTS = {
    "independent": {"hidden": 0, "lr": 0.0, "batch_size": 100, "weight_decay": 0.0},
    "fvsbn": {"hidden": 0, "lr": 3e-3, "batch_size": 100, "weight_decay": 0.0},
    "nade": {"hidden": 300, "lr": 1e-2, "batch_size": 100, "weight_decay": 0.0},
}


def build(settings: Settings, n_dims: int) -> nn.Module:
    """The untrained model."""
    if settings.model == "independent":
        return Independent(n_dims)
    if settings.model == "fvsbn":
        return reference("chain_rule").FVSBN(n_dims, seed=settings.seed)
    return reference("nade").NADE(n_dims, settings.hidden, seed=settings.seed)


def learning_rate(settings: Settings, share: float) -> float:
    """Cosine from `lr` to a hundredth of it, over the share of the seconds that is spent."""
    return settings.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0))))


class Run:
    """A training run that can be interrupted."""

    def __init__(self, settings: Settings, folder: Path, splits: data.BinarySplits) -> None:
        self.settings, self.splits = settings, splits
        self.where = device.best()
        self.model = build(settings, splits.train.shape[1])
        self.model.init_independent_(splits.train)  # type: ignore[operator]
        self.model.to(self.where)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=settings.lr or 1e-3, weight_decay=settings.weight_decay
        )
        self.spent, self.step = 0.0, 0
        name = f"mnist-{settings.model}" + (f"-h{settings.hidden}" if settings.hidden else "")
        self.checkpoint = folder / f"{name}.pt"
        self.result = folder / f"{name}.json"

    def load(self) -> None:
        """Go on from the checkpoint of the same settings, if there is one."""
        if not self.checkpoint.is_file():
            return
        stored = torch.load(self.checkpoint, map_location=self.where, weights_only=True)
        if stored["settings"] != asdict(self.settings):
            return
        self.model.load_state_dict(stored["model"])
        self.optimiser.load_state_dict(stored["optimiser"])
        self.spent, self.step = stored["spent"], stored["step"]

    def save(self) -> None:
        """Write the checkpoint: a whole one or none."""
        part = self.checkpoint.with_suffix(".part")
        stored = {
            "settings": asdict(self.settings),
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "spent": self.spent,
            "step": self.step,
        }
        torch.save(stored, part)
        part.replace(self.checkpoint)

    def train(self) -> None:
        """Train until the seconds are spent; every minute validate and write a checkpoint."""
        x = self.splits.train.to(self.where)
        few = self.splits.valid[:VALIDATION_IMAGES]
        bar = tqdm(
            total=self.settings.seconds,
            initial=self.spent,
            desc=self.settings.model,
            bar_format="{desc} {n:.0f} of {total:.0f} s |{bar}|{postfix}",
        )
        with bar:
            while self.spent < self.settings.seconds and self.settings.lr:
                until = min(self.spent + CHECKPOINT_SECONDS, self.settings.seconds)
                loss = self._train_until(x, until, bar)
                valid = training.mean_nll(self.model, few)
                bar.set_postfix(step=self.step, train=f"{loss:.2f}", valid=f"{valid:.2f}")
                self.save()

    def _train_until(self, x: Tensor, until: float, bar: tqdm) -> float:
        """Steps until this many seconds are spent; the mean loss of them."""
        self.model.train()
        losses = []
        while self.spent < until:
            start = time.perf_counter()
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate(self.settings, self.spent / self.settings.seconds)
            loss = -self.model.log_prob(x[self._rows(len(x))]).mean()  # type: ignore[operator]
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            losses.append(loss.item())
            self.step += 1
            seconds = time.perf_counter() - start
            self.spent += seconds
            bar.update(min(seconds, self.settings.seconds - bar.n))
        return sum(losses) / len(losses)

    def _rows(self, n: int) -> Tensor:
        """The rows of this step: the same for the same step, however often it was interrupted."""
        per_epoch = n // self.settings.batch_size
        epoch, place = divmod(self.step, per_epoch)
        generator = torch.Generator().manual_seed(1_000_003 * self.settings.seed + epoch)
        if getattr(self, "_epoch", None) != epoch:
            self._epoch, self._order = epoch, torch.randperm(n, generator=generator)
        size = self.settings.batch_size
        return self._order[place * size : (place + 1) * size].to(self.where)

    @torch.no_grad()
    def evaluate(self) -> dict[str, Any]:
        """Nats on all validation and test images, and milliseconds a sample."""
        nll = training.example_nll(self.model, self.splits.test)
        start = time.perf_counter()
        self.model.sample(16, seed=0).cpu()  # type: ignore[operator]
        ms = 1000 * (time.perf_counter() - start) / 16
        return {
            **asdict(self.settings),
            "protocol": "MNIST, binarised once (fixed seed), 50,000 + 10,000 + 10,000",
            "test_nats": round(nll.double().mean().item(), 3),
            "standard_error": round(training.standard_error(nll), 3),
            "valid_nats": round(training.mean_nll(self.model, self.splits.valid), 3),
            "training_seconds": round(self.spent, 1),
            "steps": self.step,
            "epochs": round(self.step * self.settings.batch_size / len(self.splits.train), 2),
            "ms_per_sample": round(ms, 2),
            "device": device.describe(),
        }


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=DEFAULTS, default="nade")
    parser.add_argument("--seconds", type=float, default=600, help="of training")
    parser.add_argument("--threads", type=int, help="of the CPU; torch's own choice by default")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--hidden", type=int)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--weight-decay", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--restart", action="store_true", help="ignore the checkpoint")
    return parser.parse_args()


def main() -> None:
    """Train, evaluate, write the result, print it."""
    args = arguments()
    if args.threads:
        torch.set_num_threads(args.threads)
    given = {k: v for k, v in vars(args).items() if k in DEFAULTS["nade"] and v is not None}
    settings = Settings(
        model=args.model, seconds=args.seconds, seed=args.seed, **(DEFAULTS[args.model] | given)
    )
    args.out.mkdir(parents=True, exist_ok=True)
    run = Run(settings, args.out, data.load("mnist").binarized())
    if not args.restart:
        run.load()
    try:
        run.train()
    except KeyboardInterrupt:
        run.save()
        raise SystemExit(f"stopped after {run.spent:.0f} s; the same command goes on") from None
    result = run.evaluate()
    text = json.dumps(result, indent=2, ensure_ascii=False)
    run.result.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
