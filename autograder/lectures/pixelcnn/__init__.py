"""What the autograder knows of lecture 4, PixelCNN."""
