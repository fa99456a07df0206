"""Wrong chains of layers, wrong samplers."""

import math

import torch

from autograder.authoring.audit import edit, mutant

P = "flows.Flow.log_prob"
edit(P, "subtracted", old="total + log_det", new="total - log_det", expect="are subtracted")
edit(P, "missing", old="total + log_det", new="total", expect="are missing")
edit(
    P, "only the last", old="total = total + log_det", new="total = log_det", expect="only the last"
)
edit(
    P, "first to last", old="reversed(self.layers)", new="self.layers", expect="begins at the last"
)
edit(
    P,
    "forward for inverse",
    old="layer.inverse(z)",
    new="layer.forward(z)",
    expect="`inverse` belongs",
)
edit(P, "the base at x", old="(z.square() +", new="(x.square() +", expect="taken at x")
edit(
    P, "no constant", old="(z.square() + math.log(2 * math.pi))", new="z.square()", expect="log 2π"
)
edit(
    P, "the sign", old="return total - 0.5 *", new="return -total + 0.5 *", expect="this is −log p"
)
edit(
    P,
    "the log-determinants are detached",
    old="total + log_det",
    new="total + log_det.detach()",
    expect="8.6c",
)
edit(
    P,
    "the points are detached",
    old="layer.inverse(z)",
    new="layer.inverse(z.detach())",
    expect="8.6c",
)
edit(
    P,
    "the first layer is left out",
    old="reversed(self.layers):",
    new="reversed(self.layers[1:]):",
    expect="8.6",
)
edit(P, "a mean over the dimensions", old=".sum(dim=1)", new=".mean(dim=1)", expect="8.6")
edit(P, "twice the base's square", old="total - 0.5 *", new="total - 1.0 *", expect="8.6")

S = "flows.Flow.sample"
edit(S, "noise", old="x, _ = layer(x)", new="layer(x)", expect="8.7b")
edit(S, "the inverses", old="layer(x)\n", new="layer.inverse(x)\n", expect="8.7b")
edit(S, "last to first", old="in self.layers:", new="in reversed(self.layers):", expect="8.7b")
edit(S, "uniform noise", old="torch.randn(", new="torch.rand(", expect="8.7b")
edit(S, "no seed", old=".manual_seed(seed)", new="", expect="seeds 1 and 2")
edit(S, "a seed that grows", old="generator=generator", new="generator=None", expect="8.7a")
edit(
    S,
    "half the noise",
    old="generator=generator)",
    new="generator=generator).mul(0.5)",
    expect="8.7b",
)
edit(S, "the first layer only", old="in self.layers:", new="in self.layers[:1]:", expect="8.7b")
edit(
    S,
    "one noise for all coordinates",
    old="torch.randn(n, self.n_dims, generator=generator)",
    new="torch.randn(n, 1, generator=generator).expand(n, self.n_dims)",
    expect="8.7b",
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
