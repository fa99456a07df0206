"""Tries to leave a `.pth` file that runs code whenever Python starts.

Stopped by: the environment is mounted read-only.
"""

for folder in (*site.getsitepackages(), site.getusersitepackages(), sys.prefix, "/COURSE"):
    try:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "zz.pth"), "w") as file:
            file.write("import builtins; builtins.left_behind = True\n")
    except OSError:
        pass
