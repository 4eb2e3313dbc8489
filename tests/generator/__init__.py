"""Reports of known figures in every layout met, for tests and benchmarks.

``figures(seed)`` draws a report, ``LAYOUTS[name]`` writes it, ``score`` holds what a reader makes of it against it.
"""

from . import html, office, quirks, text
from .contradictions import KINDS, plant
from .corpora import generate, series
from .figures import Truth, figures
from .layouts import CLEAN, LAYOUTS, LOSSY, UNREADABLE, Layout, render
from .score import Score, mistakes, score
from .words import Claim, misstate

__all__ = [
    "CLEAN", "KINDS", "LAYOUTS", "LOSSY", "UNREADABLE", "Claim", "Layout", "Score", "Truth", "figures", "generate",
    "html", "misstate", "mistakes", "office", "plant", "quirks", "render", "score", "series", "text",
]  # fmt: skip
