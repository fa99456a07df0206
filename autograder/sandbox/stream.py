"""Frames over a socket, with a clock and a count of bytes. Runs on both sides."""

from __future__ import annotations

import select
import socket
import time
from typing import Any

from autograder.sandbox.frames import HEADER, decode, frame, length_of
from autograder.sandbox.values import USUAL, Bounds

__all__ = ["Closed", "OutOfBytes", "OutOfTime", "Stream", "pair"]

_CHUNK = 1 << 18
# A wait is cut into pieces of this many seconds: an exception for another thread only reaches it
# between two calls into the system.
_PIECE = 0.2


class Closed(Exception):
    """The other side has hung up."""


class OutOfTime(Exception):
    """The clock that was set for this stream ran out."""


class OutOfBytes(Exception):
    """The other side has sent more bytes than it may."""


class Stream:
    """One end of a channel.

    Attributes:
        deadline: `time.monotonic()` after which sending and receiving raise `OutOfTime`.
        most_bytes: what may still be received in all; None for any amount.
    """

    def __init__(self, connection: socket.socket, bounds: Bounds = USUAL):
        self._socket, self._bounds = connection, bounds
        self._buffer = bytearray()
        self.deadline: float | None = None
        self.most_bytes: int | None = None

    def send(self, value: Any) -> None:
        """Send one value.

        Raises:
            FrameError: the value cannot be written.
            Closed: nobody listens.
            OutOfTime: it was not taken in time.
        """
        data = frame(value, self._bounds)
        self._socket.settimeout(self._left())
        try:
            self._socket.sendall(data)
        except TimeoutError:
            raise OutOfTime from None
        except OSError as error:
            raise Closed from error

    def receive(self) -> Any:
        """The next value.

        Raises:
            FrameError: what came is no frame.
            Closed: the other side hung up.
            OutOfTime: nothing came in time.
            OutOfBytes: too much came.
        """
        self._fill(HEADER.size)
        length = length_of(bytes(self._buffer[: HEADER.size]), self._bounds)
        whole = HEADER.size + length
        if self.most_bytes is not None:
            self.most_bytes -= whole
            if self.most_bytes < 0:
                raise OutOfBytes
        self._fill(whole)
        payload = self._buffer[HEADER.size : whole]
        del self._buffer[:whole]
        return decode(payload, self._bounds)

    def pending(self) -> bool:
        """Whether bytes have come that nobody has read."""
        return bool(self._buffer) or bool(select.select([self._socket], [], [], 0)[0])

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _fill(self, count: int) -> None:
        """Read until the buffer has `count` bytes; it grows with what came, not with `count`."""
        while len(self._buffer) < count:
            left = self._left()
            self._socket.settimeout(None if left is None else min(left, _PIECE))
            try:
                data = self._socket.recv(_CHUNK)
            except TimeoutError:
                continue
            except OSError as error:
                raise Closed from error
            if not data:
                raise Closed("in the middle of a frame" if self._buffer else "")
            self._buffer += data

    def _left(self) -> float | None:
        if self.deadline is None:
            return None
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets with room for a few hundred kilobytes on the way."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    for end in (ours, theirs):
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            end.setsockopt(socket.SOL_SOCKET, option, 1 << 18)
    return ours, theirs
