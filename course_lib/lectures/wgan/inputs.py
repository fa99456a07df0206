"""Random arguments of lecture 7: for the public checks and for the hidden comparison."""

import itertools

import torch

from course_lib.checks import Case, Made, inputs_for, normal


def masses(draw, n):
    """A random distribution over n values."""
    return normal(draw.rng, n).softmax(0).to(draw.dtype)


@inputs_for("wgan.js_parallel_lines", "wgan.w1_parallel_lines")
def parallel_lines(draw):
    """Lines at random places, some of them at 0."""
    for shape in ((), (7,), (2, 3)):
        theta = draw.wide(*shape) * (draw.uniform(*shape) > 0.3)
        yield Case(args=(theta,))


@inputs_for("wgan.wasserstein_1d")
def wasserstein_1d(draw):
    """Sets of equal and of different sizes; whole numbers, so that there are ties."""
    for n, m in ((6, 6), (3, 8), (11, 4)):
        x, y = draw.normal(n), 9 + 2 * draw.wide(m)
        yield Case(args=(x, y))
        yield Case(args=((2 * x).round(), y.round()))


def _transport(draw, n, m, size=1.0, total=1.0):
    """Masses with this sum, and the costs of moving them between random points of the plane."""
    x, y = size * normal(draw.rng, n, 2), size * normal(draw.rng, m, 2)
    cost = (x[:, None] - y).norm(dim=-1)
    return total * masses(draw, n), total * masses(draw, m), cost.to(draw.dtype)


def _large_transport(draw, n, m):
    """Far apart, with a sum that is not 1, and an empty place on either side."""
    a, b, cost = _transport(draw, n, m, size=9.0, total=25.0)
    a[1], b[0] = a[1] + a[0], b[0] + b[2]
    a[0], b[2] = 0, 0
    return a, b, cost


@inputs_for("wgan.wasserstein_lp")
def wasserstein_lp(draw):
    """Random masses at random points of the plane."""
    for n, m in ((3, 5), (4, 4)):
        yield Case(args=_transport(draw, n, m))
        yield Case(args=_large_transport(draw, n, m))


@inputs_for("wgan.kantorovich_dual")
def kantorovich_dual(draw):
    """The same problems, from the other side."""
    for n, m in ((5, 3), (4, 4)):
        yield Case(args=_transport(draw, n, m))
        yield Case(args=_large_transport(draw, n, m))


@inputs_for("wgan.critic_loss")
def critic_loss(draw):
    """Scores of either sign, sets of different sizes."""
    for n, m in ((6, 6), (3, 8), (1, 2)):
        yield Case(args=(3 * draw.normal(n), 1 + draw.normal(m)))


@inputs_for("wgan.generator_loss")
def generator_loss(draw):
    """Scores of either sign."""
    for n in (1, 5, 9):
        yield Case(args=(1 + 3 * draw.normal(n),))


def critic(draw, n_in, n_hidden):
    """A critic with random weights."""
    sizes = [n_in, *n_hidden, 1]
    load = {}
    for k, (i, o) in enumerate(itertools.pairwise(sizes)):
        load[f"layers__{k}__weight"] = draw.normal(o, i)
        load[f"layers__{k}__bias"] = draw.normal(o)
    init = {"n_in": n_in, "n_hidden": n_hidden, "seed": 0, "dtype": draw.dtype}
    return Made("Critic", init, load)


def pairs(draw, n, *shape):
    """Real and generated examples, and where to look between the two of each pair."""
    return draw.normal(n, *shape), 1 + 2 * draw.normal(n, *shape), draw.uniform(n)


def frozen(draw):
    """A layer whose weights are not trained."""
    init = {"num_embeddings": 4, "embedding_dim": 3, "_freeze": True, "dtype": draw.dtype}
    return Made("torch.nn.Embedding", init, {"weight": draw.normal(4, 3)})


def convolution(draw):
    """A layer whose weights have four axes."""
    init = {"in_channels": 2, "out_channels": 2, "kernel_size": 3, "dtype": draw.dtype}
    return Made(
        "torch.nn.Conv2d", init, {"weight": draw.normal(2, 2, 3, 3), "bias": draw.normal(2)}
    )


def attention(draw):
    """A network that has weights itself, and a part with its own."""
    shapes = {"in_proj_weight": (12, 4), "in_proj_bias": (12,)}
    shapes |= {"out_proj__weight": (4, 4), "out_proj__bias": (4,)}
    load = {name: draw.normal(*shape) for name, shape in shapes.items()}
    init = {"embed_dim": 4, "num_heads": 2, "dtype": draw.dtype}
    return Made("torch.nn.MultiheadAttention", init, load)


@inputs_for("wgan.clip_weights_")
def clip_weights_(draw):
    """Critics, and a layer that is not trained: the share of their weights at the boundary."""
    for n_hidden, c in (((), 0.7), ((4,), 0.5), ((3, 5), 1.2)):
        yield Case(args=(critic(draw, 3, n_hidden), c))
        yield Case(args=(frozen(draw), c / 10))
    yield Case(args=(convolution(draw), 0.3))
    yield Case(args=(attention(draw), 0.2))


@inputs_for("wgan.gradient_penalty")
def gradient_penalty(draw):
    """Random critics and pairs; as many examples as axes; images; a single example."""
    for n, shape, n_hidden in (
        (5, (3,), ()),
        (4, (4,), (6,)),
        (3, (2, 2), (5,)),
        (1, (3,), (4, 4)),
    ):
        n_in, (real, fake, eps) = torch.Size(shape).numel(), pairs(draw, n, *shape)
        yield Case(
            args=(critic(draw, n_in, n_hidden), 5 * real, 5 * fake, eps),
            # Penalties are around 10; where ∇f is 0, a small constant under the root shows at 1e-6.
            atol=1e-3 if draw.dtype == torch.float32 else 1e-5,
        )


@inputs_for("wgan.spectral_norm")
def spectral_norm(draw):
    """Random matrices, started anywhere, few steps and more."""
    for shape, n_iterations in (((4, 3), 1), ((2, 5), 2), ((3, 3), 6), ((1, 4), 1)):
        W, u = 4 * draw.normal(*shape), draw.wide(shape[0])
        # From such a start the power method gets to the same direction in every precision.
        u = u + 2 * W.sum(1)
        yield Case(args=(W, u, n_iterations), atol=1e-3 if draw.dtype == torch.float32 else None)


@inputs_for("wgan.sinkhorn")
def sinkhorn(draw):
    """Problems that a hundred updates solve to the last digit, or one and two do not solve."""
    for n, m, epsilon in ((3, 5, 1.0), (4, 4, 2.0)):
        a, b, cost = _transport(draw, n, m)
        yield Case(args=(a, b, cost, epsilon, 100))
    a = torch.tensor([0.5, 0.0, 0.5], dtype=draw.dtype)
    yield Case(args=(a, masses(draw, 2), draw.uniform(3, 2), 0.7, 50))
    yield Case(args=(20 * a, 20 * masses(draw, 2), draw.uniform(3, 2), 0.7, 50))
    for epsilon, n_iterations in ((0.3, 1), (0.3, 2), (0.03, 150)):
        yield Case(args=(*_transport(draw, 4, 3), epsilon, n_iterations))
