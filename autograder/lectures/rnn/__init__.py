"""What the autograder knows of lecture 3: hidden cases, mutants, alternatives."""
