"""Submissions that try to cheat, to spy and to break things, and honest ones that look unusual.

A defensive corpus: it is graded by the tests, which hold the grader to three sentences. No attack
gains a point, none reads a secret, and none changes what anybody else gets.

- `modules/NAME.py` is what a student adds at the end of the lecture's module. Its docstring says
  what it tries and what stops it; comments below name what it is added to:

      # module: coins                           the lecture's module (this is the default)
      # base: scaffold                          or `solution`: what it is added to (scaffold)
      # exercises: coins.mixture_log_prob       what is graded
      # limits: cpu_seconds=1                   of `course.toml`'s, for this attack
      # gains: public                           for a table of the public checks' inputs only
      # spares: coins.Coins.log_prob            added to the solution: this exercise stays right
      # says: SIGSEGV                           a pattern that a message has

  The standard library is imported before it. Where it says nothing of `mixture_log_prob`, that
  gives zeros. `/COURSE` in its text is the course folder: an attacker may know every path. Attacks
  that differ by a line stand in `families.py`.
- Each function in `submissions/` puts a hostile folder into `submitted/` or a hostile file into
  `downloaded/`.
- `honest/NAME.py` replaces functions of a right module by unusual but right ones: no point may be
  lost.
"""

from tests.attacks.registry import Attack, Built, attacks, built, honest

__all__ = ["Attack", "Built", "attacks", "built", "honest"]
