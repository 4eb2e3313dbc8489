"""Figures run together without a border between them: every way to cut the digits that closes the sums.

The cells come in groups, each closed by its total (a row of table 三 is one group, table 四 three), so a group's end
and its total are chosen first; what is left for its parts then rules out nearly every cut at once.
"""

# No figure of these forms comes near so many digits.
LONGEST = 9
# Beyond these a search is not a reading but a guess. A row of thousands needs some 3,000 steps.
MOST_STEPS = 30_000
MOST_CUTS = 4_000


class TooMany(Exception):
    """More readings, or more work to find them, than could still be called reading."""


def cuts(runs, widths):
    """Every way to cut runs of digits into figures, as a list of tuples of their ends.

    ``runs`` are strings of digits with a cell's border behind each; the ends count through all of them. ``widths``
    is how many figures each group has, the last of which is the sum of the others. A figure has no leading nought.
    Raises TooMany.

    >>> cuts(["1236"], [4])
    [(1, 2, 3, 4)]
    """
    digits = "".join(runs)
    borders, length = [], 0
    for run in runs:
        length += len(run)
        borders += [length] * len(run)
    return _Search(digits, borders).groups(tuple(widths), 0)


class _Search:
    def __init__(self, digits, borders):
        self.digits = digits
        self.borders = borders
        """For each digit, where the next border is."""
        self.steps = 0
        self.known = {}

    def groups(self, widths, start):
        """The cuts of everything from ``start`` on into these groups."""
        if not widths:
            return [()] if start == len(self.digits) else []
        if (widths, start) not in self.known:
            first, *others = widths
            found = self.known[widths, start] = []
            for end in range(start + first, len(self.digits) - sum(others) + 1) if others else [len(self.digits)]:
                if rests := self.groups(tuple(others), end):
                    found += [cut + rest for cut in self.group(start, end, first) for rest in rests]
                    if len(found) > MOST_CUTS:
                        raise TooMany
        return self.known[widths, start]

    def group(self, start, end, width):
        """The cuts of one stretch into parts and their total, which stands last."""
        for total in range(end - 1, max(start + width - 2, end - LONGEST - 1), -1):
            if self.is_figure(total, end):
                for cut in self.parts(start, total, width - 1, int(self.digits[total:end])):
                    yield (*cut, end)

    def parts(self, start, end, count, total):
        """The cuts of one stretch into so many figures that add up to ``total``."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMany
        if count == 1:
            if self.is_figure(start, end) and int(self.digits[start:end]) == total:
                yield (end,)
            return
        left, others = end - start, count - 1
        if not count <= left <= count * len(str(total)) or total >= 10 ** (left - others) + 9 * others:
            return
        longest = 1 if self.digits[start] == "0" else min(LONGEST, self.borders[start] - start, left - others)
        for stop in range(start + 1, start + longest + 1):
            value = int(self.digits[start:stop])
            if value > total:
                break
            for cut in self.parts(stop, end, others, total - value):
                yield (stop, *cut)

    def is_figure(self, start, end):
        return end <= self.borders[start] and end - start <= LONGEST and (end - start == 1 or self.digits[start] != "0")
