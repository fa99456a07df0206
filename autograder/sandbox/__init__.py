"""The sandboxed grading engine: a student's code can choose its reply bytes, and nothing else.

The files of `SANDBOX_FILES` run inside the sandbox and are the only ones of this package that are
mounted there; everything else here is the grader's side.
"""

__all__ = ["SANDBOX_FILES"]

SANDBOX_FILES = ("values", "frames", "stream", "seccomp", "jail", "child", "zygote")
