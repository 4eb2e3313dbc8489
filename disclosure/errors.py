"""The errors that the kit raises: few classes, one family.

Each message says what is wrong, where, and what to do about it.
"""


class DisclosureError(Exception):
    """Whatever the kit refuses; catch this one to catch them all."""


class UnreadableFile(DisclosureError):
    """The file is broken, locked, too large or of no known medium."""


class MissingTool(DisclosureError):
    """Reading this medium needs a program that is not installed."""


class UnknownForm(DisclosureError):
    """The file was read, but no declared form fits what stands in it."""


class SeveralReports(DisclosureError):
    """One file holds the tables of more than one report."""


class FormError(DisclosureError):
    """A declaration under forms/ contradicts itself."""


class UnknownName(DisclosureError):
    """A district, indicator, notebook or parameter that does not exist; the message lists what does."""


# So many names an error lists, and so many it proposes.
LISTED, PROPOSED = 30, 6


def known(name, names, kind, where):
    """Raise UnknownName for a name that is not among ``names``, with those that come near it and ``where`` all are told."""
    if name in names:
        return
    import difflib

    names = sorted(map(str, names))
    near = difflib.get_close_matches(str(name), names, PROPOSED)
    meant = f"did you mean {', '.join(near)}? " if near else ""
    listed = ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
    raise UnknownName(f"there is no {kind} {name!r}; {meant}There are: {listed or 'none'} ({where}).")
