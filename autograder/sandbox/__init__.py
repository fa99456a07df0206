"""The sandboxed grading engine: a student's code can choose its reply bytes, and nothing else.

The files of `SANDBOX_FILES` of this package, and those of `COURSE_FILES` of `course_lib.checks`,
run inside the sandbox and are the only ones of the two packages that are mounted there; everything
else is the grader's side.
"""

__all__ = ["COURSE_FILES", "SANDBOX_FILES"]

SANDBOX_FILES = (
    "values", "frames", "stream", "seccomp", "jail", "lent_calls", "child", "start", "zygote",
)  # fmt: skip
COURSE_FILES = ("errors", "holder", "operations", "references", "surroundings")
