"""The widgets of lecture 1: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
