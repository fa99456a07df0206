"""Other right implementations of lecture 1: loops, other algebra, library calls."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative


@alternative("chain_rule.joint_from_conditionals", "a loop over all 2ᴰ vectors")
def joint_by_vectors(conditionals):
    import itertools

    D = len(conditionals)
    joint = torch.empty((2,) * D, dtype=conditionals[0].dtype, device=conditionals[0].device)
    for x in itertools.product((0, 1), repeat=D):
        p = 1.0
        for k in range(D):
            one = conditionals[k][x[:k]]
            p = p * (one if x[k] == 1 else 1 - one)
        joint[x] = p
    return joint


@alternative("chain_rule.joint_from_conditionals", "broadcasting, in logarithms")
def joint_by_broadcasting(conditionals):
    D = len(conditionals)
    log_joint = 0.0
    for k, one in enumerate(conditionals):
        both = torch.stack((1 - one, one), -1).log()
        log_joint = log_joint + both.reshape((2,) * (k + 1) + (1,) * (D - k - 1))
    return log_joint.exp()


@alternative("chain_rule.joint_from_conditionals", "recursion on the last conditional")
def joint_by_recursion(conditionals):
    *earlier, last = conditionals
    both = torch.stack((1 - last, last), dim=-1)
    if not earlier:
        return both
    return joint_from_conditionals(earlier).unsqueeze(-1) * both


@alternative("chain_rule.conditionals_from_joint", "marginals from the back, one axis at a time")
def conditionals_from_the_back(joint, order=None):
    D = joint.dim()
    order = tuple(range(D)) if order is None else tuple(order)
    if len(order) != D or set(order) != set(range(D)):
        raise ValueError(f"not a permutation: {order}")
    p = joint.permute(*order)
    conditionals = []
    for _ in range(D):
        zero, one = p.unbind(-1)
        p = zero + one
        conditionals.insert(0, torch.where(p == 0, torch.full_like(p, 0.5), one / p))
    return conditionals


@alternative("chain_rule.conditionals_from_joint", "sums over named axes, then movedim")
def conditionals_by_movedim(joint, order=None):
    D = joint.ndim
    order = list(order) if order is not None else list(range(D))
    if sorted(order) != list(range(D)):
        raise ValueError("order")
    found = []
    for k in range(D):
        table = torch.movedim(joint, order[: k + 1], list(range(k + 1)))
        while table.ndim > k + 1:
            table = table.sum(-1)
        given = table[..., 0] + table[..., 1]
        ratio = (table[..., 1] / given).nan_to_num(nan=0.5)
        found.append(ratio)
    return found


@alternative("chain_rule.parameter_count", "sums over conditionals")
def count_by_conditionals(n_dims, family):
    counts = {
        "table": lambda: sum(2**k for k in range(n_dims)),
        "independent": lambda: sum(1 for _ in range(n_dims)),
        "fvsbn": lambda: sum(1 + k for k in range(n_dims)),
    }
    if family not in counts:
        raise ValueError(f"no family called {family}")
    return counts[family]()


@alternative("chain_rule.parameter_count", "match statement and shifts")
def count_by_match(n_dims, family):
    match family:
        case "table":
            return (1 << n_dims) - 1
        case "independent":
            return n_dims
        case "fvsbn":
            return n_dims * (n_dims + 1) // 2
        case other:
            raise ValueError("unknown: " + other)


@alternative("chain_rule.kl_divergence", "only the states that p can reach")
def kl_on_the_support(p, q):
    reached = p > 0
    p, q = p[reached], q[reached]
    return torch.sum(p * torch.log(p / q))


@alternative("chain_rule.kl_divergence", "cross-entropy less entropy")
def kl_by_entropies(p, q):
    cross_entropy = -torch.special.xlogy(p, q).sum()
    entropy = torch.special.entr(p).sum()
    return cross_entropy - entropy


@alternative("chain_rule.kl_divergence", "a loop over states")
def kl_by_loop(p, q):
    total = torch.zeros_like(p.flatten()[0])
    for a, b in zip(p.flatten(), q.flatten(), strict=True):
        if a > 0:
            total = total + (a * (a.log() - b.log()) if b > 0 else math.inf)
    return total


@alternative("chain_rule.bits_per_dim", "multiplied by log2(e)")
def bits_by_log2e(nll, n_dims):
    return nll * math.log2(math.e) / n_dims


@alternative("chain_rule.bits_per_dim", "first the mean per dimension")
def bits_in_two_steps(nll, n_dims):
    nats_per_dim = nll / n_dims
    return nats_per_dim / math.log(2.0)


@alternative("chain_rule.bernoulli_log_prob", "x·a − softplus(a)")
def bernoulli_by_softplus(logits, x):
    return x * logits - F.softplus(logits)


@alternative("chain_rule.bernoulli_log_prob", "torch's cross-entropy with logits")
def bernoulli_by_bce(logits, x):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none")


@alternative("chain_rule.bernoulli_log_prob", "both branches, then choose")
def bernoulli_by_branches(logits, x):
    one = -torch.logaddexp(torch.zeros_like(logits), -logits)
    zero = -torch.logaddexp(torch.zeros_like(logits), logits)
    return torch.where(x > 0.5, one, zero)


@alternative("chain_rule.FVSBN.logits", "one dimension after the other")
def logits_by_loop(self, x):
    columns = [self.b[i] + x[:, :i] @ self.W[i, :i] for i in range(len(self.b))]
    return torch.stack(columns, dim=1)


@alternative("chain_rule.FVSBN.logits", "a mask of ones, through F.linear")
def logits_by_mask(self, x):
    mask = torch.ones_like(self.W).tril(-1)
    return F.linear(x, self.W * mask, self.b)


@alternative("chain_rule.FVSBN.logits", "einsum over pairs j < i")
def logits_by_einsum(self, x):
    D = x.shape[1]
    i, j = torch.tril_indices(D, D, offset=-1, device=x.device)
    below = torch.zeros_like(self.W).index_put((i, j), self.W[i, j])
    return torch.einsum("ij,nj->ni", below, x) + self.b


@alternative("chain_rule.FVSBN.log_prob", "minus the summed cross-entropy")
def log_prob_by_bce(self, x):
    bce = F.binary_cross_entropy_with_logits(self.logits(x), x, reduction="none")
    return -bce.sum(1)


@alternative("chain_rule.FVSBN.log_prob", "one conditional after the other")
def log_prob_by_loop(self, x):
    a = self.logits(x)
    total = torch.zeros_like(x[:, 0])
    for i in range(x.shape[1]):
        total = total + bernoulli_log_prob(a[:, i], x[:, i])
    return total


@alternative("chain_rule.FVSBN.sample", "all logits again for each bit")
def sample_by_full_passes(self, n, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.zeros(n, len(self.b), dtype=self.b.dtype, device=self.b.device)
    for i in range(x.shape[1]):
        p = self.logits(x)[:, i].sigmoid().cpu()
        x[:, i] = torch.bernoulli(p, generator=generator).to(x)
    return x


@alternative("chain_rule.FVSBN.sample", "running logits, one column of W added for each bit")
def sample_by_running_logits(self, n, seed):
    generator = torch.Generator().manual_seed(seed)
    W = self.W.tril(-1)
    a = self.b.expand(n, -1).clone()
    drawn = []
    for i in range(a.shape[1]):
        u = torch.rand(n, generator=generator).to(a)
        bit = (u < a[:, i].sigmoid()).to(a)
        drawn.append(bit)
        a = a + bit[:, None] * W[:, i]
    return torch.stack(drawn, 1)
