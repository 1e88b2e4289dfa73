//! The fields that every object has from the start, as the object description lists them (chapter 16).

use super::Kind;

/// A field of the house.
#[derive(Clone, Copy, Debug)]
pub(super) struct SystemField {
    pub(super) api_name: &'static str,
    pub(super) view_name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// Shortest and longest value in characters or digits; meaningless for dates and selects.
    pub(super) length: (i64, i64),
    pub(super) options: Options,
}

/// Where the options of a field come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Options {
    None,
    Fixed(&'static [(i64, &'static str)]),
    Channels,
    Stages,
    Levels,
    BusinessStages,
    FailReasons,
}

/// Longest text where a chapter states nothing else.
const ANY: i64 = 2_000;
/// Longest id.
const ID: i64 = 128;
/// Significant digits of a number where a chapter states nothing else.
const DIGITS: i64 = 15;
/// Digits of an amount: twelve before the point, two behind it.
const AMOUNT: i64 = 14;

const GENDER: Options = Options::Fixed(&[(0, "未选择"), (1, "男"), (2, "女")]);
const POPULATION: Options = Options::Fixed(&[
    (0, "0-19人"),
    (1, "20-99人"),
    (2, "100-499人"),
    (3, "500-999人"),
    (4, "1000-9999人"),
    (5, "10000人以上"),
]);
const LOST: Options = Options::Fixed(&[(0, "未流失"), (1, "客户删除员工"), (2, "员工删除客户"), (3, "互相删除")]);
const LAST_CALL: Options = Options::Fixed(&[(0, "未拨打"), (1, "已接通"), (2, "未接通")]);
const YES_OR_NO: Options = Options::Fixed(&[(0, "否"), (1, "是")]);
const CLAIM: Options = Options::Fixed(&[(0, "公海"), (1, "已领取")]);

/// `contact`. Settable ones first, then those that the server keeps.
pub(super) const CONTACT: &[SystemField] = &[
    required(text("user_name", "姓名", 100)),
    text("contact_ways", "联系方式", 128),
    select("gender", "性别", GENDER),
    number("age", "年龄", 3),
    text("position", "职位", 100),
    text("wx_id", "微信号", 64),
    text("qq", "QQ", 64),
    text("email", "邮箱", 128),
    long("remark", "备注", 1_000),
    text("corp_name", "公司名称", 200),
    text("corp_address", "公司地址", 500),
    text("register_address", "注册地址", 500),
    text("legal_person", "法人", 200),
    select("population_size", "公司规模", POPULATION),
    text("industry", "所属行业", 200),
    text("region", "地区", 200),
    long("url", "落地页", 2_048),
    text("plan_name", "推广计划", 200),
    text("group_name", "推广组", 200),
    text("key_word", "关键词", 200),
    text("searchword", "搜索词", 200),
    text("creative_title", "创意标题", 200),
    long("creative_description", "创意描述", 1_000),
    text("advertiser_account_name", "广告账户", 200),
    select("from_channel_id", "来源渠道", Options::Channels),
    text("owner_id", "归属人", ID),
    text("create_user_id", "创建人", ID),
    text("sea_id", "所属公海", ID),
    date("create_time", "创建时间"),
    select("customer_stage", "客户阶段", Options::Stages),
    select("level", "客户等级", Options::Levels),
    select("lost_state", "流失状态", LOST),
    select("last_call_status", "最近通话状态", LAST_CALL),
    select("is_repeat", "是否重复", YES_OR_NO),
    select("is_useless", "是否废弃", YES_OR_NO),
    text("corp_founded_time", "成立时间", ANY),
    number("region_code", "地区编码", 6),
    number("interactive_score", "互动分", DIGITS),
    date("claim_time", "领取时间"),
    date("last_follow_time", "最近跟进时间"),
    date("first_progress_time", "首次跟进时间"),
    number("clue_source", "线索来源", DIGITS),
    text("contact_source", "获客组件", ANY),
    text("avatar", "头像", 2_048),
    long("other_custom_field", "扩展信息", 1_000),
];

/// What `clue` shows in place of two fields of `contact`.
pub(super) const CLUE_NAMES: &[(&str, SystemField)] =
    &[("contact_ways", text("mobile", "手机号", 128)), ("key_word", text("keyword", "关键词", 200))];

/// `business`, the opportunity.
pub(super) const BUSINESS: &[SystemField] = &[
    required(at_least(1, text("business_name", "商机名称", 100))),
    text("business_opp_number", "商机编号", ANY),
    select("stage", "商机阶段", Options::BusinessStages),
    text("process_id", "商机流程", ID),
    number("except_amount", "预计金额", AMOUNT),
    date("except_date", "预计成交日期"),
    number("winning_amount", "赢单金额", AMOUNT),
    date("winning_date", "赢单日期"),
    select("fail_reason", "丢单原因", Options::FailReasons),
    text("fail_reason_desc", "丢单说明", 200),
    text("abandon_reason", "作废原因", 50),
    text("company_id", "所属企业", ID),
    text("owner_id", "归属人", ID),
    text("create_user_id", "创建人", ID),
    date("create_time", "创建时间"),
    date("update_time", "更新时间"),
];

/// `company`.
pub(super) const COMPANY: &[SystemField] = &[
    required(at_least(1, text("company_name", "企业名称", 255))),
    text("abbreviation", "企业简称", 255),
    text("credit_code", "统一社会信用代码", ANY),
    text("status", "经营状态", ANY),
    text("corp_founded_time", "成立时间", ANY),
    text("register_address", "注册地址", ANY),
    text("real_address", "经营地址", 500),
    text("legal_person", "法人", ANY),
    text("website_list", "企业官网", 1_000),
    text("industry", "所属行业", ANY),
    select("population_size", "企业规模", POPULATION),
    long("company_profile", "企业简介", 5_000),
    select("customer_stage", "客户阶段", Options::Stages),
    text("owner", "归属人", ID),
    text("sea_id", "所属公海", ID),
    select("claim_status", "领取状态", CLAIM),
    date("create_time", "创建时间"),
];

/// `dialogue_room`, the group chat.
pub(super) const DIALOGUE_ROOM: &[SystemField] = &[
    text("name", "群名称", ANY),
    text("owner_id", "群主", ID),
    text("company_id", "所属企业", ID),
    date("create_time", "创建时间"),
];

/// `external_user`, the WeCom friend.
pub(super) const EXTERNAL_USER: &[SystemField] = &[
    text("name", "姓名", ANY),
    text("remark", "备注", ANY),
    text("remark_mobiles", "备注手机号", ANY),
    text("remark_corp_name", "备注公司名称", ANY),
    long("description", "描述", ANY),
    select("gender", "性别", GENDER),
    number("age", "年龄", 3),
    text("wx_id", "微信号", ANY),
    text("qq", "QQ", ANY),
    text("position", "职位", ANY),
    text("email", "邮箱", ANY),
    text("corp_name", "公司名称", ANY),
    text("corp_full_name", "公司全称", ANY),
    select("customer_stage", "客户阶段", Options::Stages),
    select("lost_state", "流失状态", LOST),
    number("add_way", "添加方式", DIGITS),
    date("create_time", "创建时间"),
];

const fn field(api_name: &'static str, view_name: &'static str, kind: Kind) -> SystemField {
    SystemField { api_name, view_name, kind, required: false, length: (0, 0), options: Options::None }
}

const fn text(api_name: &'static str, view_name: &'static str, max: i64) -> SystemField {
    SystemField { length: (0, max), ..field(api_name, view_name, Kind::Text) }
}

const fn long(api_name: &'static str, view_name: &'static str, max: i64) -> SystemField {
    SystemField { length: (0, max), ..field(api_name, view_name, Kind::LongText) }
}

const fn number(api_name: &'static str, view_name: &'static str, digits: i64) -> SystemField {
    SystemField { length: (0, digits), ..field(api_name, view_name, Kind::Number) }
}

const fn date(api_name: &'static str, view_name: &'static str) -> SystemField {
    field(api_name, view_name, Kind::Date)
}

const fn select(api_name: &'static str, view_name: &'static str, options: Options) -> SystemField {
    SystemField { options, ..field(api_name, view_name, Kind::SingleSelect) }
}

const fn required(field: SystemField) -> SystemField {
    SystemField { required: true, ..field }
}

const fn at_least(min: i64, field: SystemField) -> SystemField {
    SystemField { length: (min, field.length.1), ..field }
}
