"""Wrong masks, and convolutions that use them wrongly."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edit, mutant

MASK = "pixelcnn.causal_mask"
edit(
    MASK,
    "types A and B are exchanged",
    old='below < above if mask_type == "A"',
    new='below < above if mask_type == "B"',
    expect="A and B are exchanged",
)
edit(
    MASK,
    "all masks are of type A",
    old="else below <= above",
    new="else below < above",
    expect="4.1",
)
edit(
    MASK,
    "all masks are of type B",
    old='below < above if mask_type == "A" else below <= above',
    new="below <= above",
    expect="A and B are exchanged",
)
edit(
    MASK,
    "the row of the centre is forgotten",
    old="    mask[:, :, centre, :centre] = True\n",
    new="",
    expect="whole row of the centre is closed",
)
edit(
    MASK,
    "the whole row of the centre is open",
    old="mask[:, :, centre, :centre] = True",
    new="mask[:, :, centre] = True",
    expect="4.1a",
)
edit(
    MASK,
    "columns to the left instead of rows above",
    old="    mask[:, :, :centre] = True\n    mask[:, :, centre, :centre] = True\n",
    new="    mask[:, :, :, :centre] = True\n    mask[:, :, :centre, centre] = True\n",
    expect="rows and columns are exchanged",
)
edit(
    MASK,
    "rows above are open to the left only",
    old="mask[:, :, :centre] = True",
    new="mask[:, :, :centre, : centre + 1] = True",
    expect="only left of the centre",
)
edit(
    MASK,
    "only the row just above",
    old="mask[:, :, :centre] = True",
    new="mask[:, :, max(centre - 1, 0) : centre] = True",
    expect="4.1b",
)
edit(
    MASK,
    "the future instead of the past",
    old="    return mask\n",
    new="    return mask.flip(2, 3)\n",
    expect="it shows the future",
)
edit(
    MASK, "open and closed are exchanged", old="return mask", new="return ~mask", expect="inverted"
)
edit(
    MASK,
    "the colours run backwards",
    old='below < above if mask_type == "A" else below <= above',
    new='below > above if mask_type == "A" else below >= above',
    expect="in and out are exchanged",
)
edit(
    MASK,
    "the colours are ignored",
    old='below < above if mask_type == "A" else below <= above',
    new='mask_type == "B"',
    expect="the colours are ignored at the centre",
)
edit(
    MASK,
    "the colours take turns",
    old="torch.arange(in_channels) * n_colors // in_channels",
    new="torch.arange(in_channels) % n_colors",
    expect="4.1d",
)
edit(
    MASK,
    "the colours take turns above and below",
    old="""    below = torch.arange(in_channels) * n_colors // in_channels
    above = torch.arange(out_channels)[:, None] * n_colors // out_channels
""",
    new="""    below = torch.arange(in_channels) % n_colors
    above = torch.arange(out_channels)[:, None] % n_colors
""",
    expect="the colours take turns",
)
edit(
    MASK,
    "channel numbers are compared",
    old="""    below = torch.arange(in_channels) * n_colors // in_channels
    above = torch.arange(out_channels)[:, None] * n_colors // out_channels
""",
    new="""    below = torch.arange(in_channels)
    above = torch.arange(out_channels)[:, None]
""",
    expect="4.1",
)
edit(
    MASK,
    "in and out are exchanged in the shape",
    old="torch.zeros(out_channels, in_channels, ",
    new="torch.zeros(in_channels, out_channels, ",
    expect="4.1",
)
edit(
    MASK,
    "colours are ordered everywhere in the kernel",
    old="mask[:, :, centre, centre] = below < above if",
    new="mask &= (below <= above)[:, :, None, None]\n"
    "    mask[:, :, centre, centre] = below < above if",
    expect="4.1d",
)


FORWARD = "pixelcnn.MaskedConv2d.forward"
edit(FORWARD, "the mask is not used", old=" * self.mask", new="", expect="the mask is not used")
edit(
    FORWARD,
    "the bias is forgotten",
    old="self.bias",
    new="None",
    expect="the bias is missing",
)
edit(FORWARD, "no padding", old=', padding="same"', new="", expect="promised")
edit(
    FORWARD,
    "the mask is inverted",
    old="self.weight * self.mask",
    new="self.weight * ~self.mask",
    expect="the mask is inverted",
)
edit(
    FORWARD,
    "the weight is cut off from its gradient",
    old="self.weight * self.mask",
    new="self.weight.detach() * self.mask",
    expect="cut off from its gradient",
)
edit(
    FORWARD,
    "the kernel is flipped",
    old="self.weight * self.mask",
    new="(self.weight * self.mask).flip(2, 3)",
    expect="the kernel is flipped",
)
edit(
    FORWARD,
    "one margin for height and width",
    old='padding="same"',
    new="padding=self.mask.shape[-1] // 2",
    expect="4.2a",
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
