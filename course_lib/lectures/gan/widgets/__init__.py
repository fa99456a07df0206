"""The widgets of lecture 6: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
