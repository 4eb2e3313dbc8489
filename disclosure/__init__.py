"""Read, audit and analyse China's annual government information disclosure reports."""

__version__ = "0.1.0"

from .errors import DisclosureError, FormError, MissingTool, SeveralReports, UnknownForm, UnknownName, UnreadableFile
from .form import form, forms
from .report import Report, read

__all__ = [
    "DisclosureError", "FormError", "MissingTool", "Report", "SeveralReports", "UnknownForm", "UnknownName",
    "UnreadableFile", "form", "forms", "read",
]  # fmt: skip
