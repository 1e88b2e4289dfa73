//! What administration of the demo tenant has set up: tags, channels, stages, seas, pipelines, components.

use super::calendar::{DAY, START};
use super::directory::{self, Staff};
use super::random::Random;
use super::rows::{Rows, Table};
use super::{custom, inner_id};

/// Company tags by group.
const TAGS: &[(&str, [&str; 5])] = &[
    ("客户意向", ["高意向", "中意向", "低意向", "无意向", "待确认"]),
    ("客户来源", ["官网", "展会", "转介绍", "抖音", "百度"]),
    ("企业规模", ["20人以下", "20-99人", "100-499人", "500-999人", "1000人以上"]),
    ("关注产品", ["CRM", "SCRM", "外呼", "会话存档", "私有化"]),
    ("决策角色", ["决策人", "影响人", "使用人", "采购", "财务"]),
    ("跟进状态", ["已加微信", "已演示", "已报价", "试用中", "长期培育"]),
    ("活动标签", ["2024春季峰会", "2025春季峰会", "线下沙龙", "直播观众", "白皮书下载"]),
    ("服务等级", ["VIP", "重点", "普通", "风险", "黑名单"]),
];

/// Personal tags: position of the staff member, and the tags.
const PERSONAL: &[(usize, &[&str])] = &[
    (1, &["今年必签", "爱聊足球", "老乡"]),
    (2, &["周五回访", "砍价高手"]),
    (5, &["需要上门"]),
    (9, &["朋友", "下季度"]),
];

/// Channels: label, label of the one above, name. `其他-其他` is the default.
const CHANNELS: &[(i64, i64, &str)] = &[
    (1, 0, "其他"),
    (2, 1, "其他"),
    (3, 0, "小红书"),
    (4, 0, "活动"),
    (5, 4, "公众号"),
    (6, 4, "直播"),
    (7, 4, "线下沙龙"),
    (8, 0, "线下"),
    (9, 8, "推荐人转介绍"),
    (10, 8, "展会"),
    (11, 0, "搜索"),
    (12, 11, "百度"),
    (13, 11, "360"),
    (14, 0, "信息流"),
    (15, 14, "抖音"),
    (16, 14, "朋友圈"),
    (17, 0, "销售导入"),
];

const STAGES: [&str; 6] = ["新客户", "初步沟通", "需求确认", "方案报价", "已成交", "已流失"];

/// Seas: object type, name; the first of each type is the default.
const SEAS: &[(i64, &str)] =
    &[(0, "默认公海"), (0, "华东公海"), (0, "沉默客户公海"), (3, "默认公海"), (3, "大客户公海")];

/// Pipelines with their stages; 100 and 99 are added to each.
const PIPELINES: &[(&str, &[&str])] = &[
    ("默认销售流程", &["初步接洽", "需求确认", "方案报价", "商务谈判"]),
    ("大客户流程", &["线索确认", "立项", "POC测试", "招投标", "合同签订"]),
];

const CHOICES: &[(&str, i64, &str)] = &[
    ("level", 1, "A"),
    ("level", 2, "B"),
    ("level", 3, "C"),
    ("level", 4, "D"),
    ("fail_reason", 1, "价格过高"),
    ("fail_reason", 2, "选择竞品"),
    ("fail_reason", 3, "预算取消"),
    ("fail_reason", 4, "需求变更"),
    ("fail_reason", 5, "联系不上"),
    ("fail_reason", 99, "其他"),
];

const COMPONENTS: &[(i64, &str)] = &[
    (0, "官网智能码"),
    (0, "公众号菜单智能码"),
    (1, "展会高级智能码"),
    (2, "白皮书表单加微"),
    (3, "一键加微-落地页"),
    (4, "官网客服"),
    (5, "短信链接加微"),
    (6, "销售名片"),
    (7, "2025春季峰会"),
    (8, "免费试用注册加微"),
    (9, "需求收集表"),
];

/// A marketing component, as contacts show it.
pub(super) struct Component {
    pub wire: String,
    pub kind: i64,
    pub name: &'static str,
}

/// What contacts refer to.
pub(super) struct Catalogue {
    pub staff: Staff,
    /// Inner ids of the company tags, group by group.
    pub tags: Vec<i64>,
    /// Inner ids of personal tags with their owner.
    pub personal: Vec<(i64, i64)>,
    /// Inner ids and labels of channels that contacts come from.
    pub channels: Vec<(i64, i64)>,
    /// Inner ids of the stages in pipeline order.
    pub stages: Vec<i64>,
    /// Inner ids of the seas of contacts, the default first.
    pub contact_seas: Vec<i64>,
    /// Inner ids of the seas of companies, the default first.
    pub company_seas: Vec<i64>,
    /// Inner id of the pipeline `0`.
    pub process: i64,
    pub components: Vec<Component>,
}

/// Makes the objects of the set-up: one a minute, beginning 60 days before the demo data.
pub(super) struct Setup {
    pub random: Random,
    corp: i64,
    made: i64,
}

/// Identity of an object of the set-up.
pub(super) struct Made {
    pub id: i64,
    pub wire: String,
    pub at: i64,
}

impl Setup {
    pub(super) fn new(random: Random, corp: i64) -> Setup {
        Setup { random, corp, made: 0 }
    }

    /// The next object. Tenants are some milliseconds apart, so that their inner ids differ too.
    pub(super) fn object(&mut self) -> Made {
        self.made += 1;
        let at = START - 60 * DAY + self.made * 60_000 + self.corp % 60_000;
        Made { id: inner_id(at, 0), wire: self.random.wire(at), at }
    }
}

/// The rows of everything that contacts refer to.
pub(super) fn rows(setup: &mut Setup, rows: &mut Rows) -> Catalogue {
    let staff = directory::rows(setup, rows);
    let tags = tags(setup, rows);
    let personal = personal_tags(setup, rows, &staff);
    let channels = channels(setup, rows);
    let stages = stages(setup, rows);
    let (contact_seas, company_seas) = seas(setup, rows, &staff);
    custom::fields(rows, || setup.object().id);
    for (ordinal, (field, label, value)) in (1i64..).zip(CHOICES) {
        rows.push(Table::Choice, [(*field).into(), (*label).into(), (*value).into(), ordinal.into()]);
    }
    let process = pipelines(setup, rows);
    let components = components(setup, rows, &staff);
    Catalogue { staff, tags, personal, channels, stages, contact_seas, company_seas, process, components }
}

fn tags(setup: &mut Setup, rows: &mut Rows) -> Vec<i64> {
    let mut ids = Vec::new();
    for (ordinal, (group, names)) in (1i64..).zip(TAGS) {
        let group_id = tag_group(setup, rows, 1, 0, group, ordinal);
        ids.extend((1i64..).zip(names).map(|(ordinal, name)| tag(setup, rows, group_id, name, ordinal)));
    }
    ids
}

fn personal_tags(setup: &mut Setup, rows: &mut Rows, staff: &Staff) -> Vec<(i64, i64)> {
    let mut ids = Vec::new();
    for (ordinal, (position, names)) in (101i64..).zip(PERSONAL) {
        let Some(owner) = staff.all.get(*position).map(|member| member.id) else { continue };
        let group_id = tag_group(setup, rows, 2, owner, "个人标签", ordinal);
        ids.extend((1i64..).zip(*names).map(|(ordinal, name)| (tag(setup, rows, group_id, name, ordinal), owner)));
    }
    ids
}

fn tag_group(setup: &mut Setup, rows: &mut Rows, kind: i64, staff: i64, name: &'static str, ordinal: i64) -> i64 {
    let made = setup.object();
    rows.push(
        Table::TagGroup,
        [made.id.into(), made.wire.into(), kind.into(), staff.into(), name.into(), ordinal.into(), made.at.into()],
    );
    made.id
}

fn tag(setup: &mut Setup, rows: &mut Rows, group: i64, name: &'static str, ordinal: i64) -> i64 {
    let made = setup.object();
    let values = [made.id.into(), made.wire.into(), group.into(), name.into(), ordinal.into(), made.at.into()];
    rows.push(Table::Tag, values);
    made.id
}

/// Contacts come from channels that have none below.
fn channels(setup: &mut Setup, rows: &mut Rows) -> Vec<(i64, i64)> {
    let ids: Vec<(i64, i64)> = CHANNELS.iter().map(|(label, _, _)| (setup.object().id, *label)).collect();
    let of = |wanted: i64| ids.iter().find(|(_, label)| *label == wanted).map_or(0, |(id, _)| *id);
    for (label, above, name) in CHANNELS {
        rows.push(
            Table::Channel,
            [
                of(*label).into(),
                (*label).into(),
                of(*above).into(),
                (*name).into(),
                i64::from(*label == 2).into(),
                (*label).into(),
            ],
        );
    }
    ids.iter().copied().filter(|(_, label)| CHANNELS.iter().all(|(_, above, _)| above != label)).collect()
}

fn stages(setup: &mut Setup, rows: &mut Rows) -> Vec<i64> {
    let stage = |(label, name): (i64, &&'static str)| {
        let id = setup.object().id;
        rows.push(Table::Stage, [id.into(), label.into(), (*name).into(), label.into()]);
        id
    };
    (1i64..).zip(&STAGES).map(stage).collect()
}

fn seas(setup: &mut Setup, rows: &mut Rows, staff: &Staff) -> (Vec<i64>, Vec<i64>) {
    let mut seas = (Vec::new(), Vec::new());
    for (position, (object_type, name)) in SEAS.iter().enumerate() {
        let made = setup.object();
        let of_type = if *object_type == 0 { &mut seas.0 } else { &mut seas.1 };
        let is_default = i64::from(of_type.is_empty());
        of_type.push(made.id);
        rows.push(
            Table::Sea,
            [
                made.id.into(),
                made.wire.into(),
                (*object_type).into(),
                (*name).into(),
                is_default.into(),
                made.at.into(),
            ],
        );
        if is_default == 0 {
            let users = staff.all.iter().skip(1 + position * 6).take(8);
            for (ordinal, user) in (0i64..).zip(users) {
                rows.push(Table::SeaStaff, [made.id.into(), ordinal.into(), user.id.into()]);
            }
        }
    }
    seas
}

/// The first pipeline is the one that the wire calls `0`.
fn pipelines(setup: &mut Setup, rows: &mut Rows) -> i64 {
    let mut first = 0;
    for (ordinal, (name, stages)) in (1i64..).zip(PIPELINES) {
        let made = setup.object();
        let wire = if first == 0 { "0".to_owned() } else { made.wire };
        first = if first == 0 { made.id } else { first };
        rows.push(Table::Process, [made.id.into(), wire.into(), (*name).into(), ordinal.into()]);
        let ends = [(100, "赢单"), (99, "丢单")];
        let all = (1i64..).zip(stages.iter().copied()).chain(ends);
        for (ordinal, (stage, name)) in (1i64..).zip(all) {
            rows.push(Table::ProcessStage, [made.id.into(), stage.into(), name.into(), ordinal.into()]);
        }
    }
    first
}

fn components(setup: &mut Setup, rows: &mut Rows, staff: &Staff) -> Vec<Component> {
    let mut components = Vec::new();
    for (position, (kind, name)) in COMPONENTS.iter().enumerate() {
        let made = setup.object();
        let owner = staff.all.get(1 + position % 5).map_or(0, |member| member.id);
        rows.push(
            Table::Component,
            [
                made.id.into(),
                made.wire.clone().into(),
                (*kind).into(),
                (*name).into(),
                format!("https://www.chenxing.example/c/{position:02}").into(),
                owner.into(),
                made.at.into(),
            ],
        );
        components.push(Component { wire: made.wire, kind: *kind, name });
    }
    components
}
