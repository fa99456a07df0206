"""Tries to rewrite all code that is compiled after it, so that assertions vanish.

Stopped by: no code of the grader's is compiled in the sandbox.
"""

real = builtins.compile


class NoAssertions(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

    def visit_Raise(self, node):
        return ast.Pass()


def bent(source, *args, **kwargs):
    if isinstance(source, (str, bytes)):
        source = ast.fix_missing_locations(NoAssertions().visit(ast.parse(source)))
    return real(source, *args, **kwargs)


builtins.compile = bent
builtins.__build_class__, builtins.__import__ = builtins.__build_class__, builtins.__import__
