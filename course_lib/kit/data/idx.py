"""Gzipped IDX files (the format of MNIST), read and checked against a known SHA-256.

IDX: two zero bytes, a type byte (8: uint8), the number of axes, each axis' length as a big-endian
uint32, then the values row by row.
"""

import gzip
import hashlib
import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from course_lib.kit.data.dataset import DataError

__all__ = ["SourceFile", "read"]


@dataclass(frozen=True)
class SourceFile:
    """One file that a data set is made of.

    Attributes:
        name: the gzipped file's name.
        sha256: of the uncompressed content: mirrors compress the same bytes differently.
    """

    name: str
    sha256: str


def read(path: Path, source: SourceFile, remedy: str) -> Tensor:
    """The array in a gzipped IDX file, after its SHA-256 was checked.

    Args:
        path: the file.
        source: its expected hash.
        remedy: what the user can do about a damaged file, as the end of a sentence.

    Returns:
        uint8 tensor of the shape that the file states.

    Raises:
        DataError: unreadable, truncated or not what was expected.
    """
    try:
        content = gzip.decompress(path.read_bytes())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        size = path.stat().st_size
        raise DataError(
            f"{path} ({size:,} bytes) is not a whole gzip file ({error}); {remedy}"
        ) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); {remedy}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        raise DataError(
            f"{path} is damaged: SHA-256 of its uncompressed content is {found}, "
            f"expected {source.sha256}; {remedy}"
        )
    return _parse(path, content)


def _parse(path: Path, content: bytes) -> Tensor:
    n_axes = content[3] if len(content) > 3 else 0
    start = 4 + 4 * n_axes
    if content[:3] != b"\x00\x00\x08" or len(content) < start:
        raise DataError(f"{path} is not an IDX file of bytes: it starts with {content[:4]!r}")
    shape = struct.unpack(f">{n_axes}I", content[4:start])
    if len(content) != start + math.prod(shape):
        raise DataError(
            f"{path} states the shape {shape}, but holds {len(content) - start:,} values"
        )
    # bytearray: torch wants memory that it may write to.
    values = np.frombuffer(bytearray(content[start:]), dtype=np.uint8)
    return torch.from_numpy(values).reshape(shape)
