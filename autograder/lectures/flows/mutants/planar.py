"""Wrong changes of variables, wrong constraints and wrong planar layers."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edit, mutant

A = "flows.affine_log_prob"
edit(A, "no log-determinant", old="log_base - log_scale", new="log_base", expect="is missing")
edit(A, "its sign", old="log_base - log_scale", new="log_base + log_scale", expect="wrong sign")
edit(
    A,
    "a log-variance",
    old="(x - shift) * torch.exp(-log_scale)",
    new="(x - shift) * torch.exp(-0.5 * log_scale)",
    expect="8.1",
)
edit(
    A,
    "a log-variance throughout",
    old="z = (x - shift) * torch.exp(-log_scale)",
    new="log_scale = 0.5 * log_scale\n    z = (x - shift) * torch.exp(-log_scale)",
    expect="logarithm of the variance",
)
edit(
    A, "times the scale", old="torch.exp(-log_scale)", new="torch.exp(log_scale)", expect="divided"
)
edit(
    A,
    "no constant",
    old="(z.square() + math.log(2 * math.pi))",
    new="z.square()",
    expect="½ log 2π is missing",
)
edit(A, "a mean", old=".sum(dim=1)", new=".mean(dim=1)", expect="averaged over the dimensions")
edit(A, "no shift", old="(x - shift)", new="x", expect="the shift is missing")
edit(A, "the sign", old="return (log_base", new="return -(log_base", expect="this is −log p")
edit(
    A,
    "the scale, not its logarithm",
    old="log_base - log_scale",
    new="log_base - torch.exp(log_scale)",
    expect="8.1",
)
edit(
    A,
    "one constant for all dimensions",
    old="log_base = -0.5 * (z.square() + math.log(2 * math.pi))\n"
    "    return (log_base - log_scale).sum(dim=1)",
    new="return (-0.5 * z.square() - log_scale).sum(1) - 0.5 * math.log(2 * math.pi)",
    expect="counted once",
)

U = "flows.constrain_u"
edit(U, "no −1", old="F.softplus(wu) - 1 - wu", new="F.softplus(wu) - wu", expect="lacks its −1")
edit(U, "not divided", old=" / (w @ w)", new="", expect="not divided at all")
edit(U, "by the length", old="(w @ w)", new="w.norm()", expect="not by |w|²")
edit(
    U,
    "no − w·u",
    old="F.softplus(wu) - 1 - wu",
    new="F.softplus(wu) - 1",
    expect="− w·u is missing",
)
edit(U, "along u", old="* w / (w @ w)", new="* u / (w @ w)", expect="not along w")
edit(U, "by u·u", old="(w @ w)", new="(u @ u)", expect="8.2")
edit(
    U,
    "the naive softplus",
    old="F.softplus(wu)",
    new="torch.log(1 + torch.exp(wu))",
    expect="900",
)
edit(U, "relu for softplus", old="F.softplus(wu)", new="F.relu(wu)", expect="8.2")


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
edit(P, "u as it is", old="constrain_u(self.u, self.w)", new="self.u", expect="has to come first")
edit(P, "no bias", old="z @ self.w + self.b", new="z @ self.w", expect="b is missing")
edit(P, "no z", old="return z + h[:, None] * u", new="return h[:, None] * u", expect="z itself")
edit(P, "along w", old="h[:, None] * u,", new="h[:, None] * self.w,", expect="goes along w")
edit(P, "1 − tanh", old="(1 - h.square())", new="(1 - h)", expect="1 − tanh²")
edit(
    P,
    "no derivative",
    old="(1 - h.square()) * (self.w @ u)",
    new="self.w @ u + 0 * h",
    expect="8.3",
)
edit(P, "the sign", old="torch.log1p(", new="-torch.log1p(", expect="the way back")
edit(P, "no logarithm", old="torch.log1p(", new="(1 + ", expect="not its logarithm")
edit(
    P,
    "a sum over coordinates",
    old="torch.log1p((1 - h.square()) * (self.w @ u))",
    new="torch.log1p((1 - h.square())[:, None] * self.w * u).sum(1)",
    expect="8.3b",
)
edit(
    P,
    "u as it is in the determinant",
    old="(self.w @ u)",
    new="(self.w @ self.u)",
    expect="8.3b",
)
edit(P, "the square of u", old="(self.w @ u)", new="(u @ u)", expect="8.3b")
edit(
    P,
    "without the 1",
    old="torch.log1p((1 - h.square()) * (self.w @ u))",
    new="torch.log(((1 - h.square()) * (self.w @ u)).abs())",
    expect="the 1 of",
)
edit(P, "sigmoid", old="torch.tanh(", new="torch.sigmoid(", expect="8.3")
