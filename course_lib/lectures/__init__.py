"""The public half of each lecture: its checks, its widgets, what its notebook is given.

One folder a lecture, named as its module. The platform finds them by that name and imports none.
"""
