"""How a line was read: as it stands, or by which repair of a damaged layout."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tier:
    """One way of reading a line."""

    name: str
    damage: str = ""
    """What a finding says of the layout; empty where the line stands as the form has it."""
    violent: bool = False
    """Whether it does so much to the layout that a row's own sum is not proof enough."""


UNREAD = Tier("unread")
SHOWN = Tier("shown")
BLANK_CELLS = Tier("blank cells")
CELLS_LOST = Tier("cells lost", "缺少单元格", violent=True)
BLANKS_INSIDE = Tier("blanks inside numbers", "数字中有空白", violent=True)
RUN_TOGETHER = Tier("digits run together", "数字相连", violent=True)
STRAYS = Tier("stray numbers", "多出数字", violent=True)
MISPLACED = Tier("numbers beside their labels", "数字与标签错行", violent=True)
WRAPPED = Tier("numbers wrapped", "数字折行", violent=True)
IN_HALVES = Tier("table in halves", "表格分成左右两截")
BEYOND = Tier("columns beyond the form's", "多出一列或几列")
