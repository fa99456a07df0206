"""What the autograder knows of lecture 2: hidden cases, mutants, alternatives."""
