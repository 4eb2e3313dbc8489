"""Whose error a wrong figure is: the source's misprint, a converter's damage or our misreading, as far as evidence goes."""

import re
from typing import NamedTuple

WHOSE = {
    "source": {"zh": "原文填写有误", "en": "the source's own error"},
    "converter": {"zh": "转换损坏", "en": "damage done by a converter"},
    "reader": {"zh": "识读有误", "en": "our misreading"},
    "unknown": {"zh": "何处出错不明", "en": "whose error cannot be told"},
}
EVIDENCE = {
    "unsure": {"zh": "该格识别置信度低", "en": "the recogniser was unsure of the cell"},
    "glued": {"zh": "该处原文有几个数字连在一起", "en": "several numbers stand together in its text"},
    "doubted": {"zh": "该处版面已有疑点", "en": "the layout there was doubtful when it was read"},
    "moved": {"zh": "此类文件的单元格位置可能已丢失", "en": "such a file may have lost where its cells were"},
    "pictured": {"zh": "数字由图片识别而来", "en": "the digits were read from a picture"},
    "alone": {"zh": "该格文字清楚、独立成格", "en": "the cell's text is clear and stands alone"},
    "": {"zh": "证据不足", "en": "too little evidence"},
}
# Below this a recogniser's digit is worth a second look where the sums call it wrong: much sooner than one that nothing
# speaks against (``infer.UNSURE_SCORE``).
SURE_SCORE = 0.9
# Media whose text was laid out anew, so that a figure may stand in another cell than in the source; a text may also
# have come from any other medium.
RELAID = ("text", "pdf", "scan")
MOVES = ("shifted", "rows_exchanged", "neighbours_exchanged")
DIGITS = ("digit_lost", "digit_doubled", "digit_changed", "digits_exchanged")


class _Case(NamedTuple):
    kind: str
    amounts: list
    medium: str
    doubted: bool

    @property
    def is_pictured(self):
        return self.medium == "scan" or any(amount.score is not None for amount in self.amounts)


# The first that holds decides: (whose error, the evidence, the test).
TESTS = (
    (
        "reader",
        "unsure",
        lambda case: any(amount.score is not None and amount.score < SURE_SCORE for amount in case.amounts),
    ),
    ("converter", "glued", lambda case: any(len(re.findall(r"\d[\d.,]*", amount.text)) > 1 for amount in case.amounts)),
    ("converter", "doubted", lambda case: case.doubted),
    ("converter", "moved", lambda case: case.kind in MOVES and case.medium in RELAID),
    ("reader", "pictured", lambda case: case.kind in DIGITS and case.is_pictured),
    ("source", "alone", lambda case: case.medium not in ("", "text")),
    ("unknown", "", lambda case: True),
)


def whose(kind, cells, values, medium, doubts):
    """(key of WHOSE, key of EVIDENCE) of a slip of that kind in these cells.

    ``values`` is ``{CellKey: Amount}``, ``medium`` the document's, ``doubts`` what the reader found, a list of Finding.
    """
    doubted = any(doubt.severity == "warning" and not set(cells).isdisjoint(doubt.cells) for doubt in doubts)
    case = _Case(kind, [values[key] for key in cells], medium, doubted)
    return next((blamed, why) for blamed, why, holds in TESTS if holds(case))
