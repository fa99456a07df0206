"""Tries to start threads without end, that compute without end.

Stopped by: the number of threads is limited, and all end with their process.
"""

# spares: coins.Coins.log_prob
# says: threads|memory|still running


def mixture_log_prob(log_probs):
    def busy():
        while True:
            sum(range(10**6))

    while True:
        threading.Thread(target=busy, daemon=True).start()
