//! Opportunities (chapter 10).

use super::{
    Column, Default, Key, Kind, List, PEOPLE, Shape, Target, Type, added, custom, int, made, of, one_of, text, time,
};

pub(super) const BUSINESS: Type = Type {
    name: "business",
    table: "business",
    key: Key::Wire,
    shape: Shape { columns: COLUMNS, lists: &[CUSTOMERS, STAFF] },
    catalogue: false,
};

const COLUMNS: &[Column] = &[
    text("business_name", 100),
    text("business_opp_number", 64),
    of("company_id", "company_id", "company"),
    of("process_id", "process_id", "process").or(Default::Process),
    int("stage", 1, 100).or(Default::Int(1)),
    one_of("status", &[0, 1]),
    of("owner_id", "owner_id", "staff").or(Default::Same("create_user_id")),
    of("create_user_id", "create_user_id", "staff"),
    Column::new("except_amount", "except_amount", Kind::Amount, Default::Null),
    Column::new("except_date", "except_date", Kind::Day, Default::Text("")),
    Column::new("winning_amount", "winning_amount", Kind::Amount, Default::Null),
    Column::new("winning_date", "winning_date", Kind::Day, Default::Text("")),
    Column::new("fail_reason", "fail_reason", Kind::Choice("fail_reason"), Default::Int(0)),
    text("fail_reason_desc", 200),
    text("abandon_reason", 50),
    custom("business_custom", "business"),
    made(),
    time("update_time").or(Default::Same("create_time")),
];

const CUSTOMERS: List =
    List::new("customer_list", "business_person", "business_id", Shape { columns: PERSON, lists: &[] });

const PERSON: &[Column] = &[
    Column::new("id", "person_id", Kind::Ref(Target::By("person_type", PEOPLE)), Default::Int(0)).required(),
    one_of("type", &[0, 1, 4]).in_column("person_type"),
    added(),
];

const STAFF: List = List::new("staff_list", "business_staff", "business_id", Shape { columns: USER, lists: &[] });

const USER: &[Column] = &[of("user_id", "staff_id", "staff").required(), added()];
