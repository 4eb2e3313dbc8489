"""Read, audit and analyse China's annual government information disclosure reports."""

__version__ = "0.1.0"
