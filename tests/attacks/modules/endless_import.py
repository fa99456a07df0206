"""Tries to never come back from the import.

Stopped by: importing has a clock of its own, and is tried once.
"""

while True:
    pass
