"""Random arguments of lecture 6: for the public checks and for the hidden comparison."""

import torch

from course_lib.checks import Case, inputs_for, normal


def distribution(draw, n, zeros=0):
    """Random probabilities of n states, some of them small, the given number of them 0."""
    p = (1.5 * normal(draw.rng, n)).softmax(0)
    p[draw.order(n)[:zeros]] = 0
    return (p / p.sum()).to(draw.dtype)


# States, and how many of them have probability 0.
_STATES = ((2, 0), (7, 0), (20, 6), (5, 3))


@inputs_for("gan.optimal_discriminator")
def optimal_discriminator(draw):
    """Densities of any scale on grids of one to three axes, zeros among them."""
    for shape in ((5,), (3, 4), (2, 3, 2)):
        p, q = (draw.wide(*shape).square() for _ in "pq")
        p[0], q[..., 0] = 0, 0
        yield Case(args=(p, q))
        yield Case(args=(1e-20 * p, 1e-20 * q))


@inputs_for("gan.value")
def value(draw):
    """Random distributions and discriminators; states that never occur."""
    for n, zeros in _STATES:
        p, q = (distribution(draw, n, zeros) for _ in "pq")
        d = torch.sigmoid(3 * draw.normal(n))
        yield Case(args=(p, q, d))
        # Excludes what never occurs: its logarithms are taken 0 times.
        yield Case(args=(p, q, torch.where(p == 0, 0.0, torch.where(q == 0, 1.0, d))))


@inputs_for("gan.jsd")
def jsd(draw):
    """Random distributions, some without a state of the other."""
    for n, zeros in _STATES:
        p, q = (distribution(draw, n, zeros) for _ in "pq")
        yield Case(args=(p, q))
        yield Case(args=(torch.cat([p, 0 * q]), torch.cat([0 * p, q])))


def _logits(draw):
    """Batches of unequal sizes and shapes, from unsure to sure."""
    for (n, m), scale in (((5, 3), 1.0), ((1, 4), 3.0), ((3, 3), 200.0)):
        yield scale * draw.normal(n), scale * draw.wide(m)
    yield draw.wide(4, 2), draw.normal(2, 2, 3, 3)


@inputs_for("gan.discriminator_loss")
def discriminator_loss(draw):
    """Logits of one number an example, and of a map an example."""
    for real, fake in _logits(draw):
        yield Case(args=(real, fake))


@inputs_for("gan.generator_loss")
def generator_loss(draw):
    """The same logits, for every kind."""
    for kind in ("minimax", "non_saturating", "least_squares"):
        for real, fake in _logits(draw):
            yield Case(args=(real, kind))
            yield Case(args=(fake, kind))


@inputs_for("gan.least_squares_discriminator_loss")
def least_squares(draw):
    """The same logits as outputs."""
    for real, fake in _logits(draw):
        yield Case(args=(real, fake))


def batch(draw, n_out, n_latent, n=4):
    """Real examples, and the noise of n generated ones."""
    return draw.normal(6, n_out) + 1, draw.normal(n, n_latent)


def _steps(draw, kind, sizes, momentum):
    """A case of three steps: the losses of all, the networks after the last."""
    n_latent, n_out, n_hidden, n_layers = sizes
    seeds = draw.integers(1000, 2).tolist()
    batches = [batch(draw, n_out, n_latent, n) for n in (6, 3, 9)]

    def run(module, here, device):
        kit = here.kit.networks.adversarial
        options = {"n_layers": n_layers, "dtype": draw.dtype}
        networks = (
            kit.Generator(n_latent, n_out, n_hidden, seed=seeds[0], **options),
            kit.Discriminator(n_out, n_hidden, seed=seeds[1], **options),
        )
        if device != "cpu":
            networks = tuple(network.to(device) for network in networks)
        optimisers = tuple(
            # With gradients of an earlier loss, which nothing may come of.
            kit.Descent(network.parameters(), lr=lr, momentum=momentum, left=1.0)
            for network, lr in zip(networks, (0.02, 0.03), strict=True)
        )
        losses = [
            module.train_step(*networks, *optimisers, x.to(device), z.to(device), kind=kind)
            for x, z in batches
        ]
        return losses, [list(here.state(network).values()) for network in networks]

    return Case(run=run, what=f"{kind}, {sizes}")


@inputs_for("gan.train_step")
def train_step(draw):
    """Linear and deeper networks, all kinds, with momentum and without."""
    for kind, sizes, momentum in (
        ("non_saturating", (2, 3, 4, 2), 0.9),
        ("minimax", (1, 2, 0, 0), 0.0),
        ("least_squares", (3, 2, 5, 1), 0.5),
    ):
        yield _steps(draw, kind, sizes, momentum)


@inputs_for("gan.bilinear_dynamics")
def bilinear_dynamics(draw):
    """Several rates, starts and numbers of steps."""
    for steps, lr in ((1, 0.5), (7, 0.01), (12, 6.0)):
        start = tuple(normal(draw.rng, 2).tolist())
        for alternating in (False, True):
            yield Case(args=(steps, lr, alternating), kwargs={"start": start, "dtype": draw.dtype})
            yield Case(args=(steps, lr, alternating), kwargs={"dtype": draw.dtype})


@inputs_for("gan.mode_coverage")
def mode_coverage(draw):
    """Narrow discs and discs that overlap, samples of one to five dimensions."""
    for n, modes, dim, radius in (
        (30, 5, 2, 0.6),
        (50, 9, 1, 0.05),
        (8, 3, 5, 1.8),
        (9, 3, 2, 9.0),
    ):
        yield Case(args=(draw.wide(n, dim), draw.wide(modes, dim), radius))


@inputs_for("gan.with_label")
def with_label(draw):
    """Vectors and images; more classes than occur."""
    for shape, n_classes in (((4, 3), 5), ((2, 1, 4, 3), 10), ((3, 2, 5, 1), 2), ((1, 6), 1)):
        y = draw.integers(n_classes, shape[0])
        yield Case(args=(draw.normal(*shape), y, n_classes))
