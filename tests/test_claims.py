"""Figures in words: what each phrasing claims, what only looks like a claim, and when the tables contradict one."""

import time

import pytest

import disclosure
from disclosure.amounts import Amount
from disclosure.claims import CHECK, VERDICTS, claims, explain, findings, frame, number
from disclosure.form import CellKey, form
from disclosure.wording import fold

from .generator.figures import figures
from .generator.words import misstate

HEADING = "（二）依申请公开情况"


def told(sentence, cells=(), year=2024, key="2021", heading=HEADING, fill=7, previous=None):
    """The claims of one sentence; every cell of the report says ``fill`` but for ``cells``: {"table row column": number}."""
    values = {cell: Amount(fill, "printed") for cell in form(key).cells}
    for name, value in dict(cells).items():
        values[CellKey(*name.split())] = Amount(value, "printed" if value is not None else "blank")
    return claims([heading, sentence], form(key), values, year, previous)


# as met in published reports, sometimes shortened -> what it claims
PHRASES = [
    ("新收政府信息公开申请数量７１３件。", [("new", 713)]),
    ("新收申请713件。", [("new", 713)]),
    ("新受理政府信息公开申请713件。", [("new", 713)]),
    ("收到新的公开申请数量3件。", [("new", 3)]),
    ("共受理政府信息公开申请15件。", [("received", 15)]),
    ("共收到政府信息公开申请 15 件。", [("received", 15)]),
    ("今年来，共收到128件政府信息公开。", [("received", 128)]),
    ("接收到申请书15份。", [("received", 15)]),
    ("收办政府信息公开申请15件。", [("handled", 15)]),
    ("受理依申请公开件15件。", [("received", 15)]),
    ("全年累计受理依申请公开20件，其中通过网站在线提交12件，信函申请8件。", [("received", 20), ("channel", 12), ("channel", 8)]),
    ("当面申请1件，信函申请2件，网络申请3件。", [("channel", 1), ("channel", 2), ("channel", 3)]),
    ("其中自然人12件，法人或其他组织3件。", [("natural_person", 12), ("organisations", 3)]),
    ("收到政府信息公开申请两件。", [("received", 2)]),
    ("收到政府信息公开申请十二件。", [("received", 12)]),
    ("未收到政府信息公开申请。", [("new", 0)]),
    ("没有收到任何形式的政府信息公开申请。", [("new", 0)]),
    ("未接到任何形式的政府信息公开申请。", [("new", 0)]),
    ("未收到任何形式的依申请公开政府信息。", [("new", 0)]),
    ("暂未收到公民、法人和其他组织的政府信息公开申请。", [("new", 0)]),
    ("新收和上年结转的政府信息公开申请合计20件。", [("received_with_carried_in", 20)]),
    ("连同上年结转在内共办理政府信息公开申请20件。", [("received_with_carried_in", 20)]),
    ("上年结转政府信息公开申请数量36件。", [("carried_in", 36)]),
    ("上年度结转36件。", [("carried_in", 36)]),
    ("接收申请45件（含上年度结转申请4件）。", [("received", 45), ("carried_in", 4)]),
    ("包括2023年结转2024年1件。", [("carried_in", 1)]),
    ("转办上一年度申请公开1件。", [("carried_in", 1)]),
    ("上年转结3件。", [("carried_in", 3)]),
    ("收到政府信息公开申请9件，上年结转1件，发生行政复议1件。", [("received", 9), ("carried_in", 1), ("reconsideration", 1)]),
    ("办结上年度结转依申请公开事项4件。", [("carried_in", 4)]),
    ("无上年结转。", [("carried_in", 0)]),
    ("注：予以公开含街道办理12件、镇办理3件。", []),
    ("予以公开26件，部分公开6件，不予公开5件，占10%。", [("granted", 26), ("granted_in_part", 6), ("denied", 5), ("denied.share", 10)]),
    ("同意公开答复26件。", [("granted", 26)]),
    ("已答复的申请中，“部分公开”36件，占61%；“无法提供”18件。",
     [("granted_in_part", 36), ("granted_in_part.share", 61), ("unavailable", 18)]),
    ("已主动公开和同意公开的26件。", [("granted", 26)]),
    ("本机关无法提供的7件，不予处理3件，不再重复处理2件。", [("unavailable", 7), ("not_processed", 3), ("duplicate", 2)]),
    ("信息不存在8件，不属于本行政机关公开9件。", [("not_existing", 8), ("not_existing", 9)]),
    ("逾期不补正1件，申请人主动撤回2件，其他处理4件。", [("correction_overdue", 1), ("withdrawn", 2), ("other", 4)]),
    ("按程序答复123件，结转下年度继续办理5件。", [("closed", 123), ("carried_out", 5)]),
    ("共办结政府信息公开申请120件。", [("closed", 120)]),
    ("结转至2025年办理5件。", [("carried_out", 5)]),
    ("2024年新收760件申请中结转2025年办理13件。", [("new", 760), ("carried_out", 13)]),
    ("协助办理上级转办申请5件。", []),
    ("剩余4件结转下年度。", [("carried_out", 4)]),
    ("另有4件顺延到下一年度。", [("carried_out", 4)]),
    ("转下一年度办理4件。", [("carried_out", 4)]),
    ("0件转结2025年办结。", [("carried_out", 0)]),
    ("无转结下年度继续办理件。", [("carried_out", 0)]),
    ("共收到申请15件，均已按期办结。", [("received", 15), ("all_closed", 0)]),
    ("收到公民、法人和其他组织政府信息公开申请共计67件。", [("received", 67)]),
    ("自然人申请10件，法人和其他组织申请5件。", [("natural_person", 10), ("organisations", 5)]),
    ("其中商业企业申请7件，科研机构1件，社会公益组织2件，法律服务机构申请3件。",
     [("enterprise", 7), ("research", 1), ("public_interest", 2), ("legal_service", 3)]),
    ("共收到申请15件，均已按期办结，无结转。", [("received", 15), ("carried_out", 0)]),
    ("上年结转3件，全部申请均已依法答复，没有结转事项。", [("carried_in", 3), ("carried_out", 0)]),
    ("截至年底，共收到申请15件，无结转申请。", [("received", 15), ("carried_out", 0)]),
    ("上年度无结转，共收到申请15件，答复14件。", [("received", 15), ("closed", 14)]),
    ("共收到申请15件，均已办结，无结转资金。", [("received", 15)]),
    ("因政府信息公开引发的行政复议24件，其中结果维持7件，结果纠正1件，其他结果9件，尚未审结7件。",
     [("reconsideration", 24), ("upheld", 7), ("corrected", 1), ("other_result", 9), ("pending", 7)]),
    ("其中，被提起行政复议4件，行政诉讼10件，撤诉10件。", [("reconsideration", 4), ("litigation", 10), ("dropped", 10)]),
    ("行政复议5件，其中上年结转2件，结转下年度1件。", [("reconsideration", 5)]),
    ("因政府信息公开引起的行政复议和诉讼12件。", [("disputes", 12)]),
    ("信息公开类行政复议3起，正在办理中。", [("reconsideration", 3)]),
    ("未经复议直接起诉3件，复议后起诉2件。", [("litigation_direct", 3), ("litigation_after_reconsideration", 2)]),
    ("行政复议案件3件，未被复议审查机关纠错。", [("reconsideration", 3), ("corrected", 0)]),
    ("未发生因政府信息公开被行政复议纠错的情况。", [("corrected", 0)]),
    ("未因政府信息公开引发行政复议、行政诉讼。", [("reconsideration", 0), ("litigation", 0)]),
    ("无行政复议和行政诉讼。", [("reconsideration", 0), ("litigation", 0)]),
    ("本年度不存在因政府信息公开引发的行政复议和行政诉讼情况。", [("reconsideration", 0), ("litigation", 0)]),
    ("处理行政许可40390件，实施行政处罚4246件、行政强制170件。", [("licensing", 40390), ("penalties", 4246), ("coercion", 170)]),
    ("行政许可处理决定数量9件，无行政强制。", [("licensing", 9), ("coercion", 0)]),
    ("作出行政许可决定9条，行政处罚8起，无行政事业性收费。", [("licensing", 9), ("penalties", 8), ("fees", 0)]),
    ("行政事业性收费145.022万元。", [("fees", 145.022)]),
    ("收取行政事业性收费1450220元。", [("fees", 145.022)]),
    ("公开行政规范性文件2件，废止13件，现行有效22件。", [("documents_made_public", 2), ("repealed", 13), ("in_force", 22)]),
    ("现行有效行政规范性文件22件，本年度制发3件。", [("in_force", 22), ("issued", 3)]),
    ("公开新制定规范性文件3件。", [("issued", 3)]),
    ("未制定出台行政规范性文件。", [("issued", 0)]),
    ("有1件政府信息公开申请收取信息处理费380元。", [("processing_fee", 0.038)]),
    ("本年度没有产生信息处理费。", [("processing_fee", 0)]),
    ("新收政府信息公开申请15件，比上年增加3件。", [("new", 15), ("new.change", 3)]),
    ("新收政府信息公开申请15件，同比下降25%。", [("new", 15), ("new.rate", -25)]),
]  # fmt: skip


@pytest.mark.parametrize("sentence, said", PHRASES)
def test_what_a_phrase_claims(sentence, said):
    assert [(claim.says, claim.value) for claim in told(sentence)] == said


# Figures in the same words and units that are none of the tables': whatever is found in them, nothing is contradicted.
TRAPS = """
全年办理行政复议案件200件，行政应诉案件50件。
区政府办公室收到政府信息公开申请17件。
区级部门收到政府信息公开申请50件，乡镇（街道）收到政府信息公开申请30件。
2022年收到政府信息公开申请50件。
去年收到政府信息公开申请50件。
由上年的50件下降到15件。
与上年相比，新收政府信息公开申请由97件变为91件，办结从95件增加到97件。
2023年度新收的536件申请中，已办结495件。
申请的平均办理时限为3个工作日。
全年收到行政复议申请5974件，受理123件，审结123件。
为商业企业提供信息30条。
近三年收到政府信息公开申请50件。
上半年收到政府信息公开申请50件。
收到政府信息公开申请约50件。
收到政府信息公开申请50余件。
收到政府信息公开申请1,284件。
其中105件已按照《中华人民共和国政府信息公开条例》要求完成答复。
收到政府信息公开申请咨询电话30个。
通过平台收到政府信息公开申请30件。
依申请公开栏目更新30条。
依申请公开平台新增功能3项。
规范依申请公开答复文书模板5个，发放依申请公开宣传资料300份。
编发依申请公开典型案例3个。
政府信息公开申请收件5个工作日内答复。
免于公开答复数5条。
未按期答复0件。
无正当理由大量反复申请的，依法不予处理。
如未收到政府信息公开申请答复，可依法申请行政复议。
未收到公民对政府信息公开工作的投诉举报。
未经复议直接起诉的情形较多。
政府信息公开类行政诉讼一审5件，二审2件。
主动公开规范性文件12件。
清理规范性文件30件，继续有效20件，废止5件，修改2件。
答复中区分处理后公开4件。
其中已主动公开2件，同意公开2件。
主动公开规章13件（含新制定5件，修改4件，废止4件）。
行政规范性文件合法性审查12件，备案规范性文件5件，征求规范性文件意见5件。
规范性文件栏目共公开30件，其中失效2件，废止1件。
发布信息11049条、规范性文件和公文类政府信息47件。
建立规章制度5项。
公开行政许可信息30条，公示行政处罚20条。
公开行政执法信息30条，其中行政许可20条，行政处罚10条。
办理行政许可申请30件，受理行政许可30件。
行政许可事项9项，比2019年减少3项。
组织开展行政处罚案卷评查30件，发布行政强制事项目录1份。
共受理审批事项117件，办结171件。
受理城市道路挖掘申请件77件。
受理不动产登记申请300件，答复咨询20件。
12345热线受理2000件，办结1990件，均已办结。
收到人大建议10件、政协提案20件，均按期答复。
受理群众来信30件，答复30件。
上年度结转项目5个，结转下年度资金3项。
第二十条第（八）项
行政许可 | 30件 | |
""".split("\n")[1:-1]


@pytest.mark.parametrize("sentence", TRAPS)
@pytest.mark.parametrize("heading", (HEADING, "（一）主动公开情况"))
def test_what_only_looks_like_a_claim(sentence, heading):
    found = told(sentence, heading=heading, fill=9999)
    assert [claim for claim in found if claim.verdict == "disagrees"] == []


NEW, CARRIED_IN, CLOSED, CARRIED_OUT = (f"applications {row} total" for row in ("new", "carried_in", "closed", "carried_out"))
RECONSIDERATION, DIRECT, AFTER = (
    f"review {row} total" for row in ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
)
# sentence, cells -> the verdicts
VERDICT = [
    ("新收政府信息公开申请713件。", {NEW: 713}, ["agrees"]),
    ("新收政府信息公开申请713件。", {NEW: 731}, ["disagrees"]),
    ("新收政府信息公开申请713件。", {NEW: None}, ["unheld"]),
    ("2023年，新收政府信息公开申请713件。", {NEW: 713}, ["other_scope"]),
    ("新收政府信息公开申请713件，比上一年度增长21%，共办结700件。", {NEW: 713, CLOSED: 700}, ["agrees", "unheld", "agrees"]),
    ("结转上年后新收政府信息公开申请713件。", {NEW: 713}, ["agrees"]),
    # Received is what came in this year, or that with what was carried in.
    ("共收到政府信息公开申请749件。", {NEW: 713, CARRIED_IN: 36}, ["agrees"]),
    ("共收到政府信息公开申请713件。", {NEW: 713, CARRIED_IN: 36}, ["agrees"]),
    ("共收到政府信息公开申请700件次。", {NEW: 713, CARRIED_IN: 36}, ["disagrees"]),
    ("共收到政府信息公开申请700件。", {NEW: 713, CARRIED_IN: 36}, ["disagrees"]),
    ("区政府办公室共收到政府信息公开申请17件。", {NEW: 95}, ["other_scope"]),
    ("其中，县公安局收到申请4件。", {NEW: 95}, ["other_scope"]),
    ("新收政府信息公开申请95件，其中县政府受理27件、部门受理68件。", {NEW: 95, CARRIED_IN: 0}, ["agrees", "other_scope", "other_scope"]),
    ("我办共收到依申请公开事项6件。", {NEW: 95, CARRIED_IN: 0}, ["other_scope"]),
    ("行政诉讼方面，一审行政诉讼12件。", {DIRECT: 8, AFTER: 0}, ["other_scope"]),
    ("2019年至2023年累计收到政府信息公开申请2033件。", {NEW: 95, CARRIED_IN: 0}, ["other_scope"]),
    ("非税收入方面，行政事业性收费收入1233万元。", {"proactive fees amount_10k_yuan": 12}, []),
    # The words balance among themselves: another set of applications is counted.
    ("新收政府信息公开申请17件，共办结15件，结转下年度2件。",
     {NEW: 95, CARRIED_IN: 3, CLOSED: 90, CARRIED_OUT: 8}, ["other_scope"] * 3),
    ("新收政府信息公开申请17件，共办结90件，结转下年度8件。",
     {NEW: 95, CARRIED_IN: 3, CLOSED: 90, CARRIED_OUT: 8}, ["disagrees", "agrees", "agrees"]),
    ("共收到政府信息公开申请15件，均已按期办结。", {NEW: 15, CARRIED_IN: 0, CARRIED_OUT: 4}, ["agrees", "disagrees"]),
    ("共收到政府信息公开申请15件，均已按期办结，剩余4件结转下年度。", {NEW: 15, CARRIED_IN: 0, CARRIED_OUT: 4}, ["agrees", "agrees"]),
    ("新收政府信息公开申请98件，均已按期办结，无结转。", {NEW: 98, CARRIED_OUT: 4}, ["agrees", "disagrees"]),
    ("新收政府信息公开申请98件，均已按期办结，无结转。", {NEW: 98, CARRIED_OUT: 0}, ["agrees", "agrees"]),
    # Both kinds of litigation are summed; one of them alone may have been meant.
    ("政府信息公开类行政诉讼10件。", {DIRECT: 8, AFTER: 2}, ["agrees"]),
    ("政府信息公开类行政诉讼8件。", {DIRECT: 8, AFTER: 2}, ["other_scope"]),
    ("政府信息公开类行政诉讼9件。", {DIRECT: 8, AFTER: 2}, ["disagrees"]),
    ("因政府信息公开引发的行政复议和行政诉讼14件。", {RECONSIDERATION: 4, DIRECT: 8, AFTER: 2}, ["agrees"]),
    ("因政府信息公开引发的行政复议和行政诉讼13件。", {RECONSIDERATION: 4, DIRECT: 8, AFTER: 2}, ["disagrees"]),
    ("未发生政府信息公开行政复议。", {RECONSIDERATION: 4}, ["disagrees"]),
    ("信息不存在8件。", {"applications unavailable.not_held total": 20}, ["unheld"]),
    ("行政事业性收费126.98万元。", {"proactive fees amount_10k_yuan": 126.9795}, ["agrees"]),
    ("行政事业性收费136.98万元。", {"proactive fees amount_10k_yuan": 126.9795}, ["disagrees"]),
    ("作出行政许可决定12.3万件。", {"proactive licensing decisions": 123398}, ["agrees"]),
    ("不予公开5件，占10%。", {CLOSED: 50} | {f"applications {key.row} total": 1 for key in form("2021").cells if key.row.startswith("denied.")},
     ["disagrees", "agrees"]),
]  # fmt: skip


@pytest.mark.parametrize("sentence, cells, verdicts", VERDICT)
def test_verdicts(sentence, cells, verdicts):
    found = told(sentence, cells)
    assert [claim.verdict for claim in found] == verdicts
    assert set(verdicts) <= VERDICTS.keys()


def test_change_is_held_against_the_year_before():
    sentence = "新收政府信息公开申请15件，比上年增加3件，同比增长25%。"
    previous = {CellKey("applications", "new", "total"): 12}
    for before, verdict in ((None, "unheld"), (previous, "agrees"), (dict.fromkeys(previous, 14), "disagrees")):
        new, change, rate = told(sentence, {NEW: 15}, previous=before)
        assert (new.verdict, change.verdict, rate.verdict) == ("agrees", verdict, verdict)


def test_the_2019_form_has_its_own_cells():
    found = told("现行有效规范性文件9件，其他处理3件。", key="2019", cells={"proactive normative_documents published_total": 9})
    assert [(claim.says, claim.verdict) for claim in found] == [("in_force", "agrees")]
    (other,) = told("其他处理3件。", key="2019", cells={"applications other total": 4})
    assert other.verdict == "disagrees"


# What speaks of others' business, in words that are the tables' too.
OTHERS = [
    "全区9个镇（街道）共收到政府信息公开申请23件，区级部门收到申请41件。",
    "市公安分局受理申请8件，市住建局受理申请5件。",
    "延期答复申请6件。",
    "减免行政事业性收费120.5万元。",
    "受理不动产登记申请302件，办结301件。",
    "全年受理行政复议申请46件，审结41件，其中维持23件、纠错9件。",
    "应诉行政诉讼案件38件，其中败诉3件。",
    "新收民商事行政诉讼案件12起。",
]


@pytest.mark.parametrize("sentence", OTHERS)
def test_what_speaks_of_others_business_contradicts_no_table(sentence):
    found = claims([HEADING, sentence], form("2021"), dict.fromkeys(form("2021").cells, Amount(7, "printed")), 2024)
    assert "disagrees" not in [claim.verdict for claim in found]


def test_a_sentence_broken_over_lines_is_one():
    values = {cell: Amount(7, "printed") for cell in form("2021").cells}
    lines = [HEADING, "2024年，我区进一步规范依申请公开工作，新收政府信息公开申", "请7件，均已答复。"]
    (new, *_) = claims(lines, form("2021"), values, 2024)
    assert (new.says, new.value, new.verdict, new.line) == ("new", 7, "agrees", 2)


def test_a_finding_quotes_the_sentence():
    (finding,) = findings(told("新收政府信息公开申请713件。", {NEW: 731}))
    assert (finding.check, finding.severity, finding.found, finding.expected) == (CHECK, "warning", 713, 731)
    assert finding.message == "正文称“本年新收”为 713，表中为 731：“新收政府信息公开申请713件。”"
    (claim,) = told("新收政府信息公开申请713件。", {NEW: 731})
    assert explain(claim, "en") == "The text says 713 for new applications, the tables 731: “新收政府信息公开申请713件。”"


def test_claims_as_a_frame():
    rows = frame(told("新收政府信息公开申请713件，比上年增加3件。", {NEW: 731}), "a.html").set_index("says")
    assert rows.loc["new", ["report", "name", "value", "held", "verdict", "line"]].tolist() == ["a.html", "本年新收", 713, 731, "disagrees", 2]
    assert rows.loc["new", "cells"] == ["applications.new.total"]
    assert rows.loc["new.change", "name"] == "本年新收的增减"


@pytest.mark.parametrize("chinese, value", [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("一千二百", 1200), ("一百二", 120), ("一千二", 1200), ("一千零二", 1002), ("三十二", 32), ("一百二十", 120), ("二百五十三", 253), ("二〇二四", 2024)])
def test_chinese_numerals(chinese, value):
    assert number(chinese) == value


def test_published_narratives_agree_with_their_tables(sample):
    report = disclosure.read(sample.path)
    found = claims(report.paragraphs, report.form, report.values, report.metadata.year)
    assert [claim for claim in found if claim.verdict not in ("agrees", "unheld")] == []
    assert sum(claim.verdict == "agrees" for claim in found) >= 3


@pytest.mark.parametrize("key", ("2021", "2019"))
def test_generated_narratives(key):
    """What the generator states is found, and only what it misstates is contradicted."""
    for seed in range(60):
        truth = misstate(figures(seed, key), seed)
        values = {CellKey(*cell): Amount(value, "printed") for cell, value in truth.cells.items()}
        found = claims([line for part in truth.narrative for line in part], form(key), values, truth.year)
        stated = [(fold(sentence).replace(" ", ""), value, agrees) for sentence, _, value, agrees in truth.claims]
        assert {(sentence, value) for sentence, value, _ in stated} <= {(claim.sentence, claim.value) for claim in found}
        for claim in found:
            assert claim.verdict != "disagrees" or (claim.sentence, claim.value, False) in stated, claim


def test_reading_a_narrative_is_quick():
    truth = figures(3)
    values = {CellKey(*cell): Amount(value, "printed") for cell, value in truth.cells.items()}
    lines = [line for part in truth.narrative for line in part]
    took = []
    for _ in range(20):
        start = time.process_time()
        claims(lines, form("2021"), values, truth.year)
        took.append(time.process_time() - start)
    assert min(took) < 0.005  # 0.5 ms where it is quiet


@pytest.mark.parametrize("unit", ("新收政府信息公开申请12件，", "共办结12件", "共有", "申请公开", "上年结转3件", "未收到政府信息公开申请，", "未", "12件"))
def test_no_text_makes_it_slow(unit):
    lines = [HEADING, (unit * 20_000)[:20_000]]
    start = time.process_time()
    claims(lines, form("2021"), dict.fromkeys(form("2021").cells, Amount(7, "printed")), 2024)
    assert time.process_time() - start < 3  # 0.2 s where it is quiet


def test_of_an_endless_text_the_beginning_is_read():
    start = time.process_time()
    found = claims(["新收政府信息公开申请12件。"] + ["未" * 20_000] * 1_000, form("2021"), dict.fromkeys(form("2021").cells, Amount(7, "printed")))
    assert time.process_time() - start < 5 and [claim.says for claim in found] == ["new"]
