"""Wrong chains of layers, wrong samplers."""

from autograder.authoring.audit import edits

edits(
    "flows.Flow.log_prob",
    ("subtracted", "total + log_det", "total - log_det", "are subtracted"),
    ("missing", "total + log_det", "total", "are missing"),
    ("the log-determinants are detached", "total + log_det", "total + log_det.detach()", "8.6c"),
    ("only the last", "total = total + log_det", "total = log_det", "only the last"),
    ("first to last", "reversed(self.layers)", "self.layers", "begins at the last"),
    ("forward for inverse", "layer.inverse(z)", "layer.forward(z)", "`inverse` belongs"),
    ("the points are detached", "layer.inverse(z)", "layer.inverse(z.detach())", "8.6c"),
    ("the base at x", "(z.square() +", "(x.square() +", "taken at x"),
    ("no constant", "(z.square() + math.log(2 * math.pi))", "z.square()", "log 2π"),
    ("the sign", "return total - 0.5 *", "return -total + 0.5 *", "this is −log p"),
    ("the first layer is left out", "reversed(self.layers):", "reversed(self.layers[1:]):", "8.6"),
    ("a mean over the dimensions", ".sum(dim=1)", ".mean(dim=1)", "8.6"),
    ("twice the base's square", "total - 0.5 *", "total - 1.0 *", "8.6"),
    ("the density at the noise, not at the data", "return total - 0.5", "return -0.5", "8.6"),
    (
        "without a graph",
        "return total",
        "z, total = z.detach(), total.detach()\n        return total",
        "result is cut off",
    ),
)
edits(
    "flows.Flow.sample",
    ("noise", "x, _ = layer(x)", "layer(x)", "8.7b"),
    ("the inverses", "layer(x)\n", "layer.inverse(x)\n", "8.7b"),
    ("last to first", "in self.layers:", "in reversed(self.layers):", "8.7b"),
    ("the first layer only", "in self.layers:", "in self.layers[:1]:", "8.7b"),
    ("uniform noise", "torch.randn(", "torch.rand(", "8.7b"),
    ("no seed", ".manual_seed(seed)", "", "seeds 1 and 2"),
    ("a seed that grows", "generator=generator", "generator=None", "global random state"),
    ("half the noise", "generator=generator)", "generator=generator).mul(0.5)", "8.7b"),
    (
        "one noise for all coordinates",
        "torch.randn(n, self.n_dims, generator=generator)",
        "torch.randn(n, 1, generator=generator).expand(n, self.n_dims)",
        "8.7b",
    ),
    ("noise of the global generator", ", generator=generator", "", "global random state"),
)
edits(
    "flows.Flow.sample",
    (
        "clipped noise",
        "generator=generator)",
        "generator=generator).clamp(-3, 3)",
        "was it clipped",
    ),
)
