"""Who reports: real counties, with the departments and towns that file reports of their own."""

from typing import NamedTuple

# Province, city and county.
COUNTIES = [
    "四川省 巴中市 巴州区",
    "四川省 成都市 双流区",
    "四川省 绵阳市 三台县",
    "四川省 宜宾市 珙县",
    "内蒙古自治区 包头市 昆都仑区",
    "内蒙古自治区 鄂尔多斯市 康巴什区",
    "内蒙古自治区 赤峰市 宁城县",
    "浙江省 杭州市 余杭区",
    "浙江省 宁波市 象山县",
    "浙江省 温州市 乐清市",
    "浙江省 嘉兴市 桐乡市",
    "江苏省 南京市 鼓楼区",
    "江苏省 徐州市 沛县",
    "江苏省 苏州市 昆山市",
    "江苏省 盐城市 东台市",
    "安徽省 合肥市 肥西县",
    "安徽省 亳州市 利辛县",
    "安徽省 安庆市 桐城市",
    "安徽省 宣城市 宁国市",
    "福建省 泉州市 晋江市",
    "福建省 南平市 武夷山市",
    "江西省 九江市 湖口县",
    "江西省 赣州市 于都县",
    "山东省 临沂市 沂南县",
    "山东省 青岛市 胶州市",
    "山东省 潍坊市 寿光市",
    "河南省 郑州市 登封市",
    "河南省 洛阳市 栾川县",
    "河南省 信阳市 固始县",
    "湖北省 孝感市 应城市",
    "湖北省 宜昌市 秭归县",
    "湖南省 衡阳市 衡山县",
    "湖南省 怀化市 麻阳苗族自治县",
    "广东省 惠州市 博罗县",
    "广东省 湛江市 雷州市",
    "广西壮族自治区 桂林市 阳朔县",
    "海南省 三亚市 崖州区",
    "重庆市 重庆市 大足区",
    "贵州省 遵义市 湄潭县",
    "贵州省 黔东南苗族侗族自治州 施秉县",
    "云南省 大理白族自治州 祥云县",
    "陕西省 咸阳市 乾县",
    "陕西省 榆林市 神木市",
    "甘肃省 定西市 临洮县",
    "青海省 西宁市 湟中区",
    "宁夏回族自治区 吴忠市 青铜峡市",
    "新疆维吾尔自治区 昌吉回族自治州 奇台县",
    "辽宁省 大连市 瓦房店市",
    "吉林省 松原市 乾安县",
    "黑龙江省 绥化市 肇东市",
    "河北省 保定市 涞水县",
    "河北省 唐山市 迁安市",
    "山西省 晋中市 太谷区",
    "天津市 天津市 武清区",
    "北京市 北京市 大兴区",
    "上海市 上海市 黄浦区",
]
DEPARTMENTS = """
财政局 教育局 公安局 民政局 司法局 水利局 农业农村局 商务局 文化和旅游局 卫生健康委员会
应急管理局 审计局 统计局 医疗保障局 自然资源局 生态环境分局 住房和城乡建设局 交通运输局
市场监督管理局 发展和改革局 人力资源和社会保障局 退役军人事务局 林业局 气象局 信访局 城市管理局
人民政府办公室 行政审批服务局
""".split()
TOWNS = """
望疃镇 大垅乡 七里乡 建新镇 太平镇 万潮镇 大云镇 迎宾路街道 正阳街道 螺洋街道 大川镇 下管镇
城关镇 石桥镇 新华街道 白马镇 河东街道 双桥乡 龙泉镇 青山镇 三河镇 柳林镇 南山街道 黄土镇
平安镇
""".split()

# Counties that share their name with others: they write their city before it.
SHARED_NAMES = {"鼓楼区"}


class Body(NamedTuple):
    """``name`` as the body writes itself; ``kind`` is county, department or town."""

    name: str
    county: str
    city: str
    province: str
    kind: str

    @property
    def self_name(self):
        """What the narrative calls it: 我区, 我局, 我镇."""
        return "我" + ("局" if self.kind == "department" else self.name[-1] if self.kind == "county" else "镇")


def body(rng, kind):
    """Draw a body of that kind; its name with or without what stands above it."""
    province, city, county = rng.choice(COUNTIES).split()
    above = rng.choice(("", "", "", city)) if province != city else rng.choice(("", city))
    above = city if county in SHARED_NAMES else above
    unit = {"county": "", "department": rng.choice(DEPARTMENTS), "town": rng.choice(TOWNS)}[kind]
    return Body(above + county + unit, county, city, province, kind)


def bodies(number):
    """``number`` different bodies, counties first, then their departments and towns: the same list each time."""
    counties = [line.split() for line in COUNTIES]
    units = [("", "county"), *((name, "department") for name in DEPARTMENTS), *((name, "town") for name in TOWNS)]
    drawn = [
        Body((city if county in SHARED_NAMES else "") + county + unit, county, city, province, kind)
        for unit, kind in units
        for province, city, county in counties
    ]
    # Beyond the real names: numbered offices, for corpora of many thousand reports.
    for serial in range(number - len(drawn)):
        province, city, county = counties[serial % len(counties)]
        drawn.append(Body(f"{county}第{serial // len(counties) + 1}街道办事处", county, city, province, "town"))
    return drawn[:number]
