"""The widgets of lecture 9: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
