"""Moodle and Canvas: their downloads of submissions, and their grade files.

`roster` says who is who, `collecting` is `autograder collect`; `gradefiles` fills Canvas's
gradebook and Moodle's grading worksheet, `exporting` is `autograder export`.
"""
