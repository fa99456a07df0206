"""The sandboxed grading engine: a student's code can choose its reply bytes, and nothing else.

Inside the sandbox run `zygote`, `child`, `jail`, `seccomp` and `frames`, which are mounted there
alone; everything else in this package is the grader's side.
"""
