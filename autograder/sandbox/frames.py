"""What travels between the grader and the sandbox: length-prefixed frames of plain values.

A frame is `MAGIC`, a 32-bit length and one value. Values are None, bool, int, float, str, bytes,
tensors as dtype, shape and raw bytes, dtypes, devices, lists, tuples, dicts with text keys, and
three kinds of reference: handles of the sandbox's objects, the grader's callables, exceptions.

This file runs on both sides. The grader reads what hostile code wrote, so reading checks every
size against a limit before it allocates, and knows one way to fail: `FrameError`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import torch

from autograder.sandbox.values import DTYPES, USUAL, Bounds, FrameError
from course_lib.checks.errors import Raised
from course_lib.checks.references import Callback, Handle

__all__ = ["HEADER", "MAGIC", "decode", "encode", "frame", "length_of"]

MAGIC = b"DGM1"
HEADER = struct.Struct("<4sI")

_CODE = {dtype: code for code, dtype in enumerate(DTYPES)}
_LEAST, _MOST = -(2**63), 2**63 - 1
_DIGITS = 400

_U16, _U32, _I64 = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<q")
_F64, _REFERENCE = struct.Struct("<d"), struct.Struct("<IB")
_KINDS = ("", "object", "callable", "class")


def frame(value: Any, bounds: Bounds = USUAL) -> bytes:
    """A whole frame.

    Raises:
        FrameError: the value is of another type, or too large.
    """
    payload = encode(value, bounds)
    return HEADER.pack(MAGIC, len(payload)) + payload


def length_of(header: bytes, bounds: Bounds = USUAL) -> int:
    """The length that a frame's first eight bytes announce.

    Raises:
        FrameError: no frame starts so, or it is longer than allowed.
    """
    if len(header) != HEADER.size:
        raise FrameError("the header is cut off")
    magic, length = HEADER.unpack(header)
    if magic != MAGIC:
        raise FrameError("this is not the start of a frame")
    if length > bounds.frame:
        raise FrameError(f"a frame of {length} bytes; at most {bounds.frame} are read")
    return length


def encode(value: Any, bounds: Bounds = USUAL) -> bytes:
    """One value as bytes, without the header.

    Raises:
        FrameError: the value is of another type, or too large.
    """
    out = bytearray()
    _write(out, value, bounds, 0)
    if len(out) > bounds.frame:
        raise FrameError(f"{len(out)} bytes; at most {bounds.frame} can be sent")
    return bytes(out)


def _write(out: bytearray, value: Any, bounds: Bounds, depth: int) -> None:
    if depth > bounds.depth:
        raise FrameError(f"nested deeper than {bounds.depth}")
    if len(out) > bounds.frame:
        raise FrameError(f"more than {bounds.frame} bytes")
    write = _WRITE.get(type(value))
    if write is not None:
        write(out, value, bounds, depth)
    elif isinstance(value, torch.Tensor):
        _write_tensor(out, value, bounds, depth)
    else:
        raise FrameError(f"a {type(value).__name__} cannot be sent")


def _write_entries(out: bytearray, value: tuple | list, bounds: Bounds, depth: int) -> None:
    out += (b"t" if type(value) is tuple else b"l") + _U32.pack(len(value))
    for entry in value:
        _write(out, entry, bounds, depth + 1)


def _write_dict(out: bytearray, value: dict, bounds: Bounds, depth: int) -> None:
    out += b"m" + _U32.pack(len(value))
    for key, entry in value.items():
        if type(key) is not str:
            raise FrameError(f"a dict's key is a {type(key).__name__}, not a text")
        _write_text(out, key, bounds)
        _write(out, entry, bounds, depth + 1)


def _write_str(out: bytearray, value: str, bounds: Bounds, depth: int) -> None:
    out += b"s"
    _write_text(out, value, bounds)


def _write_device(out: bytearray, value: torch.device, bounds: Bounds, depth: int) -> None:
    out += b"V"
    _write_text(out, str(value), bounds)


def _write_int(out: bytearray, value: int, bounds: Bounds, depth: int) -> None:
    if _LEAST <= value <= _MOST:
        out += b"i" + _I64.pack(value)
        return
    if value.bit_length() > 3.3 * _DIGITS:
        raise FrameError(f"an int of {value.bit_length()} bits")
    digits = str(value).encode()
    out += b"I" + _U16.pack(len(digits)) + digits


def _write_text(out: bytearray, text: str, bounds: Bounds) -> None:
    # Lone surrogates, which a str may hold and UTF-8 may not, become question marks.
    data = text.encode("utf-8", errors="replace")
    if len(data) > bounds.text:
        raise FrameError(f"a text of {len(data)} bytes; at most {bounds.text}")
    out += _U32.pack(len(data)) + data


def _write_tensor(out: bytearray, tensor: torch.Tensor, bounds: Bounds, depth: int) -> None:
    code = _code(tensor.dtype)
    if tensor.dim() > bounds.dims:
        raise FrameError(f"a tensor of {tensor.dim()} dimensions; at most {bounds.dims}")
    if tensor.layout != torch.strided or tensor.is_meta or tensor.is_quantized:
        raise FrameError(f"a {tensor.layout} tensor on {tensor.device} cannot be sent")
    if tensor.numel() * tensor.element_size() > bounds.frame:
        raise FrameError(f"a tensor of {tensor.numel()} entries; {bounds.frame} bytes can be sent")
    shape = tuple(tensor.shape)
    out += b"x" + bytes([code, len(shape)]) + struct.pack(f"<{len(shape)}q", *shape)
    if 0 in shape:
        return
    if tensor.requires_grad or not tensor.is_cpu or tensor.is_conj() or tensor.is_neg():
        tensor = tensor.detach().to("cpu").resolve_conj().resolve_neg()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    out += tensor.numpy().tobytes()


def _code(dtype: torch.dtype) -> int:
    if dtype not in _CODE:
        raise FrameError(f"tensors of {dtype} cannot be sent")
    return _CODE[dtype]


def _write_handle(out: bytearray, value: Handle, bounds: Bounds, depth: int) -> None:
    out += b"h" + _REFERENCE.pack(value.number, _KINDS.index(value.kind))
    out += bytes([len(value.path)])
    for name in (*value.path, value.about):
        _write_text(out, name, bounds)


def _write_raised(out: bytearray, value: Raised, bounds: Bounds, depth: int) -> None:
    out += b"e"
    _write_text(out, value.kind, bounds)
    _write_text(out, value.text, bounds)
    out += bytes([len(value.frames)])
    for line, name, qualified in value.frames:
        out += _I64.pack(line)
        _write_text(out, name, bounds)
        _write_text(out, qualified, bounds)


_WRITE: dict[type, Callable[[bytearray, Any, Bounds, int], Any]] = {
    type(None): lambda out, v, b, d: out.extend(b"N"),
    bool: lambda out, v, b, d: out.extend(b"T" if v else b"F"),
    int: _write_int,
    float: lambda out, v, b, d: out.extend(b"d" + _F64.pack(v)),
    str: _write_str,
    bytes: lambda out, v, b, d: out.extend(b"b" + _U32.pack(len(v)) + v),
    tuple: _write_entries,
    list: _write_entries,
    dict: _write_dict,
    torch.Tensor: _write_tensor,
    torch.dtype: lambda out, v, b, d: out.extend(b"D" + bytes([_code(v)])),
    torch.device: _write_device,
    Handle: _write_handle,
    Callback: lambda out, v, b, d: out.extend(b"c" + _U32.pack(v.number)),
    Raised: _write_raised,
}


def decode(payload: bytes | bytearray, bounds: Bounds = USUAL) -> Any:
    """The value of a frame's payload.

    Raises:
        FrameError: it is malformed, exceeds a limit, or has bytes left over.
    """
    if len(payload) > bounds.frame:
        raise FrameError(f"{len(payload)} bytes; at most {bounds.frame} are read")
    reader = _Reader(payload, bounds)
    value = reader.value(0)
    if reader.at != len(payload):
        raise FrameError(f"{len(payload) - reader.at} bytes after the value")
    return value


class _Reader:
    def __init__(self, payload: bytes | bytearray, bounds: Bounds):
        self.data, self.bounds, self.at, self.items = memoryview(payload), bounds, 0, 0
        self.size = len(payload)

    def take(self, count: int) -> memoryview:
        """The next bytes, without a copy."""
        if count > self.size - self.at:
            raise FrameError("the frame is cut off")
        self.at += count
        return self.data[self.at - count : self.at]

    def value(self, depth: int) -> Any:
        """The next value."""
        if depth > self.bounds.depth:
            raise FrameError(f"nested deeper than {self.bounds.depth}")
        self.items += 1
        if self.items > self.bounds.items:
            raise FrameError(f"more than {self.bounds.items} values")
        if self.at >= self.size:
            raise FrameError("the frame is cut off")
        code = self.data[self.at]
        self.at += 1
        read = _READ.get(code)
        if read is None:
            raise FrameError(f"no value has the code {code}")
        return read(self, depth)

    def count(self, each: int) -> int:
        """A number of entries of at least `each` bytes; never more than the frame can hold."""
        (count,) = _U32.unpack(self.take(4))
        if count * each > self.size - self.at:
            raise FrameError("more entries than the frame holds")
        return count

    def text(self) -> str:
        (size,) = _U32.unpack(self.take(4))
        if size > self.bounds.text:
            raise FrameError(f"a text of {size} bytes; at most {self.bounds.text}")
        try:
            return str(self.take(size), "utf-8")
        except UnicodeDecodeError as error:
            raise FrameError("a text is not UTF-8") from error

    def big_int(self, depth: int) -> int:
        digits = bytes(self.take(_U16.unpack(self.take(2))[0]))
        bare = digits.removeprefix(b"-")
        if not bare.isdigit() or not 19 <= len(bare) <= _DIGITS or bare.startswith(b"0"):
            raise FrameError("a large int is not one")
        value = int(digits)
        if _LEAST <= value <= _MOST:
            raise FrameError("a large int is small")
        return value

    def mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in range(self.count(5)):
            key = self.text()
            if key in found:
                raise FrameError("a dict has one key twice")
            found[key] = self.value(depth + 1)
        return found

    def tensor(self, depth: int) -> torch.Tensor:
        dtype = self.dtype(depth)
        n_dims = self.take(1)[0]
        if n_dims > self.bounds.dims:
            raise FrameError(f"a tensor of {n_dims} dimensions; at most {self.bounds.dims}")
        shape = struct.unpack(f"<{n_dims}q", self.take(8 * n_dims))
        if shape and min(shape) < 0:
            raise FrameError("a tensor has a negative size")
        if 0 in shape:
            # An empty tensor may not stand for a large one: a sum over its empty axis is large.
            if math.prod(size for size in shape if size) * dtype.itemsize > self.bounds.frame:
                raise FrameError(f"a tensor of shape {shape}")
            return torch.empty(shape, dtype=dtype)
        # `take` holds the number of bytes to what came, and with it to the limit of a frame.
        data = self.take(math.prod(shape) * dtype.itemsize)
        if dtype == torch.bool:
            # A bool with another byte than 0 and 1 in it is undefined behaviour.
            return torch.frombuffer(bytearray(data), dtype=torch.uint8).ne(0).reshape(shape)
        return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)

    def dtype(self, depth: int) -> torch.dtype:
        code = self.take(1)[0]
        if code >= len(DTYPES):
            raise FrameError(f"no dtype has the code {code}")
        return DTYPES[code]

    def device(self, depth: int) -> torch.device:
        name = self.text()
        kind, _, index = name.partition(":")
        if kind not in ("cpu", "cuda", "mps", "meta") or (name != kind and not _small(index)):
            raise FrameError("no device has that name")
        return torch.device(name)

    def handle(self, depth: int) -> Handle:
        number, kind = _REFERENCE.unpack(self.take(_REFERENCE.size))
        if kind >= len(_KINDS):
            raise FrameError(f"no kind of handle has the code {kind}")
        path = tuple(self.text() for _ in range(self.take(1)[0]))
        return Handle(number, path, _KINDS[kind], self.text())

    def raised(self, depth: int) -> Raised:
        kind, text = self.text(), self.text()
        frames = tuple(
            (_I64.unpack(self.take(8))[0], self.text(), self.text()) for _ in range(self.take(1)[0])
        )
        return Raised(kind, text, frames)


def _small(index: str) -> bool:
    return index.isascii() and index.isdigit() and len(index) <= 2 and str(int(index)) == index


_READ = {
    ord("N"): lambda r, d: None,
    ord("T"): lambda r, d: True,
    ord("F"): lambda r, d: False,
    ord("i"): lambda r, d: _I64.unpack(r.take(8))[0],
    ord("I"): _Reader.big_int,
    ord("d"): lambda r, d: _F64.unpack(r.take(8))[0],
    ord("s"): lambda r, d: r.text(),
    ord("b"): lambda r, d: bytes(r.take(r.count(1))),
    ord("t"): lambda r, d: tuple([r.value(d + 1) for _ in range(r.count(1))]),
    ord("l"): lambda r, d: [r.value(d + 1) for _ in range(r.count(1))],
    ord("m"): _Reader.mapping,
    ord("x"): _Reader.tensor,
    ord("D"): _Reader.dtype,
    ord("V"): _Reader.device,
    ord("h"): _Reader.handle,
    ord("c"): lambda r, d: Callback(_U32.unpack(r.take(4))[0]),
    ord("e"): _Reader.raised,
}
