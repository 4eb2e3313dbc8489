"""What clerks and converters do to figures and to text before or after a layout: Truth → Truth, str → str."""

import re
import unicodedata
from dataclasses import replace

from .printed import PARTS

# Figures ------------------------------------------------------------------------------------------------------------


def as_it_is(truth, rng):
    return truth


def _zeros(truth, *tables):
    return [key for key, text in truth.texts.items() if text == "0" and key[0] in tables]


def blank_zeros(truth, rng):
    """Every 0 of tables 三 and 四 left blank."""
    return truth.printed(dict.fromkeys(_zeros(truth, "applications", "review"), ""))


def blank_organisations(truth, rng):
    """The organisations' columns blank where they are 0; natural persons and totals filled."""
    return truth.printed({key: "" for key in _zeros(truth, "applications") if key[2] in PARTS[1:]})


def blank_totals(truth, rng):
    """The 总计 column blank in every row but 新收 and （七）."""
    return truth.printed(
        {
            key: ""
            for key in truth.texts
            if key[0] == "applications" and key[2] == "total" and key[1] not in ("new", "closed")
        }
    )


def blank_total_once(truth, rng):
    return truth.printed({("applications", "carried_out", "total"): ""})


def blank_row(truth, rng):
    """A row of table 二 left blank by a body that never punishes or permits: no figure, not 0."""
    row = rng.choice(("coercion", "fees", "licensing"))
    keys = [key for key in truth.texts if key[:2] == ("proactive", row)]
    cells = {key: value for key, value in truth.cells.items() if key not in keys}
    return replace(truth.printed(dict.fromkeys(keys, "")), cells=cells)


def marks(truth, rng):
    """A mark in place of 0 in some rows: it says that there is nothing to report."""
    keys = [key for key in _zeros(truth, "proactive", "review") if rng.random() < 0.5]
    keys += [key for key in _zeros(truth, "applications") if key[2] in PARTS[1:] and rng.random() < 0.3]
    mark = rng.choice(("-", "/", "—", "无"))
    return truth.printed(dict.fromkeys(keys, mark))


def lost_zeros(truth, rng):
    """OCR loses up to three zeros of table 三 in rows of different groups."""
    rows = sorted({key[1] for key in _zeros(truth, "applications")})
    drawn = rng.sample(rows, min(len(rows), rng.randint(1, 3)))
    return truth.without(rng.choice([key for key in _zeros(truth, "applications") if key[1] == row]) for row in drawn)


def odd_numbers(truth, rng):
    """Numbers as people type them: full-width, with blanks, units, notes or separators of thousands."""

    def odd(key, text):
        number = truth.cells.get(key)
        if not number or not re.fullmatch(r"[\d.]+", text):
            return rng.choice((text, text, f" {text}", f"{text}\u00a0", text.translate(FULL_WIDTH)))
        ways = [text, f"\u3000{text} ", text.translate(FULL_WIDTH)]
        if key[2] not in ("amount", "amount_10k_yuan"):
            ways += [f"{text} 件", f"{text}件"]
        if key[1] == "normative_documents":
            ways += [f"{text}（其中修订 {rng.randint(1, 9)} 件）", f"{text}（含自然失效 {rng.randint(1, 29)} 件）"]
        if isinstance(number, float):
            ways.append(text.replace(".", ". "))
        if number >= 1000 and isinstance(number, int):
            ways.append(f"{number:,}")
        return rng.choice(ways)

    return truth.printed({key: odd(key, text) for key, text in truth.texts.items()})


def split_number(truth, rng):
    """One number of two digits split over two cells."""
    keys = [
        key
        for key, value in truth.cells.items()
        if key[0] == "applications" and isinstance(value, int) and 10 <= value <= 99
    ]
    if not keys:
        return truth
    key = rng.choice(keys)
    return truth.printed({key: " | ".join(truth.texts[key])})


def stray_number(truth, rng):
    """A number too many behind a row."""
    return truth.printed(
        {
            ("proactive", "normative_documents", "in_force"): truth.texts[
                "proactive", "normative_documents", "in_force"
            ]
            + " | 20"
        }
    )


def two_in_one(truth, rng):
    """Here and there two neighbouring figures in one cell."""
    texts, lost = {}, []
    rows = sorted({key[1] for key in truth.texts if key[0] == "applications"})
    for row in rng.sample(rows, 4):
        spot = rng.randrange(len(PARTS) - 1)
        first, second = (("applications", row, column) for column in PARTS[spot : spot + 2])
        texts[first] = f"{truth.texts[first]} {truth.texts[second]}"
        lost.append(second)
    joined = truth.printed(texts)
    return replace(joined, texts={key: text for key, text in joined.texts.items() if key not in lost})


# Forms --------------------------------------------------------------------------------------------------------------


def single_other(truth, rng):
    """A report of 2021 and later whose （六）其他处理 is one row, as in the form of 2019."""
    parts = [row for row in ("other.correction_overdue", "other.fee_overdue", "other.other")]
    cells = {key: value for key, value in truth.cells.items() if key[1] not in parts}
    texts = {key: text for key, text in truth.texts.items() if key[1] not in parts}
    for column in (*PARTS, "total"):
        total = sum(truth.cells["applications", row, column] for row in parts)
        cells["applications", "other", column] = total
        texts["applications", "other", column] = str(total)
    return replace(truth, cells=cells, texts=texts, outcomes_form="2019")


def mixed_proactive(truth, rng):
    """A report of 2021 whose first part of table 二 has the headings of 2019."""
    cells, texts = dict(truth.cells), dict(truth.texts)
    for row in ("regulations", "normative_documents"):
        for old, new in (("repealed", "newly_published"), ("in_force", "published_total")):
            cells["proactive", row, new] = cells.pop(("proactive", row, old))
            texts["proactive", row, new] = texts.pop(("proactive", row, old))
    return replace(truth, cells=cells, texts=texts, proactive_form="mixed")


def other_form_year(truth, rng):
    """A report on the form of other years than its own."""
    year = 2020 if truth.form == "2021" else 2021
    narrative = [[text.replace(str(truth.year), str(year)) for text in section] for section in truth.narrative]
    title = truth.title.replace(str(truth.year), str(year))
    if str(year) not in title:
        title = f"{truth.body.name}{year}年政府信息公开工作年度报告"
    return replace(
        truth, year=year, title=title, narrative=narrative, period=truth.period.replace(str(truth.year), str(year))
    )


def stale_period(truth, rng):
    """Last year's 统计期限 left over in this year's report."""
    stale = truth.period.replace(str(truth.year), str(truth.year - 1))
    narrative = [[text.replace(truth.period, stale) for text in section] for section in truth.narrative]
    return replace(truth, narrative=narrative, period=stale)


def untitled(truth, rng):
    """No title in the text: the year stands in the statistics period only."""
    return replace(truth, title="")


# Text ---------------------------------------------------------------------------------------------------------------

FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
KANGXI = {
    ord(unicodedata.normalize("NFKC", chr(radical))): radical
    for radical in range(0x2F00, 0x2FD6)
    if chr(radical) not in "⼁⼅⼂"
}
# Readings that mirror sites put behind some characters after turning them into Traditional ones.
GLOSSES = {
    "關": "guān", "現": "xiàn", "開": "kāi", "請": "qǐng", "數": "shù", "規": "guī", "發": "fā", "區": "qū", "業": "yè", "項": "xiàng",
    "務": "wù", "結": "jié", "據": "jù", "總": "zǒng", "訴": "sù", "處": "chù", "縣": "xiàn", "個": "gè", "續": "xù", "繼": "jì",
}  # fmt: skip

# Standard wording and the same as met in print.
WORDINGS = (
    ("现行有效件数", "现行有效件"),
    ("本年制发件数", "本年 制发件数"),
    ("行政规范性文件 ", "规范性文件 "),
    ("第二十条第（一）项", "第二十条 第(一)项"),
    ("处理决定数量", "处理决定数量（指{year}办件量）"),
    ("（单位：万元）", "(单位:万元)"),
    ("1.", "1、"),
    ("2.", "2．"),
    ("3.危及“三安全一稳定”", '3. 危及"三安全一稳定"'),
    ("3.危及“三安全一稳定”", "3.危及三安全一稳定"),
    ("2.其他法律行政法规禁止公开", "2.其他法律、行政法规禁止公开"),
    ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
    ("（三）不予公开", "（三） 不予公开"),
    ("（四）无法提供", "(四 )无 法提供"),
    ("（七）总计", "（七） 总 计"),
    ("四、结转下年度继续办理", "四、结转下一年度继续办理"),
    ("二、上年结转政府信息公开申请数量", "二、上年转结政府信息公开申请数量"),
    ("结果维持", "结 果维持"),
    (
        "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请",
    ),
    ("申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "逾期不补正"),
    ("申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "逾期不缴费"),
    ("商业企业", "商业 企业"),
    ("社会公益组织", "社会公益 组织"),
    ("法律服务机构", "法律服务 机构"),
    ("二、主动公开政府信息情况", "二、行政机关主动公开政府信息情况"),
    ("三、收到和处理政府信息公开申请情况", "三、行政机关收到和处理政府信息公开申请情况"),
    ("四、政府信息公开行政复议、行政诉讼情况", "四、政府信息公开行政复议行政诉讼情况"),
    ("四、政府信息公开行政复议、行政诉讼情况", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
    ("五、存在的主要问题及改进情况", "五、主要问题及改进措施"),
    ("一、总体情况", "一、概述"),
    ("本年新制作数量", "本年新\u00a0制作数量"),
    ("本年新制作数量", "本年新"),
    ("本年增/减", "本年增/"),
)


def unchanged(text, rng):
    return text


def reworded(text, rng):
    """Half of the labels in one of the other wordings met."""
    year = re.search(r"20\d\d年", text)
    for standard, met in WORDINGS:
        met = met.format(year=year[0] if year else "当年")
        if rng.random() < 0.5:
            # The point of a number is no part of a label.
            text = re.sub(rf"(?<![\d.]){re.escape(standard)}(?!\d)", met, text)
    return text


def headings_lost(text, rng):
    """Neither section headings nor the headings of table 二's parts."""
    return re.sub(
        r"^(一、总体|[二三四五六]、(?!上年|本年)[^\n]*情况|[五六]、|第二十条第)[^\n]*\n", "", text, flags=re.M
    )


def traditional(text, rng):
    from opencc import OpenCC

    return OpenCC("s2t").convert(text)


def glossed(text, rng):
    """Traditional characters, some with their reading behind them, as mirror sites print them."""
    return "".join(
        f"{character}({GLOSSES[character]})" if character in GLOSSES else character
        for character in traditional(text, rng)
    )


# What converters to Traditional characters make of ordinary words.
CONVERTED_WORDS = (
    ("文件", "檔案"),
    ("門戶網站", "入口網站"),
    ("優化", "最佳化"),
    ("制發", "製發"),
    ("復議", "複議"),
    ("答復", "答覆"),
)


def traditional_words(text, rng):
    """Traditional characters with the words of another place: 規範性檔案."""
    text = traditional(text, rng)
    for word, other in CONVERTED_WORDS:
        text = text.replace(word, other)
    return text


def kangxi(text, rng):
    """The glyphs of some PDF text layers: radicals in place of the characters that look the same."""
    return text.translate(KANGXI)


def full_width_digits(text, rng):
    return text.translate(FULL_WIDTH)


def read_as_gbk(text, rng):
    """UTF-8 that someone read as GBK and saved again: some bytes are gone."""
    return text.encode().decode("gbk", errors="replace")


def bytes_lost(text, rng):
    """GBK with half a character lost here and there: what follows it is read one byte late."""
    data = bytearray(text.encode("gbk", errors="replace"))
    for _ in range(6):
        del data[rng.choice([place for place, byte in enumerate(data) if byte >= 0x81])]
    return data.decode("gbk", errors="replace")


def years_damaged(text, rng):
    """A converter drops 年 behind the digits of the statistics period."""
    return re.sub(r"(20\d\d)年(?=1月1日|12月31日)", r"\1", text)


def numbered_twice(text, rng):
    """The narrative has headings 一 to 五 of its own before the sections go on with 二."""
    return re.sub(
        r"^（([一二三四五])）(?=主动公开。|依申请公开。|政府信息管理。|平台建设。|监督保障。)",
        r"\1、",
        text,
        flags=re.M,
    )


def footnotes(text, rng):
    """Notes with numbers in them before and after the tables."""
    text = re.sub(r"^(二、主动[^\n]*)$", r"\1\n该部分以表格形式报告。表格如下:", text, flags=re.M)
    text = re.sub(
        r"^(四、(?!结转)[^\n]*情况)$", r"注：以上数据由12个乡镇、25个部门汇总，截至12月31日。\n\1", text, flags=re.M
    )
    return re.sub(r"^(五、存在)", r"注：行政复议、行政诉讼数量含上年度结转数量。\n\1", text, flags=re.M)


def question_marks(text, rng):
    """Every Chinese character turned into a question mark."""
    return re.sub(r"[^\x00-\x7f]", "?", text)


def with_page_round_it(text, rng):
    """Site navigation before and after, with numbers that are nobody's figures."""
    before = (
        f"首页 > 政务公开 > 法定主动公开内容 > 政府信息公开年报\n无障碍浏览 长辈版 登录| 注册\n繁體版\n"
        f"索引号：{rng.randint(10**8, 10**9)}/{rng.randint(2020, 2026)}-{rng.randint(10000, 99999)}\n发布机构：政务公开办公室\n"
        f"成文日期：2026-01-{rng.randint(10, 28)}\n有效性：有效\n[ 字体: 大 中 小 ] [分享: ]\n阅读次数：{rng.randint(3, 5000)}\n微信 微博 QQ空间 -->\n"
    )
    after = (
        "附件下载\n扫一扫在手机打开当前页\n上一篇：没有了\n下一篇：政府信息公开指南\n"
        f"主办单位：政务公开办公室  邮编：{rng.randint(100000, 830000)}  电话：{rng.randint(2000000, 8999999)}\n"
        f"ICP备{rng.randint(10**7, 10**8)}号-1  网站标识码{rng.randint(10**9, 10**10)}\n您是第 {rng.randint(10**4, 10**7)} 位访问者\n"
    )
    return before + text + after
