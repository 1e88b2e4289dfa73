//! Companies (chapter 05).

use super::{
    Column, Default, Key, Kind, List, PEOPLE, Shape, Target, Type, added, computed, custom, int, made, of, one_of,
    tags, text,
};
use crate::domain::company::name_key;

pub(super) const COMPANY: Type = Type {
    name: "company",
    table: "company",
    key: Key::Wire,
    shape: Shape { columns: COLUMNS, lists: &[CUSTOMERS, USERS, tags(3)] },
    catalogue: false,
};

const COLUMNS: &[Column] = &[
    text("company_name", 255).required(),
    computed("name_key", "company_name", name_key),
    text("abbreviation", 255),
    text("credit_code", 255),
    text("status", 255),
    text("corp_founded_time", 255),
    text("register_address", 500),
    text("real_address", 500),
    text("legal_person", 255),
    text("website_list", 1_000),
    text("industry", 255),
    text("company_profile", 5_000),
    int("population_size", -1, 5).or(Default::Int(-1)),
    of("create_user_id", "creator_id", "staff"),
    of("owner", "owner_id", "staff"),
    of("sea_id", "sea_id", "company_sea"),
    of("customer_stage", "stage_id", "stage").or(Default::Stage),
    custom("company_custom", "company"),
    made(),
];

const CUSTOMERS: List =
    List::new("customer_list", "company_person", "company_id", Shape { columns: PERSON, lists: &[] });

const PERSON: &[Column] = &[
    Column::new("id", "person_id", Kind::Ref(Target::By("person_type", PEOPLE)), Default::Int(0)).required(),
    one_of("type", &[0, 1, 4]).in_column("person_type"),
    of("op_user_id", "op_user_id", "staff"),
    added(),
];

const USERS: List = List::new("user_list", "company_staff", "company_id", Shape { columns: USER, lists: &[] });

const USER: &[Column] = &[of("user_id", "staff_id", "staff").required(), added()];
