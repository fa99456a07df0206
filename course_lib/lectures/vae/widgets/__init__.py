"""The widgets of lecture 5: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
