"""What the autograder knows of each lecture: hidden cases, mutants and alternatives."""
