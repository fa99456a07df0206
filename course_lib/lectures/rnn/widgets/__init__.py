"""The widgets of lecture 3: a pure `draw(…) -> Figure` each, and `explore(…)` to show it."""
