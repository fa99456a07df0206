"""Lecture 7, WGAN: a distance between distributions that has a slope where it is needed.

Notation: P is the distribution of the data ("real"), Q that of the generator ("fake"); W₁(P, Q) is
the least average distance that P's mass has to be moved to become Q, in the units of x. A critic
f gives one number an example, of either sign: f(x) is `(batch,)`. Discrete distributions are
vectors `a (n,)` and `b (m,)` of probabilities, with `cost (n, m)`, cost_ij = |x_i - y_j|.
"""

import math
from collections.abc import Callable

import numpy as np
import scipy.sparse
import torch
import torch.nn.functional as F
from jaxtyping import Float
from scipy.optimize import linprog
from torch import Tensor, nn

from course_lib.lectures.wgan.critics import CriticNetwork


def js_parallel_lines(theta: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """Jensen-Shannon divergence of two parallel lines at the distance |θ|.

    P is uniform on the segment {(0, t)}, Q on {(θ, t)}, 0 <= t <= 1, and M = (P + Q)/2:

    JS(P, Q) = ½ KL(P ‖ M) + ½ KL(Q ‖ M) = log 2 for θ ≠ 0, and 0 for θ = 0.

    Args:
        theta: (…,) where the second line stands.

    Returns:
        (…,) nats, in the dtype of theta.

    Source: Arjovsky, Chintala & Bottou (2017), Example 1.
    """
    ### BEGIN SOLUTION
    # Why so: A comparison has no gradient, and that is the point: for θ ≠ 0 the divergence is the
    # same however near the lines are, so that it has no slope to follow.
    return math.log(2) * (theta != 0).to(theta)
    ### END SOLUTION


def w1_parallel_lines(theta: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """Wasserstein distance of the two parallel lines of `js_parallel_lines`.

    W₁(P, Q) = min over plans of E|x - y| = |θ|: every grain moves straight across.

    Args:
        theta: (…,) where the second line stands.

    Returns:
        (…,) distances in the units of theta.

    Source: Arjovsky, Chintala & Bottou (2017), Example 1.
    """
    ### BEGIN SOLUTION
    # Why so: The absolute value has the slope ±1 at every distance, the slope that
    # `js_parallel_lines` lacks.
    return theta.abs()
    ### END SOLUTION


def wasserstein_1d(x: Float[Tensor, " n"], y: Float[Tensor, " m"]) -> Float[Tensor, ""]:
    """Wasserstein distance of two sets of numbers, each number with the same share of its set.

    W₁ = ∫ |F(t) - G(t)| dt, F(t) = share of x that is <= t, G(t) = share of y that is <= t;
    for n = m this is the mean of |x_(i) - y_(i)| over the two *sorted* sets.

    Args:
        x: (n,) numbers in any order.
        y: (m,) numbers in any order; m need not be n.

    Returns:
        () distance in the units of x, right in the precision of x.

    Source: Peyré & Cuturi (2019), Section 2.6.
    """
    ### BEGIN SOLUTION
    # Why so: Distribution functions and not sorted pairs, because the sets may differ in size.
    # Counting by binary search needs no table of all pairs, and the gradient flows through t alone.
    t = torch.cat([x, y]).sort().values  # between neighbours F and G are constant
    F = torch.searchsorted(x.sort().values, t[:-1], right=True).to(x) / len(x)
    G = torch.searchsorted(y.sort().values, t[:-1], right=True).to(x) / len(y)
    return ((F - G).abs() * t.diff()).sum()
    ### END SOLUTION


def marginal_sums(n: int, m: int) -> scipy.sparse.csr_array:
    """The matrix A of a transport problem, given: A @ plan.flatten() = (row sums, column sums).

    Returns:
        (n + m, n * m) sparse; row i < n has ones at the entries (i, 0) … (i, m - 1) of a plan,
        row n + j at its entries (0, j) … (n - 1, j).
    """
    rows = scipy.sparse.kron(scipy.sparse.eye_array(n), np.ones((1, m)))
    columns = scipy.sparse.kron(np.ones((1, n)), scipy.sparse.eye_array(m))
    return scipy.sparse.csr_array(scipy.sparse.vstack([rows, columns]))


def masses(a: Float[Tensor, " n"], b: Float[Tensor, " m"]) -> np.ndarray:
    """The right-hand side of a transport problem, given: (a, b) in float64, in one vector.

    Sums that differ by rounding are made equal, because no plan has two different ones.

    Raises:
        ValueError: the sums differ by more than 1e-4.
    """
    if abs(a.sum() - b.sum()) > 1e-4:
        raise ValueError(f"the mass of a is {a.sum():.6g}, that of b {b.sum():.6g}: no plan exists")
    rows, columns = (v.detach().double().cpu().numpy() for v in (a, b))
    return np.concatenate([rows, columns * (rows.sum() / columns.sum())])


def wasserstein_lp(
    a: Float[Tensor, " n"], b: Float[Tensor, " m"], cost: Float[Tensor, "n m"]
) -> tuple[Float[Tensor, ""], Float[Tensor, "n m"]]:
    """Cheapest way to turn one discrete distribution into another: a linear program.

    W = min Σ_ij plan_ij cost_ij over plan >= 0 with Σ_j plan_ij = a_i and Σ_i plan_ij = b_j.

    Args:
        a: (n,) masses, not negative.
        b: (m,) masses with the same sum.
        cost: (n, m) price of moving one unit of mass from i to j.

    Returns:
        The least cost () and a plan (n, m) that reaches it, in the dtype of cost.

    Source: Peyré & Cuturi (2019), Section 2.3.
    """
    ### BEGIN SOLUTION
    # Why so: The solver knows no gradients, so the cost is computed once more in torch: its
    # gradient by `cost` is the plan, and this is right, because at the optimum a change of the plan
    # gains nothing.
    found = linprog(
        cost.detach().double().cpu().flatten().numpy(),
        A_eq=marginal_sums(len(a), len(b)),
        b_eq=masses(a, b),
        bounds=(0, None),
    )
    plan = torch.from_numpy(found.x).to(cost).view_as(cost)
    return (plan * cost).sum(), plan
    ### END SOLUTION


def kantorovich_dual(
    a: Float[Tensor, " n"], b: Float[Tensor, " m"], cost: Float[Tensor, "n m"]
) -> tuple[Float[Tensor, " n"], Float[Tensor, " m"]]:
    """Prices of loading and of unloading that earn as much as the cheapest plan costs.

    max Σ_i a_i f_i + Σ_j b_j g_j over f and g of either sign with f_i + g_j <= cost_ij.

    Args:
        a: (n,) masses, not negative.
        b: (m,) masses with the same sum.
        cost: (n, m) price of moving one unit of mass from i to j.

    Returns:
        Potentials f (n,) and g (m,) that reach the maximum, in the dtype of cost. They are not
        unique: adding a constant to f and taking it from g changes nothing.

    Source: Peyré & Cuturi (2019), Section 2.5.
    """
    ### BEGIN SOLUTION
    # Why so: The constraints are the primal's matrix transposed, a row for each pair (i, j). The
    # bounds are opened because linprog's own are 0 and ∞, and a price may be negative.
    found = linprog(
        -masses(a, b),  # linprog minimises
        A_ub=marginal_sums(len(a), len(b)).T,
        b_ub=cost.detach().double().cpu().flatten().numpy(),
        bounds=(None, None),
    )
    f, g = torch.from_numpy(found.x).to(cost).split([len(a), len(b)])
    return f, g
    ### END SOLUTION


def critic_loss(f_real: Float[Tensor, " n"], f_fake: Float[Tensor, " m"]) -> Float[Tensor, ""]:
    """What a critic minimises: minus its estimate of W₁.

    loss = mean f(fake) - mean f(real); for a 1-Lipschitz f, -loss <= W₁.

    Args:
        f_real: (n,) the critic's scores of data.
        f_fake: (m,) its scores of generated examples; m need not be n.

    Returns:
        () in the units of x, differentiable by both.

    Source: Arjovsky, Chintala & Bottou (2017), Algorithm 1 (there to be maximised).
    """
    ### BEGIN SOLUTION
    # Why so: No sigmoid bounds the scores: what keeps this from -∞ is that the critic is held to be
    # Lipschitz. Each batch has its own mean, since their sizes may differ.
    return f_fake.mean() - f_real.mean()
    ### END SOLUTION


def generator_loss(f_fake: Float[Tensor, " m"]) -> Float[Tensor, ""]:
    """What the generator minimises: the part of the critic's estimate that it can change.

    loss = -mean f(fake); no logarithm, no sigmoid.

    Args:
        f_fake: (m,) the critic's scores of generated examples.

    Returns:
        () in the units of x, differentiable.

    Source: Arjovsky, Chintala & Bottou (2017), Algorithm 1.
    """
    ### BEGIN SOLUTION
    # Why so: The mean over real examples is left out: the generator cannot change it, and its
    # gradient is 0.
    return -f_fake.mean()
    ### END SOLUTION


@torch.no_grad()
def clip_weights_(module: nn.Module, c: float) -> Float[Tensor, ""]:
    """Clip every parameter to [-c, c], in place; buffers stay as they are.

    w <- min(max(w, -c), c) for all weights and biases.

    Args:
        module: any network with at least one parameter.
        c: the largest absolute value that is allowed.

    Returns:
        () share of all parameters that now lie on the boundary, |w| = c: a number in [0, 1].

    Raises:
        ValueError: c is not positive; the text says which c it was.

    Source: Arjovsky, Chintala & Bottou (2017), Algorithm 1.
    """
    ### BEGIN SOLUTION
    # Why so: In place, because the optimiser holds these very tensors and would not know of new
    # ones. The test for equality may be exact, since clipping has written this very number.
    if c <= 0:
        raise ValueError(f"c={c}: weights can only be clipped to [-c, c] with c > 0")
    on_boundary = []
    for p in module.parameters():
        p.clamp_(-c, c)
        on_boundary.append((p.abs() == c).flatten())
    return torch.cat(on_boundary).to(p.dtype).mean()
    ### END SOLUTION


def gradient_penalty(
    critic: Callable[[Tensor], Tensor],
    real: Float[Tensor, "batch *shape"],
    fake: Float[Tensor, "batch *shape"],
    eps: Float[Tensor, " batch"],
) -> Float[Tensor, ""]:
    """How far the critic's slope is from 1 between the data and the generated examples.

    mean over n of (|∇f(x̂_n)| - 1)², x̂_n = eps_n real_n + (1 - eps_n) fake_n,

    with |·| the Euclidean norm over all axes of one example.

    Args:
        critic: f, takes (batch, *shape) and gives (batch,).
        real: (batch, *shape) data.
        fake: (batch, *shape) generated examples.
        eps: (batch,) numbers in [0, 1], one an example.

    Returns:
        () penalty without its factor λ; differentiable by the critic's parameters, with a finite
        gradient also where ∇f = 0.

    Source: Gulrajani et al. (2017), eq. 3 and Algorithm 1.
    """
    ### BEGIN SOLUTION
    # Why so: The slope keeps its graph, because the penalty is differentiated once more, by the
    # weights. And vector_norm has the gradient 0 at 0, where the root of a sum of squares has NaN.
    eps = eps.view(-1, *[1] * (real.dim() - 1))
    between = (eps * real + (1 - eps) * fake).detach().requires_grad_()
    # Scores of different examples do not depend on each other: one sum gives all gradients.
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    norm = torch.linalg.vector_norm(slope.flatten(1), dim=1)
    return (norm - 1).square().mean()
    ### END SOLUTION


def spectral_norm(
    W: Float[Tensor, "out in"], u: Float[Tensor, " out"], n_iterations: int
) -> tuple[Float[Tensor, ""], Float[Tensor, " out"]]:
    """Largest singular value of a matrix by the power method: the Lipschitz constant of x → W x.

    n_iterations times v <- Wᵀu / |Wᵀu|, u <- W v / |W v|; then σ = uᵀ W v.

    Args:
        W: (out, in) weights, not all zero.
        u: (out,) where to start, any vector with Wᵀu ≠ 0.
        n_iterations: at least 1.

    Returns:
        σ (), differentiable by W with u and v taken for constants: ∂σ/∂W = u vᵀ; and the last u
        (out,), of length 1 and without a graph, to go on with.

    Raises:
        ValueError: n_iterations is less than 1; the text says which it was.

    Source: Miyato et al. (2018), Section 2.1 and Appendix A.
    """
    ### BEGIN SOLUTION
    # Why so: The iterations stand outside the graph: at the singular vectors σ stays the same, to
    # first order, if u and v move, so that u vᵀ is the gradient, and no memory is spent on the way
    # there.
    if n_iterations < 1:
        raise ValueError(f"n_iterations={n_iterations}: the power method needs at least one step")
    with torch.no_grad():
        for _ in range(n_iterations):
            v = W.T @ u
            v = v / v.norm()
            u = W @ v
            u = u / u.norm()
    return u @ W @ v, u
    ### END SOLUTION


class Critic(CriticNetwork):
    """A critic that uses this lecture's functions.

    Given by `kit.critics.CriticNetwork`, where you can read it: the constructor
    `Critic(n_in, n_hidden=(64, 64), *, spectral=False, n_iterations=1, seed=0)`, `critic(x)`,
    `activations(x)`, `weight(k)` and `settle()`.
    """

    def loss(
        self, real: Float[Tensor, "n *shape"], fake: Float[Tensor, "m *shape"]
    ) -> Float[Tensor, ""]:
        """The critic's loss on examples, `critic_loss(f(real), f(fake))`."""
        return critic_loss(self(real), self(fake))

    def generator_loss(self, fake: Float[Tensor, "m *shape"]) -> Float[Tensor, ""]:
        """The generator's loss on examples, `generator_loss(f(fake))`."""
        return generator_loss(self(fake))

    def penalty(
        self,
        real: Float[Tensor, "batch *shape"],
        fake: Float[Tensor, "batch *shape"],
        eps: Float[Tensor, " batch"],
    ) -> Float[Tensor, ""]:
        """The critic's own `gradient_penalty`."""
        return gradient_penalty(self, real, fake, eps)

    def largest_singular_value(
        self, W: Float[Tensor, "out in"], u: Float[Tensor, " out"]
    ) -> tuple[Float[Tensor, ""], Float[Tensor, " out"]]:
        """`spectral_norm` with the critic's number of iterations."""
        return spectral_norm(W, u, self.n_iterations)


def sinkhorn(
    a: Float[Tensor, " n"],
    b: Float[Tensor, " m"],
    cost: Float[Tensor, "n m"],
    epsilon: float,
    n_iterations: int = 200,
) -> tuple[Float[Tensor, ""], Float[Tensor, "n m"]]:
    """Cheapest plan with a reward ε times its entropy, by matrix operations alone.

    plan_ij = exp(f_i + g_j - cost_ij / ε). Beginning with g = 0, f makes the row sums a, then g
    makes the column sums b, and so on:

    f_i <- log a_i - log Σ_j exp(g_j - cost_ij / ε),
    g_j <- log b_j - log Σ_i exp(f_i - cost_ij / ε).

    Args:
        a: (n,) masses, not negative; a mass may be 0.
        b: (m,) masses with the same sum.
        cost: (n, m) price of moving one unit of mass from i to j.
        epsilon: ε > 0, in the units of cost; towards 0 the plan becomes that of `wasserstein_lp`.
        n_iterations: how often both are updated, at least 1.

    Returns:
        The plan's cost Σ plan_ij cost_ij (), without the reward, and the plan (n, m); right also
        where exp(-cost/ε) underflows.

    Source: Cuturi (2013), Algorithm 1; in logarithms: Peyré & Cuturi (2019), Section 4.4.
    """
    ### BEGIN SOLUTION
    # Why so: exp(-cost/ε) underflows for small ε, and a row of zeros cannot be divided by its sum.
    # In logarithms the division is a difference, and the log of a mass 0 becomes a plan of 0.
    log_K = -cost / epsilon
    g = torch.zeros_like(b)
    for _ in range(n_iterations):
        f = a.log() - torch.logsumexp(log_K + g, dim=1)
        g = b.log() - torch.logsumexp(log_K + f[:, None], dim=0)
    plan = torch.exp(f[:, None] + g + log_K)
    return (plan * cost).sum(), plan
    ### END SOLUTION
