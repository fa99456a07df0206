"""Wrong chains of layers, wrong samplers."""

import math

import torch

from autograder.authoring.audit import edits, mutant

P = "flows.Flow.log_prob"
edits(
    P,
    "total + log_det",
    ("subtracted", "total - log_det", "are subtracted"),
    ("missing", "total", "are missing"),
    ("the log-determinants are detached", "total + log_det.detach()", "8.6c"),
)
edits(P, "total = total + log_det", ("only the last", "total = log_det", "only the last"))
edits(P, "reversed(self.layers)", ("first to last", "self.layers", "begins at the last"))
edits(
    P,
    "layer.inverse(z)",
    ("forward for inverse", "layer.forward(z)", "`inverse` belongs"),
    ("the points are detached", "layer.inverse(z.detach())", "8.6c"),
)
edits(P, "(z.square() +", ("the base at x", "(x.square() +", "taken at x"))
edits(P, "(z.square() + math.log(2 * math.pi))", ("no constant", "z.square()", "log 2π"))
edits(P, "return total - 0.5 *", ("the sign", "return -total + 0.5 *", "this is −log p"))
edits(
    P,
    "reversed(self.layers):",
    ("the first layer is left out", "reversed(self.layers[1:]):", "8.6"),
)
edits(P, ".sum(dim=1)", ("a mean over the dimensions", ".mean(dim=1)", "8.6"))
edits(P, "total - 0.5 *", ("twice the base's square", "total - 1.0 *", "8.6"))

S = "flows.Flow.sample"
edits(S, "x, _ = layer(x)", ("noise", "layer(x)", "8.7b"))
edits(S, "layer(x)\n", ("the inverses", "layer.inverse(x)\n", "8.7b"))
edits(
    S,
    "in self.layers:",
    ("last to first", "in reversed(self.layers):", "8.7b"),
    ("the first layer only", "in self.layers[:1]:", "8.7b"),
)
edits(S, "torch.randn(", ("uniform noise", "torch.rand(", "8.7b"))
edits(S, ".manual_seed(seed)", ("no seed", "", "seeds 1 and 2"))
edits(S, "generator=generator", ("a seed that grows", "generator=None", "8.7a"))
edits(S, "generator=generator)", ("half the noise", "generator=generator).mul(0.5)", "8.7b"))
edits(
    S,
    "torch.randn(n, self.n_dims, generator=generator)",
    (
        "one noise for all coordinates",
        "torch.randn(n, 1, generator=generator).expand(n, self.n_dims)",
        "8.7b",
    ),
)


@mutant(P, "the density at the noise, not at the data", expect="8.6")
def base_only(self, x):
    z = x
    for layer in reversed(self.layers):
        z = layer.inverse(z)[0]
    return -0.5 * (z.square() + math.log(2 * math.pi)).sum(1)


@mutant(S, "noise of the global generator", expect="8.7a")
def global_noise(self, n, seed):
    x = torch.randn(n, self.n_dims).to(self.layers[0].mask)
    for layer in self.layers:
        x, _ = layer(x)
    return x


@mutant(P, "without a graph", expect="the graph is cut")
def log_prob_no_grad(self, x):
    z, total = x, x.new_zeros(len(x))
    with torch.no_grad():
        for layer in reversed(self.layers):
            z, log_det = layer.inverse(z)
            total = total + log_det
        return total - 0.5 * (z.square() + math.log(2 * math.pi)).sum(1)
