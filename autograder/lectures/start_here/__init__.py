"""What the autograder knows of the practice exercise: hidden cases, mutants, alternatives."""
