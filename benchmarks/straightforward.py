"""The straightforward version of what the solutions do: the formulas as they stand, nothing reused.

Each gives the values of the solution that it is measured against (tested), and none is a straw man:
this is the code that one finds for these models. PixelCNN's is `pixelcnn.sample` itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.reference import reference

rnn = reference("rnn")

Model = Any  # a reference's class, which is loaded by its path


class SeparateFVSBN(nn.Module):
    """FVSBN as D logistic regressions, one `nn.Linear` each, called one after the other."""

    def __init__(self, model: Model) -> None:
        """With the weights of a `chain_rule.FVSBN`."""
        super().__init__()
        W, b = model.W.detach(), model.b.detach()
        self.first = nn.Parameter(b[:1].clone())  # the logit of x_1, which looks at nothing
        self.rest = nn.ModuleList()
        for i in range(1, len(b)):
            linear = nn.Linear(i, 1, device=W.device, dtype=W.dtype)
            with torch.no_grad():
                linear.weight.copy_(W[i : i + 1, :i])
                linear.bias.copy_(b[i : i + 1])
            self.rest.append(linear)

    def logits(self, x: Tensor) -> Tensor:
        """(batch, D), a call for each column."""
        columns = [self.first.expand(len(x), 1)]
        columns += [linear(x[:, :i]) for i, linear in enumerate(self.rest, start=1)]
        return torch.cat(columns, dim=1)

    def log_prob(self, x: Tensor) -> Tensor:
        """(batch,) nats."""
        return bernoulli_log_prob(self.logits(x), x)


def bernoulli_log_prob(logits: Tensor, x: Tensor) -> Tensor:
    """Nats of each row."""
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)


@torch.no_grad()
def sample_by_logits(logits: Callable[[Tensor], Tensor], like: Tensor, seed: int) -> Tensor:
    """Bits drawn one by one, the whole network run again for each; `like` is (n, D)."""
    u = torch.rand(like.shape, generator=torch.Generator().manual_seed(seed)).to(like)
    x = torch.zeros_like(u)
    for i in range(x.shape[1]):
        x[:, i] = (u[:, i] < torch.sigmoid(logits(x)[:, i])).to(x)
    return x


def nade_logits_by_pixel(model: Model, x: Tensor) -> Tensor:
    """NADE's loop over the pixels: a column of W and a row of V cut out for each."""
    a = model.c.expand(len(x), -1)
    columns = []
    for i in range(x.shape[1]):
        columns.append(torch.sigmoid(a) @ model.V[i] + model.b[i])
        a = a + x[:, i, None] * model.W[:, i]
    return torch.stack(columns, dim=1)


def nade_logits_by_cumsum(model: Model, x: Tensor) -> Tensor:
    """NADE without a loop: one (batch, D, H) tensor of running sums."""
    steps = x[:, :, None] * model.W.T
    hidden = torch.sigmoid(model.c + steps.cumsum(1) - steps)
    return (hidden * model.V).sum(-1) + model.b


def rnn_log_prob_by_step(tokens: Tensor, params: tuple[Tensor, ...]) -> Tensor:
    """One-hot vectors, and a whole step, output included, for each character."""
    _, _, b_h, _, b_y = params
    h, o = b_h.new_zeros(len(tokens), len(b_h)), b_y.expand(len(tokens), -1)
    total = b_y.new_zeros(len(tokens))
    for t in range(tokens.shape[1]):
        token = tokens[:, t]
        total = total + o.log_softmax(-1).gather(1, token[:, None])[:, 0]
        o, h = rnn.rnn_step(rnn.one_hot(token, len(b_y), b_y.dtype), h, params)
    return total


@torch.no_grad()
def rnn_sample_by_prefix(
    params: tuple[Tensor, ...], prime: Tensor, length: int, temperature: float, seed: int
) -> Tensor:
    """The whole text read again from its start for every character."""
    b_h, b_y = params[2], params[4]
    u = torch.rand(len(prime), length, generator=torch.Generator().manual_seed(seed)).to(b_y)
    h0 = b_h.new_zeros(len(prime), len(b_h))
    text = prime
    for u_t in u.unbind(1):
        logits, _ = rnn.rnn_forward(text, h0, params)
        text = torch.cat([text, draw(logits[:, -1] / temperature, u_t)], dim=1)
    return text


@torch.no_grad()
def lstm_sample_by_prefix(
    model: Model, prime: Tensor, length: int, temperature: float, seed: int
) -> Tensor:
    """The same with `kit.recurrent.CharLSTM`."""
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(len(prime), length, generator=generator).to(next(model.parameters()))
    text = prime
    for u_t in u.unbind(1):
        logits, _ = model(text)
        text = torch.cat([text, draw(logits[:, -1] / temperature, u_t)], dim=1)
    return text


def draw(logits: Tensor, u: Tensor) -> Tensor:
    """(n, 1) tokens: that whose stretch of [0, 1) has u in it."""
    cumulative = logits.softmax(-1).cumsum(-1)
    return (cumulative <= u[:, None]).sum(-1, keepdim=True).clamp(max=logits.shape[-1] - 1)


def lstm_log_prob_by_step(model: Model, tokens: Tensor) -> Tensor:
    """log p of each text under a `CharLSTM`, by the formulas of `rnn.lstm_step`, step by step."""
    params = tuple(model.lstm.parameters())
    out = model.out
    h = c = params[1].new_zeros(len(tokens), params[1].shape[1])
    logits = out.bias.expand(len(tokens), -1)
    total = params[1].new_zeros(len(tokens))
    for t in range(tokens.shape[1]):
        token = tokens[:, t]
        total = total + logits.log_softmax(-1).gather(1, token[:, None])[:, 0]
        x = rnn.one_hot(token, logits.shape[1], params[1].dtype)
        h, c = rnn.lstm_step(x, h, c, params)
        logits = out(h)
    return total


def iwae_by_draw(model: Model, x: Tensor, eps: Tensor) -> Tensor:
    """The importance-weighted bound with encoder and decoder run again for every draw."""
    log_w = []
    for one in eps:
        mu, logvar = model.encode(x)
        z = mu + torch.exp(0.5 * logvar) * one
        q = torch.distributions.Normal(mu, torch.exp(0.5 * logvar))
        prior = torch.distributions.Normal(torch.zeros_like(z), torch.ones_like(z))
        log_w.append(model.log_likelihood(x, z) + prior.log_prob(z).sum(1) - q.log_prob(z).sum(1))
    return torch.logsumexp(torch.stack(log_w), dim=0) - math.log(len(log_w))


def gan_step(
    generator: nn.Module,
    discriminator: nn.Module,
    g_opt: torch.optim.Optimizer,
    d_opt: torch.optim.Optimizer,
    real: Tensor,
    z: Tensor,
) -> tuple[Tensor, Tensor]:
    """`gan.train_step` without `detach`: the discriminator's loss also goes back through G."""
    gan = reference("gan")
    d_opt.zero_grad()
    d_loss = gan.discriminator_loss(discriminator(real), discriminator(generator(z)))
    d_loss.backward()
    d_opt.step()
    g_opt.zero_grad()
    g_loss = gan.generator_loss(discriminator(generator(z)), "non_saturating")
    g_loss.backward()
    g_opt.step()
    return d_loss.detach(), g_loss.detach()


def gradient_penalty_by_example(
    critic: nn.Module, real: Tensor, fake: Tensor, eps: Tensor
) -> Tensor:
    """`wgan.gradient_penalty`, one gradient after the other."""
    terms = []
    for r, f, e in zip(real, fake, eps, strict=True):
        between = (e * r + (1 - e) * f).detach().requires_grad_()
        (slope,) = torch.autograd.grad(critic(between[None]).sum(), between, create_graph=True)
        terms.append((torch.linalg.vector_norm(slope) - 1).square())
    return torch.stack(terms).mean()


def maf_inverse_by_coordinate(x: Tensor, conditioner: nn.Module) -> tuple[Tensor, Tensor]:
    """`flows.maf_inverse` with a pass through the network for each coordinate."""
    z, alphas = [], []
    for i in range(x.shape[1]):
        mu, alpha = conditioner(x)
        z.append((x[:, i] - mu[:, i]) * torch.exp(-alpha[:, i]))
        alphas.append(alpha[:, i])
    return torch.stack(z, dim=1), -torch.stack(alphas, dim=1).sum(dim=1)
