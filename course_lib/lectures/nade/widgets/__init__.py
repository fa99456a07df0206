"""The widgets of lecture 2: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
