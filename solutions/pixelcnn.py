"""Lecture 4, PixelCNN: one small convolution predicts every pixel from those before it.

Notation: `x` is a batch of images `(batch, colors, height, width)` of levels 0 … levels - 1 as
floating-point numbers. The order is row by row, left to right, in a pixel R, G, B. Feature maps of
colours come in equal consecutive blocks, red's first. Log p(x) is in nats, shape `(batch,)`.
"""

import itertools
import math
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

MaskType = Literal["A", "B"]
AnyShape = Float[Tensor, "*shape"]
Maps = Float[Tensor, "batch n_hidden height width"]


def causal_mask(
    kernel_size: int,
    mask_type: MaskType,
    in_channels: int,
    out_channels: int,
    n_colors: int = 1,
) -> Bool[Tensor, "out_channels in_channels kernel_size kernel_size"]:
    """Which weights of a convolution look at the past only.

    Open are all rows above the centre and, in its row, all columns left of it. At the centre, with
    c(·) the colour of a channel, in → out is open where c(in) < c(out) (type A, the first layer) or
    c(in) <= c(out) (type B, the layers after it).

    Args:
        kernel_size: height and width k of the kernel, odd.
        mask_type: "A" or "B".
        in_channels, out_channels: channels below and above, n_colors equal blocks each.
        n_colors: 1 for grey, 3 for R, G, B.

    Returns:
        (out_channels, in_channels, k, k), true where the weight is open.

    Raises:
        ValueError: an even kernel, another type, or channels that do not divide into the colours.

    Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016), Section 3.4 and eq. 2.
    """
    known = kernel_size % 2 == 1 and mask_type in ("A", "B")
    if not known or in_channels % n_colors or out_channels % n_colors:
        raise ValueError(
            f"{kernel_size=}, {mask_type=}, {in_channels=}, {out_channels=}: expected an odd "
            f"kernel, type A or B, and channels that are multiples of the {n_colors} colours"
        )
    ### BEGIN SOLUTION
    # Why so: A row of colours against a column of colours broadcasts to all pairs of channels,
    # without a loop. The blocks are equal, so integer division finds a channel's colour.
    centre = kernel_size // 2
    mask = torch.zeros(out_channels, in_channels, kernel_size, kernel_size, dtype=torch.bool)
    mask[:, :, :centre] = True
    mask[:, :, centre, :centre] = True
    below = torch.arange(in_channels) * n_colors // in_channels
    above = torch.arange(out_channels)[:, None] * n_colors // out_channels
    mask[:, :, centre, centre] = below < above if mask_type == "A" else below <= above
    return mask
    ### END SOLUTION


class MaskedConv2d(nn.Module):
    """A convolution that keeps height and width, and of whose weights only the open ones count."""

    mask: Tensor

    def __init__(self, mask: Tensor, seed: int = 0, dtype: torch.dtype | None = None):
        """Random weights of the mask's shape (out, in, rows, columns), zero biases (out,)."""
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        dtype = dtype or torch.get_default_dtype()
        # Drawn in float64, so that a seed means the same weights in every dtype.
        weight = torch.randn(mask.shape, generator=generator, dtype=torch.float64)
        n_inputs = max(1.0, mask.sum().item() / len(mask))
        self.weight = nn.Parameter((weight * math.sqrt(2 / n_inputs)).to(dtype))
        self.bias = nn.Parameter(torch.zeros(len(mask), dtype=dtype))
        self.register_buffer("mask", mask)

    def forward(
        self, x: Float[Tensor, "batch in_channels height width"]
    ) -> Float[Tensor, "batch out_channels height width"]:
        """The convolution of x with M ⊙ W, zeros around the image, plus the bias.

        y = (M ⊙ W) * x + b. A closed weight has no effect, whatever value an optimiser gives it.

        Args:
            x: (batch, in_channels, height, width) image or feature maps.

        Returns:
            (batch, out_channels, height, width) feature maps.

        Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016), Section 3.4.
        """
        ### BEGIN SOLUTION
        # Why so: The mask is applied at every call and not once to the parameter: a closed weight
        # has no effect and gets the gradient 0, whatever the optimiser does with it.
        return F.conv2d(x, self.weight * self.mask, self.bias, padding="same")
        ### END SOLUTION


class PixelCNN(nn.Module):
    """A stack of masked convolutions: type A first, then type B, then 1×1 to the logits."""

    def __init__(
        self,
        levels: int = 2,
        n_hidden: int = 32,
        n_layers: int = 3,
        kernel_size: int = 3,
        n_colors: int = 1,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ):
        """`n_layers` masked k×k convolutions to `n_hidden` channels and one 1×1 to the logits."""
        super().__init__()
        self.levels, self.n_colors = levels, n_colors
        sizes = [n_colors] + [n_hidden] * n_layers
        masks = [
            causal_mask(kernel_size, "B" if k else "A", below, above, n_colors)
            for k, (below, above) in enumerate(itertools.pairwise(sizes))
        ]
        masks.append(causal_mask(1, "B", n_hidden, n_colors * levels, n_colors))
        layers = [MaskedConv2d(mask, 31 * seed + k, dtype) for k, mask in enumerate(masks)]
        self.layers: list[MaskedConv2d] = nn.ModuleList(layers)  # type: ignore[assignment]

    def scaled(self, x: AnyShape) -> AnyShape:
        """The levels 0 … levels - 1 as numbers from -1 to 1, so that the border's 0 is neither."""
        return 2 * x / (self.levels - 1) - 1

    def logits(
        self, x: Float[Tensor, "batch colors height width"]
    ) -> Float[Tensor, "batch levels colors height width"]:
        """Logits of every conditional, given the true pixels before it: one pass for all.

        h_0 = scaled(x), h_l = relu(layer_l(h_{l-1})), and the last layer without relu. Its channels
        are the colours' blocks of `levels` logits each.

        Args:
            x: (batch, colors, height, width) levels as floating-point numbers.

        Returns:
            (batch, levels, colors, height, width) unnormalised log-probabilities of the levels.

        Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016), Sections 2.2 and 3.5.
        """
        ### BEGIN SOLUTION
        # Why so: The channels are blocks of a colour each, so they are split as (colours, levels)
        # and swapped then; split as (levels, colours) they would mix. Levels come second, as
        # cross-entropy wants it.
        h = self.scaled(x)
        for layer in self.layers[:-1]:
            h = torch.relu(layer(h))
        out = self.layers[-1](h)  # (batch, colors * levels, height, width)
        return out.unflatten(1, (self.n_colors, self.levels)).transpose(1, 2)
        ### END SOLUTION


def log_prob(
    model: "PixelCNN | GatedPixelCNN",
    x: Float[Tensor, "batch colors height width"],
    *condition: Float[Tensor, "batch n_condition"],
) -> Float[Tensor, " batch"]:
    """Log-probability of every image under a model that has `logits`.

    log p(x) = Σ_i log softmax(ℓ_i)[x_i], the sum over all colours of all pixels.

    Args:
        model: its `logits(x, *condition)` are (batch, levels, colors, height, width).
        x: (batch, colors, height, width) levels as floating-point numbers.
        condition: nothing, or one vector an image: of a class, its one-hot vector.

    Returns:
        (batch,) log-probabilities in nats, finite for logits of any size.

    Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016), eqs. 1-2 and Section 2.2.
    """
    ### BEGIN SOLUTION
    # Why so: Cross-entropy is -log softmax at the true level in one step: finite for logits of any
    # size, where the log of a softmax that has underflowed is -∞.
    logits = model.logits(x, *condition)
    return -F.cross_entropy(logits, x.long(), reduction="none").sum(dim=(1, 2, 3))
    ### END SOLUTION


def receptive_field(
    model: "PixelCNN | GatedPixelCNN", row: int, col: int, shape: tuple[int, int], seed: int = 0
) -> Bool[Tensor, "height width"]:
    """The pixels that the prediction of one pixel listens to, found by gradient.

    (r, c) is one where ∂ℓ(row, col)/∂x(r, c) ≠ 0 for any colour of any of a few random images;
    ℓ(row, col) is the sum of that pixel's logits over levels and colours.

    Args:
        model: has `n_colors`, `levels` and `logits`.
        row, col, shape: place of the predicted pixel, (height, width) of the image.
        seed: of a CPU `torch.Generator` for the random images; a relu can be shut in one of them.

    Returns:
        (height, width), true where the prediction depends on the pixel.

    Source: van den Oord et al. (2016), Section 2.2, whose blind spot it finds.
    """
    ### BEGIN SOLUTION
    # Why so: One gradient answers for all input pixels at once, where changing them one by one
    # needs a pass for each. autograd.grad leaves the parameters' own gradients as they are.
    x = torch.rand(8, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    x = ((model.levels - 1) * x).to(next(model.parameters())).requires_grad_()
    logits = model.logits(x)[..., row, col]
    (gradient,) = torch.autograd.grad(logits.sum(), x)
    return (gradient != 0).any(dim=1).any(dim=0)
    ### END SOLUTION


def gated_activation(a: AnyShape, b: AnyShape) -> AnyShape:
    """A value between -1 and 1 times a gate between 0 and 1: y = tanh(a) ⊙ σ(b).

    Args:
        a, b: pre-activations of the values and of the gates, the same shape.

    Returns:
        The product, the same shape.

    Source: van den Oord et al. (2016), eq. 2.
    """
    ### BEGIN SOLUTION
    # Why so: tanh gives the value and its sign, σ only how much of it passes. With two tanh, (a, b)
    # and (-a, -b) would mean the same.
    return torch.tanh(a) * torch.sigmoid(b)
    ### END SOLUTION


class GatedLayer(nn.Module):
    """One layer of the gated PixelCNN of grey images: a vertical and a horizontal stack."""

    def __init__(
        self,
        in_channels: int,
        n_hidden: int,
        mask_type: MaskType,
        n_condition: int = 0,
        seed: int = 0,
        dtype: torch.dtype | None = None,
        kernel_size: int = 3,
    ):
        """Convolutions to 2 · n_hidden channels (values, then gates), zero V for the condition."""
        super().__init__()
        self.residual = mask_type == "B"
        wide, centre = 2 * n_hidden, kernel_size // 2
        row = causal_mask(kernel_size, mask_type, in_channels, wide)[:, :, centre : centre + 1]
        rows = torch.zeros(wide, in_channels, kernel_size, kernel_size, dtype=torch.bool)
        # From the second layer on, a row of the vertical stack knows only the rows above it.
        rows[:, :, : centre + (mask_type == "B")] = True
        self.vertical = MaskedConv2d(rows, 4 * seed, dtype)
        self.horizontal = MaskedConv2d(row, 4 * seed + 1, dtype)
        self.link = MaskedConv2d(causal_mask(1, "B", wide, wide), 4 * seed + 2, dtype)
        self.output = MaskedConv2d(causal_mask(1, "B", n_hidden, n_hidden), 4 * seed + 3, dtype)
        self.V_vertical = nn.Parameter(torch.zeros(n_condition, wide, dtype=dtype))
        self.V_horizontal = nn.Parameter(torch.zeros(n_condition, wide, dtype=dtype))

    def forward(
        self,
        vertical: Float[Tensor, "batch in_channels height width"],
        horizontal: Float[Tensor, "batch in_channels height width"],
        condition: Float[Tensor, "batch n_condition"] | None = None,
    ) -> tuple[Maps, Maps]:
        """Both stacks, one layer up.

        u = W_v * v, v' = gate(u + cV_v), h' = W_o * gate(W_h * h + W_l * u + cV_h), plus h where
        `self.residual`. The gate halves the channels: `gated_activation(first half, second half)`.

        Args:
            vertical, horizontal: v and h, (batch, in_channels, height, width) each.
            condition: c, (batch, n_condition); None leaves out its terms.

        Returns:
            v' and h', (batch, n_hidden, height, width) each.

        Source: van den Oord et al. (2016), eqs. 2 and 4, Figure 2.
        """
        ### BEGIN SOLUTION
        # Why so: The link reads u before the condition is added to it, as the equations have it.
        # The sum is a new tensor, because the gradient of the link's weights needs the old one.
        u = self.vertical(vertical)  # (batch, 2 * n_hidden, height, width)
        w = self.horizontal(horizontal) + self.link(u)
        if condition is not None:
            u = u + (condition @ self.V_vertical)[:, :, None, None]
            w = w + (condition @ self.V_horizontal)[:, :, None, None]
        v = gated_activation(*u.chunk(2, dim=1))
        h = self.output(gated_activation(*w.chunk(2, dim=1)))
        return v, h + horizontal if self.residual else h
        ### END SOLUTION


class GatedPixelCNN(nn.Module):
    """Gated layers, type A first, and a 1×1 convolution of the horizontal stack to the logits."""

    n_colors = 1

    def __init__(
        self,
        levels: int = 2,
        n_hidden: int = 32,
        n_layers: int = 3,
        n_condition: int = 0,
        seed: int = 0,
        dtype: torch.dtype | None = None,
        kernel_size: int = 3,
    ):
        """`n_layers` gated layers of `n_hidden` channels each; grey images only."""
        super().__init__()
        self.levels = levels
        self.layers = nn.ModuleList(
            GatedLayer(
                n, n_hidden, "B" if k else "A", n_condition, 31 * seed + k, dtype, kernel_size
            )
            for k, n in enumerate([1] + [n_hidden] * (n_layers - 1))
        )
        self.output = MaskedConv2d(causal_mask(1, "B", n_hidden, levels), 31 * seed, dtype)

    def logits(
        self, x: Float[Tensor, "batch 1 height width"], condition: Tensor | None = None
    ) -> Float[Tensor, "batch levels 1 height width"]:
        """Logits of every p(x_i | x_<i, c): as `PixelCNN.logits`, given c (batch, n_condition)."""
        v = h = 2 * x / (self.levels - 1) - 1
        for layer in self.layers:
            v, h = layer(v, h, condition)
        return self.output(torch.relu(h)).unsqueeze(2)


def inverse_cdf(logits: Float[Tensor, "n levels"], u: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    """The level whose interval of the cumulated probabilities holds u: a draw, for uniform u."""
    # Without the last sum, which is 1 up to rounding: no u can come to lie above it.
    return (u[:, None] >= logits.softmax(1).cumsum(1)[:, :-1]).sum(1).to(u)


@torch.no_grad()
def sample(
    model: "PixelCNN | GatedPixelCNN",
    n: int,
    shape: tuple[int, int],
    seed: int,
    *condition: Float[Tensor, "n n_condition"],
) -> Float[Tensor, "n colors height width"]:
    """Draws n images pixel by pixel, in a pixel colour by colour, each with a full pass.

    x_i ~ p(x_i | x_<i): `inverse_cdf` of the logits and a uniform number of its own.

    Args:
        model: has `n_colors` and `logits`; the images get its parameters' dtype and device.
        n, shape: how many images, and their (height, width).
        seed: of a CPU `torch.Generator`, so that every device draws the same images.
        condition: nothing, or one vector an image, for `model.logits`.

    Returns:
        (n, colors, height, width) levels as floating-point numbers.

    Source: van den Oord, Kalchbrenner & Kavukcuoglu (2016), Section 2.1.
    """
    ### BEGIN SOLUTION
    # Why so: A uniform number for every value is drawn beforehand, on the CPU: a seed gives the
    # same image on every device, and `sample_cached` can use the very same numbers.
    height, width = shape
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(next(model.parameters()))  # device and dtype
    x = torch.zeros_like(u)
    for row, col, color in itertools.product(range(height), range(width), range(u.shape[1])):
        logits = model.logits(x, *condition)[:, :, color, row, col]
        x[:, color, row, col] = inverse_cdf(logits, u[:, color, row, col])
    return x
    ### END SOLUTION


@torch.no_grad()
def sample_cached(
    model: PixelCNN, n: int, shape: tuple[int, int], seed: int
) -> Float[Tensor, "n colors height width"]:
    """The images of `sample`, with all feature maps kept: one patch a layer for each pixel.

    h_l(row, col) = relu((M ⊙ W)_l · [h_{l-1} on the k×k patch around (row, col)] + b_l), where
    h_{l-1} is known from earlier pixels. The work for one pixel does not depend on the image size.

    Args:
        model: a `PixelCNN`.
        n, shape, seed: as for `sample`; the same seed draws the same images.

    Returns:
        (n, colors, height, width) levels as floating-point numbers.
    """
    ### BEGIN SOLUTION
    # Why so: What is kept of each layer has its border of zeros around it, so that a patch is a
    # plain slice also at the edge, and one matrix product stands for the convolution of a whole
    # image.
    u = torch.rand(n, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    u = u.to(model.layers[0].weight)
    steps = []  # of each layer: margin, what it sees with zeros around it, weights, biases
    for layer in model.layers:
        m = layer.mask.shape[-1] // 2
        below = u.new_zeros(n, layer.mask.shape[1], shape[0] + m, shape[1] + 2 * m)
        W = (layer.weight * layer.mask)[:, :, : m + 1]  # all rows below the centre are closed
        steps.append((m, below, W.flatten(1).T, layer.bias))
    (margin, seen), x, out = steps[0][:2], torch.zeros_like(u), u
    for row, col, color in itertools.product(range(shape[0]), range(shape[1]), range(u.shape[1])):
        for depth, (m, below, W, b) in enumerate(steps):
            if depth:
                below[:, :, row + m, col + m] = torch.relu(out)
            patch = below[:, :, row : row + m + 1, col : col + 2 * m + 1]
            out = torch.addmm(b, patch.flatten(1), W)  # (n, channels above)
        logits = out.unflatten(1, (-1, model.levels))[:, color]
        x[:, color, row, col] = inverse_cdf(logits, u[:, color, row, col])
        seen[:, color, row + margin, col + margin] = model.scaled(x[:, color, row, col])
    return x
    ### END SOLUTION
