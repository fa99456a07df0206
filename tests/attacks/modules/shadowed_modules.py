"""Tries to put modules of its own before the grader's: torch, course_lib.checks, autograder.

Stopped by: each submission has a process of its own, and the grader imports from its own disk.
"""

for name in ("torch.py", "course_lib.py", "autograder.py", "nbgrader.py", "json.py"):
    with open(os.path.join("/tmp", name), "w") as file:
        file.write("raise SystemExit\n")
sys.path.insert(0, "/tmp")
for name in (
    "autograder.sandbox",
    "autograder.authoring.cases",
    "course_lib.checks",
    "json",
    "struct",
):
    sys.modules[name] = types.ModuleType(name)
sys.meta_path.clear()
