"""Wrong changes of variables, wrong constraints and wrong planar layers."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edits, mutant

A = "flows.affine_log_prob"
edits(
    A,
    "log_base - log_scale",
    ("no log-determinant", "log_base", "is missing"),
    ("its sign", "log_base + log_scale", "wrong sign"),
    ("the scale, not its logarithm", "log_base - torch.exp(log_scale)", "8.1"),
)
edits(
    A,
    "(x - shift) * torch.exp(-log_scale)",
    ("a log-variance", "(x - shift) * torch.exp(-0.5 * log_scale)", "8.1"),
)
edits(
    A,
    "z = (x - shift) * torch.exp(-log_scale)",
    (
        "a log-variance throughout",
        "log_scale = 0.5 * log_scale\n    z = (x - shift) * torch.exp(-log_scale)",
        "logarithm of the variance",
    ),
)
edits(A, "torch.exp(-log_scale)", ("times the scale", "torch.exp(log_scale)", "divided"))
edits(
    A, "(z.square() + math.log(2 * math.pi))", ("no constant", "z.square()", "½ log 2π is missing")
)
edits(A, ".sum(dim=1)", ("a mean", ".mean(dim=1)", "averaged over the dimensions"))
edits(A, "(x - shift)", ("no shift", "x", "the shift is missing"))
edits(A, "return (log_base", ("the sign", "return -(log_base", "this is −log p"))
edits(
    A,
    "log_base = -0.5 * (z.square() + math.log(2 * math.pi))\n"
    "    return (log_base - log_scale).sum(dim=1)",
    (
        "one constant for all dimensions",
        "return (-0.5 * z.square() - log_scale).sum(1) - 0.5 * math.log(2 * math.pi)",
        "counted once",
    ),
)

U = "flows.constrain_u"
edits(
    U,
    "F.softplus(wu) - 1 - wu",
    ("no −1", "F.softplus(wu) - wu", "lacks its −1"),
    ("no − w·u", "F.softplus(wu) - 1", "− w·u is missing"),
)
edits(U, " / (w @ w)", ("not divided", "", "not divided at all"))
edits(
    U,
    "(w @ w)",
    ("by the length", "w.norm()", "not by |w|²"),
    ("by u·u", "(u @ u)", "8.2"),
)
edits(U, "* w / (w @ w)", ("along u", "* u / (w @ w)", "not along w"))
edits(
    U,
    "F.softplus(wu)",
    ("the naive softplus", "torch.log(1 + torch.exp(wu))", "900"),
    ("relu for softplus", "F.relu(wu)", "8.2"),
)


@mutant(U, "u as it is", expect="came back unchanged")
def u_unchanged(u, w):
    return u


@mutant(U, "only where it is needed, and then to −1", expect="8.2")
def u_clamped(u, w):
    wu = w @ u
    return u + (torch.clamp(wu, min=-1) - wu) * w / (w @ w)


@mutant(U, "every coordinate for itself", expect="8.2")
def u_elementwise(u, w):
    return (F.softplus(w * u) - 1) / w


P = "flows.PlanarFlow.forward"
edits(P, "constrain_u(self.u, self.w)", ("u as it is", "self.u", "has to come first"))
edits(P, "z @ self.w + self.b", ("no bias", "z @ self.w", "b is missing"))
edits(P, "return z + h[:, None] * u", ("no z", "return h[:, None] * u", "z itself"))
edits(P, "h[:, None] * u,", ("along w", "h[:, None] * self.w,", "goes along w"))
edits(P, "(1 - h.square())", ("1 − tanh", "(1 - h)", "1 − tanh²"))
edits(P, "(1 - h.square()) * (self.w @ u)", ("no derivative", "self.w @ u + 0 * h", "8.3"))
edits(
    P,
    "torch.log1p(",
    ("the sign", "-torch.log1p(", "the way back"),
    ("no logarithm", "(1 + ", "not its logarithm"),
)
edits(
    P,
    "torch.log1p((1 - h.square()) * (self.w @ u))",
    (
        "a sum over coordinates",
        "torch.log1p((1 - h.square())[:, None] * self.w * u).sum(1)",
        "8.3b",
    ),
    ("without the 1", "torch.log(((1 - h.square()) * (self.w @ u)).abs())", "the 1 of"),
)
edits(
    P,
    "(self.w @ u)",
    ("u as it is in the determinant", "(self.w @ self.u)", "8.3b"),
    ("the square of u", "(u @ u)", "8.3b"),
)
edits(P, "torch.tanh(", ("sigmoid", "torch.sigmoid(", "8.3"))
