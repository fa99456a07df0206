"""What `models.py` measures: for each model a training step and sampling, ours and others'.

A comparison is a function of the sizes and the device that gives `Ways`; the decorator files it
under its lecture. Further lectures: a file like this one, imported by `models.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.reference import reference
from benchmarks import straightforward as plain
from benchmarks.timing import Ways
from course_lib.kit.networks.made import MADE
from course_lib.lectures.rnn import recurrent


@dataclass(frozen=True)
class Sizes:
    """Of the models and the data; the defaults are MNIST's."""

    side: int = 28
    batch: int = 100
    n: int = 16  # samples
    hidden: int = 500
    channels: int = 32
    layers: int = 5
    vocab: int = 97
    units: int = 256  # of the recurrent models
    characters: int = 300
    texts: int = 16  # in a training step
    latent: int = 40
    draws: int = 50
    steps: int = 100  # of a diffusion

    @property
    def n_dims(self) -> int:
        """D."""
        return self.side**2


SMALL = Sizes(4, 3, 2, 5, 4, 2, 7, 6, 5, 3, 2, 3, 10)


@dataclass(frozen=True)
class Comparison:
    """One line of the table, or several where there are several straightforward versions."""

    lecture: str
    what: str
    make: Callable[[Sizes, torch.device], Ways]


COMPARISONS: list[Comparison] = []
Make = Callable[[Sizes, torch.device], Ways]


def comparison(lecture: str, what: str) -> Callable[[Make], Make]:
    """File a function under its lecture."""

    def register(make: Make) -> Make:
        COMPARISONS.append(Comparison(lecture, what, make))
        return make

    return register


def step(loss: Callable[[], Tensor], parameters: object) -> Callable[[], None]:
    """A training step with Adam: loss, gradients, new weights."""
    optimiser = torch.optim.Adam(parameters, lr=1e-4)  # type: ignore[arg-type]

    def work() -> None:
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

    return work


def bits(s: Sizes, n: int, device: torch.device) -> Tensor:
    """(n, D), an eighth of them ones."""
    u = torch.rand(n, s.n_dims, generator=torch.Generator().manual_seed(0))
    return (u < 0.125).float().to(device)


def tokens(s: Sizes, n: int, length: int, device: torch.device) -> Tensor:
    """(n, length) characters."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(s.vocab, (n, length), generator=generator).to(device)


@comparison("01_chain_rule", "FVSBN, training step")
def fvsbn_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the triangle of W times x, and its gradient."""
    model = reference("chain_rule").FVSBN(s.n_dims).to(device)
    other, x = plain.SeparateFVSBN(model), bits(s, s.batch, device)
    return Ways(
        step(lambda: -model.log_prob(x).mean(), model.parameters()),
        {f"{s.n_dims} linear layers": step(lambda: -other.log_prob(x).mean(), other.parameters())},
        flops=2.0 * s.batch * s.n_dims**2,
    )


@comparison("01_chain_rule", "FVSBN, samples")
def fvsbn_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the triangle once."""
    model = reference("chain_rule").FVSBN(s.n_dims, scale=0.1).to(device)
    other, like = plain.SeparateFVSBN(model), model.b.new_zeros(s.n, s.n_dims)
    name = f"{s.n_dims} linear layers, run anew for each pixel"
    return Ways(
        lambda: model.sample(s.n, 0),
        {name: lambda: plain.sample_by_logits(other.logits, like, 0)},
        flops=1.0 * s.n * s.n_dims**2,
    )


@comparison("02_nade", "NADE, training step")
def nade_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W x and V·h of each pixel, and the gradients of V, h and W."""
    model = reference("nade").NADE(s.n_dims, s.hidden).to(device)
    x = bits(s, s.batch, device)

    def other(logits: Callable[[Any, Tensor], Tensor]) -> Callable[[], None]:
        return step(
            lambda: -plain.bernoulli_log_prob(logits(model, x), x).mean(), model.parameters()
        )

    return Ways(
        step(lambda: -model.log_prob(x).mean(), model.parameters()),
        {
            "loop over the pixels": other(plain.nade_logits_by_pixel),
            "cumulative sum, no loop": other(plain.nade_logits_by_cumsum),
        },
        flops=10.0 * s.batch * s.n_dims * s.hidden,
    )


@comparison("02_nade", "NADE, samples")
def nade_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W x and V·h of each pixel."""
    model = reference("nade").NADE(s.n_dims, s.hidden).to(device)
    like = model.b.detach().new_zeros(s.n, s.n_dims)
    return Ways(
        lambda: model.sample(s.n, 0),
        {"run anew for each pixel": lambda: plain.sample_by_logits(model.logits, like, 0)},
        flops=4.0 * s.n * s.n_dims * s.hidden,
    )


def made(s: Sizes, device: torch.device) -> MADE:
    """One hidden layer, one order."""
    sizes, order = [s.n_dims, s.hidden, s.n_dims], torch.arange(s.n_dims)
    return MADE(sizes, [order], reference("nade").made_masks).to(device)


@comparison("02_nade", "MADE, training step")
def made_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: half of two matrices forward, half of three products back."""
    model, x = made(s, device), bits(s, s.batch, device)
    return Ways(
        step(lambda: -model.log_prob(x).mean(), model.parameters()),
        flops=5.0 * s.batch * s.n_dims * s.hidden,
    )


@comparison("02_nade", "MADE, samples")
def made_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: half of two matrices, once."""
    model = made(s, device)
    like = bits(s, s.n, device)
    return Ways(
        lambda: model.sample(s.n, 0),
        {"run anew for each pixel": lambda: plain.sample_by_logits(model.logits, like, 0)},
        flops=2.0 * s.n * s.n_dims * s.hidden,
    )


def rnn_params(s: Sizes, device: torch.device) -> tuple[Tensor, ...]:
    """Small random weights."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(s.units, s.vocab), (s.units, s.units), (s.units,), (s.vocab, s.units), (s.vocab,)]
    drawn = (torch.randn(*shape, generator=generator) / s.units**0.5 for shape in shapes)
    return tuple(p.to(device).requires_grad_() for p in drawn)


@comparison("03_rnn", "RNN, training step")
def rnn_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W_hh and W_hy forward, twice that back; one-hot inputs are columns."""
    rnn, params = reference("rnn"), rnn_params(s, device)
    text = tokens(s, s.texts, s.characters, device)
    other = "one-hot vectors, output in the loop"
    return Ways(
        step(lambda: -rnn.sequence_log_prob(text, params).mean(), params),
        {other: step(lambda: -plain.rnn_log_prob_by_step(text, params).mean(), params)},
        flops=6.0 * text.numel() * s.units * (s.units + s.vocab),
    )


@comparison("03_rnn", "RNN, a text")
def rnn_text(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W_hh and W_hy, once a character."""
    params, prime = rnn_params(s, device), tokens(s, 1, 1, device)
    settings: dict[str, Any] = {"length": s.characters, "temperature": 1.0, "seed": 0}
    return Ways(
        lambda: reference("rnn").sample(params, prime, **settings),
        {"read anew for each character": functools.partial(
            plain.rnn_sample_by_prefix, params, prime, **settings)},
        flops=2.0 * s.characters * s.units * (s.units + s.vocab),
    )  # fmt: skip


@comparison("03_rnn", "LSTM, training step")
def lstm_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: as for the RNN, with four gates."""
    model = recurrent.CharLSTM(s.vocab, s.units, reference("rnn").one_hot).to(device)
    text = tokens(s, s.texts, s.characters, device)
    other = step(lambda: -plain.lstm_log_prob_by_step(model, text).mean(), model.parameters())
    return Ways(
        step(lambda: -model.character_log_prob(text).sum(1).mean(), model.parameters()),
        {"`rnn.lstm_step` in a loop": other},
        flops=6.0 * text.numel() * s.units * (4 * s.units + s.vocab),
    )


@comparison("03_rnn", "LSTM, a text")
def lstm_text(s: Sizes, device: torch.device) -> Ways:
    """Necessary: as for the RNN, with four gates."""
    model = recurrent.CharLSTM(s.vocab, s.units, reference("rnn").one_hot).to(device)
    prime = tokens(s, 1, 1, device)
    settings: dict[str, Any] = {"length": s.characters, "temperature": 1.0, "seed": 0}
    return Ways(
        lambda: model.sample(prime, **settings),
        {"read anew for each character": functools.partial(
            plain.lstm_sample_by_prefix, model, prime, **settings)},
        flops=2.0 * s.characters * s.units * (4 * s.units + s.vocab),
    )  # fmt: skip


def open_weights(model: Any) -> list[int]:
    """Of each layer of a PixelCNN."""
    return [int(layer.mask.sum()) for layer in model.layers]


@comparison("04_pixelcnn", "PixelCNN, training step")
def pixelcnn_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the open weights at each pixel; back, once for them and once for the inputs."""
    pixelcnn = reference("pixelcnn")
    model = pixelcnn.PixelCNN(2, s.channels, s.layers).to(device)
    x = bits(s, s.batch, device).unflatten(1, (1, s.side, s.side))
    first, *rest = open_weights(model)
    return Ways(
        step(lambda: -pixelcnn.log_prob(model, x).mean(), model.parameters()),
        flops=2.0 * x.numel() * (2 * first + 3 * sum(rest)),
        unit="conv",
    )


@comparison("04_pixelcnn", "PixelCNN, samples")
def pixelcnn_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the open weights at each pixel, once."""
    pixelcnn = reference("pixelcnn")
    model = pixelcnn.PixelCNN(2, s.channels, s.layers).to(device)
    shape = (s.side, s.side)
    return Ways(
        lambda: pixelcnn.sample_cached(model, s.n, shape, 0),
        {"run anew for each pixel": lambda: pixelcnn.sample(model, s.n, shape, 0)},
        flops=2.0 * s.n * s.n_dims * sum(open_weights(model)),
    )


def vae(s: Sizes, device: torch.device) -> Any:
    """One hidden layer in the encoder and one in the decoder."""
    return reference("vae").VAE(s.n_dims, s.latent, s.hidden).to(device)


@comparison("05_vae", "VAE, training step")
def vae_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: four matrices forward, twice that back, but for the gradient of the image."""
    model, x = vae(s, device), bits(s, s.batch, device)
    eps = torch.randn(s.batch, s.latent, generator=torch.Generator().manual_seed(0)).to(device)
    images, rest = s.n_dims * s.hidden, 3 * s.latent * s.hidden
    return Ways(
        step(lambda: -model(x, eps).mean(), model.parameters()),
        flops=2.0 * s.batch * (2 * images + 3 * images + 3 * rest),
    )


@comparison("05_vae", "VAE, importance-weighted bound")
def vae_bound(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the encoder once, the decoder once a draw."""
    functions, model, x = reference("vae"), vae(s, device), bits(s, s.batch, device)
    generator = torch.Generator().manual_seed(0)
    eps = torch.randn(s.draws, s.batch, s.latent, generator=generator).to(device)
    encoder = (s.n_dims + 2 * s.latent) * s.hidden
    decoder = (s.n_dims + s.latent) * s.hidden
    quiet = torch.no_grad()
    return Ways(
        quiet(lambda: functions.iwae_bound(model.log_weights(x, eps))),
        {"encoder and decoder for each draw": quiet(lambda: plain.iwae_by_draw(model, x, eps))},
        flops=2.0 * s.batch * (encoder + s.draws * decoder),
    )
