"""Tries to replace the sandbox's own replies by the argument's sum, from inside its loop.

Stopped by: what the loop sends is the answer: a wrong value stays wrong, whoever sends it.
"""

child = sys.modules["autograder.sandbox.child"]
child._Child.call = lambda self, mode, handle, args, kwargs: ("ok", args[0].sum(0), "")
child._Child.get = lambda self, handle: ("ok", torch.zeros(2), "")
child._Child.told = lambda self, error: ("ok", torch.zeros(2), "")
