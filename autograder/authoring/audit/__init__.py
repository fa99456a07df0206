"""The audit: does every wrong implementation lose points, and every right one get all of them?"""

from autograder.authoring.audit.systematic import exempt
from autograder.authoring.audit.variants import Variant, alternative, edits, mutant, variants

__all__ = ["Variant", "alternative", "edits", "exempt", "mutant", "variants"]
