"""From the name of a body to its district: what must be found, and what must not be guessed."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.places import PROTECTED, Evidence, lineage, region, regions, resolve

BODIES = [
    # name                                     year  jurisdiction      code      parent    level
    ("包头市昆都仑区",                           2024, "昆都仑区",         "150203", "150200", "county"),
    ("昆都仑区",                                2024, "昆都仑区",         "150203", "150200", "county"),
    ("昆都仑区人民政府",                         2024, "昆都仑区",         "150203", "150200", "county"),
    ("内蒙古自治区包头市昆都仑区",                2024, "昆都仑区",         "150203", "150200", "county"),
    ("内蒙古包头市昆都仑区",                     2024, "昆都仑区",         "150203", "150200", "county"),
    ("巴州区",                                  2023, "巴州区",          "511902", "511900", "county"),
    ("巴州",                                    2023, "巴音郭楞蒙古自治州", "652800", "650000", "prefecture"),
    ("可克达拉市",                              2024, "可克达拉市",       "659008", "650000", "county"),
    ("新疆生产建设兵团第四师可克达拉市",           2024, "可克达拉市",       "659008", "650000", "county"),
    ("可克达拉经开区",                           2024, "可克达拉经开区",    None,     "659008", "zone"),
    ("可克达拉经开区管委会",                      2024, "可克达拉经开区",    None,     "659008", "zone"),
    ("可克达拉经开区税务局",                      2024, "可克达拉经开区",    None,     "659008", "department"),
    ("郑州高新区税务局",                         2024, "郑州高新区",       None,     "410100", "department"),
    ("郑州高新区石佛街道",                       2024, "郑州高新区",       None,     "410100", "town"),
    ("合肥新站高新技术产业开发区七里塘街道",        2024, "合肥新站高新技术产业开发区", None, None, "town"),
    ("海安市新区街道",                           2024, "海安市",          "320685", "320685", "town"),
    ("滁州市天长市开发区街道办事处",               2024, "天长市",          "341181", "341181", "town"),
    ("沈阳市沈北新区新城子街道",                  2024, "沈北新区",         "210113", "210113", "town"),
    ("德清县经济开发区",                         2024, "德清县经济开发区",  None,     "330521", "zone"),
    ("广州市黄埔区人民政府 广州开发区管委会",       2024, "黄埔区",          "440112", "440100", "county"),
    ("郑州高新区",                              2024, "郑州高新区",       None,     "410100", "zone"),
    ("包头市稀土高新区管委会",                    2024, "包头市稀土高新区",  None,     "150200", "zone"),
    ("苏州工业园区",                             2024, "苏州工业园区",     None,     "320500", "zone"),
    ("临沂市",                                  2020, "临沂市",          "371300", "370000", "prefecture"),
    ("临沂市公安局",                             2020, "临沂市",          "371300", "371300", "department"),
    ("上海市人民政府办公厅",                      2019, "上海市",          "310000", "310000", "department"),
    ("河南省",                                  2019, "河南省",          "410000", None,     "province"),
    ("河南蒙古族自治县",                          2019, "河南蒙古族自治县",  "632324", "632300", "county"),
    ("武昌区司法局",                             2022, "武昌区",          "420106", "420106", "department"),
    ("国家税务总局包头市昆都仑区税务局",            2023, "昆都仑区",        "150203", "150203", "department"),
    ("济南市国有资产监督管理委员会",               2023, "济南市",          "370100", "370100", "department"),
    ("天门市公安局",                             2020, "天门市",          "429006", "429006", "department"),
    ("衡山县办",                                2025, "衡山县",          "430423", "430423", "department"),
    ("利辛县望疃镇",                             2023, "利辛县",          "341623", "341623", "town"),
    ("湖口县大垅乡",                             2025, "湖口县",          "360429", "360429", "town"),
    ("上海市黄浦区人民政府打浦桥街道办事处",         2025, "黄浦区",         "310101", "310101", "town"),
    ("东莞市长安镇",                             2023, "东莞市",          "441900", "441900", "town"),
    ("中山市东区街道",                           2023, "中山市",          "442000", "442000", "town"),
    ("佳荣里街",                                2022, "佳荣里街",        None,     None,     "town"),
    ("大川镇",                                  2022, "大川镇",          None,     None,     "town"),
    ("大同镇",                                  2022, "大同镇",          None,     None,     "town"),
    ("大庆路街道",                               2022, "大庆路街道",      None,     None,     "town"),
    ("正阳街道办事处",                           2023, "正阳街道",        None,     None,     "town"),
    ("北京市朝阳门街道",                          2023, "朝阳门街道",      None,     "110000", "town"),
    ("朝阳市",                                  2025, "朝阳市",          "211300", "210000", "prefecture"),
    ("北京市朝阳区",                             2025, "朝阳区",          "110105", "110000", "county"),
    ("南京市鼓楼区",                             2024, "鼓楼区",          "320106", "320100", "county"),
    ("南京鼓楼区",                              2024, "鼓楼区",          "320106", "320100", "county"),
    ("乐山市市中区",                             2024, "市中区",          "511102", "511100", "county"),
    ("乐山市中区",                              2024, "市中区",          "511102", "511100", "county"),
    ("攀枝花市东区",                             2024, "东区",            "510402", "510400", "county"),
    ("乌海市海南区",                             2024, "海南区",          "150303", "150300", "county"),
    ("海南州",                                  2024, "海南藏族自治州",    "632500", "630000", "prefecture"),
    ("恩施州",                                  2024, "恩施土家族苗族自治州", "422800", "420000", "prefecture"),
    ("前郭县",                                  2024, "前郭尔罗斯蒙古族自治县", "220721", "220700", "county"),
    ("科左后旗人民政府",                         2024, "科尔沁左翼后旗",    "150522", "150500", "county"),
    ("达茂旗教育局",                             2024, "达尔罕茂明安联合旗", "150223", "150223", "department"),
    ("包头",                                    2024, "包头市",          "150200", "150000", "prefecture"),
    ("通化县",                                  2024, "通化县",          "220521", "220500", "county"),
    ("濬县",                                    2024, "浚县",            "410621", "410600", "county"),
    # sub-bureaus of a city's bureau
    ("杭州市公安局余杭区分局",                     2023, "余杭区",          "330110", "330110", "department"),
    ("杭州市规划和自然资源局余杭分局",              2023, "余杭区",          "330110", "330110", "department"),
    ("遵义市生态环境局桐梓分局",                   2023, "桐梓县",          "520322", "520322", "department"),
    ("遵义市生态环境局桐梓县分局",                 2023, "桐梓县",          "520322", "520322", "department"),
    ("广州市规划和自然资源局番禺区分局",            2023, "番禺区",          "440113", "440113", "department"),
    ("北京市公安局朝阳分局",                      2023, "朝阳区",          "110105", "110105", "department"),
    ("大连市公安局沙河口分局",                     2023, "沙河口区",        "210204", "210204", "department"),
    ("杭州市消防救援支队余杭区大队",               2023, "余杭区",          "330110", "330110", "department"),
    ("广州市公安局水上分局",                      2023, "广州市",          "440100", "440100", "department"),
    ("成都市公安局高新区分局",                    2023, "成都市高新区",     None,     "510100", "department"),
    ("郑州市生态环境局经济技术开发区分局",          2023, "郑州市经济技术开发区", None,  "410100", "department"),
    ("昆都仑区公安局昆北分局",                    2023, "昆都仑区",        "150203", "150203", "department"),
    ("中共桃源县委机构编制委员会办公室",            2023, "桃源县",          "430725", "430725", "department"),
    # codes and names change
    ("重庆市江北区",                             2024, "江北区",          "500105", "500000", "county"),
    ("两江新区",                                2025, "两江新区",        "500157", "500000", "county"),
    ("郫县",                                    2015, "郫县",            "510124", "510100", "county"),
    ("郫都区",                                  2017, "郫都区",          "510117", "510100", "county"),
    ("邢台市桥东区",                             2018, "桥东区",          "130502", "130500", "county"),
    ("襄都区",                                  2021, "襄都区",          "130502", "130500", "county"),
    ("桥东区",                                  2022, "桥东区",          "130702", "130700", "county"),
    ("公主岭市",                                2018, "公主岭市",        "220381", "220300", "county"),
    ("公主岭市",                                2021, "公主岭市",        "220184", "220100", "county"),
    ("某某县",                                  2021, "某某县",          None,     None,     "unknown"),
    ("司法局",                                  2021, None,             None,     None,     "department"),
]


@pytest.mark.parametrize("name, year, jurisdiction, code, parent, level", BODIES)
def test_a_name_finds_its_district(name, year, jurisdiction, code, parent, level):
    body, _ = resolve(name, year)
    assert (body.jurisdiction, body.region_code, body.parent_code, body.level) == (jurisdiction, code, parent, level)


AMBIGUOUS = [
    # name         year  signals                                                        code
    ("鼓楼区",      2024, Evidence(),                                                    None),
    ("鼓楼区",      2024, Evidence(telephones=("025",)),                                 "320106"),
    ("鼓楼区",      2024, Evidence(records=("350102",)),                                 "350102"),
    ("鼓楼区",      2024, Evidence(text="徐州市鼓楼区坚持以"),                              "320302"),
    ("鼓楼区",      2024, Evidence(opening="开封市人民政府"),                              "410204"),
    ("鼓楼区",      2024, Evidence(hosts=("glq.nanjing.gov.cn",)),                       "320106"),
    ("鼓楼区",      2024, Evidence(hosts=("www.nanjing.com",)),                          None),
    ("鼓楼区",      2024, Evidence(opening="江苏省"),                                     None),
    ("鼓楼区",      2024, Evidence(telephones=("025",), records=("350102",)),            None),
    ("鼓楼区",      2024, Evidence(telephones=("025",), opening="南京市", records=("320302",)), "320106"),
    ("鼓楼区司法局", 2024, Evidence(telephones=("0591",)),                                "350102"),
    ("朝阳",       2024, Evidence(),                                                    None),
    ("朝阳",       2024, Evidence(telephones=("0431",)),                                "220104"),
    ("通化",       2024, Evidence(),                                                    None),
    ("桥东区",      2018, Evidence(),                                                    None),
    ("桥东区",      2018, Evidence(telephones=("0313",)),                                "130702"),
]


@pytest.mark.parametrize("name, year, evidence, code", AMBIGUOUS)
def test_a_name_of_several_needs_a_second_signal(name, year, evidence, code):
    body, findings = resolve(name, year, evidence)
    assert body.region_code == code
    assert [check for check, *_ in findings] == ([] if code else ["place.ambiguous"])


def test_an_ambiguous_name_keeps_what_is_sure():
    body, findings = resolve("鼓楼区司法局", 2024)
    assert (body.jurisdiction, body.region_code, body.level) == ("鼓楼区", None, "department")
    assert "福州市鼓楼区（350102）" in findings[0][2]


BORROWED = [
    # name        evidence                                                          jurisdiction  code      level
    ("望疃镇",     Evidence(text="利辛县望疃镇人民政府"),                               "利辛县",     "341623", "town"),
    ("望疃镇",     Evidence(owners=("本报告可以从利辛县",)),                            "利辛县",     "341623", "town"),
    ("司法局",     Evidence(owners=("武汉市武昌区",)),                                 "武昌区",     "420106", "department"),
    ("司法局",     Evidence(owners=("武汉市武昌区", "武汉市")),                         "武昌区",     "420106", "department"),
    ("司法局",     Evidence(owners=("武汉市武昌区", "荆州市")),                         None,        None,     "department"),
    ("大兴西红门镇", Evidence(text="大兴区西红门镇坚持"),                                "大兴区",     "110115", "town"),
    (None,        Evidence(owners=("鄂尔多斯市康巴什区政务服务局", "康巴什区")),           "康巴什区",    "150603", "department"),
]


@pytest.mark.parametrize("name, evidence, jurisdiction, code, level", BORROWED)
def test_a_body_without_a_district_takes_the_one_that_the_text_states(name, evidence, jurisdiction, code, level):
    body, _ = resolve(name, 2023, evidence, "department")
    assert (body.jurisdiction, body.region_code, body.level) == (jurisdiction, code, level)


MISREAD = [
    # recognised        each character's rival      place of its own                     what it is           code
    ("琪县",            "琪珙 琪拱",                Evidence(),                          "珙县",             "511526"),
    ("宜宾市琪县司法局", "琪珙",                     Evidence(),                          "宜宾市珙县司法局",  "511526"),
    ("安徽省埔桥区",     "埔埇 埔场 安宀",           Evidence(),                          "安徽省埇桥区",      "341302"),
    ("祁内县",          "内门 内向",                Evidence(),                          "祁门县",           "341024"),
    ("荆内市财政局",     "内门",                     Evidence(),                          "荆门市财政局",      "420800"),
    ("琪县",            "琪珙 琪莘",                Evidence(),                          "琪县",             None),
    ("琪县",            "琪其",                     Evidence(),                          "琪县",             None),
    ("琪县",            "",                         Evidence(),                          "琪县",             None),
    ("徐州市琪县",       "琪珙",                     Evidence(),                          "徐州市琪县",       None),
    ("琪县",            "琪珙",                     Evidence(telephones=("0472",)),      "琪县",             None),
    ("冠县",            "冠莘",                     Evidence(),                          "冠县",             "371525"),
]  # fmt: skip


@pytest.mark.parametrize("name, rivals, evidence, printed, code", MISREAD)
def test_a_misread_name_is_the_only_one_that_its_rivals_make(name, rivals, evidence, printed, code):
    body, findings = resolve(name, 2024, replace(evidence, others=frozenset(map(tuple, rivals.split()))))
    assert (body.name, body.region_code) == (printed, code)
    assert [finding[:2] for finding in findings if finding[0] == "place.misread"] == [("place.misread", "info")] * (name != printed)


DOUBTS = [
    # name           year  signals                                                      check             severity
    ("昆都仑区",      2024, Evidence(telephones=("0472",), records=("150203",)),          None,             None),
    ("昆都仑区",      2024, Evidence(telephones=("0471",), opening="包头市"),             None,             None),
    ("昆都仑区",      2024, Evidence(telephones=("0827",)),                              "place.disagrees", "info"),
    ("昆都仑区",      2024, Evidence(telephones=("0827",), owners=("巴中市巴州区",)),      "place.disagrees", "warning"),
    ("麻阳苗族自治县", 2022, Evidence(owners=("应城市",)),                                "place.disagrees", "info"),
    ("徐州市昆都仑区", 2024, Evidence(),                                                  "place.disagrees", "warning"),
    ("宣武区",        2024, Evidence(),                                                  "place.outdated",  "info"),
    ("大川镇",        2024, Evidence(),                                                  "place.unknown",   "warning"),
]


@pytest.mark.parametrize("name, year, evidence, check, severity", DOUBTS)
def test_signals_that_disagree_are_told(name, year, evidence, check, severity):
    _, findings = resolve(name, year, evidence)
    assert [finding[:2] for finding in findings] == ([(check, severity)] if check else [])


@pytest.mark.parametrize("year", [2010, 2024])
def test_every_county_is_found_by_its_full_address(year):
    for place in regions(year):
        address = "".join(part.name for part in reversed(lineage(place)))
        body, findings = resolve(address, year)
        assert (body.region_code, body.jurisdiction, body.level, findings) == (place.code, place.name, place.level, []), address


def test_a_bare_county_name_is_found_unless_others_bear_it():
    places = [place for place in regions(2024) if place.level == "county"]
    names = [place.name for place in places]
    for place in places:
        body, findings = resolve(place.name, 2024)
        assert body.jurisdiction == place.name
        assert body.region_code == (place.code if names.count(place.name) == 1 else None), place.name
        assert bool(findings) == (names.count(place.name) > 1)


@given(st.text(max_size=30), st.sampled_from([None, 2010, 2024]), st.text(max_size=60))
def test_any_name_ends_as_a_body(name, year, text):
    body, findings = resolve(name, year, Evidence(text=text, opening=text, owners=(text,)))
    assert body.region_code is None or region(body.region_code)
    assert body.region_code or findings or body.parent_code


def test_conversion_to_simplified_keeps_every_name_but_the_protected():
    opencc = pytest.importorskip("opencc")
    convert = opencc.OpenCC("t2s").convert
    damaged = {place.name for year in (2010, 2025) for place in regions(year) if convert(place.name) != place.name}
    assert damaged <= set(PROTECTED)


def test_the_gazetteer_is_whole():
    now = regions(2025)
    counts = {level: sum(place.level == level for place in now) for level in ("province", "prefecture", "county")}
    assert counts == {"province": 34, "prefecture": 333, "county": 2845}
    assert all(region(place.parent) for place in now if place.parent)
    assert region("130502", 2018).name == "桥东区" and region("130502").name == "襄都区"
    assert region("999999") is None


def test_the_kits_districts_are_in_the_gazetteer():
    path = Path(__file__).parents[1] / "data" / "districts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        districts = list(csv.DictReader(file))
    assert {district["region_code"] for district in districts} >= {"150203", "150603", "511902", "659008"}
    for district in districts:
        place, *above = lineage(region(district["region_code"]))
        assert place.name == district["name"]
        assert above[-1].name == district["province"]
        assert district["prefecture"] == (above[0].name if len(above) > 1 else "")
        assert int(district["population"]) > 0 and district["source"]
