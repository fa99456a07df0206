"""Tries to run a script in the feedback page, by an exception's text and its class's name.

Stopped by: text is escaped when the page is made, and a class's name has to be a name.
"""


def mixture_log_prob(log_probs):
    bad = "</div><script>alert(document.cookie)</script><img src=x onerror=alert(1)>"
    warnings.warn(bad, stacklevel=1)
    print(bad, file=sys.stderr)
    raise type(bad, (Exception,), {})(bad)
