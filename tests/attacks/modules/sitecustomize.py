"""Tries to leave `sitecustomize`, `usercustomize` and `conftest` where Python may start next.

Stopped by: everything but a private `/tmp` is read-only, and that is gone with the process.
"""

TEXT = "import builtins\nbuiltins.left_behind = True\nraise SystemExit\n"
for folder in (*sys.path, "/tmp", "/course", "/grader", "/COURSE", os.path.expanduser("~")):
    for name in ("sitecustomize.py", "usercustomize.py", "conftest.py", "nbgrader_config.py"):
        try:
            with open(os.path.join(folder, name), "w") as file:
                file.write(TEXT)
        except OSError:
            pass
