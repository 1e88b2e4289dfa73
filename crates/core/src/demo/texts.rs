//! What people write: follow-ups, remarks, forms, pages. Short, since there are millions of them.

use super::random::Random;
use super::rows::Text;

/// First calls and messages.
const OPENING: &[&str] = &[
    "首次电话沟通，客户对产品感兴趣，已添加微信",
    "电话无人接听，已发送短信，明天上午再联系",
    "客户在开会，约定下午三点回电",
    "已加企业微信，发送了产品介绍和案例",
    "接通后说暂时没有需求，三个月后再跟进",
    "客户主动来电咨询价格，已做初步介绍",
    "号码为前台，转接到市场部负责人，态度友好",
    "微信已通过，客户想先看看资料",
    "电话接通即挂断，改天换个时间再试",
    "了解到公司约80人，目前用表格管理客户",
];

/// What comes in between.
const MIDDLE: &[&str] = &[
    "线上演示45分钟，销售总监和IT负责人参加，反馈不错",
    "客户需要和现有ERP对接，已拉技术同事评估接口",
    "报价已发，30个账号年费，客户在走内部审批",
    "客户对比了两家竞品，关注数据安全和私有化部署",
    "试用账号已开通，有效期14天，约下周回访",
    "上门拜访，确认需求清单，下周提交方案",
    "客户提出价格偏高，申请九折，等待领导批复",
    "发送了同行业成功案例，客户转给老板看",
    "回访试用情况，销售团队已录入200多条线索",
    "客户预算年底才批，先保持联系",
    "微信沟通：合同条款中的付款方式需要调整",
    "负责人出差，约下周二再次演示",
    "客户问是否支持企业微信会话存档，已答复并发资料",
    "邀请参加线下沙龙，客户确认两人到场",
    "与财务沟通开票信息和付款流程",
];

/// How it goes on in the end.
const CLOSING: &[&str] = &[
    "合同已寄出，等待客户盖章回传",
    "首付款到账，安排实施同事对接",
    "客户确认续费，并考虑增加20个账号",
    "客户反馈已选择其他供应商，半年后再联系",
    "项目暂停，等新财年预算",
    "完成上线培训，客户满意，请其转介绍",
    "节日问候，客户表示近期会推荐朋友公司",
];

/// A follow-up record: `content` and its plain text, `remark`.
pub(super) struct FollowUp {
    pub content: Text,
    pub remark: Text,
}

/// The follow-up number `index` of a story with `count` of them. One in eight was typed in the user
/// interface and holds HTML.
pub(super) fn follow_up(random: &mut Random, index: usize, count: usize) -> FollowUp {
    let list = match index {
        0 => OPENING,
        _ if index + 1 == count => CLOSING,
        _ => MIDDLE,
    };
    let text = random.pick(list);
    if random.percent(88) {
        return FollowUp { content: text.into(), remark: text.into() };
    }
    let next = random.pick(&["明天发方案", "下周回访", "待确认预算", "A&B两个方案都要", "注意语气"]);
    let content = format!("<p>{text}</p><p><strong>下一步：</strong>{}</p>", next.replace('&', "&amp;"));
    FollowUp { content: content.into(), remark: format!("{text}下一步：{next}").into() }
}

/// Remarks on contacts, dirty ones included.
pub(super) const REMARKS: &[&str] = &[
    "朋友介绍，重点跟进",
    "展会现场交换名片",
    "需要发票，公司抬头见附件",
    "下午两点后方便接电话",
    "老客户的同事",
    "暂无预算，年底再联系",
    "不要打电话，加微信沟通",
    "--",
    "已发产品手册",
    "对价格敏感",
];

/// Job titles.
pub(super) const POSITIONS: &[&str] = &[
    "总经理",
    "销售总监",
    "市场经理",
    "采购经理",
    "IT主管",
    "运营负责人",
    "人事行政经理",
    "创始人",
    "项目经理",
    "客服主管",
    "财务经理",
    "副总经理",
    "-",
];

/// Free texts of the extension field.
pub(super) const EXTENSIONS: &[&str] = &["来源活动:2025春季峰会", "旧系统编号:K20391", "批次:2024-03", "展位:B12"];

/// Pages that visitors open.
pub(super) const PAGES: &[(&str, &str)] = &[
    ("产品首页", "https://www.chenxing.example/"),
    ("价格方案", "https://www.chenxing.example/pricing"),
    ("客户案例", "https://www.chenxing.example/cases"),
    ("免费试用", "https://www.chenxing.example/trial?from=baidu"),
    ("白皮书下载", "https://www.chenxing.example/whitepaper/2025"),
];

/// Forms that visitors fill in: question to answer, as JSON.
pub(super) const FORMS: &[&str] = &[
    r#"{"您的需求":"想了解价格","团队规模":"20-99人"}"#,
    r#"{"您的需求":"预约演示","方便联系的时间":"工作日下午"}"#,
    r#"{"公司行业":"制造业","是否已有CRM":"没有"}"#,
];

/// An advertisement that brought a contact in.
#[derive(Clone, Copy, Default)]
pub(super) struct Advertisement {
    pub plan: &'static str,
    pub group: &'static str,
    pub keyword: &'static str,
    pub search: &'static str,
    pub title: &'static str,
    pub account: &'static str,
}

/// Advertisements.
pub(super) const ADVERTISEMENTS: &[Advertisement] = &[
    Advertisement {
        plan: "品牌词计划",
        group: "品牌-核心",
        keyword: "晨星软件",
        search: "晨星软件 怎么样",
        title: "晨星CRM官网",
        account: "cx-baidu-01",
    },
    Advertisement {
        plan: "CRM通用词",
        group: "通用-价格",
        keyword: "crm系统价格",
        search: "crm系统多少钱一年",
        title: "CRM系统报价，免费试用",
        account: "cx-baidu-01",
    },
    Advertisement {
        plan: "行业词-教育",
        group: "教育-招生",
        keyword: "招生管理系统",
        search: "培训机构招生管理软件哪个好",
        title: "招生管理，一步到位",
        account: "cx-baidu-02",
    },
    Advertisement {
        plan: "信息流-老板人群",
        group: "抖音-企业主",
        keyword: "",
        search: "",
        title: "老板都在用的客户管理工具",
        account: "cx-douyin-01",
    },
    Advertisement {
        plan: "竞品词",
        group: "竞品-对比",
        keyword: "scrm 对比",
        search: "企业微信scrm哪家好",
        title: "企微SCRM选型指南",
        account: "cx-360-01",
    },
];

/// What opportunities are about.
pub(super) const PRODUCTS: &[&str] =
    &["CRM年费", "SCRM标准版", "外呼坐席", "私有化部署", "会话存档", "续费增购", "实施服务"];
