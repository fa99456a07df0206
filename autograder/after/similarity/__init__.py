"""`autograder similarity`: which submissions are alike where independent work is not.

`shape` turns code into a sequence that names and layout have no part in, `compare` finds what two
sequences share (fingerprints by copydetect) and how unusual that is, `output` prints and writes it.
Students' code is parsed and never run.
"""
