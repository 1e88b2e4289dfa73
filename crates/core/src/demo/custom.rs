//! The fields that the demo tenant has added to its objects, and values for them (chapter 16).

use std::fmt::Write as _;

use super::calendar::{DAY, START};
use super::random::Random;
use super::rows::{Rows, Table};

/// A field of an object.
struct Field {
    object: &'static str,
    api_name: &'static str,
    view_name: &'static str,
    kind: Kind,
    /// Switched off: older objects still have a value.
    enabled: bool,
}

/// What a field holds, with what to fill it.
#[derive(Clone, Copy)]
enum Kind {
    /// 1
    Text(&'static [&'static str]),
    /// 2
    LongText(&'static [&'static str]),
    /// 3, from 0 to this.
    Number(u32),
    /// 4, so many days before or after the beginning of the demo data.
    Date(i64),
    /// 5
    Single(&'static [&'static str]),
    /// 6
    Multi(&'static [&'static str]),
}

use Kind::{Date, LongText, Multi, Number, Single, Text};

const fn field(object: &'static str, api_name: &'static str, view_name: &'static str, kind: Kind) -> Field {
    Field { object, api_name, view_name, kind, enabled: true }
}

const PRODUCTS: &[&str] = &[
    "客户管理",
    "外呼系统",
    "智能表单",
    "会话存档",
    "营销获客",
    "数据看板",
    "工单系统",
    "商城小程序",
    "直播获客",
    "知识库",
    "电子合同",
    "培训课程",
];
const FEATURES: &[&str] = &[
    "线索分配",
    "公海池",
    "标签管理",
    "商机漏斗",
    "合同管理",
    "回款提醒",
    "报表导出",
    "移动端",
    "开放接口",
    "权限控制",
    "审批流程",
    "短信群发",
];
const SCHOOLS: &[&str] = &["李明", "王小雨", "陈思远", "赵一诺", "周子涵"];
const NEEDS: &[&str] =
    &["希望统一管理各渠道线索，自动分配给销售", "现有系统太慢，想换", "要能对接企业微信和呼叫中心", "老板要看每周报表"];

/// All fields, object by object in the order of the console.
const FIELDS: &[Field] = &[
    field("contact", "xsxm", "学生姓名", Text(SCHOOLS)),
    field("contact", "yxcp", "意向产品", Single(PRODUCTS)),
    field("contact", "gzgn", "关注功能", Multi(FEATURES)),
    field("contact", "ys", "预算（万元）", Number(50)),
    field("contact", "sr", "生日", Date(-20_000)),
    field("contact", "xqms", "需求描述", LongText(NEEDS)),
    field("contact", "ledweww__d", "来源备注", Text(&["官网", "老系统导入", "--", "市场部提供"])),
    field("contact", "测试0927", "测试0927", Text(&["测试", "1", "test"])),
    Field { enabled: false, ..field("contact", "jxtbh", "旧系统编号", Text(&["K20391", "K18812", "K00007"])) },
    field("company", "khfl", "客户分类", Single(&["直客", "渠道", "代理商", "战略客户"])),
    field("company", "hzlx", "合作类型", Multi(FEATURES)),
    field("company", "nys", "年营收（万元）", Number(90_000)),
    field("company", "qyrq", "签约日期", Date(900)),
    field("company", "zyyw", "主营业务", Text(&["软件开发", "零部件加工", "连锁餐饮", "跨境电商"])),
    field("company", "bzsm__d", "备注说明", LongText(NEEDS)),
    field("business", "cpx", "产品线", Single(PRODUCTS)),
    field("business", "jjfa", "解决方案", Multi(PRODUCTS)),
    field("business", "zhs", "账号数", Number(300)),
    field("business", "yjsxrq", "预计上线日期", Date(1000)),
    field("business", "jzds", "竞争对手", Text(&["无", "友商A", "友商B", "自研"])),
    field("business", "fxsm", "风险说明", LongText(&["预算未批", "决策人更换", "对接接口多，工期紧"])),
    field("dialogue_room", "qlx", "群类型", Single(&["售前", "实施", "售后", "渠道"])),
    field("dialogue_room", "qbq", "群标签", Multi(FEATURES)),
    field("dialogue_room", "rsl", "人数上限", Number(500)),
    field("dialogue_room", "jqrq", "建群日期", Date(1000)),
    field("dialogue_room", "fzr", "负责人", Text(SCHOOLS)),
    field("dialogue_room", "qgg", "群公告", LongText(&["有问题请@值班客服", "每周五发布更新说明"])),
    field("external_user", "hydj", "会员等级", Single(&["普通", "银卡", "金卡", "钻石"])),
    field("external_user", "xqah", "兴趣爱好", Multi(&["读书", "跑步", "摄影", "美食", "旅行"])),
    field("external_user", "jf", "积分", Number(9_999)),
    field("external_user", "rqrq", "入群日期", Date(1000)),
    field("external_user", "tjr", "推荐人", Text(SCHOOLS)),
    field("external_user", "bz__d", "备注", LongText(NEEDS)),
];

impl Kind {
    fn number(self) -> i64 {
        match self {
            Text(_) => 1,
            LongText(_) => 2,
            Number(_) => 3,
            Date(_) => 4,
            Single(_) => 5,
            Multi(_) => 6,
        }
    }

    fn options(self) -> &'static [&'static str] {
        if let Single(options) | Multi(options) = self { options } else { &[] }
    }
}

/// The rows of all fields and options; `id` gives each field its own.
pub(super) fn fields(rows: &mut Rows, mut id: impl FnMut() -> i64) {
    for (ordinal, field) in (1i64..).zip(FIELDS) {
        let id = id();
        let max_length: i64 = match field.kind {
            Text(_) => 50,
            LongText(_) => 200,
            _ => 0,
        };
        rows.push(
            Table::Field,
            [
                id.into(),
                field.object.into(),
                field.api_name.into(),
                field.view_name.into(),
                field.kind.number().into(),
                0i64.into(),
                i64::from(field.enabled).into(),
                0i64.into(),
                max_length.into(),
                ordinal.into(),
            ],
        );
        for (label, value) in (1i64..).zip(field.kind.options()) {
            rows.push(Table::FieldOption, [id.into(), label.into(), (*value).into(), label.into()]);
        }
    }
}

/// Values of an object created at `now`: each field filled in `percent` of the cases, in field order.
pub(super) fn values(random: &mut Random, object: &str, now: i64, percent: u32) -> String {
    let mut json = String::from("{");
    for field in FIELDS.iter().filter(|field| field.object == object) {
        let possible = field.enabled || now < START + 365 * DAY;
        if !possible || !random.percent(percent) {
            continue;
        }
        let comma = if json.len() > 1 { "," } else { "" };
        let _ = write!(json, "{comma}\"{}\":", field.api_name);
        value(random, field.kind, &mut json);
    }
    json.push('}');
    json
}

fn value(random: &mut Random, kind: Kind, json: &mut String) {
    let _ = match kind {
        Text(texts) | LongText(texts) => write!(json, "\"{}\"", random.pick(texts)),
        Number(most) => write!(json, "{}", random.below(most)),
        Date(days) => {
            let day = if days < 0 { random.between(days, -6_500) } else { random.between(0, days) };
            write!(json, "{}", START + day * DAY)
        }
        Single(options) => write!(json, "{}", random.skewed(options.len()) + 1),
        Multi(options) => {
            let first = random.index(options.len()) + 1;
            let second = first + 1 + random.index(options.len());
            if second <= options.len() { write!(json, "[{first},{second}]") } else { write!(json, "[{first}]") }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const OBJECTS: [&str; 5] = ["contact", "company", "business", "dialogue_room", "external_user"];

    #[test]
    fn every_object_has_fields_of_all_six_kinds() {
        for object in OBJECTS {
            let kinds: HashSet<i64> = FIELDS.iter().filter(|f| f.object == object).map(|f| f.kind.number()).collect();
            assert_eq!(kinds.len(), 6, "{object}");
        }
        assert!(FIELDS.iter().any(|field| field.kind.options().len() > 10));
    }

    #[test]
    fn names_are_unique_per_object() {
        let names: HashSet<_> = FIELDS.iter().map(|field| (field.object, field.api_name)).collect();
        assert_eq!(names.len(), FIELDS.len());
    }

    #[test]
    fn values_are_json_objects_that_fit_their_fields() {
        let mut random = Random::new([5; 32], 1);
        for round in 0..300i64 {
            let object = OBJECTS[usize::try_from(round % 5).unwrap()];
            let text = values(&mut random, object, START + round * 4 * DAY, 50);
            let json: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
            for (name, value) in json {
                let field = FIELDS.iter().find(|f| f.object == object && f.api_name == name).unwrap();
                let most = u64::try_from(field.kind.options().len()).unwrap();
                let known = |v: &serde_json::Value| v.as_u64().is_some_and(|label| label >= 1 && label <= most);
                match field.kind {
                    Text(_) => assert!(value.as_str().is_some_and(|v| v.chars().count() < 50)),
                    LongText(_) => assert!(value.as_str().is_some_and(|v| v.chars().count() < 200)),
                    Number(_) | Date(_) => assert!(value.is_i64()),
                    Single(_) => assert!(known(&value)),
                    Multi(_) => assert!(value.as_array().is_some_and(|labels| labels.iter().all(known))),
                }
            }
        }
    }
}
