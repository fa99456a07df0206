"""The widgets of lecture 4: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
