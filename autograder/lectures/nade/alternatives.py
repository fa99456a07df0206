"""Other right implementations of lecture 2. Each has to get full points."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative


@alternative("nade.hidden_naive", "one triangular mask, no loop")
def hidden_naive_masked(W, c, x):
    past = torch.ones(x.shape[1], x.shape[1], dtype=x.dtype, device=x.device).tril(-1)
    return c + (x[:, None, :] * past) @ W.T


@alternative("nade.hidden_naive", "three loops over pre-allocated zeros")
def hidden_naive_loops(W, c, x):
    a = torch.zeros(x.shape[0], x.shape[1], W.shape[0], dtype=W.dtype, device=W.device)
    for i in range(x.shape[1]):
        a[:, i] = c
        for j in range(i):
            a[:, i] += x[:, j, None] * W[:, j]
    return a


@alternative("nade.hidden_naive", "einsum over the pixels before i")
def hidden_naive_einsum(W, c, x):
    D = x.shape[1]
    earlier = (torch.arange(D)[:, None] > torch.arange(D)[None, :]).to(W)
    return c + torch.einsum("nj,ij,hj->nih", x, earlier, W)


@alternative("nade.hidden_cumulative", "exclusive cumulative sum, no loop")
def hidden_cumulative_cumsum(W, c, x):
    steps = x[:, :, None] * W.T  # (batch, dim, hidden)
    return c + F.pad(steps, (0, 0, 1, 0))[:, :-1].cumsum(1)


@alternative("nade.hidden_cumulative", "inclusive cumulative sum minus the pixel's own term")
def hidden_cumulative_minus(W, c, x):
    steps = x.unsqueeze(-1) * W.T.unsqueeze(0)
    return c + steps.cumsum(1) - steps


@alternative("nade.hidden_cumulative", "writes into a pre-allocated tensor")
def hidden_cumulative_preallocated(W, c, x):
    a = torch.empty(x.shape[0], x.shape[1], W.shape[0], dtype=W.dtype, device=W.device)
    running = c.repeat(x.shape[0], 1)
    for i in range(x.shape[1]):
        a[:, i] = running
        running = running + torch.outer(x[:, i], W[:, i])
    return a


@alternative("nade.NADE.logits", "all pre-activations at once, then einsum")
def logits_einsum(self, x):
    h = torch.sigmoid(hidden_cumulative(self.W, self.c, x))
    return self.b + torch.einsum("ndh,dh->nd", h, self.V)


@alternative("nade.NADE.logits", "one pixel at a time, each from the one before")
def logits_one_by_one(self, x):
    a, columns = self.c.expand(len(x), -1), []
    for w_i, v_i, x_i in zip(self.W.unbind(1), self.V.unbind(0), x.unbind(1), strict=True):
        columns.append(torch.sigmoid(a) @ v_i)
        a = a + x_i[:, None] * w_i
    return torch.stack(columns, dim=1) + self.b


@alternative("nade.NADE.logits", "small blocks of pixels, examples first")
def logits_blocks(self, x):
    a, columns = self.c.expand(len(x), -1), []
    for start in range(0, x.shape[1], 4):
        block = slice(start, start + 4)
        x_block, W_block = x[:, block], self.W[:, block].T
        past = x_block[:, None, :] * torch.ones_like(x_block[0]).diag().fill_(1).tril(-1)
        h = torch.sigmoid(a[:, None, :] + past @ W_block)  # (batch, block, hidden)
        columns.append((h * self.V[block]).sum(-1))
        a = a + x_block @ W_block
    return torch.cat(columns, dim=1) + self.b


@alternative("nade.NADE.log_prob", "x·logit − softplus(logit)")
def log_prob_softplus(self, x):
    logits = self.logits(x)
    return (x * logits - F.softplus(logits)).sum(-1)


@alternative("nade.NADE.log_prob", "log-sigmoid of the logit with the pixel's sign")
def log_prob_sign(self, x):
    return F.logsigmoid((2 * x - 1) * self.logits(x)).sum(1)


@alternative("nade.NADE.log_prob", "torch.distributions")
def log_prob_distributions(self, x):
    return torch.distributions.Bernoulli(logits=self.logits(x)).log_prob(x).sum(dim=-1)


@alternative("nade.NADE.sample", "a new draw at every pixel, columns collected in a list")
def sample_list(self, n, seed):
    generator = torch.Generator().manual_seed(seed)
    a, columns = self.c.repeat(n, 1), []
    for w_i, v_i, b_i in zip(self.W.T, self.V, self.b, strict=True):
        p_i = torch.sigmoid(b_i + torch.sigmoid(a) @ v_i)
        x_i = torch.bernoulli(p_i.cpu(), generator=generator).to(p_i)
        columns.append(x_i)
        a = a + torch.outer(x_i, w_i)
    return torch.stack(columns, dim=1)


@alternative("nade.NADE.sample", "logistic noise: the pixel is 1 where logit + noise is positive")
def sample_logistic(self, n, seed):
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(n, len(self.b), generator=generator, dtype=torch.float64)
    noise = torch.logit(u.clamp(1e-15, 1 - 1e-15)).to(self.b)
    a, x = self.c.expand(n, -1), torch.empty_like(noise)
    for i in range(len(self.b)):
        logit = self.b[i] + torch.sigmoid(a) @ self.V[i]
        x[:, i] = (logit + noise[:, i] > 0).to(x.dtype)
        a = a + x[:, i : i + 1] * self.W[:, i]
    return x


@alternative("nade.NADE.complete", "runs through the prefix as well, without drawing there")
def complete_from_the_start(self, prefix, seed):
    generator = torch.Generator().manual_seed(seed)
    n, k = prefix.shape
    a, columns = self.c.repeat(n, 1), []
    for i in range(len(self.b)):
        if i < k:
            x_i = prefix[:, i].to(self.b)
        else:
            p_i = torch.sigmoid(self.b[i] + torch.sigmoid(a) @ self.V[i])
            x_i = torch.bernoulli(p_i.cpu(), generator=generator).to(p_i)
        columns.append(x_i)
        a = a + x_i[:, None] * self.W[:, i]
    return torch.stack(columns, dim=1)


@alternative("nade.NADE.complete", "through logits of the half-finished vector: right, only slower")
def complete_by_logits(self, prefix, seed):
    generator = torch.Generator().manual_seed(seed)
    n, k = prefix.shape
    x = torch.zeros(n, len(self.b), dtype=self.b.dtype, device=self.b.device)
    x[:, :k] = prefix
    for i in range(k, len(self.b)):
        draw = torch.rand(n, generator=generator).to(x)
        x[:, i] = (draw < torch.sigmoid(self.logits(x)[:, i])).to(x)
    return x


@alternative("nade.ensemble_log_prob", "the largest is taken out by hand")
def ensemble_shifted(log_probs):
    largest = log_probs.max(dim=0).values
    return largest + (log_probs - largest).exp().mean(dim=0).log()


@alternative("nade.ensemble_log_prob", "log-sum-exp of log-probabilities that carry their 1/K")
def ensemble_weighted(log_probs):
    return (log_probs + math.log(1 / log_probs.shape[0])).logsumexp(0)


@alternative("nade.made_masks", "degrees counted from 0, lists and comparisons written out")
def made_masks_lists(sizes, order, seed):
    generator = torch.Generator().manual_seed(seed)
    D = sizes[0]
    place = [0] * D
    for t, d in enumerate(order.tolist()):
        place[d] = t
    below, masks = place, []
    for size in sizes[1:-1]:
        low, high = min(below), max(min(below) + 1, D - 1)
        own = [int(torch.randint(low, high, (), generator=generator)) for _ in range(size)]
        masks.append(torch.tensor([[m >= k for k in below] for m in own]))
        below = own
    masks.append(torch.tensor([[d > m for m in below] for d in place]))
    return masks


@alternative("nade.made_masks", "integers from torch.randint, masks from all degrees at the end")
def made_masks_randint(sizes, order, seed):
    generator = torch.Generator().manual_seed(seed)
    D = sizes[0]
    first = torch.empty(D, dtype=torch.long)
    first[order] = torch.arange(1, D + 1)
    degrees = [first]
    for size in sizes[1:-1]:
        low = int(degrees[-1].min())
        degrees.append(torch.randint(low, max(low + 1, D), (size,), generator=generator))
    pairs = zip(degrees[1:], degrees[:-1], strict=True)
    hidden = [torch.ge(above.unsqueeze(1), below.unsqueeze(0)) for above, below in pairs]
    return [*hidden, torch.gt(first.unsqueeze(1), degrees[-1].unsqueeze(0))]
