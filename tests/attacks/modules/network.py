"""Tries to send its arguments home, and fetch the answers.

Stopped by: there is no network, and no socket can be made.
"""


def mixture_log_prob(log_probs):
    for place in (("1.1.1.1", 53), ("127.0.0.1", 8888), ("::1", 22)):
        try:
            socket.create_connection(place, 1)
            raise RuntimeError("CANARY-connected")
        except OSError:
            pass
    urllib.request.urlopen("http://example.org/answers", timeout=1)
