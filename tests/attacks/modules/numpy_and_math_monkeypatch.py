"""Tries to bend arithmetic: math.log, numpy.allclose and builtins.abs, sum, all, round.

Stopped by: only this process has the bent functions; expected values are computed outside.
"""

import numpy

math.log = math.exp = lambda *args: 0.0
numpy.allclose = numpy.array_equal = lambda *args, **kwargs: True
for name in ("abs", "all", "any", "max", "min", "round", "float", "isinstance"):
    setattr(builtins, name, lambda *args, **kwargs: 0)
