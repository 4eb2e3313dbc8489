"""Read, audit and analyse China's annual government information disclosure reports."""

__version__ = "0.1.0"

from .corpus import Corpus, load
from .errors import DisclosureError, FormError, MissingTool, SeveralReports, UnknownForm, UnknownName, UnreadableFile
from .form import forms
from .report import Report, read

__all__ = [
    "Corpus", "DisclosureError", "FormError", "MissingTool", "Report", "SeveralReports", "UnknownForm", "UnknownName",
    "UnreadableFile", "forms", "load", "read",
]  # fmt: skip
