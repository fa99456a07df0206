"""What is known exactly of two players. Nothing here calls a student's code."""

import math
from dataclasses import dataclass, field

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

from course_lib.checks import F64, numbers
from course_lib.kit.networks import adversarial

LOG4 = math.log(4)


def entropy(p):
    """Of a discrete distribution, nats."""
    return -torch.xlogy(p, p).sum()


def jsd(p, q):
    """Entropy of the mixture minus the mean entropy: what one draw tells about its origin."""
    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


def kl(p, q):
    """KL divergence of discrete distributions, nats."""
    return -torch.xlogy(p, q).sum() - entropy(p)


def d_loss(real, fake, kind="non_saturating"):
    """The discriminator's loss, of logits."""
    if kind == "least_squares":
        return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
    ones, zeros = torch.ones_like(real), torch.zeros_like(fake)
    # Another function than the one that students are shown.
    both = binary_cross_entropy_with_logits
    return both(real, ones) + both(fake, zeros)


def g_loss(fake, kind):
    """The generator's loss, of logits."""
    if kind == "least_squares":
        return 0.5 * ((fake - 1) ** 2).mean()
    return logsigmoid(-fake).mean() if kind == "minimax" else -logsigmoid(fake).mean()


def slope(f, x, eps=1e-5):
    """∂f/∂x of a scalar function by central differences, one call for each side."""
    steps = eps * torch.eye(x.numel(), dtype=F64).reshape(-1, *x.shape)
    ends = [float(f(x + s)) - float(f(x - s)) for s in steps]
    return numbers(*ends).reshape(x.shape) / (2 * eps)


SIZES = {"generator": (2, 3, 4), "discriminator": (3, 4)}


@dataclass
class Players:
    """The networks, as they are before the first move, and what is known of their moves."""

    dtype: torch.dtype = F64
    g_lr: float = 0.3
    d_lr: float = 0.5
    momentum: float = 0.0
    kind: str = "non_saturating"
    left: float = 0.0
    G: torch.nn.Module = field(init=False)
    D: torch.nn.Module = field(init=False)

    def __post_init__(self):
        self.G, self.D = self._networks(adversarial)
        self.g_opt, self.d_opt = self._optimisers(adversarial, self.G, self.D)

    def _networks(self, kit):
        return (
            kit.Generator(*SIZES["generator"], n_layers=1, seed=1, dtype=self.dtype),
            kit.Discriminator(*SIZES["discriminator"], n_layers=1, seed=2, dtype=self.dtype),
        )

    def _optimisers(self, kit, generator, discriminator, *, left=0.0):
        return tuple(
            kit.Descent(network.parameters(), lr=lr, momentum=self.momentum, left=left)
            for network, lr in ((generator, self.g_lr), (discriminator, self.d_lr))
        )

    def there(self, here):
        """The same networks and optimisers where the student's code lives: G, D, g_opt, d_opt.

        With the gradients in them that an earlier loss has `left`.
        """
        kit = here.kit.networks.adversarial
        networks = self._networks(kit)
        return (*networks, *self._optimisers(kit, *networks, left=self.left))

    def move(self, real, z, *, d_first=True, old_d=False, leak=False, stale=(), g_kind=""):
        """One move of each by Algorithm 1, or with a named mistake; returns both losses.

        Args:
            real: real examples.
            z: noise.
            d_first: the discriminator moves first.
            old_d: the generator's move is against the discriminator before its move.
            leak: the generator's gradient also has that of the discriminator's loss.
            stale: whose old gradients are not cleared: "g", "d"; or "d of g" for what only the
                generator's loss left in the discriminator.
            g_kind: another loss for the generator.
        """
        kind = g_kind or self.kind

        def move_d():
            if not {"d", "d of g"} & set(stale):
                self.d_opt.zero_grad()
            fake = self.G(z) if leak else self.G(z).detach()
            if leak:
                self.g_opt.zero_grad()
            loss = d_loss(self.D(real), self.D(fake), self.kind)
            loss.backward()
            if not old_d:
                self.d_opt.step()
            if "d of g" in stale:
                self.d_opt.zero_grad()
            return loss.detach()

        def move_g():
            if "g" not in stale and not leak:
                self.g_opt.zero_grad()
            loss = g_loss(self.D(self.G(z)), kind)
            if old_d:
                grads = torch.autograd.grad(loss, list(self.G.parameters()))
                for parameter, grad in zip(self.G.parameters(), grads, strict=True):
                    parameter.grad = grad
                self.d_opt.step()
            else:
                loss.backward()
            self.g_opt.step()
            return loss.detach()

        if d_first:
            first, second = move_d(), move_g()
            return first, second
        second = move_g()
        return move_d(), second

    def weights(self, which):
        """All parameters of "G" or "D" in one row."""
        return flat(getattr(self, which).state_dict())


def flat(state):
    """All values of a state in one row, in the state's order."""
    return torch.cat([v.detach().double().flatten() for v in state.values()])


def after(batches, which, **options):
    """The parameters of "G" or "D" after a move for each batch, with the mistakes named."""
    own = {k: options.pop(k) for k in ("momentum", "kind", "g_lr", "d_lr") if k in options}
    players = Players(**own)
    for real, z in batches:
        players.move(real, z, **options)
    return players.weights(which)
