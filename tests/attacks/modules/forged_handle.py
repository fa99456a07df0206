"""Tries to return a handle in the place of the model, with a path into the grader.

Stopped by: a handle is only ever sent back to the sandbox; no attribute of the grader's is read by
it.
"""

# exercises: coins.Coins.log_prob coins.mixture_log_prob

frames = sys.modules["autograder.sandbox.frames"]


class Coins:
    def __init__(self, *args, **kwargs):
        pass


child = sys.modules["autograder.sandbox.child"]
PATH = ("__class__", "__init__", "__globals__", "__builtins__")
child._Child.call = lambda *args: ("ok", frames.Handle(7, PATH, "callable"), "")
child._Child.get = lambda *args: ("ok", frames.Handle(7, PATH, "class"), "")
child._Child.fill = lambda *args: ("ok", frames.Handle(7, PATH, "object"), "")
