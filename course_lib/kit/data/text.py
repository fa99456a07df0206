"""A text as numbers of characters in three parts, with its encoding and decoding."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Int64
from torch import Tensor

__all__ = ["Text"]


@dataclass(frozen=True, repr=False)
class Text:
    """A text as numbers 0 … V − 1 of its characters, in three parts.

    Attributes:
        name: what `load_text` calls it.
        alphabet: the V characters; character k of it has the number k.
        train: the training part, one long text.
        valid: the validation part.
        test: the test part, from sources that are in no other part.
        sources: part → what its text was taken from.
    """

    name: str
    alphabet: str
    train: Int64[Tensor, "n_train"]
    valid: Int64[Tensor, "n_valid"]
    test: Int64[Tensor, "n_test"]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def vocab_size(self) -> int:
        """V, the number of characters."""
        return len(self.alphabet)

    def encode(self, text: str) -> Int64[Tensor, "n"]:
        """The numbers of a text's characters.

        Raises:
            ValueError: a character that is not in the alphabet.
        """
        number = {character: k for k, character in enumerate(self.alphabet)}
        unknown = next((c for c in text if c not in number), None)
        if unknown is not None:
            raise ValueError(
                f"{unknown!r} is not in the alphabet of {self.name!r}: {self.alphabet!r}"
            )
        return torch.tensor([number[c] for c in text], dtype=torch.int64)

    def decode(self, tokens: Tensor) -> str:
        """The text of a row of numbers."""
        return "".join(self.alphabet[k] for k in tokens.tolist())

    def __repr__(self) -> str:
        parts = ("train", "valid", "test")
        sizes = " + ".join(f"{len(getattr(self, part)):,}" for part in parts)
        files = " + ".join(str(len(self.sources.get(part, ()))) for part in parts)
        return (
            f"Text({self.name!r}: {sizes} characters (train + valid + test) "
            f"from {files} files, {self.vocab_size} different)"
        )
