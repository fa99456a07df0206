"""Complete recurrent models on torch's fused layers: an LSTM for text, a GRU for binary images.

The exercises' functions come in as arguments.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_lib.kit import device as devices
from course_lib.kit.train import loop

__all__ = ["CharLSTM", "PixelGRU", "fit_text"]

State = tuple[Tensor, Tensor]
OneHot = Callable[[Tensor, int, torch.dtype], Tensor]


class CharLSTM(nn.Module):
    """An LSTM that reads one-hot characters and says what comes next; the memory starts at 0.

    `lstm.parameters()` are W_ih, W_hh, b_ih, b_hh in the order of `torch.nn.LSTMCell`.

    Source: Graves (2013), Section 2, with one layer.
    """

    def __init__(self, vocab_size: int, hidden: int, one_hot: OneHot, *, seed: int = 0) -> None:
        """Random weights; those of the inputs are wide, as only one character speaks at a time.

        Args:
            vocab_size: V.
            hidden: units.
            one_hot: `rnn.one_hot`, or a function with the same arguments.
            seed: of the weights.
        """
        super().__init__()
        self.one_hot = one_hot
        generator = torch.Generator().manual_seed(seed)
        self.lstm = nn.LSTM(vocab_size, hidden, batch_first=True)
        self.out = nn.Linear(hidden, vocab_size)
        bound = 1 / math.sqrt(hidden)
        with torch.no_grad():
            for p in (*self.lstm.parameters(), *self.out.parameters()):
                p.uniform_(-bound, bound, generator=generator)
            W_ih, _, b_ih, _ = self.lstm.parameters()
            W_ih.normal_(0, 0.5, generator=generator)
            b_ih[hidden : 2 * hidden] = 1  # of the forget gate
            self.out.bias.zero_()

    @torch.no_grad()
    def init_unigram_(self, tokens: Int[Tensor, " n"]) -> None:
        """Start from the characters' frequencies: the last bias is their logarithm, smoothed."""
        counts = torch.bincount(tokens.cpu(), minlength=self.vocab_size) + 1.0
        self.out.bias.copy_((counts / counts.sum()).log())

    @property
    def vocab_size(self) -> int:
        """V, the number of characters."""
        return self.out.out_features

    def forward(
        self, tokens: Int[Tensor, "batch time"], state: State | None = None
    ) -> tuple[Float[Tensor, "batch time vocab"], State]:
        """Logits of the character after each one, and the memory (h, c) after the last.

        Args:
            tokens: a text.
            state: the memory before it, both (1, batch, hidden); 0 if None.
        """
        x = self.one_hot(tokens, self.vocab_size, self.out.weight.dtype)
        h, state = self.lstm(x, state)
        return self.out(h), state

    def character_log_prob(self, tokens: Int[Tensor, "batch time"]) -> Float[Tensor, "batch time"]:
        """log p of each character given those before it in its row, in nats."""
        first = self.out.bias.expand(len(tokens), 1, -1)
        logits = torch.cat([first, self(tokens[:, :-1])[0]], dim=1)
        return logits.log_softmax(-1).gather(2, tokens[..., None]).squeeze(2)

    @torch.no_grad()
    def sample(
        self, prime: Int[Tensor, "batch k"], length: int, temperature: float, seed: int
    ) -> Int[Tensor, "batch total"]:
        """Write on after k >= 1 characters, as `rnn.sample` does: one step for each character."""
        generator = torch.Generator().manual_seed(seed)
        u = torch.rand(len(prime), length, generator=generator).to(self.out.weight)
        logits, state = self(prime)
        drawn = [prime]
        for u_t in u.unbind(1):
            cumulative = (logits[:, -1] / temperature).softmax(-1).cumsum(-1)
            x = (cumulative <= u_t[:, None]).sum(-1, keepdim=True).clamp(max=self.vocab_size - 1)
            drawn.append(x)
            logits, state = self(x, state)
        return torch.cat(drawn, dim=1)


def fit_text(
    model: CharLSTM,
    tokens: Int[Tensor, " n"],
    *,
    steps: int,
    batch_size: int = 16,
    length: int = 64,
    lr: float = 8e-3,
    max_norm: float = 1.0,
    max_seconds: float | None = None,
    seed: int = 0,
    title: str = "",
    device: torch.device | str | None = None,
) -> tuple[list[float], float]:
    """Train on windows cut at random places, with Adam, clipped gradients and a falling rate.

    The rate falls from `lr` to nearly 0 along half a cosine. The same seed gives the same weights
    on the CPU unless `max_seconds` shortens the run.

    Args:
        model: what to train, in place; it is moved to the device and stays there.
        tokens: the training text.
        steps: how many.
        batch_size: windows in a step.
        length: of a window in characters; gradients reach no further back.
        lr: Adam's first learning rate.
        max_norm: of the gradient of all weights together.
        max_seconds: the schedule is compressed so that the run ends about then.
        seed: of the places.
        title: stands in front of the progress bar; `$COURSE_QUIET=1` hides the bar.
        device: where to train; `kit.device.best()` by default.

    Returns:
        Bits a character of each step's batch, and the seconds that were needed.

    Raises:
        TrainingError: the loss is not finite.
        ValueError: a text shorter than a window.
    """
    if len(tokens) <= length:
        raise ValueError(f"fit_text: {len(tokens)} characters; expected more than {length}")
    where = devices.place(model, device)
    tokens, window = tokens.to(where), torch.arange(length + 1, device=where)
    places = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=lr, betas=(0.9, 0.99))

    def step(_k: int) -> Tensor:
        at = torch.randint(len(tokens) - length, (batch_size, 1), generator=places).to(where)
        x = tokens[at + window]
        loss = F.cross_entropy(model(x[:, :-1])[0].flatten(0, 1), x[:, 1:].flatten())
        return loop.minimise(loss, optimiser, max_norm) / math.log(2)

    made = loop.run(
        step,
        steps,
        [model],
        [optimiser],
        schedule=lambda over: loop.cosine(over) + 1e-5 / lr,
        max_seconds=max_seconds,
        seed=seed,
        names=["bits/character"],
        title=title or "CharLSTM",
    )
    return [bits for (bits,) in made.losses], made.seconds


class PixelGRU(nn.Module):
    """A GRU that reads a binary image pixel by pixel, and says how likely the next one is ink.

    With `places`, it is also told row and column of the pixel that it has to predict; without, it
    has to count.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        hidden: int,
        one_hot: OneHot,
        *,
        places: bool = True,
        seed: int = 0,
    ) -> None:
        """Random weights.

        Args:
            shape: (height, width) of an image.
            hidden: units.
            one_hot: `rnn.one_hot`, or a function with the same arguments, for row and column.
            places: whether it is told row and column.
            seed: of the weights.
        """
        super().__init__()
        height, width = shape
        generator = torch.Generator().manual_seed(seed)
        place = torch.arange(height * width)
        rows = one_hot(torch.div(place, width, rounding_mode="floor"), height, torch.float32)
        columns = one_hot(place % width, width, torch.float32)
        features = torch.cat([rows, columns], 1) if places else torch.zeros(height * width, 0)
        self.register_buffer("features", features, persistent=False)
        self.gru = nn.GRU(1 + features.shape[1], hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)
        bound = 1 / math.sqrt(hidden)
        with torch.no_grad():
            for p in self.parameters():
                p.uniform_(-bound, bound, generator=generator)
            next(self.gru.parameters()).normal_(0, 0.5, generator=generator)

    def logits(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """Logit of each pixel, given those before it."""
        before = F.pad(x, (1, 0))[:, :-1, None] * 2 - 1
        places = self.features.expand(len(x), -1, -1)  # type: ignore[operator]
        h, _ = self.gru(torch.cat([before, places], 2))
        return self.out(h).squeeze(2)

    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, " batch"]:
        """log p(x) in nats."""
        return -F.binary_cross_entropy_with_logits(self.logits(x), x, reduction="none").sum(1)

    @torch.no_grad()
    def sample(self, n: int, seed: int) -> Float[Tensor, "n dim"]:
        """Draw n images pixel by pixel, the memory carried along."""
        generator = torch.Generator().manual_seed(seed)
        features: Tensor = self.features  # type: ignore[assignment]
        u = torch.rand(n, len(features), generator=generator).to(features)
        pixel, h, pixels = -torch.ones(n, 1).to(u), None, []
        for u_i, place in zip(u.unbind(1), features, strict=True):
            step, h = self.gru(torch.cat([pixel, place.expand(n, -1)], 1)[:, None], h)
            drawn = (u_i[:, None] < torch.sigmoid(self.out(step[:, 0]))).to(u)
            pixels.append(drawn)
            pixel = 2 * drawn - 1
        return torch.cat(pixels, dim=1)
