"""The widgets of lecture 7: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
