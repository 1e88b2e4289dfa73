//! The tables that the demo data fills, and the rows of one block on their way into them.

use std::borrow::Cow;

use crate::refusal::Verdict;
use crate::store::db::{Arg, Tx, Value};

/// A table of the demo data; the position in [`TABLES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Table {
    Department,
    DepartmentLeader,
    Staff,
    StaffDepartment,
    TagGroup,
    Tag,
    Channel,
    Stage,
    Choice,
    Sea,
    SeaStaff,
    Field,
    FieldOption,
    Component,
    Process,
    ProcessStage,
    Contact,
    ContactWay,
    ContactCustomer,
    Customer,
    CustomerFollow,
    CustomerMobile,
    Visitor,
    Company,
    CompanyPerson,
    CompanyStaff,
    Business,
    BusinessPerson,
    BusinessStaff,
    Progress,
    History,
    Tagging,
    GroupChat,
}

/// Names and columns in the order of [`Table`]; `corp_id` comes first in each and is not repeated here.
#[rustfmt::skip]
const TABLES: &[(&str, &str)] = &[
    ("department", "id wire_id parent_id name create_time"),
    ("department_leader", "department_id ordinal staff_id"),
    ("staff", "id wire_id wxcp_userid name mobile mobile_key email position gender avatar telephone alias status saas_status is_admin qr_code extattr create_time"),
    ("staff_department", "staff_id ordinal department_id"),
    ("tag_group", "id wire_id type staff_id name ordinal create_time"),
    ("tag", "id wire_id group_id name ordinal create_time"),
    ("channel", "id label parent_id name is_default ordinal"),
    ("stage", "id label name ordinal"),
    ("choice", "field label value ordinal"),
    ("sea", "id wire_id object_type name is_default create_time"),
    ("sea_staff", "sea_id ordinal staff_id"),
    ("field", "id object api_name view_name property_type required enabled min_length max_length ordinal"),
    ("field_option", "field_id label value ordinal"),
    ("component", "id wire_id type name code create_user_id create_time"),
    ("process", "id wire_id name ordinal"),
    ("process_stage", "process_id stage name ordinal"),
    ("contact", "id wire_id user_name status is_useless is_repeat owner_id create_user_id sea_id channel_id stage_id level clue_source source_type source_id source_name corp_name corp_address register_address legal_person corp_founded_time industry population_size position gender age email wx_id qq remark avatar other_custom_field region region_code url searchword key_word plan_name group_name creative_title creative_description advertiser_account_name custom create_time claim_time first_progress_time last_follow_time latest_progress_id interactive_score"),
    ("contact_way", "contact_id ordinal type contact_way way_key"),
    ("contact_customer", "contact_id customer_id customer_type create_time"),
    ("customer", "id wire_id external_userid name avatar type gender position corp_name corp_full_name unionid stage_id custom create_time"),
    ("customer_follow", "customer_id staff_id remark remark_corp_name description add_way lost_state source_type source_id source_name position age wx_id qq email create_time"),
    ("customer_mobile", "customer_id staff_id ordinal mobile mobile_key"),
    ("visitor", "id wire_id name avatar create_time"),
    ("company", "id wire_id company_name name_key abbreviation credit_code status corp_founded_time register_address real_address legal_person website_list industry company_profile population_size creator_id owner_id sea_id stage_id custom create_time"),
    ("company_person", "company_id person_id person_type op_user_id create_time"),
    ("company_staff", "company_id staff_id create_time"),
    ("business", "id wire_id business_name business_opp_number company_id process_id stage status owner_id create_user_id except_amount except_date winning_amount winning_date fail_reason fail_reason_desc abandon_reason custom create_time update_time"),
    ("business_person", "business_id person_id person_type create_time"),
    ("business_staff", "business_id staff_id create_time"),
    ("progress", "id wire_id object_type object_id content remark image_file attachments create_user_id discarded create_time"),
    ("history", "id wire_id object_type object_id history_type title content create_user_id source_id details create_time"),
    ("tagging", "object_id tag_id relation_id object_type staff_id create_time"),
    ("group_chat", "id wire_id name owner_id company_id dissolved custom create_time"),
];

/// A text that lives as long as the program, or one made for this row.
pub(super) type Text = Cow<'static, str>;

/// The rows of one block, table by table.
pub(super) struct Rows {
    corp: i64,
    tables: Vec<Vec<Vec<Value>>>,
}

impl Rows {
    /// No rows yet, all of one tenant.
    pub(super) fn new(corp: i64) -> Rows {
        Rows { corp, tables: TABLES.iter().map(|_| Vec::new()).collect() }
    }

    /// Adds a row: the values of its columns without `corp_id`.
    pub(super) fn push<const N: usize>(&mut self, table: Table, values: [Value; N]) {
        if let Some(rows) = self.tables.get_mut(table as usize) {
            let mut row = Vec::with_capacity(N + 1);
            row.push(Value::Int(self.corp));
            row.extend(values);
            rows.push(row);
        }
    }

    /// Loads all rows, table by table, and says how many they were.
    pub(super) fn load(self, tx: &mut Tx<'_>) -> Verdict<u64> {
        let mut loaded = 0;
        for ((name, columns), rows) in TABLES.iter().zip(self.tables) {
            if !rows.is_empty() {
                let columns: Vec<&str> = std::iter::once("corp_id").chain(columns.split(' ')).collect();
                let mut rows = rows.iter().map(|row| row.iter().map(|value| value as &dyn Arg).collect());
                loaded += tx.load(name, &columns, &mut rows)?;
            }
        }
        Ok(loaded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_its_columns() {
        assert_eq!(TABLES.len(), Table::GroupChat as usize + 1);
        for (table, name) in [
            (Table::Department, "department"),
            (Table::ProcessStage, "process_stage"),
            (Table::Contact, "contact"),
            (Table::Company, "company"),
            (Table::History, "history"),
            (Table::GroupChat, "group_chat"),
        ] {
            assert_eq!(TABLES[table as usize].0, name);
        }
    }
}
