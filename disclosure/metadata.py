"""What a report says about itself: title, issuing body, year, source, and how far its figures reach."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from urllib.parse import urlsplit

from .places import Evidence, resolve
from .titles import (
    MARKUP,
    YEAR,
    arabic_days,
    arabic_years,
    bare_lines,
    covered_year,
    first_sections,
    printed_title,
    titles_in,
)
from .wording import fold, is_traditional, simplify

# A report speaks of itself at its head and foot; the rest of a huge file is not searched.
HEAD, FOOT = 30_000, 3_000
# What counts as the opening where no heading ends it, and as the foot: lines, and characters of the opening.
OPENING_LINES, FOOT_LINES, OPENING = 80, 20, 6_000

NOTE = re.compile(r"\([a-z\u00e0-\u01dc]{1,6}\)")
# A line that ends inside a bracket goes on in the next: 国办公开⏎办函〔2021〕30号. So does one that ends on a slash or
# behind an area code.
BRACKETED = re.compile(r"\([^()]{1,80}\)")
RUNS_ON = re.compile(r"(?<=//)\n(?=\w)|(?<=:0\d\d)\n(?=\d{8})|(?<=:0\d{3})\n(?=\d{7})")
LAW = re.compile("(?:根据|按照|依据).{0,20}信息公开条例")

# Not a date's: the page's date says nothing of the year reported on.
NARRATED_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!\d{1,2}月\d{1,2}日)")

DAY = r"(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})"
PUBLISHED = (
    re.compile(rf"(?:发布|公开|公布)(?:日期|时间|于)[:\n]*{DAY}"),
    re.compile(rf"(?:成文|发文|印发|生成|上传|更新)(?:日期|时间)[:\n]*{DAY}"),
    re.compile(rf"^[\[(【〔]?(?:日期|时间)?:?{DAY}", re.M),
    re.compile(rf"^{DAY}日$", re.M),
    re.compile(rf"{DAY}日?\d\d:\d\d发表"),
    re.compile(rf"^(?:[\u3400-\u9fff]{{2,25}})?{DAY}日$", re.M),
)

# What government pages call it in their meta elements.
PAGE_DATE = "pubdate"

ADDRESS = re.compile(r"(?:https?:?/{1,2}:?|www\.)([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:/[\w./?=&%#-]*)?", re.I | re.A)
PORTAL = re.compile(r"网站?[^。;\n]{0,12}$")
TELEPHONE = re.compile(r"(?<![\d.])\(?(?:(010|02\d|0[3-9]\d\d)\)?[-—–]*)?([2-8]\d{6,7}|1[3-9]\d{9}|400\d{7})(?!\d)")
TELEPHONE_WORDS = re.compile(r"(?:电话|联系方式|热线|咨询|tel)[^\d\n]{0,12}\n?[^\d\n]{0,4}$", re.I)
# An address may be followed by a telephone that is not called one, known by its area code.
ADDRESSED = re.compile(r"(?:地址|邮编|邮政编码)[^()\n]{0,50}$")
# Where one complains, and the fax, is not whom one asks.
OTHER_TELEPHONE = re.compile(r"(?:监督|投诉|举报|传真)[^\d\n]{0,12}\n?[^\d\n]{0,4}$")
# Where a site begins to speak of itself.
SITE_FOOT = re.compile("主办|承办|版权所有|标识码|ICP备|公网安备|网站地图|关于我们|技术支持")
# The portals of the central government, which any report may name.
CENTRAL = {"www.gov.cn", "gov.cn", "gjzwfw.www.gov.cn", "gjzwfw.gov.cn"}
RECORD = re.compile(r"公网安备[号:\n]*(\d{6})\d{5,8}")

# The documents that prescribe the form, known by year and number, which survive what converters do to the rest.
FORM_DOCUMENTS = {
    ("2021", "30"): "国办公开办函〔2021〕30号",
    ("2019", "60"): "国办公开办函〔2019〕60号",
    ("2014", "32"): "国办发〔2014〕32号",
}
FORM_DOCUMENT = re.compile(r"国办[公开办函发]{1,5}\n?[〔﹝\[(【<]?(20\d\d)[〕﹞\])】>]?\n?(\d\d)号")

# Bodies that a report names beside its author: who owns the site, who answers questions, who published it.
SITE = re.compile("(?:人民)?(?:政府|门户|官方)+网")
OFFICE = re.compile(r"请[与向]([\u3400-\u9fff]{2,30}?)(?:联系|反映|咨询|提出)")
LABELLED = re.compile(r"(?:主办单位|主办|版权所有|发布机构|发布单位|公开机构|公开主体|发文机关|来源)[:\n]+([\u3400-\u9fff]{2,30})")
LAST_WORDS = re.compile(r"[\u3400-\u9fff]*\Z")
PUBLISHER = re.compile(r"(?:发布机构|发布单位|公开机构|公开主体|发文机关|制作单位)[:\n]+([\u3400-\u9fff]{2,30})")
PREPARED = re.compile(
    r"^(?:20\d\d年度?)?(?![我本])([\u3400-\u9fff]{2,25}(?:局|委|委员会|办公室|政府|办事处|厅|中心|管委会|镇|乡|街道))"
    "(?:根据|按照|依据|依照)[^。;\n]{0,20}条例",
    re.M,
)
SIGNATURE = re.compile(r"^[\u3400-\u9fff]{2,25}(?:局|委|委员会|办公室|政府|办事处|厅|中心|管委会|镇|乡|街道)$", re.M)

# What an author calls itself (我局, 本镇), and so what kind of body it is.
OWN_WORDS = re.compile("[我本](局|委|厅|办|中心|院|镇|乡|街道|街|区|县|市|旗)(?![级域年报])")
OWN_LEVELS = {
    **dict.fromkeys(("局", "委", "厅", "办", "中心", "院"), "department"),
    **dict.fromkeys(("镇", "乡", "街道", "街"), "town"),
    **dict.fromkeys(("区", "县", "市", "旗"), "county"),
}

PARTS = "(?:部门|单位|乡镇|街道|街镇|镇街|镇|乡)"
NEAR = "[^。;\n]"
COVERAGE = (
    ("own", rf"(?:数据|报告|统计){NEAR}{{0,20}}(?:不含|不包括|仅为|仅限|[仅只](?:含|包括|统计)){NEAR}{{0,30}}(?:{PARTS}|本机关|本级)"),
    ("own", rf"(?:数据|报告)(?:[为是]|[仅只]){NEAR}{{0,6}}(?:本机关|本单位|本局|我局|本办|本级)"),
    ("aggregate", rf"(?:综合|汇总|汇集|依据|根据){NEAR}{{0,30}}各{NEAR}{{0,25}}{PARTS}{NEAR}{{0,40}}(?:编制|汇总|形成|制作|而成)"),
    ("aggregate", rf"(?:数据|报告|统计){NEAR}{{0,20}}(?:涵盖|包括|包含|含|汇总|覆盖){NEAR}{{0,30}}(?:各|所属|下辖){NEAR}{{0,20}}{PARTS}"),
    ("aggregate", rf"各{PARTS}(?:[、和及]?各{PARTS})+{NEAR}{{0,12}}(?:收取|收到|产生)"),
)
COVERAGE = tuple((reach, re.compile(pattern)) for reach, pattern in COVERAGE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says about itself; None is what it does not say."""

    title: str | None
    """As printed, in its order, without blanks, Simplified."""
    body: str | None
    """Who issued it, as printed: 包头市昆都仑区人民政府."""
    jurisdiction: str | None
    """The county as a reader would say it: 昆都仑区."""
    region_code: str | None
    """The jurisdiction's code; None for zones and where it cannot be decided."""
    parent_code: str | None
    """The region whose report should contain this one."""
    body_level: str
    """county, department, town, zone, prefecture, province, unknown."""
    year: int | None
    """The year reported on, never that of publication."""
    publication_date: date | None
    website: str | None
    telephone: str | None
    form_document: str | None
    """The document that the report says prescribes its form: 国办公开办函〔2021〕30号."""
    source_url: str | None
    source_grade: str
    """official, mirror, ocr, unknown."""
    coverage: str
    """aggregate: its bodies are counted in; own: only its author; unknown: it does not say."""
    coverage_sentence: str | None
    """The sentence that says so."""


def metadata(document, text, damage=frozenset()):
    """Read what a report says about itself.

    ``text`` is the document's whole text, cleaned, with a line break or a control character between its pieces;
    ``damage`` says what had to be undone or could not be: pinyin_notes, traditional, lost_bytes, mojibake, ocr.
    Returns a Metadata and a list of findings as (check, severity, message).
    """
    page = _page(text)
    title, body, findings = _title(document, page, damage)
    published = _published(document, page)
    year, doubts = _year(title, page, published)
    findings += doubts
    evidence = _evidence(document, page)
    place, doubts = resolve(body or _signed(page), year, evidence, _own_level(page))
    findings += doubts
    website, portal = _website(page)
    grade, doubts = _grade(document, damage, portal, evidence)
    findings += doubts
    coverage, sentence = _coverage(page)
    return Metadata(
        title=title,
        body=place.name,
        jurisdiction=place.jurisdiction,
        region_code=place.region_code,
        parent_code=place.parent_code,
        body_level=place.level,
        year=year,
        publication_date=published,
        website=website,
        telephone=_telephone(page),
        form_document=_form_document(page),
        source_url=document.url,
        source_grade=grade,
        coverage=coverage,
        coverage_sentence=sentence,
    ), findings


@dataclass(frozen=True, slots=True)
class _Page:
    """The head and foot of a report, line by line and without blanks."""

    lines: list[str]
    begins: int
    """The last line on which its title can stand: that of the first section, or of the sentence that names the law."""
    opening: str
    """What stands before the first section."""
    narrative: str
    foot: str

    @property
    def own(self):
        """The opening and the foot as far as the report speaks, not the site round it."""
        return self.opening, SITE_FOOT.split(self.foot, maxsplit=1)[0]


def _page(text):
    if len(text) > HEAD + FOOT:
        text = f"{text[:HEAD]}\n{text[-FOOT:]}"
    lines = bare_lines(_squeeze(text))
    own, listed = first_sections(lines)
    section = (own + listed[::-1] + [None])[0]
    law = next((n for n, line in enumerate(lines[:section]) if LAW.search(line)), None)
    begins = min(n for n in (section, law, OPENING_LINES) if n is not None)
    opening = begins + 3 if section is None else section
    sections = (lines[:opening], lines[opening:], lines[max(len(lines) - FOOT_LINES, opening) :])
    opening, narrative, foot = (arabic_years("\n".join(section)) for section in sections)
    opening, foot = _unwrapped(opening), _unwrapped(foot)
    return _Page(lines, begins, opening[:OPENING], narrative, foot)


def _unwrapped(text):
    """Text with what a line's end cuts put together, where that is plain."""
    return RUNS_ON.sub("", BRACKETED.sub(lambda bracket: bracket[0].replace("\n", ""), text))


def _squeeze(text):
    """Text without the blanks that cleaning leaves, and Markdown's signs before punctuation."""
    return text.replace(" ", "").replace("\t", "").replace("\\", "")


def _title(document, page, damage):
    """Title, body, findings: the text's own title or that of the medium, whichever says more; at last the file's name."""
    printed = printed_title(page.lines, page.begins)
    carried = max(titles_in(_cleaned(document.title or "", damage)), default=None)
    if carried and (not printed or carried.rank > printed.rank):
        printed = carried
    if printed:
        return printed.text, printed.body, []
    named = max(titles_in(_cleaned(PurePath(document.path).name, damage)), default=None)
    if named:
        return named.text, named.body, [("title.from_file_name", "info", f"正文没有标题，取自文件名：{named.text}。")]
    return None, None, [("title.missing", "info", "正文和文件名中都没有标题。")]


def _cleaned(text, damage):
    """A title that did not come with the text, cleaned as the text was."""
    text = fold(text)
    if "pinyin_notes" in damage:
        text = NOTE.sub("", text)
    if "traditional" in damage or is_traditional(text):
        text = simplify(text)
    return _squeeze(text).strip(MARKUP)


def _year(title, page, published):
    """The report year and findings.

    Title and statistics period both say it. Where they differ, one that was not over on the day of publication is not
    meant. Of several years in the title it is that of the period; else the one that the narrative speaks of most is
    taken, else the title's: a period is left over from last year's text more often than a title. The narrative alone is
    the last resort; the date of the page is none.
    """
    titled = list(dict.fromkeys(map(int, YEAR.findall(arabic_years(title or "")))))
    period = covered_year(page.opening, page.narrative)
    said = list(dict.fromkeys([*titled, *([period] if period else [])]))
    if len(said) == 1:
        return said[0], []
    narrated = map(int, NARRATED_YEAR.findall(f"{page.opening}\n{page.narrative}"))
    narrated = _most_common(year for year in narrated if _is_over(year, published))
    if said:
        over = [year for year in said if _is_over(year, published)]
        year = period if period in titled else narrated if narrated in said else said[0]
        year = over[0] if len(over) == 1 else year
        sources = [f"标题为 {'、'.join(map(str, titled))} 年"] * bool(titled) + [f"统计期限为 {period} 年"] * bool(period)
        return year, [("year.disagrees", "warning", f"{'，'.join(sources)}；取 {year} 年。")]
    if narrated:
        return narrated, [("year.from_narrative", "info", f"标题和统计期限中都没有年份，取正文最常提到的 {narrated} 年。")]
    return None, [("year.missing", "info", "标题、统计期限和正文中都没有报告年度。")]


def _is_over(year, published):
    """Whether a year was over, or all but, when a report on it was published; so it may be where that day is not known."""
    return not published or (year, 12) <= (published.year, published.month)


def _most_common(values):
    """What occurs more often than anything else, or None."""
    first, second = (Counter(values).most_common(2) + [(None, 0), (None, 0)])[:2]
    return first[0] if first[1] > second[1] else None


def _signed(page):
    """The body of a report whose title has none: the publisher's line, the signature, or who the preamble says wrote it."""
    if match := PUBLISHER.search(page.opening):
        return match[1]
    signed = SIGNATURE.findall(page.foot) or PREPARED.findall(page.opening)
    return signed[-1] if signed else None


def _own_level(page):
    return OWN_LEVELS.get(_most_common(OWN_WORDS.findall(f"{page.opening}\n{page.narrative}")), "unknown")


def _evidence(document, page):
    around = f"{page.opening}\n{page.foot}"
    hosts = [match[1].lower() for match in ADDRESS.finditer(around)]
    if document.url:
        hosts.append(urlsplit(document.url).hostname or "")
    return Evidence(
        text=f"{page.opening}\n{page.narrative}",
        opening=around,
        owners=tuple(dict.fromkeys(_owners(page, around))),
        telephones=tuple(dict.fromkeys(match[1] for match in TELEPHONE.finditer(around) if match[1])),
        records=tuple(dict.fromkeys(RECORD.findall(around))),
        hosts=tuple(dict.fromkeys(hosts)),
        others=frozenset().union(*(paragraph.others for paragraph in document.paragraphs)),
    )


def _owners(page, around):
    for site in SITE.finditer(page.opening):
        words = page.opening[max(site.start() - 25, 0) : site.start()]
        yield LAST_WORDS.search(words)[0]
    yield from OFFICE.findall(page.opening)
    yield from LABELLED.findall(around)


def _website(page):
    """The address that the report gives, as printed, and its host if it is said to be that of a government's portal."""
    found = ([match for match in ADDRESS.finditer(text) if match[1].lower() not in CENTRAL] for text in page.own)
    matches = next(filter(None, found), [])
    for match in matches:
        before = match.string[max(match.start() - 15, 0) : match.start()]
        if PORTAL.search(before):
            # A hospital or a zone has its own site.
            return match[0], match[1].lower() if "政府" in before else None
    return (matches[0][0], None) if matches else (None, None)


def _telephone(page):
    """The first number that is called one, of those whom one asks if there are any: area code, hyphen, number."""
    found = {}
    for text in page.own:
        for match in TELEPHONE.finditer(text):
            before = text[max(match.start() - 60, 0) : match.start()]
            if TELEPHONE_WORDS.search(before) or match[1] and ADDRESSED.search(before):
                number = "-".join(part for part in match.groups() if part)
                found.setdefault(OTHER_TELEPHONE.search(before) is not None, number)
    return found.get(False) or found.get(True)


def _form_document(page):
    for match in FORM_DOCUMENT.finditer(page.opening):
        if match.groups() in FORM_DOCUMENTS:
            return FORM_DOCUMENTS[match.groups()]
    return None


def _published(document, page):
    """The date of the page or of the signature; what the page's own meta element says, where neither is printed."""
    for text in (page.opening, page.foot):
        text = arabic_days(text)
        for pattern in PUBLISHED:
            for match in pattern.finditer(text):
                if found := _date(match):
                    return found
    carried = next((said for name, said in document.meta.items() if name.lower() == PAGE_DATE), "")
    return _date(match) if (match := re.match(DAY, carried)) else None


def _date(match):
    try:
        return date(*map(int, match.groups()))
    except ValueError:  # a damaged date is none
        return None


def _grade(document, damage, portal, evidence):
    """official: from a host under .gov.cn; mirror: from elsewhere, with a mirror's marks; ocr: from a picture."""
    host = urlsplit(document.url).hostname or "" if document.url else ""
    if host.endswith(".gov.cn"):
        return "official", []
    marks = []
    if "pinyin_notes" in damage:
        marks.append("文中夹有拼音注音")
    if damage & {"lost_bytes", "mojibake"}:
        marks.append("文中有字节丢失或乱码")
    if portal and not portal.endswith(".gov.cn"):
        marks.append(f"门户网站地址被换成 {portal}")
    if marks:
        return "mirror", [("source.mirror", "info", f"来源是转载网站而非原发布机关：{'；'.join(marks)}。")]
    if document.medium == "scan" or "ocr" in damage:
        return "ocr", []
    # The page's own chrome: the police record of a government site, and its address.
    official = evidence.records and any(host.endswith(".gov.cn") for host in evidence.hosts)
    return ("official" if official and not host else "unknown"), []


def _coverage(page):
    text = f"{page.opening}\n{page.narrative}"
    for reach, pattern in COVERAGE:
        if match := pattern.search(text):
            start = max(text.rfind(mark, 0, match.start()) for mark in "。;\n") + 1
            end = min((at for mark in "。;\n" if (at := text.find(mark, match.end())) >= 0), default=len(text))
            return reach, text[start : end + 1].strip()
    return "unknown", None
