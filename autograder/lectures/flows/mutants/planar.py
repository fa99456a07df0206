"""Wrong changes of variables, wrong constraints and wrong planar layers."""

from autograder.authoring.audit import edits

edits(
    "flows.affine_log_prob",
    ("no log-determinant", "log_base - log_scale", "log_base", "is missing"),
    ("its sign", "log_base - log_scale", "log_base + log_scale", "wrong sign"),
    ("the scale, not its logarithm", "- log_scale", "- torch.exp(log_scale)", "8.1"),
    ("a log-variance", "* torch.exp(-log_scale)", "* torch.exp(-0.5 * log_scale)", "8.1"),
    (
        "a log-variance throughout",
        "z = (x - shift) * torch.exp(-log_scale)",
        "log_scale = 0.5 * log_scale\n    z = (x - shift) * torch.exp(-log_scale)",
        "logarithm of the variance",
    ),
    ("times the scale", "torch.exp(-log_scale)", "torch.exp(log_scale)", "divided"),
    ("a clipped scale", "torch.exp(-log_scale)", "torch.exp(-log_scale.clamp(-5, 5))", "8.1"),
    ("no constant", "(z.square() + math.log(2 * math.pi))", "z.square()", "½ log 2π is missing"),
    ("a mean", ".sum(dim=1)", ".mean(dim=1)", "averaged over the dimensions"),
    ("no shift", "(x - shift)", "x", "the shift is missing"),
    ("the sign", "return (log_base", "return -(log_base", "this is −log p"),
    (
        "one constant for all dimensions",
        "log_base = -0.5 * (z.square() + math.log(2 * math.pi))\n"
        "    return (log_base - log_scale).sum(dim=1)",
        "return (-0.5 * z.square() - log_scale).sum(1) - 0.5 * math.log(2 * math.pi)",
        "counted once",
    ),
)
edits(
    "flows.constrain_u",
    ("no −1", "F.softplus(wu) - 1 - wu", "F.softplus(wu) - wu", "lacks its −1"),
    ("no − w·u", "F.softplus(wu) - 1 - wu", "F.softplus(wu) - 1", "− w·u is missing"),
    ("not divided", " / (w @ w)", "", "not divided at all"),
    ("by the length", "(w @ w)", "w.norm()", "not by |w|²"),
    ("by u·u", "(w @ w)", "(u @ u)", "8.2"),
    ("along u", "* w / (w @ w)", "* u / (w @ w)", "not along w"),
    ("the naive softplus", "F.softplus(wu)", "torch.log(1 + torch.exp(wu))", "900"),
    ("relu for softplus", "F.softplus(wu)", "F.relu(wu)", "8.2"),
    ("only where it is needed, and then to −1", "F.softplus(wu) - 1", "wu.clamp(min=-1)", "8.2"),
    "u + (F.softplus(wu) - 1 - wu) * w / (w @ w)",
    ("u as it is", "u", "came back unchanged"),
    ("every coordinate for itself", "(F.softplus(w * u) - 1) / w", "8.2"),
)
edits(
    "flows.PlanarFlow.forward",
    ("u as it is", "constrain_u(self.u, self.w)", "self.u", "has to come first"),
    ("no bias", "z @ self.w + self.b", "z @ self.w", "b is missing"),
    ("no z", "return z + h[:, None] * u", "return h[:, None] * u", "z itself"),
    ("along w", "h[:, None] * u,", "h[:, None] * self.w,", "goes along w"),
    ("1 − tanh", "(1 - h.square())", "(1 - h)", "1 − tanh²"),
    ("no derivative", "(1 - h.square()) * (self.w @ u)", "self.w @ u + 0 * h", "8.3"),
    ("the sign", "torch.log1p(", "-torch.log1p(", "the way back"),
    ("no logarithm", "torch.log1p(", "(1 + ", "not its logarithm"),
    ("a sum over coordinates", "()) * (self.w @ u))", "())[:, None] * self.w * u).sum(1)", "8.3b"),
    ("u as it is in the determinant", "(self.w @ u)", "(self.w @ self.u)", "8.3b"),
    ("the square of u", "(self.w @ u)", "(u @ u)", "8.3b"),
    ("sigmoid", "torch.tanh(", "torch.sigmoid(", "8.3"),
    "torch.log1p((1 - h.square()) * (self.w @ u))",
    ("without the 1", "torch.log(((1 - h.square()) * (self.w @ u)).abs())", "the 1 of"),
)

edits(
    "flows.PlanarFlow.forward",
    (
        "û is kept from the first call",
        "u = constrain_u(self.u, self.w)",
        "u = self.__dict__.setdefault('_u', constrain_u(self.u, self.w).detach())",
        "8.3",
    ),
)
