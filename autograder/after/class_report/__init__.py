"""`autograder report`: what a class found hard, from the grades that are in the journal.

`results` collects them, `mistakes` compares them with the lecture's mutants, `figure`, `page` and
`output` are the report as a plot, an HTML page and a table.
"""
