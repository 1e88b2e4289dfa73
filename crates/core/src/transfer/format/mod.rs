//! The format of the files: what a line of each type may say, and where it is kept.
//!
//! These tables are the single source of import, export and the test of `docs/import.md`. A [`Type`] is an
//! object of the tenant and a line of a file; its [`Shape`] has one [`Column`] for each member and a [`List`]
//! for each list. Every column of the tables behind them stands here exactly once; a test counts.

mod business;
mod catalogue;
mod company;
mod contact;
mod directory;
mod people;
mod records;

/// Every type in the order in which objects are written: what is referred to comes before what refers to it.
pub const TYPES: &[&Type] = &[
    &directory::DEPARTMENT,
    &directory::STAFF,
    &catalogue::TAG_GROUP,
    &catalogue::TAG,
    &catalogue::CHANNEL,
    &catalogue::STAGE,
    &catalogue::CHOICE,
    &catalogue::SEA,
    &catalogue::FIELD,
    &catalogue::COMPONENT,
    &catalogue::PROCESS,
    &people::VISITOR,
    &people::CUSTOMER,
    &contact::CONTACT,
    &company::COMPANY,
    &business::BUSINESS,
    &records::GROUP_CHAT,
    &records::PROGRESS,
    &records::HISTORY,
    &records::THIRD,
];

/// The line that holds the settings of the tenant; it is no row of the tables here.
pub const TENANT: &str = "tenant";

/// A type of object.
#[derive(Debug)]
pub struct Type {
    /// The value of the member `type`, and the name of the file.
    pub name: &'static str,
    /// The table of the object.
    pub table: &'static str,
    /// What tells one object from another.
    pub key: Key,
    /// Its members.
    pub shape: Shape,
    /// Few objects, set up by administration: all of them are written in one transaction, before the others.
    pub catalogue: bool,
}

/// What tells objects of a type apart. Besides, every table but `choice` has an inner `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The member `id`, kept verbatim in the column `wire_id`.
    Wire,
    /// The member `id`, a whole number from 1 on in the column `label`.
    Label,
    /// Two members, the values of these columns: the second one is an integer if the flag says so.
    Pair(&'static str, &'static str, bool),
    /// The object and the text that another system gives it.
    Third,
}

/// Members of an object, or of an item of a list.
#[derive(Debug)]
pub struct Shape {
    /// Single values.
    pub columns: &'static [Column],
    /// Lists, each with a table of its own.
    pub lists: &'static [List],
}

/// A member that is a list.
#[derive(Debug)]
pub struct List {
    /// Its name in the file.
    pub member: &'static str,
    /// Its table.
    pub table: &'static str,
    /// The column that holds the inner id of the object.
    pub owner: &'static str,
    /// In a list inside an item: the column that holds the first value of that item.
    pub inner: Option<&'static str>,
    /// A column with the same value in every row.
    pub fixed: Option<(&'static str, i64)>,
    /// The column that keeps the order of the items; without one, items are a set.
    pub ordinal: Option<&'static str>,
    /// Items are plain values instead of objects: those of the first column.
    pub plain: bool,
    /// Columns at the beginning of the shape that tell items apart; 0: items may repeat.
    pub key: usize,
    /// Most items.
    pub max: usize,
    /// The members of an item.
    pub shape: Shape,
}

/// A member that is a single value.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the file; `outer.inner` stands for a member of an object; `""`: computed, not in the file.
    pub member: &'static str,
    /// Its column; `""`: it only says what another member refers to.
    pub column: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What a new object has when the file does not say.
    pub default: Default,
    /// A new object must say it.
    pub required: bool,
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text of at most so many characters.
    Text(usize),
    /// A text that is trimmed at both ends first.
    Trimmed(usize),
    /// An integer between two numbers.
    Int(i64, i64),
    /// One of some integers.
    OneOf(&'static [i64]),
    /// One of some words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// Epoch milliseconds, 13 digits; 0 when unknown.
    Time,
    /// `yyyy-MM-dd`, `""` when unknown.
    Day,
    /// Money: a number with at most two decimals; not in the file when unknown.
    Amount,
    /// The id of another object, `""` for none.
    Ref(Target),
    /// The label of an option that the tenant has set up (type `choice`), 0 for none.
    Choice(&'static str),
    /// An object of custom fields of this object.
    Custom(&'static str),
    /// A list of objects, kept as JSON; `""` inside when empty.
    JsonList,
    /// An object, kept as JSON; `""` inside when empty.
    JsonObject,
    /// The files of a follow-up record.
    Attachments,
    /// A list of texts, joined by commas inside.
    Joined(usize),
    /// Not in the file: computed from the text of another column.
    Computed(&'static str, fn(&str) -> String),
}

/// What an id refers to.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Always this type (or one of the sets `contact_sea` and `company_sea`).
    One(&'static str),
    /// The number in another column says the type.
    By(&'static str, &'static [(i64, &'static str)]),
    /// The number in another member says the type, but only the id is kept.
    Any(&'static str, &'static [(i64, &'static str)]),
}

/// What a new object has when the file does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// This number.
    Int(i64),
    /// This text.
    Text(&'static str),
    /// Nothing.
    Null,
    /// The time of the import.
    Now,
    /// In an item: the creation of the object.
    ObjectTime,
    /// The value of another column of the same object.
    Same(&'static str),
    /// A place behind all that are there.
    Last,
    /// The default sea of contacts.
    ContactSea,
    /// The default channel.
    Channel,
    /// The first stage.
    Stage,
    /// The pipeline `0`.
    Process,
}

impl Type {
    /// The type of this name.
    pub fn named(name: &str) -> Option<&'static Type> {
        TYPES.iter().copied().find(|of| of.name == name)
    }

    /// Whether its table has an inner id.
    pub fn has_id(&self) -> bool {
        self.table != "choice"
    }

    /// The position of a column by its name in the table.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.shape.position(column)
    }

    /// The position of a list by its member.
    pub fn list(&self, member: &str) -> Option<usize> {
        self.shape.lists.iter().position(|list| list.member == member)
    }
}

impl Shape {
    /// The position of a column by its name in the table.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.column == column)
    }
}

impl Column {
    const fn new(member: &'static str, column: &'static str, kind: Kind, default: Default) -> Column {
        Column { member, column, kind, default, required: false }
    }

    /// A new object must say it.
    const fn required(self) -> Column {
        Column { required: true, ..self }
    }

    /// It stands in a column of another name.
    const fn in_column(self, column: &'static str) -> Column {
        Column { column, ..self }
    }

    /// A new object has this when the file does not say.
    const fn or(self, default: Default) -> Column {
        Column { default, ..self }
    }
}

impl List {
    const fn new(member: &'static str, table: &'static str, owner: &'static str, shape: Shape) -> List {
        List {
            member,
            table,
            owner,
            inner: None,
            fixed: None,
            ordinal: None,
            plain: false,
            key: 1,
            max: 100_000,
            shape,
        }
    }

    /// A list of plain values that keep their order.
    const fn of_values(
        member: &'static str,
        table: &'static str,
        owner: &'static str,
        columns: &'static [Column],
    ) -> List {
        List { ordinal: Some("ordinal"), plain: true, ..List::new(member, table, owner, Shape { columns, lists: &[] }) }
    }
}

const fn text(member: &'static str, max: usize) -> Column {
    Column::new(member, member, Kind::Text(max), Default::Text(""))
}

const fn trimmed(member: &'static str, max: usize) -> Column {
    Column::new(member, member, Kind::Trimmed(max), Default::Text(""))
}

const fn int(member: &'static str, min: i64, max: i64) -> Column {
    Column::new(member, member, Kind::Int(min, max), Default::Int(0))
}

const fn one_of(member: &'static str, values: &'static [i64]) -> Column {
    Column::new(member, member, Kind::OneOf(values), Default::Int(0))
}

const fn flag(member: &'static str) -> Column {
    Column::new(member, member, Kind::Flag, Default::Int(0))
}

/// A time that is 0 when unknown.
const fn time(member: &'static str) -> Column {
    Column::new(member, member, Kind::Time, Default::Int(0))
}

/// When the object was made.
const fn made() -> Column {
    time("create_time").or(Default::Now)
}

/// When the item was made.
const fn added() -> Column {
    time("create_time").or(Default::ObjectTime)
}

const fn place() -> Column {
    int("ordinal", 0, i64::MAX).or(Default::Last)
}

const fn of(member: &'static str, column: &'static str, name: &'static str) -> Column {
    Column::new(member, column, Kind::Ref(Target::One(name)), Default::Int(0))
}

const fn custom(member: &'static str, object: &'static str) -> Column {
    Column::new(member, "custom", Kind::Custom(object), Default::Text("{}"))
}

const fn computed(column: &'static str, from: &'static str, f: fn(&str) -> String) -> Column {
    Column::new("", column, Kind::Computed(from, f), Default::Text(""))
}

/// Tags on an object of this type number.
const fn tags(object_type: i64) -> List {
    List {
        fixed: Some(("object_type", object_type)),
        max: 10_000,
        ..List::new("tags", "tagging", "object_id", Shape { columns: TAGGING, lists: &[] })
    }
}

const TAGGING: &[Column] = &[of("tag_id", "tag_id", "tag").required(), of("tag_user_id", "staff_id", "staff"), added()];

/// Related people of companies and opportunities: contacts, WeCom friends, visitors.
const PEOPLE: &[(i64, &str)] = &[(0, "contact"), (1, "customer"), (4, "visitor")];

const GENDER: Column = one_of("gender", &[0, 1, 2]);

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(shape: &'static Shape, out: &mut Vec<&'static Shape>) {
        out.push(shape);
        for list in shape.lists {
            shapes(&list.shape, out);
        }
    }

    #[test]
    fn members_are_distinct_and_what_they_name_exists() {
        for of in TYPES {
            let mut all = Vec::new();
            shapes(&of.shape, &mut all);
            for shape in all {
                let members = shape.columns.iter().map(|c| c.member).chain(shape.lists.iter().map(|l| l.member));
                let mut members: Vec<&str> = members.filter(|member| !member.is_empty()).collect();
                let count = members.len();
                members.sort_unstable();
                members.dedup();
                assert_eq!(members.len(), count, "{}", of.name);
                for column in shape.columns {
                    let named = match column.kind {
                        Kind::Computed(from, _) | Kind::Ref(Target::By(from, _)) => Some(from),
                        _ => None,
                    };
                    assert!(named.is_none_or(|named| shape.position(named).is_some()), "{}.{}", of.name, column.column);
                    if let Default::Same(other) = column.default {
                        assert!(shape.position(other).is_some(), "{}.{}", of.name, column.column);
                    }
                }
            }
        }
    }

    #[test]
    fn every_type_and_member_is_described() {
        let page = include_str!("../../../../../docs/import.md");
        for of in TYPES {
            let heading = format!("\n### {}\n", of.name);
            let Some((_, rest)) = page.split_once(&heading) else { panic!("{} has no section", of.name) };
            let section = rest.split("\n### ").next().unwrap_or_default();
            let mut all = Vec::new();
            shapes(&of.shape, &mut all);
            for shape in all {
                let columns = shape.columns.iter().map(|column| column.member);
                let lists = shape.lists.iter().map(|list| list.member);
                for member in columns.chain(lists).flat_map(|member| member.split('.')).filter(|name| !name.is_empty())
                {
                    let (in_example, in_text) = (format!("\"{member}\":"), format!("`{member}`"));
                    assert!(section.contains(&in_example) || section.contains(&in_text), "{}.{member}", of.name);
                }
            }
        }
    }
}
