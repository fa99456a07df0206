"""Numbers in messages: with enough digits that what differs reads differently."""

from __future__ import annotations

__all__ = ["apart", "shown"]


def apart(*values: float, digits: int = 6) -> list[str]:
    """Numbers as text, with so many digits that those that differ read differently.

    Args:
        values: the numbers.
        digits: how many there are at least.
    """
    different = len(set(values))
    while len({shown(v, digits) for v in values}) < different and digits < 17:
        digits += 1
    return [shown(v, digits) for v in values]


def shown(value: float, digits: int = 6) -> str:
    """A number as text."""
    # −0 is 0
    return f"{value + 0.0:.{digits}g}".replace("nan", "NaN").replace("inf", "∞")
