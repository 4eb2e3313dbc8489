"""Whose report is it? From the name of the issuing body to its district, never by a guess.

``places.csv`` knows the provinces, prefectures and counties by the years in which they stood. The longest full name
counts first; a name that several counties bear needs a second, independent signal from the report.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

# Names that converting to Simplified damages where they are Simplified already (乾县 becomes 干县), or did in some
# release of OpenCC. Longest first.
PROTECTED = ("乾安县", "澄江市", "澄江县", "乾县", "浚县")

# Characters of district names that converting from Traditional leaves.
VARIANTS = str.maketrans("濬澂衞敍", "浚澄卫叙")

# Prefectures and counties that are called by less than their short name, in the names of their own bodies too. 巴州 is
# not 巴州区.
ABBREVIATIONS = {
    "巴州": "巴音郭楞蒙古自治州",
    "博州": "博尔塔拉蒙古自治州",
    "克州": "克孜勒苏柯尔克孜自治州",
    "前郭县": "前郭尔罗斯蒙古族自治县",
    "喀左县": "喀喇沁左翼蒙古族自治县",
    "阜蒙县": "阜新蒙古族自治县",
    "杜蒙县": "杜尔伯特蒙古族自治县",
    "莫旗": "莫力达瓦达斡尔族自治旗",
    "达茂旗": "达尔罕茂明安联合旗",
    "土左旗": "土默特左旗",
    "土右旗": "土默特右旗",
    "科左中旗": "科尔沁左翼中旗",
    "科左后旗": "科尔沁左翼后旗",
    "科右前旗": "科尔沁右翼前旗",
    "科右中旗": "科尔沁右翼中旗",
    "察右前旗": "察哈尔右翼前旗",
    "察右中旗": "察哈尔右翼中旗",
    "察右后旗": "察哈尔右翼后旗",
    "阿左旗": "阿拉善左旗",
    "阿右旗": "阿拉善右旗",
    "东乌旗": "东乌珠穆沁旗",
    "西乌旗": "西乌珠穆沁旗",
}

# Autonomous regions are also called by their short name and the plain kind: 恩施州, 双江县, 鄂伦春旗.
PLAIN_KINDS = {"自治州": ("州",), "自治县": ("县", "自治县"), "自治旗": ("旗",)}

# What may stand before or between the regions of a name.
PASSED_OVER = re.compile(
    r"(?:国家税务总局|国家统计局|中国共产党|中共|中华人民共和国|共青团|(?:新疆)?生产建设兵团|第[一二三四五六七八九十]+师)+"
)
GOVERNMENT = re.compile("^(?:人民)?政府|(?:人民)?政府$")

# The kind of a body by the end of its name; the first that fits.
TOWN = "街道办事处|地区办事处|街道办|办事处|街道|民族乡|苏木|镇|乡|街"
ZONE = (
    "开发区|经开区|高新区|园区|产业园区?|工业园区?|保税区|自贸区|自由贸易试验区|试验区|示范区|合作区"
    "|度假区|风景区|名胜区|景区|管理区|新区|新城|集聚区|功能区|(?<!监督)管理委员会|管委会"
)
DEPARTMENT = (
    "局|委|厅|办|处|所|站|院|中心|馆|会|队|署|校|庭|台|社|部|室|行|司|公司|集团|大学|学院|中学|小学|幼儿园|[公警]安|税务"
)
KINDS = tuple(
    (re.compile(f"(?:{ends})$"), kind) for ends, kind in ((TOWN, "town"), (ZONE, "zone"), (DEPARTMENT, "department"))
)
# A city's bureau in one of its counties or zones.
BRANCH = re.compile("(.+?)(分局|分院|分中心|支队|大队)")
BRANCH_OF_ZONE = re.compile(f".*[局厅委队](.*(?:{ZONE}))")
NO_NAME = re.compile(f"(?:{TOWN})+")
ZONE_HEAD = re.compile(f".*?(?:{ZONE})")
# What is no zone, but the name of a town, from the zone's last two characters on: 新区街道, 开发区街道, 新城子街道.
CALLED_AFTER_ZONE = re.compile(f"..(?:{TOWN})+|新城.*")
# A short name before one of these is a region's, not a part of another name: 可克达拉经开区, but 大庆路街道.
ZONE_WORD = re.compile(
    "(?:国家级?|省级)?(?:经济|经开|高新|工业|综合|开发|新区|管委会|管理委员会|临空|空港|保税|化工|产业|园区|边境|跨境|自贸|自由贸易)"
)

MISREAD = "发布机构识别为“{read}”，没有这样的区划；换上识别时次选的字，只能是“{printed}”，按此定其所属。请核对原件。"


class Region(NamedTuple):
    """A province, prefecture or county as it stood from one year to another."""

    code: str
    name: str
    short: str
    """The name without its kind, where that is two characters or more; else empty."""
    level: str
    """province, prefecture or county."""
    parent: str
    """The code of the region above; empty for a province."""
    since: int
    until: int | None
    """The first and the last year at whose end it stood; None: it stands."""
    telephone: str
    """The telephone area code of a prefecture, else empty."""
    host: str
    """What a province or prefecture is called in web addresses, else empty."""

    def stood(self, year):
        return self.since <= year and (self.until is None or year <= self.until)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else a report says of where it comes from; each part is independent of the others."""

    text: str = ""
    """The whole cleaned text: full addresses are looked for in it."""
    opening: str = ""
    """The lines round the title and the preamble: cities and provinces named there count."""
    owners: tuple[str, ...] = ()
    """Bodies that the report names as the owner of its web site, the office to ask, the publisher."""
    telephones: tuple[str, ...] = ()
    """Telephone area codes."""
    records: tuple[str, ...] = ()
    """The first six digits of 公网安备 numbers, which are a county's code."""
    hosts: tuple[str, ...] = ()
    """Web hosts."""
    others: frozenset[tuple[str, str]] = frozenset()
    """Where the text was recognised: characters of it, each with one that it may be instead."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body that issued a report, and where it belongs."""

    name: str | None
    """As printed: 包头市昆都仑区人民政府."""
    jurisdiction: str | None
    """The county as a reader would say it (昆都仑区); a zone, prefecture or province by its own name, the zone also of a
    bureau or town in it; so a town whose county is not stated."""
    region_code: str | None
    """The code of the jurisdiction; None for zones and whatever cannot be decided."""
    parent_code: str | None
    """The region whose report should contain this one: a county's prefecture, a bureau's or zone's county."""
    level: str
    """county, department, town, zone, prefecture, province, unknown."""


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    named: dict[str, list[Region]]
    """By full name, and by the shorter names in use."""
    coded: dict[str, list[Region]]
    """By code, one for each name and parent that it has had."""
    areas: dict[str, list[Region]]
    """By telephone area code."""
    beginnings: frozenset[str]
    """The first two characters of every name."""
    longest: int


@cache
def _gazetteer():
    named, coded, areas = defaultdict(list), defaultdict(list), defaultdict(list)
    for place in _rows():
        coded[place.code].append(place)
        for name in {place.name, place.short or place.name, *_plain_names(place)}:
            named[name].append(place)
        if place.telephone:
            areas[place.telephone].append(place)
    beginnings = frozenset(name[:2] for name in named)
    return _Gazetteer(dict(named), dict(coded), dict(areas), beginnings, max(map(len, named)))


def _rows():
    with Path(__file__).with_name("places.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        for code, name, short, level, parent, since, until, telephone, host in rows:
            yield Region(code, name, short, level, parent, int(since), int(until) if until else None, telephone, host)


def _plain_names(place):
    """The names of a region that are as good as its full one."""
    names = [short for short, name in ABBREVIATIONS.items() if name == place.name]
    if place.short and (plain := PLAIN_KINDS.get(place.name[-3:])):
        names += [place.short + kind for kind in plain]
    return names


def regions(year):
    """Every region that stood at the end of a year (2008 to 2025), in the order of codes."""
    return [place for spells in _gazetteer().coded.values() for place in spells if place.stood(year)]


def region(code, year=None):
    """The region of a code at the end of a year (None: as it stands, or stood last), or None.

    >>> region("150203").name, region("130502", 2018).name, region("130502").name
    ('昆都仑区', '桥东区', '襄都区')
    """
    spells = _gazetteer().coded.get(code, ())
    standing = [spell for spell in spells if year is None or spell.stood(year)]
    return max(standing, key=lambda spell: spell.since, default=None)


def lineage(place):
    """A region and those above it, lowest first."""
    above = region(place.parent, place.until) or region(place.parent)
    return (place, *(lineage(above) if above else ()))


def resolve(name, year=None, evidence=Evidence(), level="unknown"):
    """Find where the body of a printed name belongs, as of the report year.

    Where no name is printed (None), the owners in the evidence say where, and ``level`` what the author calls itself
    (我局: department). Returns a Body and a list of (check, severity, message).

    >>> resolve("包头市昆都仑区")[0].region_code
    '150203'
    >>> resolve("鼓楼区")[0].region_code is None
    True
    >>> resolve("鼓楼区", evidence=Evidence(telephones=("0591",)))[0].region_code
    '350102'
    """
    plain = (name or "").translate(VARIANTS)
    readings = _readings(plain, year, evidence)
    if printed := _misread(plain, readings[0].rest, year, evidence):
        body, doubts = resolve(printed, year, replace(evidence, others=frozenset()), level)
        if body.parent_code and "place.disagrees" not in (check for check, *_ in doubts):
            return body, [("place.misread", "info", MISREAD.format(read=name, printed=printed)), *doubts]
    if not readings[0].regions:
        readings = _borrowed(plain, year, evidence) or readings
    places = {reading.regions[-1].code: reading for reading in readings if reading.regions}
    code = _supported(places, evidence) if len(places) > 1 else next(iter(places), None)
    if code is None:
        return _undecided(name, readings, level)
    reading = places[code]
    if _contradicts(reading, year):
        message = f"“{name}”中“{reading.rest}”不属于{reading.regions[-1].name}，未给出代码。"
        return Body(name, reading.rest, None, None, "unknown"), [("place.disagrees", "warning", message)]
    return _body(name, reading, level), list(_doubts(reading.regions[-1], year, evidence))


class _Reading(NamedTuple):
    """One way to read a name: the regions that it begins with, highest first, and what follows them."""

    regions: tuple[Region, ...]
    rest: str
    own: str
    """The name from its last region on."""


def _readings(name, year, evidence):
    """The ways to read a name that explain most of it; they differ only in which region of a name is meant."""
    name = name.strip()
    candidates = []
    # Not at the head, a region is taken only by a full name of three characters or more: 国家税务总局昆都仑区税务局.
    for start in range(max(len(name) - 2, 1)):
        for regions, used, last in _chains(name[start:], year):
            rest = GOVERNMENT.sub("", name[start + used :])
            printed = name[start + last : start + used]
            full = printed == regions[-1].name or printed in _plain_names(regions[-1])
            if full:
                fits = (start == 0 or used - last > 2) and not NO_NAME.fullmatch(rest)
            else:
                fits = start == 0 and _is_short_for(regions[-1], rest, evidence)
            if fits:
                reading = _Reading(regions, rest, name[start + last :])
                candidates += [(used, full, each) for each in _branches(reading, year) or [reading]]
        if candidates:
            best = max(candidate[:2] for candidate in candidates)
            return [reading for *explained, reading in candidates if tuple(explained) == best]
    return [_Reading((), GOVERNMENT.sub("", name), name)]


def _branches(reading, year):
    """Readings of a branch that says where in its city it is: 公安局余杭区分局, 生态环境局桐梓分局; none of any other body."""
    parts = BRANCH.fullmatch(reading.rest)
    if not parts:
        return []
    seat, branch = parts.groups()
    *_, city = reading.regions
    for start in range(1, len(seat) - 1):
        places = [place for place in _gazetteer().named.get(seat[start:], ()) if _within(place, city)]
        if places:
            return [_Reading((*reading.regions, place), branch, place.name) for place in _standing(places, year)]
    if zone := BRANCH_OF_ZONE.fullmatch(seat):
        own = reading.own.removesuffix(reading.rest) + zone[1] + branch
        return [_Reading(reading.regions, zone[1] + branch, own)]
    return []


def _is_short_for(place, rest, evidence):
    """Whether a short name means the region: nothing follows, or a zone's kind, or the report has the full name too.

    A road may be called after any city, so a town is only taken for a county's: 大兴西红门镇, but 大庆路街道.
    """
    if not rest or ZONE_WORD.match(rest):
        return True
    if _kind(rest) == "town" and (place.level != "county" or NO_NAME.fullmatch(rest)):
        return False
    return place.name in evidence.text


def _misread(name, rest, year, evidence):
    """The name as it is printed, where the rest of it has a region's full name only with another character that it may have.

    The longest such name counts, and only if it is the one: 琪县 may be 珙县. None if there is none, or several.
    """
    named, found, begins = _gazetteer().named, {}, name.find(rest) if rest else len(name)
    for at, other in ((at, other) for given, other in evidence.others for at, char in enumerate(name) if char == given):
        printed = f"{name[:at]}{other}{name[at + 1 :]}"
        for start in range(begins, at + 1):
            for end in range(max(at + 1, start + 2), len(name) + 1):
                called = _standing(named.get(printed[start:end], ()), year)
                if any(place.name == printed[start:end] for place in called):
                    found.setdefault(end - start, set()).add(printed)
    longest = found[max(found)] if found else ()
    return next(iter(longest)) if len(longest) == 1 else None


def _chains(name, year, above=None):
    """Each chain of regions, one within the other, that a name can begin with, its length, and where its last begins."""
    passed = PASSED_OVER.match(name)
    skipped = passed.end() if passed else 0
    gazetteer = _gazetteer()
    if name[skipped : skipped + 2] not in gazetteer.beginnings:
        return
    for length in range(2, min(len(name) - skipped, gazetteer.longest) + 1):
        end = skipped + length
        called = gazetteer.named.get(name[skipped:end], ())
        for place in _standing([place for place in called if above is None or _within(place, above)], year):
            yield (place,), end, skipped
            if place.level != "county":
                for regions, used, last in _chains(name[end:], year, place):
                    yield (place, *regions), end + used, end + last


def _standing(places, year):
    """Of the regions of one name, those that stood at the end of the year; else a year before or after; else all.

    Without a year all of them may be meant.
    """
    if year is None:
        return places
    for years in ((year,), (year + 1, year - 1)):
        if stood := [place for place in places if any(place.stood(y) for y in years)]:
            return stood
    return places


def _within(place, above):
    return place.parent == above.code or (above.level == "province" and place.code[:2] == above.code[:2] and place.parent != "")


def _borrowed(name, year, evidence):
    """Readings of a body that does not name its region, from where the report does: 利辛县望疃镇, 利辛县人民政府网站."""
    named = _gazetteer().named
    before = set()
    for found in re.finditer(re.escape(name), evidence.text) if name else ():
        before.update(evidence.text[max(found.start() - length, 0) : found.start()] for length in range(3, 16))
    addressed = [place for text in before for place in _standing(named.get(text, ()), year) if place.name == text]
    owners = [_readings(owner, year, evidence) for owner in evidence.owners]
    owned = [reading.regions[-1] for readings in owners for reading in readings if reading.regions]
    for places in (addressed, owned):
        lowest = {place for place in places if not any(_within(other, place) for other in places)}
        if len({place.name for place in lowest}) == 1:
            return [_Reading((place,), name, name) for place in lowest]
    return []


def _supported(places, evidence):
    """The code that the report's other signals leave; None if they leave several or none."""
    strength = {code: len(_signals(reading.regions[-1], evidence)) for code, reading in places.items()}
    chosen, runner_up = sorted(strength, key=strength.get, reverse=True)[:2]
    most, next_most = strength[chosen], strength[runner_up]
    # One signal beside the name is enough if none points elsewhere; else it takes two, and more than elsewhere.
    return chosen if most and (not next_most or most >= 2 and most > next_most) else None


def _signals(place, evidence):
    """Which independent signals point to a region, beside its name."""
    _, *above = lineage(place)
    names = [name for upper in above for name in (upper.name, upper.short)]
    signals = set()
    if any(name + place.name in evidence.text for name in names) or any(upper.name in evidence.opening for upper in above):
        signals.add("city")
    codes = {place.code, *(upper.code for upper in above)}
    gazetteer = _gazetteer()
    if any(area.code in codes for telephone in evidence.telephones for area in gazetteer.areas.get(telephone, ())):
        signals.add("telephone")
    if any(record[:4] == place.code[:4] for record in evidence.records):
        signals.add("record")
    labels = {label for host in evidence.hosts if host.endswith(".gov.cn") for label in host.split(".")}
    if any(upper.host in labels for upper in above):
        signals.add("host")
    return signals


def _contradicts(reading, year):
    """What follows a region is the name of another that is not within it: 徐州市昆都仑区."""
    places = _standing(_gazetteer().named.get(reading.rest, ()), year)
    return any(place.name == reading.rest for place in places) and not any(
        _within(place, reading.regions[-1]) for place in places
    )


def _doubts(place, year, evidence):
    """Signals that point to another province, and a region that did not stand in the report year."""
    gazetteer = _gazetteer()
    province = place.code[:2]
    against = []
    for telephone in evidence.telephones:
        areas = gazetteer.areas.get(telephone, ())
        if areas and all(area.code[:2] != province for area in areas):
            against.append(f"电话区号 {telephone}（{areas[0].name}）")
    for record in evidence.records:
        if record[:2] != province and record in gazetteer.coded:
            against.append(f"公网安备号 {record}（{region(record).name}）")
    for owner in evidence.owners:
        owned = [reading.regions[-1] for reading in _readings(owner, year, evidence) if reading.regions]
        if owned and all(other.code[:2] != province for other in owned):
            against.append(f"“{owner}”（{owned[0].name}）")
    if against:
        severity = "warning" if len(against) > 1 else "info"
        yield "place.disagrees", severity, f"发布机构属于{place.name}（{place.code}），但{'、'.join(against)}不在同一省份。"
    if year is not None and not any(place.stood(y) for y in (year - 1, year, year + 1)):
        span = f"{place.since}—{place.until or ''}"
        yield "place.outdated", "info", f"{place.name}（{place.code}）存续于 {span} 年末，报告年度为 {year} 年。"


def _undecided(name, readings, level):
    """The body, as far as its name goes, and why it has no code."""
    places = sorted({reading.regions[-1] for reading in readings if reading.regions})
    if places:
        listed = "、".join(f"{''.join(p.name for p in reversed(lineage(place)))}（{place.code}）" for place in places)
        message = f"“{name or places[0].name}”可指{listed}，报告中没有足以区分的其他线索，未给出代码。"
        body = _body(name, readings[0], level)
        agreed = body.jurisdiction if len({_body(name, r, level).jurisdiction for r in readings}) == 1 else None
        return Body(name, agreed, None, None, body.level if agreed else "unknown"), [("place.ambiguous", "warning", message)]
    message = f"“{name}”所属的县级区划，名称和正文都没有写明，未给出代码。" if name else "没有找到发布机构，未给出代码。"
    return _body(name, readings[0], level), [("place.unknown", "warning", message)]


def _body(name, reading, level):
    """The body of a reading; ``level`` is what the text says of its author, for a name that does not say its kind."""
    place, rest = reading.regions[-1] if reading.regions else None, reading.rest
    code = place and place.code
    if place and (not rest or _is_joint(place, rest)):
        kind = place.level if name or level == "county" else level
        return Body(name, place.name, code, place.parent or None if kind == place.level else code, kind)
    kind = _kind(rest)
    zone = ZONE_HEAD.match(rest)
    if kind == "town" and zone and CALLED_AFTER_ZONE.fullmatch(rest, zone.end() - 2):
        zone = None
    if zone and kind != "unknown":
        printed = reading.own[: len(reading.own) - len(rest) + zone.end()]
        return Body(name, re.sub("(?:管理委员会|管委会)$", "", printed) or printed, None, code, kind)
    if kind == "town" and not (place and _is_county(place)):
        return Body(name, re.sub("(?<=街道)办(?:事处)?$", "", rest), None, code, kind)
    if kind == "unknown" and rest.endswith(("县", "市", "区", "旗")):
        return Body(name, rest, None, code, level)
    return Body(name, place and place.name, code, code, kind if kind != "unknown" else level)


def _is_joint(place, rest):
    """Whether what follows a region is no body in it but a second one, a zone called after a city above: 黄埔区 广州开发区."""
    above = [upper.short or upper.name for upper in lineage(place)[1:]]
    return _kind(rest) == "zone" and rest.strip().startswith(tuple(above))


def _is_county(place):
    """Also a prefecture without counties: 东莞市, 嘉峪关市."""
    return place.level == "county" or (place.level == "prefecture" and place.code not in _with_counties())


@cache
def _with_counties():
    return {place.parent for spells in _gazetteer().coded.values() for place in spells}


def _kind(rest):
    return next((kind for ending, kind in KINDS if ending.search(rest)), "unknown")


def begins_with_region(name):
    """Whether a name begins with a region's.

    >>> begins_with_region("包头市昆都仑区司法局"), begins_with_region("司法局")
    (True, False)
    """
    return next(_chains(name, None), None) is not None
