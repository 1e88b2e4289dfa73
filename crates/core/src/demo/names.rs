//! Names of people, companies and places.

use super::random::Random;

/// Frequent surnames, the most frequent first.
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "林", "郭", "何", "高",
    "罗", "郑", "梁", "谢", "宋", "唐", "许", "邓", "冯", "韩", "曹", "曾", "彭", "萧", "蔡", "潘", "田", "董", "袁",
    "于", "余", "叶", "蒋", "杜", "苏", "魏", "程", "吕", "丁", "沈", "任", "姚", "卢", "傅", "钟", "姜", "崔", "谭",
    "廖", "范", "汪", "陆", "金", "石", "戴", "贾", "韦", "夏", "邱", "方", "侯", "邹", "熊", "孟", "秦", "白", "江",
    "阎", "薛", "尹", "段", "欧阳", "上官", "诸葛", "司马",
];

/// Characters of given names: of men, then of women.
const MALE: &[&str] = &[
    "伟", "强", "磊", "军", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏", "华", "飞", "鑫", "波", "斌", "宇",
    "浩", "凯", "健", "俊", "帆", "帅", "旭", "宁", "龙", "林", "阳", "建国", "志强", "子轩", "浩然", "宇航", "俊杰",
    "建军", "文博", "嘉豪", "一鸣", "天佑", "晨曦", "国庆", "志远", "思远", "海涛", "永康", "立新", "振华", "家辉",
];
const FEMALE: &[&str] = &[
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "秀英", "燕", "玲", "桂英", "丹", "萍", "红", "莉", "倩", "雪",
    "梅", "琳", "晶", "婷", "欣", "洁", "璐", "雅", "慧", "颖", "佳", "琪", "雨涵", "梓涵", "诗琪", "欣怡", "佳怡",
    "思雨", "晓燕", "小红", "美玲", "海燕", "淑华", "雅婷", "梦洁", "可欣", "若曦", "语嫣", "紫萱", "静怡", "秋月",
    "春梅",
];

/// A person's name and gender (1 male, 2 female).
pub(super) fn person(random: &mut Random) -> (String, i64) {
    let surname = SURNAMES.get(random.skewed(SURNAMES.len())).copied().unwrap_or("王");
    let gender = random.between(1, 2);
    let given = random.pick(if gender == 1 { MALE } else { FEMALE });
    (format!("{surname}{given}"), gender)
}

/// What people leave in the field for their name: mostly a name, sometimes what production holds too.
pub(super) fn contact(random: &mut Random, company: &str) -> (String, i64) {
    let (name, gender) = person(random);
    match random.below(100) {
        0..=1 => ("--".to_owned(), 0),
        2 => ("-".to_owned(), 0),
        3 => ("未知".to_owned(), 0),
        4..=9 => {
            let surname: String = name.chars().take(1).collect();
            let title = random.pick(&["总", "老师", "先生", "女士", "经理", "工"]);
            (format!("{surname}{title}"), if title == "女士" { 2 } else { 0 })
        }
        10..=12 if !company.is_empty() => (format!("{name}（{company}）"), gender),
        13 => (format!("{name}{}", random.pick(&["😊", "🌸", "✨", "🌈", "🐳"])), gender),
        14 => (format!("{}.{}", random.pick(&["A", "AA", "0", "Amy", "Kevin", "Lucy"]), name), gender),
        15 => (random.pick(&["阳光下的小鱼", "平安是福", "Simple.", "海阔天空", "知足常乐", "momo"]).to_owned(), 0),
        _ => (name, gender),
    }
}

/// A place as people write it.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// The free text of the field `region`.
    pub region: &'static str,
    /// The city, as in names of companies.
    pub city: &'static str,
    /// A street of it.
    pub street: &'static str,
}

const fn place(region: &'static str, city: &'static str, street: &'static str) -> Place {
    Place { region, city, street }
}

/// Places, the busiest first.
pub(super) const PLACES: &[Place] = &[
    place("上海市", "上海", "浦东新区张江路"),
    place("广东省深圳市", "深圳", "南山区科技园南路"),
    place("北京市", "北京", "海淀区中关村大街"),
    place("浙江省杭州市", "杭州", "余杭区文一西路"),
    place("广东省广州市", "广州", "天河区天河北路"),
    place("江苏省苏州市", "苏州", "工业园区星湖街"),
    place("四川省成都市", "成都", "高新区天府大道"),
    place("江苏省南京市", "南京", "雨花台区软件大道"),
    place("湖北省武汉市", "武汉", "洪山区光谷大道"),
    place("上海市闵行区", "上海", "闵行区申长路"),
    place("浙江宁波", "宁波", "鄞州区天童北路"),
    place("重庆市", "重庆", "渝北区金开大道"),
    place("陕西省西安市", "西安", "雁塔区科技路"),
    place("山东省青岛市", "青岛", "崂山区香港东路"),
    place("广东省东莞市", "东莞", "南城街道鸿福路"),
    place("天津市", "天津", "和平区南京路"),
    place("河南省郑州市", "郑州", "金水区花园路"),
    place("湖南省长沙市", "长沙", "岳麓区麓谷大道"),
    place("福建省厦门市", "厦门", "思明区软件园二期"),
    place("安徽省合肥市", "合肥", "蜀山区望江西路"),
    place("广东佛山", "佛山", "禅城区季华路"),
    place("江苏省无锡市", "无锡", "新吴区菱湖大道"),
    place("山东省济南市", "济南", "历下区经十路"),
    place("辽宁省大连市", "大连", "高新园区黄浦路"),
    place("浙江省温州市", "温州", "瓯海区温瑞大道"),
    place("辽宁省沈阳市", "沈阳", "浑南区创新路"),
    place("河北省石家庄市", "石家庄", "长安区中山东路"),
    place("江西省南昌市", "南昌", "红谷滩区丰和大道"),
    place("云南省昆明市", "昆明", "五华区人民中路"),
    place("广西壮族自治区南宁市", "南宁", "青秀区民族大道"),
    place("黑龙江哈尔滨", "哈尔滨", "松北区创新一路"),
    place("吉林省长春市", "长春", "朝阳区前进大街"),
    place("贵州省贵阳市", "贵阳", "观山湖区林城路"),
    place("山西省太原市", "太原", "小店区学府街"),
    place("新疆维吾尔自治区乌鲁木齐市", "乌鲁木齐", "新市区北京南路"),
    place("内蒙古自治区呼和浩特市", "呼和浩特", "赛罕区新华东街"),
    place("甘肃省兰州市", "兰州", "城关区雁滩路"),
    place("海南省海口市", "海口", "龙华区滨海大道"),
    place("宁夏银川", "银川", "金凤区正源北街"),
    place("青海省西宁市", "西宁", "城西区五四大街"),
];

/// First and second character of a company's own word.
const FIRST: &[&str] = &[
    "云", "天", "华", "中", "金", "海", "星", "智", "德", "恒", "瑞", "鑫", "盛", "万", "启", "明", "蓝", "东", "新",
    "安", "博", "宏", "凯", "飞", "远", "汇", "卓", "优", "锐", "晨", "青", "合", "长", "大", "佳", "康", "正", "诚",
    "融", "嘉",
];
const SECOND: &[&str] = &[
    "帆", "达", "泰", "创", "源", "通", "瀚", "诺", "维", "图", "峰", "信", "捷", "联", "科", "辰", "腾", "宇", "润",
    "丰", "和", "力", "方", "拓", "思", "景", "成", "美", "程", "川", "利", "邦", "洋", "亿", "途", "禾", "邑", "朗",
    "元", "翔",
];

/// Branches: what stands in the name, and the text of the field `industry`.
const BRANCHES: &[(&str, &str)] = &[
    ("科技", "软件和信息技术服务业"),
    ("教育科技", "教育"),
    ("智能装备", "通用设备制造业"),
    ("医疗器械", "医疗健康"),
    ("食品", "食品制造业"),
    ("物流", "交通运输、仓储"),
    ("电子商务", "互联网零售"),
    ("建设工程", "建筑业"),
    ("文化传媒", "广告传媒"),
    ("新材料", "化工新材料"),
    ("企业管理咨询", "商务服务业"),
    ("餐饮管理", "餐饮业"),
    ("网络技术", "互联网"),
    ("生物科技", "生物医药"),
    ("贸易", "批发业"),
    ("人力资源服务", "人力资源"),
    ("环保科技", "环保"),
    ("汽车零部件", "汽车制造业"),
    ("服饰", "纺织服装"),
    ("健康管理", "健康服务业"),
    ("农业发展", "农林牧渔业"),
];

/// A company: names, branch and place belong together.
pub(super) struct Firm {
    pub name: String,
    pub short: String,
    pub industry: &'static str,
    pub place: Place,
}

/// The firm of a number: distinct names for more firms than 10,000,000 contacts need. `shift` moves the
/// whole sequence, so that two tenants have different firms.
pub(super) fn firm(number: u64, shift: u64) -> Firm {
    let sizes = [BRANCHES.len(), PLACES.len(), SECOND.len(), FIRST.len()];
    let all = sizes.iter().map(|size| u64::try_from(*size).unwrap_or(1)).product::<u64>();
    // A prime factor larger than every list walks through all combinations before the first repeats.
    let mut rest = (number % all * 15_485_863 + shift % all) % all;
    let [branch, place, second, first] = sizes.map(|size| {
        let size = u64::try_from(size).unwrap_or(1);
        let digit = usize::try_from(rest % size).unwrap_or(0);
        rest /= size;
        digit
    });
    let (word, industry) = BRANCHES.get(branch).copied().unwrap_or_default();
    let place = PLACES.get(place).copied().unwrap_or_default();
    let own = |list: &[&'static str], at: usize| list.get(at).copied().unwrap_or_default();
    let short = format!("{}{}{word}", own(FIRST, first), own(SECOND, second));
    // The places of a city share one name: the second one is told apart by its form.
    let form = if place.region == "上海市闵行区" { "股份有限公司" } else { "有限公司" };
    Firm { name: format!("{}{short}{form}", place.city), short, industry, place }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn firms_have_distinct_names() {
        let names: HashSet<String> = (0..200_000).map(|number| firm(number, 77).name).collect();
        assert_eq!(names.len(), 200_000);
    }

    #[test]
    fn all_places_have_a_region_code() {
        for place in PLACES {
            assert!(crate::region::code_of(place.region) > 0, "{}", place.region);
        }
    }

    #[test]
    fn names_include_dirty_ones() {
        let mut random = Random::new([9; 32], 0);
        let names: HashSet<String> = (0..2000).map(|_| contact(&mut random, "云帆科技").0).collect();
        assert!(["--", "-", "未知"].iter().all(|dirty| names.contains(*dirty)));
        assert!(names.iter().any(|name| name.ends_with("（云帆科技）")));
    }
}
