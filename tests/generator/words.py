"""The narrative round the tables: sentences of our own that state the report's figures, and others that seem to."""

from dataclasses import replace
from random import Random
from typing import NamedTuple

from .printed import DENIED, NOT_PROCESSED, UNAVAILABLE


class Claim(NamedTuple):
    """A figure stated in words: ``value`` is what the sentence says the sum of ``cells`` is."""

    sentence: str
    cells: tuple
    value: float
    agrees: bool


def _totals(*rows):
    return tuple(("applications", row, "total") for row in rows)


def _cases(*rows, column="total"):
    return tuple(("review", row, column) for row in rows)


NEW, CARRIED_IN, CLOSED, CARRIED_OUT = (_totals(row) for row in ("new", "carried_in", "closed", "carried_out"))
BOTH_LITIGATIONS = _cases("litigation_direct", "litigation_after_reconsideration")

# cells whose sum is stated, how it is said with a figure, how it is said when there is nothing (none: not said then).
STATEMENTS = {
    "new": (
        NEW,
        (
            "新收政府信息公开申请{n}件",
            "新受理政府信息公开申请{n}件",
            "新收依申请公开事项{n}件",
            "收到新的公开申请数量{n}件",
        ),
        ("未收到政府信息公开申请", "没有新收政府信息公开申请", "新收政府信息公开申请0件"),
    ),
    "received": (
        NEW + CARRIED_IN,
        ("连同上年结转在内共办理政府信息公开申请{n}件", "新收和上年结转的政府信息公开申请合计{n}件"),
        (),
    ),
    "carried_in": (
        CARRIED_IN,
        ("上年结转政府信息公开申请{n}件", "上年度结转{n}件", "转办上一年度申请公开{n}件"),
        ("无上年结转", "上年结转0件"),
    ),
    "closed": (CLOSED, ("共办结{n}件", "按程序答复{n}件", "均依法答复，共办结政府信息公开申请{n}件"), ()),
    "carried_out": (
        CARRIED_OUT,
        ("结转下年度继续办理{n}件", "剩余{n}件结转下年度", "另有{n}件转下一年度办理"),
        ("无转结下年度继续办理件", "结转下年度0件"),
    ),
    "granted": (_totals("granted"), ("予以公开{n}件", "同意公开{n}件"), ()),
    "granted_in_part": (_totals("granted_in_part"), ("部分公开{n}件", "区分处理后部分公开{n}件"), ()),
    "denied": (_totals(*DENIED), ("不予公开{n}件",), ()),
    "unavailable": (_totals(*UNAVAILABLE), ("无法提供{n}件", "本机关无法提供的{n}件"), ()),
    "not_processed": (_totals(*NOT_PROCESSED), ("不予处理{n}件",), ()),
    "reconsideration": (
        _cases("reconsideration"),
        ("因政府信息公开引起的行政复议{n}件", "被申请行政复议{n}件", "政府信息公开类行政复议{n}起"),
        ("未发生政府信息公开行政复议", "行政复议0件", "未接到任何形式的政府信息公开行政复议"),
    ),
    "litigation": (
        BOTH_LITIGATIONS,
        ("政府信息公开行政诉讼{n}件", "被提起行政诉讼{n}件"),
        ("未发生政府信息公开行政诉讼", "行政诉讼0件", "暂无政府信息公开行政诉讼"),
    ),
    "licensing": (
        (("proactive", "licensing", "decisions"),),
        ("处理行政许可{n}件", "作出行政许可决定{n}件", "行政许可处理决定数量{n}件"),
        (),
    ),
    "penalties": ((("proactive", "penalties", "decisions"),), ("实施行政处罚{n}件", "作出行政处罚决定{n}件"), ()),
    "coercion": (
        (("proactive", "coercion", "decisions"),),
        ("行政强制{n}件", "实施行政强制{n}件"),
        ("未实施行政强制",),
    ),
    "issued": (
        (("proactive", "normative_documents", "issued"),),
        ("制发行政规范性文件{n}件", "公开新制定规范性文件{n}件"),
        (),
    ),
    "repealed": ((("proactive", "normative_documents", "repealed"),), ("废止行政规范性文件{n}件",), ()),
    "in_force": ((("proactive", "normative_documents", "in_force"),), ("现行有效行政规范性文件{n}件",), ()),
}
# What a sentence of the section states, one after the other; a statement is left out now and then.
SENTENCES = {
    "proactive": (("licensing", "penalties", "coercion"), ("issued", "repealed", "in_force")),
    "applications": (
        ("new", "carried_in"),
        ("received",),
        ("granted", "granted_in_part", "denied", "unavailable", "not_processed"),
        ("closed", "carried_out"),
    ),
    "review": (("reconsideration", "litigation"),),
}
CHINESE_NUMERALS = dict(enumerate("零一二三四五六七八九十"))

# Figures of other things in the same words and units: none of them is a figure of the tables.
TRAPS = (
    "政务服务大厅全年共受理审批事项{a}件，办结{b}件。",
    "办理人大代表建议和政协委员提案{a}件，办复率100%。",
    "办理网民留言{a}条，按期回复{a}条。",
    "受理城市道路挖掘申请{a}件，现场核查{b}次。",
    "开展政策解读{a}期，在线访谈{b}期。",
    "组织政务公开业务培训{a}场，参训{b}人次。",
    "12345热线转办工单{a}件，办结{b}件。",
)
PUBLISHED = (
    "通过门户网站主动公开信息{a}条，政务新媒体推送信息{b}条。",
    "围绕重点领域发布信息{a}条，更新机构职能、财政预决算等栏目{b}次。",
    "网站全年发布各类信息{a}条，其中图文解读{b}篇。",
)
MANAGEMENT = (
    "落实信息发布先审后发要求，明确拟制、审核、签发三道责任，做到源头可查、过程留痕。",
    "按季度清理已发布的文件，对失效内容标注状态，对个人信息作隐去处理。",
    "修订公开目录，编排各科室保送时限，专人登记台账。",
)
PLATFORM = (
    "改版网站公开专栏，整合检索入口，方便群众按主题和年份查找文件。",
    "在办事窗口设置查阅点，配备自助终端，安排人员引导群众查阅。",
    "规范账号管理，关停长期不更新的新媒体账号，统一发布口径。",
)
OVERSIGHT = (
    "把公开工作列入年度考核，采取日常抽查与集中检查相结合的方式督促整改。",
    "邀请群众代表评议公开工作，收集的意见逐条反馈责任单位。",
)
PROBLEMS = (
    "一是个别科室主动公开意识还不够强，信息更新不够及时；二是解读形式比较单一，群众参与度不高。",
    "一是答复文书的规范程度有待提高；二是基层工作人员变动较多，业务衔接不够顺畅。",
)
IMPROVEMENTS = (
    "下一步将加强业务培训，完善答复文书样式，定期通报栏目更新情况。",
    "今后将丰富图解、短视频等解读方式，健全人员交接制度，提高公开质量。",
)
CLOSING = (
    "本年度未收取政府信息处理费，无其他需要报告的事项。",
    "按照信息处理费管理办法，本年度没有产生信息处理费。",
    "暂无。",
)


def write(truth, rng, slips=0.0):
    """Write the narrative of a report into ``truth``; a share ``slips`` of the stated figures disagrees with the tables."""
    claims = []
    stated = {
        name: "".join(_sentence(truth, rng, names, slips, claims) for names in groups)
        for name, groups in SENTENCES.items()
    }
    a, b = rng.randint(2, 4000), rng.randint(2, 900)
    trap = rng.choice(TRAPS).format(a=rng.randint(2, 900), b=rng.randint(2, 900))
    truth.claims = claims
    truth.narrative = [
        [
            "根据《中华人民共和国政府信息公开条例》和年度报告格式的要求，编制本报告。"
            f"所列数据统计期限为{truth.period}。如有疑问，请与{truth.body.name}联系（电话：{rng.randint(2000000, 8999999)}）。"
        ],
        [
            "一、总体情况",
            f"（一）主动公开。{rng.choice(PUBLISHED).format(a=a, b=b)}{stated['proactive']}",
            f"（二）依申请公开。{stated['applications']}{stated['review']}",
            f"（三）政府信息管理。{rng.choice(MANAGEMENT)}{trap}",
            f"（四）平台建设。{rng.choice(PLATFORM)}",
            f"（五）监督保障。{rng.choice(OVERSIGHT)}",
        ],
        ["五、存在的主要问题及改进情况", rng.choice(PROBLEMS), rng.choice(IMPROVEMENTS)],
        ["六、其他需要报告的事项", rng.choice(CLOSING)],
    ]


def misstate(truth, seed, slips=0.3):
    """The same report with a narrative in which a share ``slips`` of the stated figures disagrees with the tables."""
    told = replace(truth)
    write(told, Random(f"words-{truth.seed}-{seed}"), slips)
    return told


def _sentence(truth, rng, names, slips, claims):
    """One sentence that states some of the figures of ``names``."""
    parts, stated = [], []
    for name in names:
        cells, worded, nothing = STATEMENTS[name]
        if rng.random() < 0.25 or any(cell not in truth.cells for cell in cells):
            continue
        value = sum(truth.cells[cell] for cell in cells)
        said = value if rng.random() >= slips else value + rng.choice((1, 2, 10, 30))
        if said == 0 and not nothing:
            continue
        number = CHINESE_NUMERALS[said] if 0 < said <= 2 and rng.random() < 0.1 else str(said)
        parts.append(rng.choice(worded).format(n=number) if said else rng.choice(nothing))
        stated.append((cells, said, said == value))
    if not parts:
        return ""
    opening = rng.choice(("", "", f"{truth.year}年，", f"{truth.body.self_name}", "全年"))
    sentence = opening + "，".join(parts) + "。"
    claims += [Claim(sentence, *claim) for claim in stated]
    return sentence
