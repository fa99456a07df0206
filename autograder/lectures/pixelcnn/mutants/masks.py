"""Wrong masks, and convolutions that use them wrongly."""

from autograder.authoring.audit import edits, mutant

edits(
    "pixelcnn.causal_mask",
    ("types A and B are exchanged", 'mask_type == "A', 'mask_type == "B', "A and B are exchanged"),
    ("all masks are of type A", "else below <= above", "else below < above", "4.1"),
    ("the whole row of the centre is open", "[:, :, centre, :centre]", "[:, :, centre]", "4.1a"),
    (
        "columns to the left instead of rows above",
        "    mask[:, :, :centre] = True\n    mask[:, :, centre, :centre] = True\n",
        "    mask[:, :, :, :centre] = True\n    mask[:, :, :centre, centre] = True\n",
        "rows and columns are exchanged",
    ),
    (
        "rows above are open to the left only",
        "mask[:, :, :centre] = True",
        "mask[:, :, :centre, : centre + 1] = True",
        "only left of the centre",
    ),
    ("only the row just above", "[:, :, :centre]", "[:, :, max(centre - 1, 0) : centre]", "4.1b"),
    ("the future instead of the past", " mask\n", " mask.flip(2, 3)\n", "it shows the future"),
    ("open and closed are exchanged", "return mask", "return ~mask", "inverted"),
    ("the colours take turns", "* n_colors // in_channels", "% n_colors", "4.1d"),
    (
        "colours are ordered everywhere in the kernel",
        "mask[:, :, centre, centre] = below < above if",
        "mask &= (below <= above)[:, :, None, None]\n"
        "    mask[:, :, centre, centre] = below < above if",
        "4.1d",
    ),
    'below < above if mask_type == "A" else below <= above',
    ("all masks are of type B", "below <= above", "A and B are exchanged"),
    (
        "the colours run backwards",
        'below > above if mask_type == "A" else below >= above',
        "in and out are exchanged",
    ),
    ("the colours are ignored", 'mask_type == "B"', "the colours are ignored at the centre"),
    "    mask[:, :, centre, :centre] = True\n",
    ("the row of the centre is forgotten", "", "whole row of the centre is closed"),
    "torch.zeros(out_channels, in_channels, ",
    (
        "in and out are exchanged in the shape",
        "torch.zeros(in_channels, out_channels, ",
        "raised RuntimeError",
    ),
    """    below = torch.arange(in_channels) * n_colors // in_channels
    above = torch.arange(out_channels)[:, None] * n_colors // out_channels
""",
    (
        "the colours take turns above and below",
        """    below = torch.arange(in_channels) % n_colors
    above = torch.arange(out_channels)[:, None] % n_colors
""",
        "the colours take turns",
    ),
    (
        "channel numbers are compared",
        """    below = torch.arange(in_channels)
    above = torch.arange(out_channels)[:, None]
""",
        "4.1",
    ),
)
FORWARD = "pixelcnn.MaskedConv2d.forward"
edits(
    FORWARD,
    ("the mask is not used", " * self.mask", "", "the mask is not used"),
    ("the bias is forgotten", "self.bias", "None", "the bias is missing"),
    ("no padding", ', padding="same"', "", "; expected"),
    ("the mask is inverted", "* self.mask", "* ~self.mask", "the mask is inverted"),
    ("one margin for height and width", '="same"', "=self.mask.shape[-1] // 2", "; expected"),
    "self.weight * self.mask",
    (
        "the weight is cut off from its gradient",
        "self.weight.detach() * self.mask",
        "cut off from its gradient",
    ),
    ("the kernel is flipped", "(self.weight * self.mask).flip(2, 3)", "the kernel is flipped"),
)


@mutant(FORWARD, "the mask goes on the image", expect="4.2")
def forward_masks_image(self, x):
    keep = self.mask.any(0).any(-1).any(-1).to(x)
    return F.conv2d(x * keep[:, None, None], self.weight, self.bias, padding="same")


@mutant(FORWARD, "a masked copy is kept from the first call on", expect="4.2")
def forward_remembers(self, x):
    if not hasattr(self, "kept"):
        self.kept = self.weight.detach() * self.mask
        self.mask = torch.ones_like(self.mask)
    return F.conv2d(x, self.weight, self.bias, padding="same")


@mutant(FORWARD, "the image goes round at its border", expect="4.2")
def forward_circular(self, x):
    rows, columns = (size // 2 for size in self.mask.shape[2:])
    x = torch.cat([x[..., -columns:], x, x[..., :columns]], -1) if columns else x
    x = F.pad(x, (0, 0, rows, rows))
    return F.conv2d(x, self.weight * self.mask, self.bias)


edits(
    FORWARD,
    ("the first channel's mask for all", "self.mask,", "self.mask[:1],", "4.2a"),
    ("the first input's mask for all", "self.mask,", "self.mask[:, :1],", "4.2a"),
)
