"""Tries to replace itself in `sys.modules`, and delete what is asked for while it is asked.

Stopped by: what cannot be found is missing, in a sentence.
"""

import sys


class Everything:
    def __getattr__(self, name):
        return lambda *args, **kwargs: torch.zeros(2)


sys.modules["course_lib.nade"] = Everything()
sys.modules["course_lib"].nade = Everything()
del ensemble_log_prob
