"""Other right implementations of lecture 3. Each has to get full points."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative


@alternative("rnn.one_hot", "torch's own")
def one_hot_torch(tokens, vocab_size, dtype=None):
    return F.one_hot(tokens, vocab_size).to(dtype)


@alternative("rnn.one_hot", "rows of the identity matrix")
def one_hot_identity(tokens, vocab_size, dtype=None):
    return torch.eye(vocab_size, dtype=dtype, device=tokens.device)[tokens]


@alternative("rnn.one_hot", "ones scattered into zeros")
def one_hot_scatter(tokens, vocab_size, dtype=None):
    zeros = torch.zeros(*tokens.shape, vocab_size, dtype=dtype, device=tokens.device)
    return zeros.scatter(-1, tokens.unsqueeze(-1), 1.0)


@alternative("rnn.rnn_step", "torch.nn.functional.linear")
def rnn_step_linear(x, h, params):
    new = torch.tanh(F.linear(x, params.W_xh) + F.linear(h, params.W_hh, params.b_h))
    return F.linear(new, params.W_hy, params.b_y), new


@alternative("rnn.rnn_step", "one product with the stacked matrices, unpacked weights")
def rnn_step_stacked(x, h, params):
    W_xh, W_hh, b_h, W_hy, b_y = params
    both = torch.cat([x, h], dim=1) @ torch.cat([W_xh, W_hh], dim=1).T
    h = torch.tanh(both + b_h)
    return torch.einsum("nh,vh->nv", h, W_hy) + b_y, h


@alternative("rnn.rnn_step", "columns, as the lecture writes it")
def rnn_step_columns(x, h, params):
    new = torch.tanh(params.W_xh @ x.T + params.W_hh @ h.T + params.b_h[:, None])
    return (params.W_hy @ new + params.b_y[:, None]).T, new.T


@alternative("rnn.rnn_forward", "one rnn_step after the other")
def rnn_forward_steps(tokens, h0, params):
    x = one_hot(tokens, len(params.b_y), params.b_y.dtype)
    h, logits = h0, []
    for t in range(tokens.shape[1]):
        o, h = rnn_step(x[:, t], h, params)
        logits.append(o)
    return torch.stack(logits, dim=1), h


@alternative("rnn.rnn_forward", "writes into a pre-allocated tensor")
def rnn_forward_preallocated(tokens, h0, params):
    W_xh, W_hh, b_h, W_hy, b_y = params
    n, time = tokens.shape
    logits = torch.empty(n, time, len(b_y), dtype=b_y.dtype, device=b_y.device)
    h = h0
    for t in range(time):
        h = torch.tanh(W_xh[:, tokens[:, t]].T + h @ W_hh.T + b_h)
        logits[:, t] = h @ W_hy.T + b_y
    return logits, h


@alternative("rnn.sequence_log_prob", "cross-entropy of torch, sign turned")
def sequence_log_prob_cross_entropy(tokens, params):
    h0 = torch.zeros(len(tokens), len(params.b_h), dtype=params.b_h.dtype, device=tokens.device)
    logits, _ = rnn_forward(tokens, h0, params)
    logits = torch.cat([params.b_y.repeat(len(tokens), 1, 1), logits[:, :-1]], dim=1)
    return -F.cross_entropy(logits.transpose(1, 2), tokens, reduction="none").sum(1)


@alternative("rnn.sequence_log_prob", "step by step, the sum carried along")
def sequence_log_prob_steps(tokens, params):
    n, time = tokens.shape
    h = params.b_h.new_zeros(n, len(params.b_h))
    o, total = params.b_y.expand(n, -1), params.b_y.new_zeros(n)
    for t in range(time):
        x = one_hot(tokens[:, t], len(params.b_y), params.b_y.dtype)
        total = total + (o * x).sum(1) - o.logsumexp(1)
        o, h = rnn_step(x, h, params)
    return total


@alternative("rnn.sequence_log_prob", "torch.distributions, the first character by itself")
def sequence_log_prob_distributions(tokens, params):
    first = torch.distributions.Categorical(logits=params.b_y).log_prob(tokens[:, 0])
    if tokens.shape[1] == 1:
        return first
    h0 = params.b_h.new_zeros(len(tokens), len(params.b_h))
    logits, _ = rnn_forward(tokens[:, :-1], h0, params)
    rest = torch.distributions.Categorical(logits=logits).log_prob(tokens[:, 1:])
    return first + rest.sum(1)


@alternative("rnn.bptt", "sums grow step by step, from the last character to the first")
def bptt_running(tokens, params):
    W_xh, W_hh, b_h, W_hy, b_y = params
    n, time = tokens.shape
    x = one_hot(tokens, len(b_y), b_y.dtype)
    h = [b_h.new_zeros(n, len(b_h))]
    for t in range(time - 1):
        h.append(torch.tanh(x[:, t] @ W_xh.T + h[-1] @ W_hh.T + b_h))
    g_xh, g_hh, g_h, g_hy, g_y = (torch.zeros_like(p) for p in params)
    d_h = torch.zeros_like(h[0])
    for t in range(time - 1, -1, -1):
        d_o = ((h[t] @ W_hy.T + b_y).softmax(1) - x[:, t]) / n
        g_hy, g_y = g_hy + d_o.T @ h[t], g_y + d_o.sum(0)
        if t > 0:
            d_a = (d_o @ W_hy + d_h) * (1 - h[t].square())
            g_xh, g_h = g_xh + d_a.T @ x[:, t - 1], g_h + d_a.sum(0)
            g_hh = g_hh + d_a.T @ h[t - 1]
            d_h = d_a @ W_hh
    return g_xh, g_hh, g_h, g_hy, g_y


@alternative("rnn.bptt", "one text after the other, column vectors and outer products")
def bptt_columns(tokens, params):
    grads = [torch.zeros_like(p) for p in params]
    V = len(params.b_y)
    for text in tokens:
        x = one_hot(text, V, params.b_y.dtype)
        h = [torch.zeros_like(params.b_h)]
        for x_t in x[:-1]:
            h.append(torch.tanh(params.W_xh @ x_t + params.W_hh @ h[-1] + params.b_h))
        d_a = torch.zeros_like(params.b_h)
        for t in reversed(range(len(text))):
            d_o = torch.softmax(params.W_hy @ h[t] + params.b_y, 0) - x[t]
            grads[3] += torch.outer(d_o, h[t])
            grads[4] += d_o
            if t:
                d_a = (1 - h[t] ** 2) * (params.W_hy.T @ d_o + params.W_hh.T @ d_a)
                grads[0] += torch.outer(d_a, x[t - 1])
                grads[1] += torch.outer(d_a, h[t - 1])
                grads[2] += d_a
    return tuple(g / len(tokens) for g in grads)


@alternative("rnn.clip_by_global_norm", "a condition, and the root of the sum of squares")
def clip_condition(grads, max_norm):
    norm = sum(float((g * g).sum()) for g in grads) ** 0.5
    if norm <= max_norm:
        return tuple(g.clone() for g in grads)
    return tuple(g * (max_norm / norm) for g in grads)


@alternative("rnn.clip_by_global_norm", "all parts as one vector, divided by max(‖g‖, c)")
def clip_flat(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm()
    return tuple(g * max_norm / norm.clamp(min=max_norm) for g in grads)


@alternative("rnn.sample", "torch.multinomial, the prime read step by step")
def sample_multinomial(params, prime, length, temperature, seed):
    generator = torch.Generator().manual_seed(seed)
    n, V = len(prime), len(params.b_y)
    h, o = params.b_h.new_zeros(n, len(params.b_h)), params.b_y.expand(n, -1)
    for x in prime.unbind(1):
        o, h = rnn_step(one_hot(x, V, o.dtype), h, params)
    text = prime.clone()
    for _ in range(length):
        p = torch.softmax(o / temperature, dim=1).cpu()
        x = torch.multinomial(p, 1, generator=generator).to(prime.device)
        text = torch.cat([text, x], dim=1)
        o, h = rnn_step(one_hot(x[:, 0], V, o.dtype), h, params)
    return text


@alternative("rnn.sample", "Gumbel noise: the largest of logit + τ·noise")
def sample_gumbel(params, prime, length, temperature, seed):
    generator = torch.Generator().manual_seed(seed)
    n, V = len(prime), len(params.b_y)
    h, o = params.b_h.new_zeros(n, len(params.b_h)), params.b_y.expand(n, -1)
    if prime.shape[1]:
        logits, h = rnn_forward(prime, h, params)
        o = logits[:, -1]
    columns = []
    for _ in range(length):
        u = torch.rand(n, V, generator=generator, dtype=torch.float64).clamp(min=1e-300)
        noise = -torch.log(-torch.log(u))
        columns.append((o + temperature * noise.to(o)).argmax(1, keepdim=True))
        logits, h = rnn_forward(columns[-1], h, params)
        o = logits[:, 0]
    return torch.cat([prime, *columns], dim=1)


@alternative("rnn.lstm_step", "slices, and both biases added first")
def lstm_step_slices(x, h, c, params):
    W_ih, W_hh, b_ih, b_hh = params
    H = h.shape[1]
    a = F.linear(x, W_ih) + F.linear(h, W_hh) + (b_ih + b_hh)
    i, f = torch.sigmoid(a[:, :H]), torch.sigmoid(a[:, H : 2 * H])
    g, o = torch.tanh(a[:, 2 * H : 3 * H]), torch.sigmoid(a[:, 3 * H :])
    new = f * c + i * g
    return o * torch.tanh(new), new


@alternative("rnn.lstm_step", "gate by gate, one product with the stacked matrices")
def lstm_step_gates(x, h, c, params):
    W = torch.cat([params.W_ih, params.W_hh], dim=1)
    xh, blocks = torch.cat([x, h], dim=1), []
    for w, b, b2 in zip(W.chunk(4), params.b_ih.chunk(4), params.b_hh.chunk(4), strict=True):
        blocks.append(xh @ w.T + b + b2)
    sig = [1 / (1 + torch.exp(-blocks[k])) for k in (0, 1, 3)]
    new = torch.addcmul(sig[1] * c, sig[0], blocks[2].tanh())
    return sig[2] * new.tanh(), new


@alternative("rnn.clip_by_global_norm", "torch's small number beside the norm")
def clip_epsilon(grads, max_norm):
    total = torch.stack([g.norm() for g in grads]).norm()
    scale = torch.clamp(max_norm / (total + 1e-6), max=1.0)
    return tuple(g * scale for g in grads)
