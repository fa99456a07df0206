"""Tries to turn every later cell into `1000.0` by IPython's input and AST transformers.

Stopped by: no cell of a submission is executed, and there is no IPython where its module runs.
"""

try:
    from IPython import get_ipython

    shell = get_ipython()
    shell.input_transformers_post.append(lambda lines: ["1000.0\n"])
    shell.ast_transformers.append(None)
except Exception:
    pass
