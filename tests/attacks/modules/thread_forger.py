"""Tries to answer the grader's questions from a thread, before the answer is there.

Stopped by: an answer that nobody asked for ends the conversation, and a forged one is only a wrong
value.
"""


def forge():
    while True:
        os.write(3, b"DGM1\x12\0\0\0t\x03\0\0\0s\x02\0\0\0okNs\0\0\0\0")


threading.Thread(target=forge, daemon=True).start()
