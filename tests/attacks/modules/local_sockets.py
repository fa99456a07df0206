"""Tries to reach services of the grader's machine by sockets in the file system and abstract ones.

Stopped by: no socket can be made, and the sandbox has a network of its own without anything in it.
"""


def mixture_log_prob(log_probs):
    for place in ("/run/docker.sock", "/tmp/.X11-unix/X0", "\0/tmp/dbus-x", "/run/systemd/notify"):
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(place)
            raise RuntimeError("CANARY-connected")
        except OSError:
            pass
    ours, theirs = socket.socketpair()
    socket.send_fds(ours, [b"x"], [3])
    raise RuntimeError("nothing")
