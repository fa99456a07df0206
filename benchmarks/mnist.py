"""Test nats on MNIST for a given number of seconds of training, and bits/dim of its grey levels.

    python benchmarks/mnist.py --model fvsbn --seconds 600 --threads 2
    COURSE_DATA_DIR=… python benchmarks/mnist.py --model fvsbn --binarisation dynamic
    python benchmarks/mnist.py --model ddpm --precision bf16 --compile

Interrupt it at will: the same command goes on from the last checkpoint, at most a minute back. The
learning rate falls with the share of the seconds that is spent, so another `--seconds` is another
run. With one CPU thread, seconds are those that the process has had of a core, else those of the
wall; validation and evaluation are not counted.
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm.auto import tqdm

from benchmarks import mnist_grey, mnist_models, mnist_table, page
from benchmarks.mnist_models import Images, Settings, learning_rate
from benchmarks.timing import Clock
from course_lib.kit import data, device, train

CHECKPOINT_SECONDS = 60
VALIDATION_IMAGES = 1000  # of the 10,000, while training; all of them at the end
PROTOCOLS = {
    "fixed": "MNIST, binarised once (fixed seed), 50,000 + 10,000 + 10,000",
    "dynamic": "MNIST, training images binarised anew for each batch, validation and test images "
    "once (fixed seed), 50,000 + 10,000 + 10,000",
    "grey": "MNIST, 256 grey levels as they are, 50,000 + 10,000 + 10,000",
}
BOUNDED = 2000  # test images for a bound of grey levels: it takes many passes through a network


Score = Callable[[Tensor], Tensor]


class Run:
    """A training run that can be interrupted."""

    def __init__(self, settings: Settings, folder: Path, images: data.Dataset) -> None:
        self.settings, self.data = settings, images
        self.where = device.best()
        mnist_model = mnist_models.known_models()[settings.model]
        grey, self.grey = None, mnist_model.grey
        self.splits: Any = mnist_grey.levels(images) if self.grey else images.binarized()
        if settings.binarisation == "dynamic":
            grey = images.train.images.flatten(1).to(self.where)
        self.images = Images(self.splits.train.to(self.where), grey, settings)
        self.model: Any = mnist_model.build(settings, self.splits.train.shape[1])
        self.model.init_independent_(self.splits.train)
        self.model.to(self.where)
        self.objective: Score = getattr(self.model, "objective", None) or self.model.log_prob
        self.after_step = getattr(self.model, "after_step", lambda: None)
        score: Score = torch.compile(self.objective) if settings.compiled else self.objective
        # Sums of hundreds of logarithms stay in float32: autocast rounds products only.
        self.score = torch.autocast(
            self.where.type, torch.bfloat16, enabled=settings.precision == "bf16"
        )(score)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=settings.lr or 1e-3, weight_decay=settings.weight_decay
        )
        self.clock = Clock(self.where)
        self.spent, self.step = 0.0, 0
        self.best: dict[str, Tensor] | None = None
        self.best_nats = float("inf")
        name = mnist_models.file_name(settings, self.where.type)
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
        self.best, self.best_nats = stored["best"], stored["best_nats"]

    def save(self) -> None:
        """Write the checkpoint: a whole one or none."""
        part = self.checkpoint.with_suffix(".part")
        stored = {
            "settings": asdict(self.settings),
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "spent": self.spent,
            "step": self.step,
            "best": self.best,
            "best_nats": self.best_nats,
        }
        torch.save(stored, part)
        part.replace(self.checkpoint)

    def train(self) -> None:
        """Train until the seconds are spent; every minute validate and write a checkpoint."""
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
                loss = self._train_until(until, bar)
                torch.manual_seed(self.settings.seed)  # a bound's draws are the same each time
                valid = train.mean_nll(self.model, few, log_prob=self._objective)
                if valid < self.best_nats:
                    self.best_nats = valid
                    self.best = {k: v.clone() for k, v in self.model.state_dict().items()}
                bar.set_postfix(step=self.step, train=f"{loss:.2f}", valid=f"{valid:.2f}")
                self.save()

    def _train_until(self, until: float, bar: tqdm) -> float:
        """Steps until this many seconds are spent; the mean loss of them."""
        self.model.train()
        losses = []
        while self.spent < until:
            start = self.clock.now()
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate(self.settings, self.spent / self.settings.seconds)
            torch.manual_seed(1_000_003 * self.settings.seed + self.step)
            x = self.images.batch(self.step)
            loss = -self.score(x).mean()
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            self.after_step()
            losses.append(loss.item())
            self.step += 1
            seconds = self.clock.now() - start
            self.spent += seconds
            bar.update(min(seconds, self.settings.seconds - bar.n))
        return sum(losses) / len(losses)

    def _objective(self, model: torch.nn.Module, x: Tensor) -> Tensor:
        return self.objective(x)

    @torch.no_grad()
    def evaluate(self) -> dict[str, Any]:
        """Nats on test and validation images, or bits a dimension, and milliseconds a sample."""
        if self.best is not None:
            self.model.load_state_dict(self.best)
        self.model.eval()
        torch.manual_seed(self.settings.seed)
        found = self._of_levels() if self.grey else self._of_bits()
        sample = self.model.generate if self.grey else self.model.sample
        ms = 1000 * self.clock.seconds(lambda: sample(16, seed=0).cpu()) / 16
        return {
            **asdict(self.settings),
            "protocol": PROTOCOLS[self.settings.binarisation],
            **found,
            "training_seconds": round(self.spent, 1),
            "seconds_are": self.clock.counts,
            "steps": self.step,
            "epochs": round(self.step * self.settings.batch_size / len(self.splits.train), 2),
            "ms_per_sample": round(ms, 2),
            "device": device.describe(),
        }

    def _of_bits(self) -> dict[str, Any]:
        """Exact nats, or the tightest bound that the model has."""
        nll = train.example_nll(self.model, self.splits.test)
        valid = train.mean_nll(self.model, self.splits.valid)
        kind: dict[str, Any] = {"test_nats_are": "exact"}
        if estimate := getattr(self.model, "estimate", None):
            elbo = -nll.double().mean().item()
            what = f"importance-weighted bound of {self.settings.samples} draws, all test images"
            nll = -self._by_parts(estimate, self.splits.test, what)
            kind = {"test_nats_are": what, "test_elbo": round(elbo, 3)}
        return {
            "test_nats": round(nll.double().mean().item(), 3),
            "standard_error": round(train.standard_error(nll), 3),
            **kind,
            "valid_nats": round(valid, 3),
        }

    def _of_levels(self) -> dict[str, Any]:
        """A bound in bits a dimension, and the quality of samples."""
        test = self.splits.test[:BOUNDED]
        of = f"{self.settings.samples or 1} draws, {len(test)} test images"
        bits = -self._by_parts(self.model.bound, test, f"bound of {of}")
        bits = bits / (math.log(2) * test.shape[1])
        return {
            "test_bits_per_dim": round(bits.mean().item(), 4),
            "standard_error": round(train.standard_error(bits), 4),
            "test_bits_are": f"bound of {of}",
            **mnist_grey.quality(self.model, self.data),
        }

    def _by_parts(self, bound: Score, x: Tensor, what: str) -> Tensor:
        parts = tqdm(x.split(100), desc=what)
        return torch.cat([bound(few.to(self.where)).cpu() for few in parts])


def arguments() -> argparse.Namespace:
    """The command line; what a model does not take is refused in `main`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=mnist_models.known_models(), required=True)
    parser.add_argument("--binarisation", choices=PROTOCOLS, help="fixed, or grey for grey models")
    parser.add_argument("--seconds", type=float, default=600, help="of training")
    parser.add_argument("--threads", type=int, help="of the CPU; torch's own choice by default")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--hidden", type=int, help="units; channels of a PixelCNN or U-Net")
    parser.add_argument("--layers", type=int, help="of a PixelCNN or a flow")
    parser.add_argument("--kernel", type=int, help="of a PixelCNN")
    parser.add_argument("--latent", type=int, help="dimensions of a VAE's latent variable")
    parser.add_argument("--samples", type=int, help="of a VAE's or a flow's reported bound")
    parser.add_argument("--chain", type=int, help="steps of a DDPM")
    parser.add_argument("--lr", type=float)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--weight-decay", type=float)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--precision", choices=("float32", "bf16"), default="float32")
    parser.add_argument("--compile", action="store_true", dest="compiled", help="torch.compile")
    parser.add_argument("--restart", action="store_true", help="ignore the checkpoint")
    return parser.parse_args()


def chosen(args: argparse.Namespace) -> Settings:
    """The model's defaults, and over them what the command line says."""
    names = {field.name for field in fields(Settings)}
    given = {k: v for k, v in vars(args).items() if k in names and v is not None}
    model = mnist_models.known_models()[args.model]
    protocol = given.setdefault("binarisation", "grey" if model.grey else "fixed")
    if (protocol == "grey") != model.grey:
        fitting = "grey levels: --binarisation grey"
        what = fitting if model.grey else "bits: --binarisation fixed|dynamic"
        raise SystemExit(f"--binarisation {protocol}: {args.model} is a model of {what}")
    return Settings(**(model.defaults | given))


def main() -> None:
    """Train, evaluate, write the result, print it."""
    args = arguments()
    if args.threads:
        torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    run = Run(chosen(args), args.out, data.load("mnist"))
    if not args.restart:
        run.load()
    try:
        run.train()
    except KeyboardInterrupt:
        run.save()
        raise SystemExit(f"stopped after {run.spent:.0f} s; the same command goes on") from None
    result = run.evaluate()
    page.keep(result, run.result)
    print(run.result.read_text(encoding="utf-8"), end="")
    if args.out.resolve() == page.RESULTS:
        mnist_table.main()


if __name__ == "__main__":
    main()
