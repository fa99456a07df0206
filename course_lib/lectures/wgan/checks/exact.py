"""What the checks of lecture 7 know exactly: distances by trying everything, and small critics."""

import itertools

import torch

from course_lib.checks import F64, Draw, normal
from course_lib.lectures.wgan.inputs import critic, masses


def assignments(cost):
    """Every one-to-one plan of n points to n points: the permutations, and what each costs."""
    n = len(cost)
    ways = torch.tensor(list(itertools.permutations(range(n))))  # (n!, n)
    return ways, cost[torch.arange(n), ways].mean(1)


def grains(seed):
    """Four points of the plane, each as heavy, to be moved to four others: masses and cost."""
    uniform = torch.full((4,), 0.25, dtype=F64)
    return uniform, uniform, distances(normal(seed, 4, 2), normal(seed + 1, 4, 2))


def heaps(seed, n, m):
    """Two weighted sets of numbers, as `on_the_line` takes them."""
    x, y = normal(seed, n), normal(seed + 1, m)
    return x, masses(Draw(seed + 2), n), y, masses(Draw(seed + 3), m)


def area_between(x, y):
    """∫ |F(t) − G(t)| dt of two sets of numbers."""
    a, b = (torch.full((len(v),), 1 / len(v), dtype=F64) for v in (x, y))
    return on_the_line(x, a, y, b)


def on_the_line(x, a, y, b):
    """W₁ of two weighted sets of numbers, by the area between their distribution functions."""
    t = torch.cat([x, y]).sort().values
    middles = (t[1:] + t[:-1]) / 2
    F = (x <= middles[:, None]).to(a) @ a
    G = (y <= middles[:, None]).to(b) @ b
    return ((F - G).abs() * t.diff()).sum()


def distances(x, y):
    """|x_i − y_j| of numbers, or of points in rows."""
    away = x[:, None] - y[None]
    return away.abs() if away.dim() == 2 else away.norm(dim=-1)


def scores(x, state):
    """f(x) of a critic with the weights `state`, which may carry a graph."""
    h, n_layers = x.flatten(1), len(state) // 2
    for k in range(n_layers):
        h = torch.relu(h) if k else h
        h = h @ state[f"layers__{k}__weight"].T + state[f"layers__{k}__bias"]
    return h[:, 0]


def slopes(x, state, create_graph=False):
    """∇f at each x, in its shape."""
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(scores(x, state).sum(), x, create_graph=create_graph)
    return slope


def penalty_at(x, state, create_graph=False):
    """Mean of (|∇f| − 1)² over the points x."""
    norm = slopes(x, state, create_graph).flatten(1).norm(dim=1)
    return (norm - 1).square().mean()


def penalty_gradient(x, state):
    """The penalty's gradient by each of the critic's parameters."""
    own = {name: v.detach().clone().requires_grad_() for name, v in state.items()}
    found = torch.autograd.grad(
        penalty_at(x, own, create_graph=True), list(own.values()), allow_unused=True
    )
    pairs = zip(own, found, strict=True)
    return {name: torch.zeros_like(state[name]) if g is None else g for name, g in pairs}


def linear_critic(wgan, here, w, bias=0.0):
    """The student's `Critic` as f(x) = w·x + bias."""
    critic = wgan.Critic(len(w), (), seed=0, dtype=w.dtype)
    here.load(critic, layers__0__weight=w[None], layers__0__bias=torch.full_like(w[:1], bias))
    return critic


def bent_critic(wgan, here, seed, n_in):
    """The student's `Critic` with one hidden layer of random weights, and these."""
    made = critic(Draw(seed), n_in, (12,))
    return made.make(wgan, here), made.load
