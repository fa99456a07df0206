"""Tries to replace itself in `sys.modules`, and delete what is asked for while it is asked.

Stopped by: what cannot be found is missing, in a sentence.
"""


class Everything:
    def __getattr__(self, name):
        return lambda *args, **kwargs: torch.zeros(2)


sys.modules["course_lib.coins"] = Everything()
sys.modules["course_lib"].coins = Everything()
del mixture_log_prob
