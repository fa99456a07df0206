"""What the autograder knows of lecture 9."""
