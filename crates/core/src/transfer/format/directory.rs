//! Departments and staff (chapter 02).

use super::{Column, Default, GENDER, Key, Kind, List, Shape, Type, computed, flag, made, of, one_of, text};
use crate::contact_way;

pub(super) const DEPARTMENT: Type = Type {
    name: "department",
    table: "department",
    key: Key::Wire,
    shape: Shape {
        columns: &[text("name", 255).required(), of("parent_id", "parent_id", "department"), made()],
        lists: &[List::of_values(
            "leader_userids",
            "department_leader",
            "department_id",
            &[of("", "staff_id", "staff").required()],
        )],
    },
    catalogue: true,
};

pub(super) const STAFF: Type = Type {
    name: "staff",
    table: "staff",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            text("name", 255).required(),
            text("wxcp_userid", 128),
            text("mobile", 64),
            computed("mobile_key", "mobile", contact_way::key),
            text("email", 255),
            text("position", 255),
            GENDER,
            text("avatar", 2_048),
            text("telephone", 64),
            text("alias", 255),
            one_of("status", &[1, 2, 4, 5]).or(Default::Int(1)),
            one_of("saas_status", &[0, 1]).or(Default::Int(1)),
            flag("is_admin"),
            text("qr_code", 2_048),
            Column::new("extattr", "extattr", Kind::JsonList, Default::Text("")),
            made(),
        ],
        lists: &[List::of_values(
            "dept_ids",
            "staff_department",
            "staff_id",
            &[of("", "department_id", "department").required()],
        )],
    },
    catalogue: true,
};
