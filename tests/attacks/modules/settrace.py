"""Tries to change the local variables of the checks by a trace function.

Stopped by: the checks run in another process.
"""


def tracer(frame, event, argument):
    for name in ("passed", "message", "expected", "actual"):
        if name in frame.f_locals:
            frame.f_locals[name] = True
    return tracer


sys.settrace(tracer)
sys.setprofile(tracer)
threading.settrace(tracer)
