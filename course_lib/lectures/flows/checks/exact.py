"""Layers computed from their weights, and volumes from differences. No student's code in here."""

import math

import torch
import torch.nn.functional as F

from course_lib.checks import F64, Draw, assert_close, assert_true
from course_lib.lectures.flows.inputs import coupling_parameters
from course_lib.lectures.flows.networks import bounded

LOG_2PI = math.log(2 * math.pi)


def base_log_prob(z):
    """log N(z; 0, I), (batch,)."""
    return -0.5 * (z**2 + LOG_2PI).sum(-1)


def log_volumes(f, points, eps=1e-5):
    """log|det ∂f/∂x| at each of n points, by central differences of one batched call.

    Args:
        f: (batch, D) → (batch, D), in float64.
        points: (n, D).
    """
    n, d = points.shape
    steps = eps * torch.eye(d, dtype=F64)
    near = torch.cat([points[:, None] + steps, points[:, None] - steps], dim=1)  # (n, 2D, D)
    out = f(near.reshape(-1, d))
    shape = tuple(out.shape)
    assert_true(
        shape == (2 * n * d, d), f"{2 * n * d} points came back with the shape {shape}, not as many"
    )
    ends = out.double().reshape(n, 2, d, d)
    jacobians = (ends[:, 0] - ends[:, 1]).transpose(1, 2) / (2 * eps)  # row: output
    return torch.linalg.slogdet(jacobians).logabsdet


def assert_counts_its_volume(step, points, *, what, suspects=None):
    """The second result of a step is log|det| of the Jacobian of its first.

    Args:
        step: (batch, D) → (point, log|det|).
        points: (n, D), float64.
        what: the name of the log-determinant, for the message.
        suspects: likely cause → the wrong log-determinants it leads to.
    """
    volumes = log_volumes(lambda x: step(x)[0], points)
    known = {"the sign: this is log|det| of the way back": -volumes, **(suspects or {})}
    assert_close(step(points)[1], volumes, atol=1e-6, what=what, suspects=known)


def planar(values, z, constrained=True):
    """A planar layer: the point and log|det|."""
    u, w, b = values["u"], values["w"], values["b"]
    if constrained:
        u = constrained_u(u, w)
    h = torch.tanh(z @ w + b)
    return z + h[:, None] * u, torch.log(torch.abs(1 + (w @ u) * (1 - h**2)))


def constrained_u(u, w):
    """Across w as u is; along w such that its product with w is log(1 + e^(w·u)) - 1."""
    along = w / w.norm()
    wanted = torch.log1p(torch.exp(w @ u)) - 1
    return u - (u @ along) * along + wanted / w.norm() * along


def coupling_net(values, kept, prefix="", gain=None):
    """s and t of a coupling, for all places."""
    gain = values.get(f"{prefix}gain", 1.0) if gain is None else gain
    h = kept
    for k in (0, 2, 4):
        h = F.linear(h, values[f"{prefix}net__{k}__weight"], values[f"{prefix}net__{k}__bias"])
        h = F.silu(h) if k < 4 else h
    raw, t = h.chunk(2, dim=1)
    return gain * bounded(raw), t


def coupling_forward(values, mask, z, prefix="", gain=None):
    s, t = coupling_net(values, mask * z, prefix, gain)
    return mask * z + (1 - mask) * (z * s.exp() + t), ((1 - mask) * s).sum(1)


def coupling_inverse(values, mask, x, prefix="", gain=None):
    s, t = coupling_net(values, mask * x, prefix, gain)
    return mask * x + (1 - mask) * (x - t) * (-s).exp(), -((1 - mask) * s).sum(1)


def flow_parameters(seed, n_dims, n_layers):
    """Weights and masks of a Flow with three hidden units: one coordinate kept, the others kept."""
    values = {}
    for k in range(n_layers):
        mask = (torch.arange(n_dims) % 2 == k % 2).double()
        values[f"layers__{k}__mask"] = mask
        values |= coupling_parameters(Draw(seed + 10 * k), n_dims, prefix=f"layers__{k}__")
    return values


def loaded_flow(flows, here, n_dims, n_layers, values, dtype=F64):
    model = flows.Flow(n_dims, n_layers, 3, seed=0, dtype=dtype)
    here.load(model, **values)
    return model


def through(values, x, step, layers):
    """Where a step of each of these layers of a flow leads, and the log-determinants, a list."""
    log_dets = []
    for k in layers:
        prefix = f"layers__{k}__"
        x, log_det = step(values, values[f"{prefix}mask"], x, prefix)
        log_dets.append(log_det)
    return x, log_dets


def flow_inverse(values, n_layers, x):
    """Noise of data under the loaded flow, and the log-determinants of the way."""
    return through(values, x, coupling_inverse, reversed(range(n_layers)))


def conditioner(values, x, context=None):
    """Shift and log-scale, each from the coordinates before."""
    n_dims, n_hidden = x.shape[1], len(values["hidden__bias"])
    degree = 1 + torch.arange(n_dims)
    unit = 1 + torch.arange(n_hidden) % max(1, n_dims - 1)
    hidden = F.linear(x, values["hidden__weight"] * (unit[:, None] >= degree))
    hidden = hidden + values["hidden__bias"]
    extra = torch.zeros((), dtype=x.dtype)
    if context is not None:
        seen = F.linear(context, values["context__weight"], values["context__bias"])
        hidden, extra = hidden + seen[:, :n_hidden], seen[:, n_hidden:]
    open_out = (degree[:, None] > unit).repeat(2, 1)
    out = F.linear(F.silu(hidden), values["out__weight"] * open_out, values["out__bias"]) + extra
    shift, raw = out.chunk(2, dim=1)
    return shift, bounded(raw)
