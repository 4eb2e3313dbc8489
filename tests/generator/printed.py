"""The two forms as they stand on paper: tables of spanned cells.

Declared here once more, apart from ``disclosure/forms``: a slip in one of the two then shows in the tests.
"""

from typing import NamedTuple

COLUMNS = {
    "natural_person": "自然人",
    "enterprise": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}
PARTS = tuple(COLUMNS)[:-1]

DENIED = {
    "denied.state_secret": "1.属于国家秘密",
    "denied.prohibited_by_law": "2.其他法律行政法规禁止公开",
    "denied.security_stability": "3.危及“三安全一稳定”",
    "denied.third_party": "4.保护第三方合法权益",
    "denied.internal_affairs": "5.属于三类内部事务信息",
    "denied.deliberative_process": "6.属于四类过程性信息",
    "denied.enforcement_file": "7.属于行政执法案卷",
    "denied.administrative_inquiry": "8.属于行政查询事项",
}
UNAVAILABLE = {
    "unavailable.not_held": "1.本机关不掌握相关政府信息",
    "unavailable.requires_creation": "2.没有现成信息需要另行制作",
    "unavailable.unclear": "3.补正后申请内容仍不明确",
}
NOT_PROCESSED = {
    "not_processed.complaint_petition": "1.信访举报投诉类申请",
    "not_processed.duplicate": "2.重复申请",
    "not_processed.published": "3.要求提供公开出版物",
    "not_processed.excessive": "4.无正当理由大量反复申请",
    "not_processed.reconfirmation": "5.要求行政机关确认或重新出具已获取信息",
}
OTHER_2021 = {
    "other.correction_overdue": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other.fee_overdue": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other.other": "3.其他",
}
OTHER_2019 = {"other": "（六）其他处理"}

# (heading, its rows); a heading over one row of its own spans both label columns.
OUTCOMES = {
    "2021": (
        ("（一）予以公开", {"granted": "（一）予以公开"}),
        (
            "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
            {"granted_in_part": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"},
        ),
        ("（三）不予公开", DENIED),
        ("（四）无法提供", UNAVAILABLE),
        ("（五）不予处理", NOT_PROCESSED),
        ("（六）其他处理", OTHER_2021),
        ("（七）总计", {"closed": "（七）总计"}),
    ),
}
OUTCOMES["2019"] = tuple((name, OTHER_2019 if rows is OTHER_2021 else rows) for name, rows in OUTCOMES["2021"])

OUTCOME_ROWS = {
    form: tuple(row for _, rows in groups for row in rows if row != "closed") for form, groups in OUTCOMES.items()
}
APPLICATION_ROWS = {form: ("new", "carried_in", *rows, "closed", "carried_out") for form, rows in OUTCOME_ROWS.items()}

RESULTS = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结", "total": "总计"}
REVIEWS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")

LICENSING, PENALTIES, COERCION, FEES = (
    ("licensing", "行政许可"),
    ("penalties", "行政处罚"),
    ("coercion", "行政强制"),
    ("fees", "行政事业性收费"),
)
ITEMS_2019 = (("items_last_year", "上一年项目数量"), ("items_change", "本年增/减"))
DECISIONS_2019 = (*ITEMS_2019, ("decisions", "处理决定数量"))
ISSUED_2019 = (
    ("issued", "本年新制作数量"),
    ("newly_published", "本年新公开数量"),
    ("published_total", "对外公开总数量"),
)

# (heading, columns, rows) of the small tables that table 二 is a stack of.
PROACTIVE = {
    "2021": (
        (
            "第二十条第（一）项",
            (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")),
            (("regulations", "规章"), ("normative_documents", "行政规范性文件")),
        ),
        ("第二十条第（五）项", (("decisions", "本年处理决定数量"),), (LICENSING,)),
        ("第二十条第（六）项", (("decisions", "本年处理决定数量"),), (PENALTIES, COERCION)),
        ("第二十条第（八）项", (("amount_10k_yuan", "本年收费金额（单位：万元）"),), (FEES,)),
    ),
    "2019": (
        ("第二十条第（一）项", ISSUED_2019, (("regulations", "规章"), ("normative_documents", "规范性文件"))),
        ("第二十条第（五）项", DECISIONS_2019, (LICENSING, ("other_services", "其他对外管理服务事项"))),
        ("第二十条第（六）项", DECISIONS_2019, (PENALTIES, COERCION)),
        ("第二十条第（八）项", ITEMS_2019, (FEES,)),
        (
            "第二十条第（九）项",
            (("projects", "采购项目数量"), ("amount", "采购总金额")),
            (("procurement", "政府集中采购"),),
        ),
    ),
}
# A report of 2021 whose first part of table 二 still has the headings of 2019.
PROACTIVE["mixed"] = (
    ("第二十条第（一）项", ISSUED_2019, (("regulations", "规章"), ("normative_documents", "行政规范性文件"))),
    *PROACTIVE["2021"][1:],
)

HEADINGS = {
    "2021": (
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
    ),
    "2019": (
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    ),
}
RULE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


class Cell(NamedTuple):
    """A printed cell; ``key`` names the figure that it holds, None for a label."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    key: tuple | None = None


class Table(NamedTuple):
    """A printed table: its name in the form, and row by row the cells that begin there."""

    name: str
    rows: list[list[Cell]]

    @property
    def width(self):
        return sum(cell.colspan for cell in self.rows[0])

    def places(self):
        """Every cell with the row and column where it begins: (row, column, cell)."""
        taken = set()
        for number, row in enumerate(self.rows):
            column = 0
            for cell in row:
                while (number, column) in taken:
                    column += 1
                yield number, column, cell
                taken.update(
                    (number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)
                )


def proactive(texts, form):
    """Table 二. A figure without a text in ``texts`` is not printed: its cell has the text None."""
    rows = []
    for heading, columns, lines in PROACTIVE[form]:
        spans = [1] * (len(columns) - 1) + [4 - len(columns)]
        rows.append([Cell(heading, 4)])
        rows.append([Cell("信息内容"), *(Cell(label, span) for (_, label), span in zip(columns, spans))])
        for row, label in lines:
            keys = [("proactive", row, column) for column, _ in columns]
            rows.append([Cell(label), *(Cell(texts.get(key), span, 1, key) for key, span in zip(keys, spans))])
    return Table("proactive", rows)


def applications(texts, form):
    """Table 三, three columns of labels before seven of figures."""

    def figures(row):
        return [
            Cell(texts.get(("applications", row, column)), 1, 1, ("applications", row, column)) for column in COLUMNS
        ]

    labels = list(COLUMNS.values())
    rows = [
        [Cell(RULE, 3, 3), Cell("申请人情况", 7)],
        [Cell(labels[0], 1, 2), Cell("法人或其他组织", 5), Cell(labels[-1], 1, 2)],
        [Cell(label) for label in labels[1:-1]],
        [Cell("一、本年新收政府信息公开申请数量", 3), *figures("new")],
        [Cell("二、上年结转政府信息公开申请数量", 3), *figures("carried_in")],
    ]
    outcomes = []
    for heading, lines in OUTCOMES[form]:
        if len(lines) == 1:
            outcomes.append([Cell(heading, 2), *figures(*lines)])
            continue
        group = [[Cell(label), *figures(row)] for row, label in lines.items()]
        group[0].insert(0, Cell(heading, 1, len(lines)))
        outcomes += group
    outcomes[0].insert(0, Cell("三、本年度办理结果", 1, len(outcomes)))
    return Table("applications", [*rows, *outcomes, [Cell("四、结转下年度继续办理", 3), *figures("carried_out")]])


def review(texts):
    """Table 四: one row of fifteen figures under headings in three levels."""
    results = [Cell(label) for label in RESULTS.values()]
    keys = [("review", row, column) for row in REVIEWS for column in RESULTS]
    return Table(
        "review",
        [
            [Cell("行政复议", 5), Cell("行政诉讼", 10)],
            [*(Cell(label, 1, 2) for label in RESULTS.values()), Cell("未经复议直接起诉", 5), Cell("复议后起诉", 5)],
            results * 2,
            [Cell(texts.get(key), 1, 1, key) for key in keys],
        ],
    )


def tables(truth):
    """The three tables of a report, with the headings that stand over them."""
    headings = HEADINGS[truth.form]
    return (
        (headings[0], proactive(truth.texts, truth.proactive_form or truth.form)),
        (headings[1], applications(truth.texts, truth.outcomes_form or truth.form)),
        (headings[2], review(truth.texts)),
    )
