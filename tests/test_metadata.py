"""What a report says about itself, in all the ways it is printed and damaged."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.document import Document
from disclosure.metadata import metadata
from disclosure.titles import printed_title

PREAMBLE = "根据《中华人民共和国政府信息公开条例》的规定编制本报告。所列数据统计期限为2024年1月1日至2024年12月31日。"
TITLE = "昆都仑区2024年政府信息公开工作年度报告"


def read(text, path="report.txt", title=None, url=None, medium="text", damage=()):
    return metadata(Document(path, medium, title=title, url=url), text, frozenset(damage))


def checks(findings):
    return [check for check, *_ in findings]


TITLES = [
    # printed                                                              title                                    body
    ("巴州区2023年政府信息公开工作年度报告",                                   "巴州区2023年政府信息公开工作年度报告",        "巴州区"),
    ("# 可克达拉经开区 2024 年政府信息 公开工作年度报告",                       "可克达拉经开区2024年政府信息公开工作年度报告",  "可克达拉经开区"),
    ("包头市昆都仑区\n2024年政府信息公开工作年度报告\n?",                       "包头市昆都仑区2024年政府信息公开工作年度报告",  "包头市昆都仑区"),
    ("包头市昆都仑区\n政府信息公开工作年度报告\n(2024年度)",                     "包头市昆都仑区政府信息公开工作年度报告(2024年度)", "包头市昆都仑区"),
    ("昆都仑区财政局关于2024年政府信息公开工作年度报告",                         "昆都仑区财政局关于2024年政府信息公开工作年度报告", "昆都仑区财政局"),
    ("康巴什区2024年政府信息公开\n工作年度报告",                               "康巴什区2024年政府信息公开工作年度报告",      "康巴什区"),
    ("2025年昆都仑区\n政府信息公开工作年度报告",                               "2025年昆都仑区政府信息公开工作年度报告",      "昆都仑区"),
    ("包头市昆都仑区\n2024年政府信息公开\n工作年度报告",                        "包头市昆都仑区2024年政府信息公开工作年度报告",  "包头市昆都仑区"),
    ("临沂市公安局2020年政府信息\n公开工作年度报告",                            "临沂市公安局2020年政府信息公开工作年度报告",   "临沂市公安局"),
    ("利辛县望疃镇2023\n\n政府信息公开",                                      "利辛县望疃镇2023政府信息公开",               "利辛县望疃镇"),
    ("包头市昆都仑区行政审批政务服务\n与数据管理局2024年政府信息公开工作年度报告",   "包头市昆都仑区行政审批政务服务与数据管理局2024年政府信息公开工作年度报告",
                                                                                                                  "包头市昆都仑区行政审批政务服务与数据管理局"),
    ("上海市黄浦区人民政府打浦桥\n街道办事处2023年政府信息公开工作年度报告",       "上海市黄浦区人民政府打浦桥街道办事处2023年政府信息公开工作年度报告",
                                                                                                                  "上海市黄浦区人民政府打浦桥街道办事处"),
    ("临沂市公安局2020年政府信息公开 工作告年度报",                             "临沂市公安局2020年政府信息公开工作告年度报",   "临沂市公安局"),
    ("2025湖口县大垅乡2025年度政府信息公开工作年度报告",                         "2025湖口县大垅乡2025年度政府信息公开工作年度报告", "湖口县大垅乡"),
    (TITLE + TITLE,                                                        TITLE,                                   "昆都仑区"),
    ("2025 年上海市黄浦区人民政府打浦桥街道政府信息公开工作年度报告",              "2025年上海市黄浦区人民政府打浦桥街道政府信息公开工作年度报告",
                                                                                                                  "上海市黄浦区人民政府打浦桥街道"),
    ("昆都仑区人民政府信息公开工作年度报告(2024年度)",                          "昆都仑区人民政府信息公开工作年度报告(2024年度)", "昆都仑区"),
    ("2024年政府信息公开工作年度报告(武昌区司法局)",                            "2024年政府信息公开工作年度报告(武昌区司法局)",  "武昌区司法局"),
    ("武昌区司法局二〇二四年政府信息公开工作报告",                               "武昌区司法局二〇二四年政府信息公开工作报告",      "武昌区司法局"),
    ("关于昆都仑区2024年度政府信息公开工作情况的报告",                           "关于昆都仑区2024年度政府信息公开工作情况的报告", "昆都仑区"),
    (f"首页 > 政务公开 > 政府信息公开年报 > {TITLE}",                          TITLE,                                   "昆都仑区"),
    (f"昆都仑区人民政府\n首页\n政府信息公开年报\n{TITLE}\n字体:大 中 小",          TITLE,                                   "昆都仑区"),
    (f"昆都仑区2022年政府信息公开工作年度报告\n昆都仑区2023年政府信息公开工作年度报告\n索引号\n{TITLE}", TITLE,               "昆都仑区"),
    (f"标题:{TITLE}\n索引号:001008010001085/2025-143468\n{TITLE}",            TITLE,                                   "昆都仑区"),
    ("关于昆都仑区2024年度政府信息公开工作年度报告的公示",                       "关于昆都仑区2024年度政府信息公开工作年度报告的公示", "昆都仑区"),
    ("昆都侖區2024年政府資訊公開工作年度報告",                                 "昆都仑区2024年政府信息公开工作年度报告",       "昆都仑区"),
    (f"{TITLE}\n发布时间:2025年3月28日 上一篇:昆都仑区2022年政府信息公开工作年度报告", TITLE,                         "昆都仑区"),
    (f"{TITLE}\n上一篇:\n昆都仑区2022年政府信息公开工作年度报告",                TITLE,                                   "昆都仑区"),
    *(
        (f"{TITLE}\n{lead}\n昆都仑区2022年政府信息公开工作年度报告", TITLE,                        "昆都仑区")
        for lead in ("相关信息:", "相关链接", "上一篇文章:", "往年报告:", "历年年报", "往期:\n昆都仑区2023年政府信息公开工作年度报告")
    ),
    (f"上一篇:昆都仑区2022年政府信息公开工作年度报告\n{TITLE}",                  TITLE,                                   "昆都仑区"),
    (f"历年年报\n\n昆都仑区2022年政府信息公开工作年度报告\n\n{TITLE}",                TITLE,                                   "昆都仑区"),
    (f"{TITLE}\n2022年度",                                                 TITLE,                                   "昆都仑区"),
    ("昆都仑区政府信息公开工作年度报告\n2024年度",                               "昆都仑区政府信息公开工作年度报告2024年度",       "昆都仑区"),
    ("中共桃源县委机构编制委员会办公室2024年政府信息公开工作年度报告",              "中共桃源县委机构编制委员会办公室2024年政府信息公开工作年度报告",
                                                                                                                  "中共桃源县委机构编制委员会办公室"),
    (f"{TITLE}信息来源:昆都仑区政府办发布日期:2025-03-29 09:14阅读:326",         TITLE,                                   "昆都仑区"),
    (f"## {TITLE} {{#{TITLE} .title}}",                                    TITLE,                                   "昆都仑区"),
    (f"机构职能 政府信息公开年报2025年2024年2023年2022年\n{TITLE}",               TITLE,                                   "昆都仑区"),
    (f"政府信息公开年报2025年2024年2023年\n2024年政府信息公开工作年度报告(昆都仑区)",   "2024年政府信息公开工作年度报告(昆都仑区)",       "昆都仑区"),
    (f"《{TITLE}》",                                                       TITLE,                                   "昆都仑区"),
    (f"关于印发{TITLE}的通知",                                               TITLE,                                   "昆都仑区"),
    (f"昆都仑区人民政府办公室关于公布{TITLE}的公告",                             TITLE,                                   "昆都仑区"),
    ("01.德清县教育局2023年政府信息公开工作年度报告",                             "01.德清县教育局2023年政府信息公开工作年度报告", "德清县教育局"),
    ("【年度报告】德清县教育局2023年政府信息公开工作年度报告",                     "【年度报告】德清县教育局2023年政府信息公开工作年度报告", "德清县教育局"),
    ("中共德清县委 德清县人民政府2023年政府信息公开工作年度报告",                   "中共德清县委德清县人民政府2023年政府信息公开工作年度报告", "德清县人民政府"),
    ("中共德清县委、德清县人民政府2023年政府信息公开工作年度报告",                  "中共德清县委、德清县人民政府2023年政府信息公开工作年度报告", "德清县人民政府"),
]


@pytest.mark.parametrize("printed, title, body", TITLES)
def test_a_title_however_it_is_printed(printed, title, body):
    found = read(f"{printed}\n{PREAMBLE}\n一、总体情况\n我区……\n二、主动公开政府信息情况")[0]
    assert (found.title, found.body) == (title, body)


def test_a_text_of_one_paragraph_begins_with_its_title():
    found, _ = read(f"嘉善县大云镇2024年政府信息公开工作年度报告{PREAMBLE}一、总体情况2024年大云镇认真贯彻落实《条例》,主动公开信息12条。" * 2)
    assert found.title == "嘉善县大云镇2024年政府信息公开工作年度报告"
    assert (found.jurisdiction, found.region_code, found.body_level, found.year) == ("嘉善县", "330421", "town", 2024)


NOT_TITLES = [
    "根据《中华人民共和国政府信息公开条例》编制2024年政府信息公开工作年度报告",
    "关于做好2024年政府信息公开工作年度报告编制发布工作的通知",
    "上一篇:昆都仑区2023年政府信息公开工作年度报告",
    "政府信息公开指南",
    "政府信息公开",
]


@pytest.mark.parametrize("line", NOT_TITLES)
def test_what_is_no_title(line):
    assert printed_title([line], 0) is None


CARRIED = [
    # the medium's title                                        file name                               title  findings
    (f"{TITLE}-昆都仑区人民政府",                                "page.html",                            TITLE, []),
    (f"{TITLE}_政府信息公开年报_昆都仑区人民政府门户网站",            "page.html",                            TITLE, []),
    ("昆都仑区(qū)2024年政府信息公開(kāi)工作年度報告",              "page.html",                            TITLE, []),
    ("昆都仑区人民政府",                                         f"{TITLE}.docx",                        TITLE, ["title.from_file_name"]),
    (None,                                                    "kundulun_2024.txt",                    None,  ["title.missing"]),
]


@pytest.mark.parametrize("carried, path, title, told", CARRIED)
def test_a_title_that_the_text_lacks(carried, path, title, told):
    found, findings = read(f"{PREAMBLE}\n一、总体情况", path, carried, damage={"pinyin_notes", "traditional"})
    assert found.title == title
    assert [check for check in checks(findings) if check.startswith("title")] == told


SECTIONS = ["总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"]
NUMBERED = [f"{numeral}、{section}" for numeral, section in zip("一二三四五六", SECTIONS)]
CONTENTS = [
    "\n".join(SECTIONS),
    "\n".join(NUMBERED),
    "目录\n" + "\n".join(f"{section}\n{page}" for page, section in enumerate(NUMBERED, 1)),
    "目录\n" + "\n".join(f"{section}......{page}" for page, section in enumerate(NUMBERED, 1)),
]


@pytest.mark.parametrize("contents", CONTENTS)
@pytest.mark.parametrize("narrative", ["我区认真贯彻条例。\n", ""])
def test_a_table_of_contents_before_the_title_is_not_the_report(contents, narrative):
    preamble = f"{PREAMBLE}可从网站(http://www.kdl.gov.cn/)下载,联系电话:0472-5990381(国办公开办函〔2021〕30号)。"
    found, _ = read(f"{contents}\n{TITLE}\n{preamble}\n一、总体情况\n{narrative}" + "\n".join(NUMBERED[1:]))
    assert (found.title, found.jurisdiction, found.year) == (TITLE, "昆都仑区", 2024)
    assert (found.website, found.telephone, found.form_document) == ("http://www.kdl.gov.cn/", "0472-5990381", "国办公开办函〔2021〕30号")


YEARS = [
    # title                                 text                                                     year  finding
    (TITLE,                                 PREAMBLE,                                                2024, None),
    (TITLE,                                 "所列数据统计期限为20241月1日至202412月31日。",                2024, None),
    ("昆都仑区政府信息公开工作年度报告",          "本报告统计期限自20231月1日至202312月31日",                   2023, None),
    ("昆都仑区政府信息公开工作年度报告",          "统计期限为2018年11日至2018年1231日。",                     2018, None),
    ("昆都仑区政府信息公开工作年度报告",          "数据统计期限为11日起至20171231日止。",                      2017, None),
    ("昆都仑区政府信息公开工作年度报告",          "统计期限为2023年1月1日至12月31日。",                        2023, None),
    ("昆都仑区政府信息公开工作年度报告",          "统计期限为二〇二四年一月一日至十二月三十一日。",                 2024, None),
    ("昆都仑区二○二四年政府信息公开工作年度报告",   "本报告由区政府办公室编制。",                                 2024, None),
    ("昆都仑区2021年政府信息公开工作年度报告",     "统计期限为2020年1月1日至2020年12月31日。\n一、总体情况\n2021年,我区新收到申请3件。", 2021, "year.disagrees"),
    ("昆都仑区2021年政府信息公开工作年度报告",     "统计期限为2022年1月1日至2022年12月31日。\n一、总体情况\n2022年,我区新收到3件。2022年办结。", 2022, "year.disagrees"),
    ("昆都仑区2021年政府信息公开工作年度报告",     "统计期限为2020年1月1日至2020年12月31日。",                 2021, "year.disagrees"),
    ("昆都仑区政府信息公开工作年度报告",          "发布日期:2024-01-20\n一、总体情况\n2023年,我区新收到申请3件。",  2023, "year.from_narrative"),
    ("昆都仑区2024年政府信息公开工作年度报告",     "发布日期:2024-01-20\n统计期限为2023年1月1日至2023年12月31日。", 2023, "year.disagrees"),
    ("昆都仑区政府信息公开工作年度报告",          "发布日期:2024-01-20\n2023年新收3件。2024年,我区将培训,2024年打算如下。", 2023, "year.from_narrative"),
    ("昆都仑区政府信息公开工作年度报告",          "我区认真贯彻条例。\n2024年1月20日",                         None, "year.missing"),
    (TITLE,                                 "一、总体情况\n2024年1月1日至6月30日举办活动3场,2019年1月1日至12月31日清理文件。", 2024, None),
]


@pytest.mark.parametrize("title, text, year, check", YEARS)
def test_the_year_is_that_of_the_title_and_the_period(title, text, year, check):
    found, findings = read(f"{title}\n{text}\n二、主动公开政府信息情况")
    assert found.year == year
    assert [check for check in checks(findings) if check.startswith("year")] == ([check] if check else [])


def test_a_file_name_gives_a_year_only_as_a_title():
    assert read("规章 | 0 | 0 | 0", "2025-01-20.xlsx")[0].year is None
    assert read("规章 | 0 | 0 | 0", f"{TITLE}.xlsx")[0].year == 2024


BODIES = [
    # text                                                                                 jurisdiction  code     level
    ("中共德清县委 德清县人民政府2023年政府信息公开工作年度报告\n一、总体情况",                       "德清县",     "330521", "county"),
    ("关于印发德清县2023年政府信息公开工作年度报告的通知\n一、总体情况",                             "德清县",     "330521", "county"),
    ("鼓楼区2024年政府信息公开工作年度报告\n可从鼓楼区人民政府网站下载。",                              "鼓楼区",     None,     "county"),
    ("鼓楼区2024年政府信息公开工作年度报告\n可从南京市鼓楼区人民政府网站下载。",                         "鼓楼区",     "320106", "county"),
    ("鼓楼区2024年政府信息公开工作年度报告\n如有疑问,请与区政府办公室联系(电话:0591-87654321)。",         "鼓楼区",     "350102", "county"),
    ("鼓楼区2024年政府信息公开工作年度报告\n一、总体情况\n好\n\n闽公网安备\n35010202000445号",            "鼓楼区",     "350102", "county"),
    ("2024年政府信息公开工作年度报告\n发布机构: 武昌区司法局\n一、总体情况\n我局认真落实。",               "武昌区",     "420106", "department"),
    ("2023年度政府信息公开年报\n沂水县行政审批服务局根据条例编制本报告。\n一、总体情况\n好。",                 "沂水县",     "371323", "department"),
    ("政府信息公开工作年度报告\n2023年度 沂水县财政局 根据《中华人民共和国政府信息公开条例》编制。\n一、总体情况", "沂水县",     "371323", "department"),
    ("2024年政府信息公开工作年度报告\n我局根据《中华人民共和国政府信息公开条例》编制本报告。\n一、总体情况",        None,        None,     "department"),
    ("2024年政府信息公开工作年度报告\n一、总体情况\n我镇认真落实。\n六、其他\n无。\n利辛县望疃镇人民政府\n2025年1月20日", "利辛县", "341623", "town"),
    ("本报告可从利辛县人民政府门户网站下载。\n一、总体情况\n2024年,我镇认真落实。",                       "利辛县",     "341623", "town"),
    ("本报告可从利辛县人民政府门户网站下载。\n一、总体情况\n2024年,全年公开信息3条。",                    "利辛县",     "341623", "unknown"),
    ("本报告可从应城市人民政府门户网站下载。\n一、总体情况\n2024年,我市认真落实。",                       "应城市",     "420981", "county"),
    ("我县2023年政府信息公开工作年度报告\n可从德清县人民政府网站下载。\n一、总体情况",                      "德清县",     "330521", "county"),
    ("广州市黄埔区人民政府 广州开发区管委会2023年政府信息公开工作年度报告\n一、总体情况",                  "黄埔区",     "440112", "county"),
    ("望疃镇2024年政府信息公开工作年度报告\n可从利辛县人民政府网站下载。",                              "利辛县",     "341623", "town"),
    ("建新镇2024年政府信息公开工作年度报告\n一、总体情况",                                           "建新镇",     None,     "town"),
    ("2024年政府信息公开工作年度报告\n一、总体情况",                                                None,        None,     "unknown"),
]


@pytest.mark.parametrize("text, jurisdiction, code, level", BODIES)
def test_the_body_and_its_district(text, jurisdiction, code, level):
    found, _ = read(text)
    assert (found.jurisdiction, found.region_code, found.body_level) == (jurisdiction, code, level)


FIELDS = [
    # text                                                              field               value
    ("可从昆都仑区人民政府门户网站(https://www.kdl.gov.cn/)下载。",           "website",          "https://www.kdl.gov.cn/"),
    ("可从区政府网站(www.kdl.gov.cn)下载",                                "website",          "www.kdl.gov.cn"),
    ("登录网站http//:www.kdl.gov.cn/查阅",                               "website",          "http//:www.kdl.gov.cn/"),
    ("没有网址",                                                        "website",          None),
    ("请与办公室联系(联系电话:0477-8581124)。",                            "telephone",        "0477-8581124"),
    ("联系电话:(0472) 5990381",                                          "telephone",        "0472-5990381"),
    ("电话:02583215678",                                                "telephone",        "025-83215678"),
    ("电话:5990381",                                                    "telephone",        "5990381"),
    ("邮编:014010 电话: 传真:",                                          "telephone",        None),
    ("监督电话:0472-5990380;联系电话:0472-5990381。",                       "telephone",        "0472-5990381"),
    ("监督电话:0472-5990380。",                                          "telephone",        "0472-5990380"),
    ("(地址:文化路1号,Tel:0472-5990381)",                                "telephone",        "0472-5990381"),
    ("(地址:文化路1号,0472-5990381)",                                    "telephone",        "0472-5990381"),
    ("查阅中国政府网(www.gov.cn),登录网站(www.kdl.gov.cn)",                "website",          "www.kdl.gov.cn"),
    ("索引号:014416330/2018-04736",                                     "telephone",        None),
    ("登录网站(http://\nwww.kdl.gov.cn/)查阅",                           "website",          "http://www.kdl.gov.cn/"),
    ("登录网站(http://www.kdl.gov\n.cn\n/)查阅",                         "website",          "http://www.kdl.gov.cn/"),
    (r"登录网站(http://www\.kdl\.gov\.cn/)查阅",                         "website",          "http://www.kdl.gov.cn/"),
    ("如有疑问请联系(联系电\n话:0472-\n5990381)。",                       "telephone",        "0472-5990381"),
    ("联系电话:0472-\n5990381。",                                        "telephone",        "0472-5990381"),
    (r"联系电话:0472\-5990381。",                                        "telephone",        "0472-5990381"),
    ("(国办公开\n办函〔2021〕30号)",                                      "form_document",    "国办公开办函〔2021〕30号"),
    ("(国办公开办函\n〔2021〕30号)",                                      "form_document",    "国办公开办函〔2021〕30号"),
    ("《格式》国办公开办函〔2021〕\n30号",                                  "form_document",    "国办公开办函〔2021〕30号"),
    ("(国办公开办函〔2021〕30号)",                                        "form_document",    "国办公开办函〔2021〕30号"),
    ("(国办公开办函〔2019〕60 号)",                                       "form_document",    "国办公开办函〔2019〕60号"),
    ("(国办公开函〔2019〕60号)",                                          "form_document",    "国办公开办函〔2019〕60号"),
    ("(国办公开办函﹝2021﹞30号)",                                        "form_document",    "国办公开办函〔2021〕30号"),
    ("(国办公开办函〔202130号)",                                          "form_document",    "国办公开办函〔2021〕30号"),
    ("(国办发[2014]32号)",                                               "form_document",    "国办发〔2014〕32号"),
    ("(国办函〔2020〕109号)",                                            "form_document",    None),
    ("发布日期:2025-01-20 10:30",                                        "publication_date", date(2025, 1, 20)),
    ("发布时间\n2025年1月20日",                                           "publication_date", date(2025, 1, 20)),
    ("成文日期:2025-01-18\n发布日期:2025-01-20",                           "publication_date", date(2025, 1, 20)),
    ("发布日期:2025-13-20",                                              "publication_date", None),
    ("今天是2026年1月3日 星期六",                                          "publication_date", None),
    ("[2024-01-26]",                                                    "publication_date", date(2024, 1, 26)),
    ("发布时间:2022-03-18 16:22",                                        "publication_date", date(2022, 3, 18)),
    ("昆都仑发布 2022-03-18 16:22 发表于内蒙古",                           "publication_date", date(2022, 3, 18)),
    ("发布于:2022-03-18 16:22",                                          "publication_date", date(2022, 3, 18)),
    ("公开日期:2022-03-18",                                              "publication_date", date(2022, 3, 18)),
    ("发布日期:二〇二四年十二月三十一日",                                    "publication_date", date(2024, 12, 31)),
]


@pytest.mark.parametrize("text, field, value", FIELDS)
def test_what_the_preamble_says(text, field, value):
    found, _ = read(f"{TITLE}\n{PREAMBLE}{text}\n一、总体情况" if field != "publication_date" else f"{text}\n{TITLE}\n{PREAMBLE}")
    assert getattr(found, field) == value


@pytest.mark.parametrize("signed", ["2025年1月20日", "二〇二五年一月二十日", "二○二五年元月二十日", "2025年元月20日"])
def test_a_signature_gives_the_date(signed):
    for line in (f"昆都仑区人民政府\n{signed}", f"昆都仑区人民政府 {signed}"):
        assert read(f"{TITLE}\n{PREAMBLE}\n一、总体情况\n好。\n{line}")[0].publication_date == date(2025, 1, 20)


def test_what_a_site_says_of_itself_is_not_the_reports():
    page = f"{TITLE}\n{PREAMBLE}\n一、总体情况\n好。\n主办:昆都仑区人民政府\n联系电话:0472-5990381 网址:www.kdl.gov.cn"
    found = read(page)[0]
    assert (found.telephone, found.website) == (None, None)


@pytest.mark.parametrize("name", ["PubDate", "pubdate"])
def test_a_page_that_prints_no_date_has_it_among_its_details(name):
    page = Document("report.html", "html", meta={name: "2025-01-20 16:22"})
    assert metadata(page, f"{TITLE}\n{PREAMBLE}", frozenset())[0].publication_date == date(2025, 1, 20)
    assert metadata(page, f"{TITLE}\n发布时间:2025-01-18\n{PREAMBLE}", frozenset())[0].publication_date == date(2025, 1, 18)


SOURCES = [
    # url                                     medium  damage            preamble                                          grade
    ("https://www.kdl.gov.cn/art/1.html",     "html", (),               "",                                               "official"),
    ("https://www.kdl.gov.cn/art/1.html",     "html", ("mojibake",),    "",                                               "official"),
    ("http://www.myearthscore.com/1.html",    "html", ("pinyin_notes",), "",                                              "mirror"),
    ("http://www.myearthscore.com/1.html",    "html", ("lost_bytes",),  "",                                               "mirror"),
    ("http://www.myearthscore.com/1.html",    "html", (),               "可从政府网站(http://m.myearthscore.com/)下载",       "mirror"),
    ("http://www.myearthscore.com/1.html",    "html", (),               "可从政府网站(http://www.kdl.gov.cn/)下载",           "unknown"),
    (None,                                    "html", (),               "可从昆都仑区人民医院网站(www.kdlyy.com)下载",        "unknown"),
    (None,                                    "html", (),               "可从昆都仑区教育局网站(http://www.kdledu.net)下载", "unknown"),
    (None,                                    "text", ("pinyin_notes",), "",                                              "mirror"),
    (None,                                    "text", ("traditional",), "",                                               "unknown"),
    (None,                                    "scan", (),               "",                                               "ocr"),
    (None,                                    "text", (),               "",                                               "unknown"),
    (None,                                    "text", (),               "可从政府网站(http://www.kdl.gov.cn/)下载\n蒙公网安备15020302000445号", "official"),
]


@pytest.mark.parametrize("url, medium, damage, preamble, grade", SOURCES)
def test_the_source_is_graded_by_its_host_and_its_damage(url, medium, damage, preamble, grade):
    found, findings = read(f"{TITLE}\n{PREAMBLE}{preamble}\n一、总体情况", url=url, medium=medium, damage=damage)
    assert (found.source_grade, found.source_url) == (grade, url)
    assert ("source.mirror" in checks(findings)) == (grade == "mirror")


REACHES = [
    ("本报告由区政府办公室综合各镇、街道和区政府各部门的年度报告编制而成。", "aggregate"),
    ("本报告数据涵盖各街镇、各部门。",                              "aggregate"),
    ("本报告所列数据不含各乡镇、街道。",                            "own"),
    ("本报告数据仅为本机关数据。",                                 "own"),
    ("指导全区各部门做好信息公开。",                               "unknown"),
]


@pytest.mark.parametrize("sentence, reach", REACHES)
def test_coverage_with_the_sentence_that_shows_it(sentence, reach):
    found, _ = read(f"{TITLE}\n{PREAMBLE}{sentence}\n一、总体情况\n好。")
    assert found.coverage == reach
    assert found.coverage_sentence == (sentence if reach != "unknown" else None)


@given(st.text(max_size=200), st.sampled_from([None, "a_2024.html", "报告.pdf"]), st.none() | st.text(max_size=40))
def test_any_text_ends_as_metadata(text, path, title):
    found, findings = read(f"{TITLE[:5]}{text}", path or "x", title)
    assert found.source_grade == "unknown" or found.website
    assert all(severity in ("error", "warning", "info") for _, severity, _ in findings)
