"""Other right implementations of lecture 4. Each has to get full points."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative, edits


@alternative("pixelcnn.causal_mask", "places counted row by row, one comparison")
def mask_by_number(kernel_size, mask_type, in_channels, out_channels, n_colors=1):
    n = kernel_size**2
    place = torch.arange(n).reshape(kernel_size, kernel_size)
    c_in = torch.arange(n_colors).repeat_interleave(in_channels // n_colors)
    c_out = torch.arange(n_colors).repeat_interleave(out_channels // n_colors)
    key_in = n_colors * place + c_in[:, None, None]
    key_out = n_colors * (n // 2) + c_out[:, None, None, None]
    seen = key_in <= key_out if mask_type == "B" else key_in < key_out
    return seen & ((place != n // 2) | (c_in[:, None, None] <= c_out[:, None, None, None]))


@alternative("pixelcnn.causal_mask", "five loops")
def mask_by_loops(kernel_size, mask_type, in_channels, out_channels, n_colors=1):
    half = kernel_size // 2
    mask = torch.zeros(out_channels, in_channels, kernel_size, kernel_size).bool()
    for o, i in itertools.product(range(out_channels), range(in_channels)):
        mask[o, i, half, :half] = mask[o, i, :half, :] = True
        red_in, red_out = i // (in_channels // n_colors), o // (out_channels // n_colors)
        if red_in < red_out or (red_in == red_out and mask_type == "B"):
            mask[o, i, half, half] = True
    return mask


@alternative("pixelcnn.causal_mask", "closed from an open mask, colour by colour")
def mask_by_closing(kernel_size, mask_type, in_channels, out_channels, n_colors=1):
    mask = torch.ones(out_channels, in_channels, kernel_size, kernel_size, dtype=torch.bool)
    half, per_in, per_out = kernel_size // 2, in_channels // n_colors, out_channels // n_colors
    mask[:, :, half + 1 :] = False
    mask[:, :, half, half:] = False
    for color in range(n_colors):
        seen = per_in * (color + (mask_type == "B"))
        mask[color * per_out : (color + 1) * per_out, :seen, half, half] = True
    return mask


@alternative("pixelcnn.MaskedConv2d.forward", "margins by hand")
def forward_padding(self, x):
    rows, columns = self.weight.shape[2:]
    return F.conv2d(
        x, self.mask * self.weight, self.bias, padding=(rows // 2, columns // 2), stride=1
    )


@alternative("pixelcnn.MaskedConv2d.forward", "where instead of a product, F.pad")
def forward_where(self, x):
    rows, columns = (size // 2 for size in self.weight.shape[2:])
    weight = torch.where(self.mask, self.weight, 0)
    return F.conv2d(F.pad(x, (columns, columns, rows, rows)), weight) + self.bias[:, None, None]


@alternative(
    "pixelcnn.MaskedConv2d.forward", "the classic: closed weights are set to 0 at each call"
)
def forward_in_place(self, x):
    self.weight.data.mul_(self.mask)
    return F.conv2d(x, self.weight, self.bias, padding="same")


@alternative("pixelcnn.MaskedConv2d.forward", "patches and one matrix product")
def forward_unfold(self, x):
    size = self.weight.shape[2:]
    patches = F.unfold(x, size, padding=[s // 2 for s in size])
    y = (self.weight * self.mask).flatten(1) @ patches + self.bias[:, None]
    return y.unflatten(2, x.shape[2:])


@alternative("pixelcnn.PixelCNN.logits", "reshape and permute")
def logits_permute(self, x):
    h = 2 * x / (self.levels - 1) - 1
    for depth, layer in enumerate(self.layers):
        h = layer(h.clamp(min=0) if depth else h)
    n, _, height, width = h.shape
    return h.reshape(n, self.n_colors, self.levels, height, width).permute(0, 2, 1, 3, 4)


@alternative("pixelcnn.PixelCNN.logits", "a stack of the colours' chunks")
def logits_chunks(self, x):
    h = self.scaled(x)
    *hidden, last = self.layers
    for layer in hidden:
        h = F.relu(layer.forward(h))
    return torch.stack(last(h).chunk(self.n_colors, dim=1), dim=2)


@alternative("pixelcnn.log_prob", "log_softmax and gather")
def log_prob_gather(model, x, *condition):
    log_p = model.logits(x, *condition).log_softmax(dim=1)
    return log_p.gather(1, x.long().unsqueeze(1)).flatten(1).sum(-1)


@alternative("pixelcnn.log_prob", "the chosen logit minus the log-sum-exp, by one-hot")
def log_prob_one_hot(model, x, *condition):
    logits = model.logits(x, *condition)
    chosen = F.one_hot(x.long(), logits.shape[1]).movedim(-1, 1).to(logits)
    return ((logits * chosen).sum(1) - logits.logsumexp(1)).sum((1, 2, 3))


@alternative("pixelcnn.log_prob", "torch.distributions")
def log_prob_distributions(model, x, *condition):
    logits = model.logits(x, *condition).movedim(1, -1)
    return torch.distributions.Categorical(logits=logits).log_prob(x).sum((-1, -2, -3))


@alternative("pixelcnn.receptive_field", "pixels are changed one after the other")
def field_by_change(model, row, col, shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(6, model.n_colors, *shape, generator=generator)
    x = x.to(next(model.parameters()))
    field = torch.zeros(shape, dtype=torch.bool, device=x.device)
    with torch.no_grad():
        before = model.logits(x)[..., row, col]
        for r, c in itertools.product(range(shape[0]), range(shape[1])):
            for color in range(model.n_colors):
                y = x.clone()
                y[:, color, r, c] += 1
                field[r, c] |= (model.logits(y)[..., row, col] != before).any()
    return field


@alternative("pixelcnn.receptive_field", "backward() on a leaf, absolute values added up")
def field_by_backward(model, row, col, shape, seed=0):
    weight = next(model.parameters())
    total = torch.zeros(shape, device=weight.device, dtype=weight.dtype)
    for k in range(4):
        generator = torch.Generator().manual_seed(100 * seed + k)
        noise = torch.randn(1, model.n_colors, *shape, generator=generator)
        x = noise.to(weight).requires_grad_(True)
        model.logits(x)[0, :, :, row, col].sum().backward()
        total += x.grad.abs().sum((0, 1))
    model.zero_grad()
    return total > 0


@alternative("pixelcnn.receptive_field", "the gradients of all logits of the pixel, one by one")
def field_by_jacobian(model, row, col, shape, seed=0):
    x = torch.rand(3, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    x = ((model.levels - 1) * x).to(next(model.parameters())).requires_grad_()
    field = torch.zeros(shape, dtype=torch.bool, device=x.device)
    for logit in model.logits(x)[..., row, col].sum(0).flatten():
        (gradient,) = torch.autograd.grad(logit, x, retain_graph=True)
        field |= (gradient.abs() > 0).flatten(0, 1).any(0)
    return field


edits(
    "pixelcnn.gated_activation",
    "torch.tanh(a) * torch.sigmoid(b)",
    ("methods and powers of e", "a.tanh() / (1 + torch.exp(-b))"),
    ("tanh as a sigmoid of twice the argument", "(2 * torch.sigmoid(2 * a) - 1) * b.sigmoid()"),
)


@alternative("pixelcnn.GatedLayer.forward", "slices, conditions as images")
def layer_slices(self, vertical, horizontal, condition=None):
    u = self.vertical(vertical)
    w = self.link(u) + self.horizontal(horizontal)
    if condition is not None:
        u = u + torch.einsum("nc,ck->nk", condition, self.V_vertical)[..., None, None]
        w = w + torch.einsum("nc,ck->nk", condition, self.V_horizontal)[..., None, None]
    half = u.shape[1] // 2
    v = gated_activation(u[:, :half], u[:, half:])
    h = self.output(gated_activation(w[:, :half], w[:, half:]))
    if self.residual:
        h = h + horizontal
    return v, h


@alternative("pixelcnn.GatedLayer.forward", "tanh and sigmoid written out, biases by view")
def layer_written_out(self, vertical, horizontal, condition=None):
    def gate(a, V):
        if condition is not None:
            a = a + (condition @ V).view(len(a), -1, 1, 1)
        value, opening = torch.split(a, a.shape[1] // 2, dim=1)
        return value.tanh() * opening.sigmoid()

    u = self.vertical.forward(vertical)
    w = self.horizontal.forward(horizontal).add(self.link.forward(u))
    out = self.output(gate(w, self.V_horizontal))
    return gate(u, self.V_vertical), (out + horizontal) if self.residual else out


@alternative("pixelcnn.sample", "a draw of torch.multinomial at every pixel")
def sample_multinomial(model, n, shape, seed, *condition):
    weight = next(model.parameters())
    generator = torch.Generator().manual_seed(seed)
    x = torch.zeros(n, model.n_colors, *shape, dtype=weight.dtype, device=weight.device)
    for row in range(shape[0]):
        for col in range(shape[1]):
            for color in range(model.n_colors):
                p = model.logits(x, *condition)[..., color, row, col].softmax(1)
                drawn = torch.multinomial(p.cpu(), 1, generator=generator)[:, 0]
                x[:, color, row, col] = drawn.to(x)
    return x


@alternative("pixelcnn.sample", "Gumbel noise and argmax, only the rows drawn so far")
def sample_gumbel(model, n, shape, seed, *condition):
    weight = next(model.parameters())
    size = (n, model.levels, model.n_colors, *shape)
    u = torch.rand(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    noise = (-(-(u.clamp(1e-12, 1 - 1e-12)).log()).log()).to(weight)
    x = torch.zeros_like(noise[:, 0])
    for row, col, color in itertools.product(*map(range, (*shape, model.n_colors))):
        logits = model.logits(x[:, :, : row + 1], *condition)[:, :, color, row, col]
        x[:, color, row, col] = (logits + noise[:, :, color, row, col]).argmax(1).to(x)
    return x


@alternative("pixelcnn.sample_cached", "the whole model on the receptive field, cut out")
def cached_cut_out(model, n, shape, seed):
    reach = sum(layer.mask.shape[-1] // 2 for layer in model.layers)
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(model.layers[0].weight)
    x = torch.zeros_like(u)
    for row, col, color in itertools.product(range(shape[0]), range(shape[1]), range(u.shape[1])):
        # What lies outside of the cut is out of reach, or outside of the image.
        top, left = max(row - reach, 0), max(col - reach, 0)
        part = x[:, :, top : row + 1, left : col + reach + 1]
        logits = model.logits(part)[:, :, color, row - top, col - left]
        x[:, color, row, col] = inverse_cdf(logits, u[:, color, row, col])
    return x


@alternative("pixelcnn.sample_cached", "einsum over the upper half of each kernel")
def cached_einsum(model, n, shape, seed):
    height, width = shape
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(next(model.parameters()))
    weights, maps = [], []
    for layer in model.layers:
        half = layer.mask.shape[-1] // 2
        weights.append((layer.weight * layer.mask)[:, :, : half + 1])
        maps.append(u.new_zeros(n, layer.mask.shape[1], height + half, width + 2 * half))
    x = torch.zeros_like(u)
    for row, col in itertools.product(range(height), range(width)):
        for color in range(u.shape[1]):
            h = None
            for k, (W, layer) in enumerate(zip(weights, model.layers, strict=True)):
                half = W.shape[2] - 1
                if h is not None:
                    maps[k][:, :, row + half, col + half] = h.clamp(min=0)
                patch = maps[k][:, :, row : row + half + 1, col : col + 2 * half + 1]
                h = torch.einsum("nirc,oirc->no", patch, W) + layer.bias
            first = color * model.levels
            level = inverse_cdf(h[:, first : first + model.levels], u[:, color, row, col])
            x[:, color, row, col] = level
            half = weights[0].shape[2] - 1
            maps[0][:, color, row + half, col + half] = model.scaled(level)
    return x
