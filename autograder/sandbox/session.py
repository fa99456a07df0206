"""One child and the conversation with it: requests, callbacks, and how it ended."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from autograder.intake.plain_text import plain
from autograder.sandbox.limit_messages import exhausted, out_of_cpu, out_of_memory
from autograder.sandbox.signatures import ReferenceSignatures
from autograder.sandbox.stream import Closed, OutOfBytes, OutOfTime, Stream
from autograder.sandbox.values import FrameError
from autograder.sandbox.worker import Worker, ZygoteLost
from course_lib.checks.contract import Signatures
from course_lib.checks.errors import (
    BrokenContract,
    Missing,
    NotImplementedYet,
    PropertyBroken,
    Raised,
    StudentError,
    explained,
)
from course_lib.checks.references import Handle
from course_lib.checks.transport import CodeRaised, sendable
from course_lib.course.syllabus import Limits

__all__ = ["ChildLost", "Session"]

_GRACE = 0.25
# What `here.load` raises locally is raised here as well.
_OWN_ERRORS = {"KeyError": KeyError, "ValueError": ValueError}
_TEXT = 4000
_MOST_CALLBACKS = 100_000
_DEEPEST = 8
# Objects that the grader names itself; the child counts its own from below.
_OWN_NUMBERS = 1 << 30
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\.<locals>|\.<lambda>)*|<\w+>")


class ChildLost(BrokenContract):
    """The child cannot go on; the message says what it ran out of or how it ended."""


class Session:
    """The conversation with one child: the transport of `course_lib.checks.transport`.

    Attributes:
        lost: why the child cannot go on; empty while it can.
        fault: set when the sandbox itself has gone, which is nobody's code's fault.
        wrap: makes proxies of the handles that a callback is given.
        source: the student's module as text, to quote its lines.
    """

    def __init__(self, worker: Worker, stream: Stream, limits: Limits, module: str, source: str):
        self.worker, self.stream, self.limits = worker, stream, limits
        self.module, self.lines = module, [plain(line) for line in source.splitlines()]
        self.signatures: Signatures = ReferenceSignatures()
        self.lost = ""
        self.fault: ZygoteLost | None = None
        self.wrap: Callable[[Any], Any] = lambda value: value
        self.at_work = False
        self._callbacks: dict[int, Callable] = {}
        self._depth = 0
        self._seconds, self._doing = 0.0, ""
        self._steps: list[tuple] = []
        self._made: dict[int, str] = {}

    def allow(self, seconds: float, doing: str) -> None:
        """Start the clock, and the counts of processor time and bytes, for what comes next."""
        self._seconds, self._doing, self._steps, self._made = seconds, doing, [], {}
        self._callbacks.clear()
        self.stream.deadline = time.monotonic() + seconds
        self.stream.most_bytes = self.limits.output_megabytes << 20
        try:
            self.worker.allow_cpu(self.limits.cpu_seconds)
        except ZygoteLost as error:
            self.fault, self.lost = error, "the sandbox has gone"

    @property
    def usable(self) -> bool:
        """Whether the child waits for a request, and has said nothing since the last one."""
        return not self.lost and not self.at_work and not self.stream.pending()

    def tell(self, *request: Any) -> None:
        """Send a request that has no reply."""
        self._guarded(lambda: self.stream.send(request))

    def fill(self, handle: Handle, values: dict[str, torch.Tensor]) -> None:
        """Copy values into parameters: with the next request, which saves a round trip."""
        self._steps.append(("fill", handle, values))

    def make(self, made_of: Handle, label: str, args: tuple, kwargs: dict) -> Handle:
        """Make an instance of a class: with the next request, which saves a round trip."""
        number = _OWN_NUMBERS + len(self._made)
        self._made[number] = label
        self._steps.append(("make", number, made_of, args, kwargs))
        return Handle(number, (), "object", label.rpartition(".")[2])

    def settle(self) -> None:
        """Do what waits for the next request now.

        Raises: as `ask`.
        """
        if self._steps:
            self.ask("nothing")

    def ask(self, *request: Any) -> tuple[Any, str]:
        """Send a request; returns the value and the name of an argument that was changed.

        Raises:
            ChildLost: the child cannot go on.
            Missing: there is no such attribute.
            CodeRaised: the student's code raised.
            KeyError, ValueError: values do not fit the parameters, see `Here.load`.
        """
        if self._steps:
            request = ("after", self._steps, request)
            self._steps = []
        reply = self._guarded(lambda: self._exchange(request))
        if isinstance(reply, Raised):
            raise CodeRaised(reply)
        if reply[0] == "unmade":
            raise CodeRaised(reply[2], self._made.get(reply[1], ""))
        if len(reply) == 2:
            text = plain(reply[1].text[:300]).strip("\"'")
            raise _OWN_ERRORS.get(reply[1].kind, RuntimeError)(text)
        if len(reply) == 1:
            raise Missing
        return reply[1], reply[2]

    def _exchange(self, request: tuple) -> Any:
        if self.stream.pending():
            # The child has hung up, which sending will find out, or speaks without being asked.
            self._read_last_words()
        self._send(sendable(request, self._callbacks))
        broken: Exception | None = None
        for _ in range(_MOST_CALLBACKS):
            reply = self.stream.receive()
            if not _is_callback(reply):
                if broken is not None:
                    raise _Through(broken)
                return _checked(reply)
            try:
                self._send(("return", sendable(self._call_back(*reply[1:]), self._callbacks)))
            except (PropertyBroken, NotImplementedYet) as error:
                broken = error
                self._send(Raised(type(error).__name__, "the check stopped here"))
            except (Closed, OutOfTime):
                raise
            except Exception as error:
                self._send(Raised(type(error).__name__, str(error)[:300]))
        raise FrameError("too many callbacks")

    def _read_last_words(self) -> None:
        self.stream.receive()
        raise FrameError("it says something without being asked")

    def _send(self, value: Any) -> None:
        try:
            self.stream.send(value)
        except FrameError as error:
            self.at_work = False
            raise TypeError(f"a check cannot send this into the sandbox: {error}") from error

    def _call_back(self, number: int, args: list, kwargs: dict) -> Any:
        function = self._callbacks.get(number)
        if function is None:
            raise FrameError("there is no such callback")
        named = {k: self.wrap(v) for k, v in kwargs.items()}
        # Whatever the function asks of the sandbox is asked in the middle of this request.
        self.at_work = False
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise FrameError("callbacks inside callbacks")
            return function(*[self.wrap(a) for a in args], **named)
        finally:
            self._depth -= 1
            self.at_work = True

    def _guarded(self, talk: Callable[[], Any]) -> Any:
        """Talk, and turn every way in which that can fail into one."""
        if self.lost:
            raise ChildLost(self.lost)
        if self.at_work:
            self._lose("the exercise before was interrupted")
        self.at_work = True
        try:
            result = talk()
        except _Through as error:
            self.at_work = False
            raise error.broken from None
        except OutOfTime:
            self._lose(
                f"stopped after {self._seconds:.0f} s while {self._doing}: look for a loop that "
                "never ends, or for a step that is far too slow"
            )
        except OutOfBytes:
            self._lose(
                f"the results have more than the {self.limits.output_megabytes} MB that one "
                "exercise may return"
            )
        except Closed:
            self._lose(self._ending())
        except FrameError as error:
            self._lose(f"the result cannot be read ({error}): your code wrote into its channel")
        self.at_work = False
        return result

    def _lose(self, reason: str) -> None:
        self.lost = plain(reason)
        self.stream.close()
        raise ChildLost(self.lost)

    def _ending(self) -> str:
        try:
            ending = self.worker.stop(self.stream, _GRACE)
        except ZygoteLost as error:
            self.fault = error
            return "the sandbox has gone"
        if ending.over_cpu or ending.cpu >= self.limits.cpu_seconds:
            return out_of_cpu(self.limits)
        if ending.code >= 0:
            return f"your code ended its own process (exit code {ending.code})"
        name = signal.Signals(-ending.code).name if -ending.code in _SIGNALS else -ending.code
        if ending.peak >= 0.9 * self.limits.memory_megabytes:
            return f"{out_of_memory(self.limits)} (ended by {name})"
        return f"the process that runs your code was ended by {name}"

    def close(self) -> None:
        """End the child and everything it left running."""
        self.stream.close()
        self.lost = self.lost or "the process has been ended"
        self.worker.discard(self.stream)

    def explained(self, label: str, error: CodeRaised) -> Exception:
        """The exception that a check sees: made from cleaned text."""
        label, raised = error.label or label, _clean(error.raised, len(self.lines))
        if error.label and raised.kind == Missing.__name__:
            return BrokenContract(
                f"`{label}` is not in {self.module}.py: was it renamed or deleted?"
            )
        found = explained(label, raised, f"{self.module}.py", self.lines)
        if isinstance(found, StudentError):
            ran_out = exhausted(raised.kind, raised.text, self.limits)
            if ran_out:
                found.args = (f"{found}\n{ran_out}",)
        return found


def _clean(raised: Raised, n_lines: int) -> Raised:
    """An exception as text that can neither act on a terminal nor show frames that are none."""
    text = plain(raised.text[:_TEXT]).strip()
    frames = [
        (line, name, qualified if _NAME.fullmatch(qualified) else "")
        for line, name, qualified in raised.frames
        if 0 < line <= n_lines and _NAME.fullmatch(name)
    ]
    kind = raised.kind if _NAME.fullmatch(raised.kind) else "Exception"
    return Raised(kind, text[:300] + " …" if len(text) > 302 else text, tuple(frames))


class _Through(Exception):
    """Carries what a check's own callback raised past the exchange."""

    def __init__(self, broken: Exception):
        super().__init__()
        self.broken = broken


_SIGNALS: Mapping[int, object] = {int(s): s for s in signal.Signals}


def _is_callback(reply: Any) -> bool:
    return (
        isinstance(reply, tuple)
        and len(reply) == 4
        and reply[0] == "callback"
        and isinstance(reply[1], int)
        and isinstance(reply[2], list)
        and isinstance(reply[3], dict)
    )


def _checked(reply: Any) -> Any:
    if isinstance(reply, Raised):
        return reply
    if isinstance(reply, tuple) and reply and isinstance(reply[0], str):
        if len(reply) == 1 and reply[0] == "missing":
            return reply
        if len(reply) == 2 and reply[0] == "unfilled" and isinstance(reply[1], Raised):
            return reply
        if len(reply) == 3 and reply[0] == "ok" and isinstance(reply[2], str):
            return reply
        if len(reply) == 3 and reply[0] == "unmade" and isinstance(reply[2], Raised):
            return reply
    raise FrameError("this is no reply")
