"""Tries to replace the checks' assertions by functions that do nothing.

Stopped by: the checks are not in the sandbox: the modules that are patched here are made up.
"""

for name in ("course_lib.checks", "course_lib.checks.asserts"):
    fake = sys.modules.setdefault(name, types.ModuleType(name))
    for function in ("check", "assert_close", "assert_true", "assert_dtype", "run_properties"):
        setattr(fake, function, lambda *args, **kwargs: None)
