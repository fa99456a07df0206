"""What comes in from students and from an LMS, made safe before anything reads it."""
