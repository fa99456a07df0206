"""Another algebra for the pre-activations: one product with a triangle of ones."""

# base: solution
# exercises: nade.hidden_naive nade.hidden_cumulative


def hidden_naive(W, c, x):
    past = torch.tril(torch.ones(x.shape[1], x.shape[1], dtype=x.dtype), diagonal=-1)
    return torch.einsum("nj,ij,hj->nih", x, past, W) + c


def hidden_cumulative(W, c, x):
    steps = x[:, :, None] * W.T
    return c + torch.cumsum(steps, dim=1) - steps
