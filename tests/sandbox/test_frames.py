"""The parser of what hostile code wrote: exact on frames, `FrameError` on everything else."""

from __future__ import annotations

import math
import resource
import struct

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.sandbox.frames import MAGIC, decode, encode, frame, length_of
from autograder.sandbox.values import DTYPES, Bounds, FrameError
from course_lib.checks.errors import Raised
from course_lib.checks.references import Callback, Handle

SMALL = Bounds(frame=4096, depth=6, items=200, text=256, dims=4)


def many(count):
    return settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers(0, 2**32 - 1)


@st.composite
def tensors(draw):
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    size = math.prod(shape) * dtype.itemsize
    data = bytearray(draw(st.binary(min_size=size, max_size=size)))
    if not data:
        return torch.empty(shape, dtype=dtype)
    if dtype == torch.bool:
        return torch.frombuffer(data, dtype=torch.uint8).ne(0).reshape(shape)
    return torch.frombuffer(data, dtype=dtype).reshape(shape)


plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    texts,
    st.binary(max_size=12),
    tensors(),
    st.sampled_from(DTYPES),
    st.sampled_from([torch.device("cpu"), torch.device("cuda"), torch.device("cuda:3")]),
    st.builds(
        Handle,
        numbers,
        st.lists(texts, max_size=3).map(tuple),
        st.sampled_from(["", "object", "callable", "class"]),
    ),
    st.builds(Callback, numbers),
    st.builds(
        Raised,
        texts,
        texts,
        st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), texts, texts), max_size=2).map(tuple),
    ),
)
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(texts, inner, max_size=4),
    ),
    max_leaves=6,
)


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and encode(a) == encode(b)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, float):
        return struct.pack("<d", a) == struct.pack("<d", b)
    return a == b


def read(data: bytes, bounds: Bounds = SMALL):
    """The value, or None where the bytes are refused. Any other exception is a failure."""
    try:
        return decode(data, bounds)
    except FrameError:
        return None


@many(2000)
@given(values)
def test_what_is_written_is_read_back_exactly(value):
    assert same(decode(encode(value)), value)


@many(2500)
@given(values, st.data())
def test_a_changed_byte_is_another_value_or_is_refused(value, data):
    payload = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 3))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(payload), Bounds())
    if found is not None:
        # Whatever was accepted is a plain value: it can be written again.
        assert len(encode(found)) <= len(payload)


@many(1500)
@given(values, st.data())
def test_a_frame_that_is_cut_off_or_followed_by_bytes_is_refused(value, data):
    payload = encode(value)
    with pytest.raises(FrameError):
        decode(payload[: data.draw(st.integers(0, len(payload) - 1))])
    with pytest.raises(FrameError):
        decode(payload + data.draw(st.binary(min_size=1, max_size=3)))


@many(8000)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_are_refused(data):
    read(data)


CODES = st.sampled_from(list(b"NTFiIdsbtlmxDVhce"))
CLAIMS = st.sampled_from([0, 1, 2**16, 2**31 - 1, 2**31, 2**32 - 1])


@many(4000)
@given(st.lists(st.tuples(CODES, CLAIMS, st.binary(max_size=9)), min_size=1, max_size=8))
def test_announced_sizes_are_never_believed(parts):
    read(b"".join(bytes([code]) + struct.pack("<I", size) + rest for code, size, rest in parts))


@many(2000)
@given(st.integers(0, 20), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5))
def test_a_tensor_of_any_announced_shape_stays_within_the_frame(code, shape):
    data = b"x" + bytes([code, len(shape)]) + struct.pack(f"<{len(shape)}q", *shape)
    found = read(data)
    if found is not None:
        assert math.prod(s for s in found.shape if s) * found.element_size() <= SMALL.frame


@many(1000)
@given(st.binary(max_size=12))
def test_a_header_is_exact_or_refused(header):
    try:
        length = length_of(header, SMALL)
    except FrameError:
        return
    assert header[:4] == MAGIC
    assert length <= SMALL.frame


def test_enormous_announcements_allocate_nothing():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    huge = struct.pack("<I", 2**32 - 1)
    for code in b"sbtlm":
        assert read(bytes([code]) + huge, Bounds()) is None
    for shape in ([2**40], [2**31, 2**31], [0, 2**40], [2**62, 0]):
        data = b"x\x00" + bytes([len(shape)]) + struct.pack(f"<{len(shape)}q", *shape)
        assert read(data, Bounds()) is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_nesting_counts_and_lengths_have_limits():
    assert read(b"l\x01\x00\x00\x00" * 7 + b"N") is None
    assert read(b"l" + struct.pack("<I", 300) + b"N" * 300) is None
    assert read(encode("x" * 300)) is None
    assert read(encode(b"x" * 5000)) is None
    deep: list = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(FrameError):
        encode(deep)


def test_two_equal_keys_are_refused():
    entry = b"\x01\x00\x00\x00aN"
    assert read(b"m\x01\x00\x00\x00" + entry) == {"a": None}
    assert read(b"m\x02\x00\x00\x00" + entry + entry) is None


def test_an_int_has_one_way_to_be_written():
    for digits in (b"5", b"0" * 30, b"+" + b"9" * 30, b"9" * 500, b"1_" + b"0" * 30, b"--5", b""):
        assert read(b"I" + struct.pack("<H", len(digits)) + digits, Bounds()) is None
    assert decode(encode(-(10**50))) == -(10**50)
    with pytest.raises(FrameError):
        encode(10**5000)


def test_a_bool_tensor_holds_nothing_but_zero_and_one():
    found = decode(b"x\x03\x01" + struct.pack("<q", 3) + b"\x00\x02\xff")
    assert found.view(torch.uint8).tolist() == [0, 1, 1]


def test_views_graphs_and_conjugates_travel_as_their_values():
    x = torch.arange(6.0, requires_grad=True).reshape(2, 3).T
    back = decode(encode(x))
    assert torch.equal(back, x)
    assert back.is_contiguous()
    assert not back.requires_grad
    z = torch.tensor([1 + 2j]).conj()
    assert torch.equal(decode(encode(z)), z.resolve_conj())


def test_what_is_no_plain_value_is_not_sent():
    for value in (object(), print, {1: 2}, torch.Generator(), {1, 2}):
        with pytest.raises(FrameError):
            encode(value)
    for tensor in (torch.empty(2, device="meta"), torch.eye(2).to_sparse()):
        with pytest.raises(FrameError):
            encode(tensor)


def test_a_frame_is_its_header_and_its_payload():
    data = frame((1, "two"))
    assert length_of(data[:8]) == len(data) - 8
    assert decode(data[8:]) == (1, "two")
