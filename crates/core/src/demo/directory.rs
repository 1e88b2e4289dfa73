//! Departments and staff of the demo tenant (chapter 02).

use super::calendar::{DAY, START};
use super::catalogue::Setup;
use super::names;
use super::random::Random;
use super::rows::{Rows, Table};

/// Departments: name and position of the one above, the root first.
const DEPARTMENTS: &[(&str, usize)] = &[
    ("晨星软件", 0),
    ("销售中心", 0),
    ("市场部", 0),
    ("客户成功部", 0),
    ("产品研发部", 0),
    ("综合管理部", 0),
    ("华东大区", 1),
    ("华南大区", 1),
    ("华北大区", 1),
    ("西南大区", 1),
    ("电话销售组", 1),
    ("内容组", 2),
    ("投放组", 2),
    ("实施组", 3),
    ("售后组", 3),
];

/// Staff in all.
pub(super) const STAFF: usize = 60;

/// From here on staff may not own anything: two not activated, one disabled, two without the right to
/// use the product; the last five have left.
const UNUSABLE: usize = 50;
const LEFT: usize = 55;

/// Names that people have given themselves.
const COMPOSED: &[(usize, &str)] = &[
    (0, "系统管理员"),
    (3, "王芳-售前"),
    (7, "李雷｜华东"),
    (12, "陈静|客户成功"),
    (20, "Amy 张敏"),
    (31, "刘洋-电销2组"),
];

/// A staff member, as far as contacts need one.
#[derive(Clone)]
pub(super) struct Member {
    /// The inner id.
    pub id: i64,
    /// The display name.
    pub name: String,
    /// When the person left, `i64::MAX` for those who are there.
    pub until: i64,
}

/// The staff whom contacts refer to.
pub(super) struct Staff {
    /// All 60, in the order of creation.
    pub all: Vec<Member>,
}

impl Staff {
    /// Somebody who may own an object at that time; some more often than others.
    pub(super) fn owner(&self, random: &mut Random, now: i64) -> &Member {
        let left = random.percent(4).then(|| self.all.get(LEFT + random.index(STAFF - LEFT))).flatten();
        match left {
            Some(member) if now < member.until => member,
            _ => self.usable(1 + random.skewed(UNUSABLE - 1)),
        }
    }

    /// Somebody else than this one who may own an object.
    pub(super) fn other(&self, random: &mut Random, than: i64) -> &Member {
        let position = 1 + random.index(UNUSABLE - 2);
        let found = self.usable(position);
        if found.id == than { self.usable(position + 1) } else { found }
    }

    /// The head of sales, who assigns and discards.
    pub(super) fn head(&self) -> &Member {
        self.usable(1)
    }

    fn usable(&self, position: usize) -> &Member {
        // The list is made below with all its members.
        &self.all[position.min(UNUSABLE - 1)]
    }
}

/// The rows of the directory.
pub(super) fn rows(setup: &mut Setup, rows: &mut Rows) -> Staff {
    let departments = departments(setup, rows);
    let all: Vec<Member> = (0..STAFF).map(|position| member(setup, rows, position, &departments)).collect();
    for (position, department) in departments.iter().enumerate() {
        let head = if position == 0 { 0 } else { position };
        if let Some(head) = all.get(head) {
            rows.push(Table::DepartmentLeader, [(*department).into(), 0i64.into(), head.id.into()]);
        }
    }
    Staff { all }
}

fn departments(setup: &mut Setup, rows: &mut Rows) -> Vec<i64> {
    let mut ids: Vec<i64> = Vec::with_capacity(DEPARTMENTS.len());
    for (name, above) in DEPARTMENTS {
        let made = setup.object();
        let parent = ids.get(*above).copied().unwrap_or(0);
        let values = [made.id.into(), made.wire.into(), parent.into(), (*name).into(), made.at.into()];
        rows.push(Table::Department, values);
        ids.push(made.id);
    }
    ids
}

fn member(setup: &mut Setup, rows: &mut Rows, position: usize, departments: &[i64]) -> Member {
    let made = setup.object();
    let number = i64::try_from(position).unwrap_or(0);
    let (mut name, gender) = names::person(&mut setup.random);
    if let Some((_, composed)) = COMPOSED.iter().find(|(at, _)| *at == position) {
        (*composed).clone_into(&mut name);
    }
    let (status, saas_status): (i64, i64) = match position {
        50 | 51 => (4, 1),
        52 => (2, 1),
        53 | 54 => (1, 0),
        LEFT.. => (5, 0),
        _ => (1, 1),
    };
    let mobile = if position % 7 == 6 { String::new() } else { format!("1957{:07}", number * 131_071 + 2_020) };
    let userid = format!("{}{:03}", setup.random.pick(&["wang", "li", "zhang", "chen", "liu", "zhao"]), number);
    rows.push(
        Table::Staff,
        [
            made.id.into(),
            made.wire.into(),
            userid.clone().into(),
            name.clone().into(),
            mobile.clone().into(),
            mobile.into(),
            if position % 5 == 4 { "".into() } else { format!("{userid}@chenxing.example").into() },
            setup.random.pick(&["客户经理", "高级客户经理", "销售主管", "市场专员", "客户成功经理", "实施顾问"]).into(),
            gender.into(),
            format!("https://img.chenxing.example/staff/{number}.png").into(),
            if position.is_multiple_of(4) { format!("021-6100{:04}", 1000 + number).into() } else { "".into() },
            if position % 9 == 1 { format!("{number}号顾问").into() } else { "".into() },
            status.into(),
            saas_status.into(),
            i64::from(position == 0).into(),
            format!("https://open.work.weixin.qq.com/wwopen/userQRCode?vcode=vc{number:04}").into(),
            attributes(position).into(),
            made.at.into(),
        ],
    );
    if position < LEFT {
        place(rows, made.id, position, departments);
    }
    let until = if position < LEFT { i64::MAX } else { START + (number - 53) * 150 * DAY };
    Member { id: made.id, name, until }
}

/// Heads stand in their own department, the others below, every eighth in two.
fn place(rows: &mut Rows, staff: i64, position: usize, departments: &[i64]) {
    let count = departments.len().max(1);
    let first = if position < count { position } else { 6 + position % (count - 6).max(1) };
    let second = (position % 8 == 5).then_some(1 + position % 5);
    let places = std::iter::once(first).chain(second.filter(|second| *second != first));
    for (ordinal, department) in (0i64..).zip(places) {
        let department = departments.get(department).copied().unwrap_or(0);
        rows.push(Table::StaffDepartment, [staff.into(), ordinal.into(), department.into()]);
    }
}

/// Extended attributes of every third person, as JSON.
fn attributes(position: usize) -> String {
    match position % 6 {
        0 => format!(r#"[{{"type":0,"name":"工号","text":{{"value":"CX{position:04}"}}}}]"#),
        3 => format!(
            r#"[{{"type":0,"name":"工号","text":{{"value":"CX{position:04}"}}}},{{"type":1,"name":"个人主页","web":{{"url":"https://www.chenxing.example/u/{position}","title":"我的名片"}}}}]"#
        ),
        _ => String::new(),
    }
}
