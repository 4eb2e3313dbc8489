"""The folder that pages are written to, here or anywhere that fsspec reaches, and the record of what they were made from."""

import hashlib
import json
import os
import shutil
import time
from contextlib import nullcontext
from pathlib import Path

from .folder import filesystem

MANIFEST = ".manifest.json"
DRAFTS = ".drafts"
# What the manifest says of a page.
ABOUT = ("title", "made_from", "with", "error")
# The manifest is not written again before so many times what writing it has taken.
SAVING = 20


class Outputs:
    """A folder of files that are whole or not there: whatever stops the writing leaves none half-written."""

    def __init__(self, url):
        self.url = str(url)
        self.fs, self.root = filesystem(url)

    def path(self, name):
        return f"{self.root}/{name}"

    def lock(self):
        """One rendering at a time; the lock goes with the process. An object store has none."""
        if self.fs is not None:
            return nullcontext()
        from filelock import FileLock

        os.makedirs(self.root, exist_ok=True)
        return FileLock(self.path(".lock"))

    def read(self, name):
        """The bytes of a file, or None."""
        try:
            return Path(self.path(name)).read_bytes() if self.fs is None else self.fs.cat_file(self.path(name))
        except FileNotFoundError:
            return None

    def write(self, name, content):
        """Put a file in its place in one step."""
        if self.fs is not None:
            # An object appears when it is complete.
            self.fs.pipe_file(self.path(name), content)
            return
        draft = Path(self.path(DRAFTS), hashlib.sha256(name.encode()).hexdigest())
        draft.parent.mkdir(exist_ok=True)
        draft.write_bytes(content)
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        os.replace(draft, self.path(name))

    def write_if_other(self, name, content):
        """Write a file unless it already says that."""
        if self.read(name) != content:
            self.write(name, content)

    def remove(self, name):
        try:
            os.unlink(self.path(name)) if self.fs is None else self.fs.rm_file(self.path(name))
        except FileNotFoundError:
            return

    def names(self):
        """All files, as paths in the folder."""
        if self.fs is not None:
            return {path.removeprefix(self.root).lstrip("/") for path in self.fs.find(self.root)}
        found = (Path(folder, name) for folder, _, names in os.walk(self.root) for name in names)
        return {path.relative_to(self.root).as_posix() for path in found}

    def clear_drafts(self):
        """Remove what is not finished, a killed rendering's too; to be called under the lock."""
        if self.fs is None:
            shutil.rmtree(self.path(DRAFTS), ignore_errors=True)


class Manifest:
    """What each page was made from, by content, and what went wrong with it.

    It is written after every page, so that a rendering that is killed loses only the pages in flight; of so many pages
    that it would take a good part of the time, it is written for several at once.
    """

    def __init__(self, outputs):
        self.outputs, self.due, self.is_saved = outputs, 0.0, True
        there = outputs.names()
        try:
            pages = json.loads(outputs.read(MANIFEST) or b"{}")
            self.pages = {
                page: {key: about[key] for key in ABOUT}
                for page, about in pages.items()
                if {page, *about["with"]} <= there
            }
        except (ValueError, TypeError, AttributeError, KeyError):
            self.pages = {}  # not what we wrote: all pages are made again

    def stands(self, page, made_from):
        """Is the page there, made from that, and without an error?"""
        about = self.pages.get(page)
        return about is not None and about["made_from"] == made_from and about["error"] is None

    def doubt(self, pages):
        """Note that these are about to be made again: until they are recorded, nothing is known of what stands there."""
        for page in self.pages.keys() & set(pages):
            self.pages[page]["made_from"], self.is_saved = None, False
        self.save()

    def record(self, page, title, made_from, companions=(), error=None):
        """Note a page just written, and the files written ``with`` it."""
        self.pages[page] = {"title": title, "made_from": made_from, "with": list(companions), "error": error}
        self.is_saved = False
        if time.monotonic() >= self.due:
            self.save()

    def remove_others(self, pages):
        """Remove every page but these; return the paths of those removed."""
        others = sorted(self.pages.keys() - set(pages))
        for page in others:
            for name in (page, *self.pages.pop(page)["with"]):
                self.outputs.remove(name)
        self.is_saved = self.is_saved and not others
        self.save()
        return others

    def save(self):
        """Write what has not been written yet."""
        if self.is_saved:
            return
        started = time.monotonic()
        content = json.dumps(self.pages, ensure_ascii=False, indent=0, sort_keys=True)
        self.outputs.write(MANIFEST, content.encode())
        ended = time.monotonic()
        self.due, self.is_saved = ended + SAVING * (ended - started), True
