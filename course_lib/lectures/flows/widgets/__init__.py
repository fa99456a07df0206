"""The widgets of lecture 8: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
