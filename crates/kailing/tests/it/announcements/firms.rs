//! What companies, third-party ids and opportunities announce (chapters 05, 07, 10).

use serde_json::json;

use super::Row;
use crate::contact_world::{LI, WANG};
use crate::harness::NOW;
use crate::objects::FRIEND;

pub(super) const COMPANIES: &[Row] = &[
    Row {
        path: "/openapi/company/create",
        body: |scene| json!({"company_name": format!("新企业 {}", scene.claimed), "create_user_id": WANG}),
        journal: &["company company.create"],
        events: &["company_v2_add", "company_add"],
        journey: &[],
    },
    Row {
        path: "/openapi/company/edit",
        body: |scene| json!({"company_id": scene.firm, "abbreviation": "简称"}),
        journal: &["company company.edit"],
        events: &["company_v2_update", "company_update"],
        journey: &[],
    },
    Row {
        path: "/openapi/company/edit",
        body: |scene| json!({"company_id": scene.firm, "abbreviation": ""}),
        journal: &[],
        events: &[],
        journey: &[],
    },
    Row {
        path: "/openapi/company/owner_change",
        body: |scene| json!({"company_ids": [scene.firm], "owner_user_id": LI}),
        journal: &["company company.owner_change"],
        events: &["company_owner_change"],
        journey: &[],
    },
    Row {
        path: "/openapi/v2/company/customer_related/add",
        body: |scene| json!({"company_id": scene.firm, "ids": [scene.claimed, scene.waiting, scene.colleague]}),
        // The colleague is related already.
        journal: &[
            "company company.customer_related.add",
            "contact company.customer_related.add",
            "contact company.customer_related.add",
        ],
        events: &["company_customer_add", "add_company_user"],
        journey: &[],
    },
    Row {
        path: "/openapi/company/customer_related/add",
        body: |scene| json!({"company_id": scene.firm, "type": 1, "ids": [FRIEND], "op_user_id": LI}),
        journal: &["company company.customer_related.add", "customer company.customer_related.add"],
        events: &["company_customer_add", "add_company_user", "customer_update change_company"],
        journey: &[],
    },
    Row {
        path: "/openapi/v2/company/customer_related/remove",
        body: |scene| json!({"company_id": scene.firm, "ids": [scene.colleague, scene.claimed]}),
        journal: &["company company.customer_related.remove", "contact company.customer_related.remove"],
        events: &["company_v2_update", "company_update"],
        journey: &[],
    },
    Row {
        path: "/openapi/company/customer_related/remove",
        body: |scene| json!({"company_id": scene.firm, "type": 0, "ids": [scene.claimed]}),
        journal: &[],
        events: &[],
        journey: &[],
    },
    Row {
        path: "/openapi/company/staff_related/add",
        body: |scene| json!({"company_id": scene.firm, "user_ids": [LI]}),
        journal: &["company company.staff_related.add"],
        events: &["company_v2_update", "company_update"],
        journey: &[],
    },
    Row {
        path: "/openapi/company/staff_related/remove",
        body: |scene| json!({"company_id": scene.firm, "user_ids": [LI]}),
        journal: &[],
        events: &[],
        journey: &[],
    },
];

pub(super) const THIRDS: &[Row] = &[Row {
    path: "/openapi/third/create",
    body: |scene| json!({"id": scene.claimed, "type": 0, "third_id": "third"}),
    journal: &["contact third.create"],
    events: &[],
    journey: &[],
}];

const ADDED: &str = "opportunity_add";
const CONTENT: &str = "opportunity_update change_content";
const NEWS: &str = "clue_history 210";
/// On the opportunity, its contact, its company; the contact's relation with that company doubles nothing.
const THREE: [&str; 3] = ["7 210", "0 210", "3 210"];

pub(super) const BUSINESSES: &[Row] = &[
    Row {
        path: "/openapi/business/add",
        body: |scene| {
            json!({"business_name": "a", "stage": 1, "company_id": scene.firm, "create_user_id": WANG,
            "create_time": NOW, "related_customers": [{"ids": [scene.colleague]}]})
        },
        journal: &["business business.create", "contact business.create"],
        events: &[ADDED, "clue_history 205"],
        journey: &["7 205", "0 205", "3 205"],
    },
    Row {
        path: "/openapi/v2/business/create",
        body: |scene| {
            json!({"business_name": "a", "stage": 99, "company_id": scene.firm, "create_user_id": WANG,
            "create_time": NOW})
        },
        journal: &["business business.create"],
        events: &[ADDED],
        journey: &["7 205", "7 207", "3 205", "3 207"],
    },
    Row {
        path: "/openapi/business/edit",
        body: |scene| json!({"business_id": scene.deal, "business_name": "新名"}),
        journal: &["business business.edit", "contact business.edit"],
        events: &[CONTENT, NEWS],
        journey: &THREE,
    },
    Row {
        path: "/openapi/business/edit",
        body: |scene| {
            json!({"business_id": scene.deal, "business_name": "新名", "stage": 100, "winning_amount": 1,
            "winning_date": "2026-11-01"})
        },
        journal: &["business business.edit", "contact business.edit"],
        events: &["opportunity_update change_stage", CONTENT, "clue_history 206"],
        journey: &["7 206", "0 206", "3 206"],
    },
    Row {
        path: "/openapi/business/edit",
        body: |scene| json!({"business_id": scene.deal, "business_name": "商机"}),
        journal: &[],
        events: &[],
        journey: &[],
    },
    Row {
        path: "/openapi/business/owner_change",
        body: |scene| json!({"business_ids": [scene.deal], "owner_user_id": LI}),
        journal: &["business business.owner_change", "contact business.owner_change"],
        events: &["opportunity_update change_owner", NEWS],
        journey: &THREE,
    },
    Row {
        path: "/openapi/business/customer_related/edit",
        body: |scene| json!({"id": scene.deal, "add_customers": [{"type": 1, "ids": [FRIEND]}]}),
        journal: &[
            "business business.customer_related",
            "contact business.customer_related",
            "customer business.customer_related",
        ],
        events: &[CONTENT, NEWS, "history_add 210"],
        // On the company of the opportunity, and copies on the two that the friend is related to.
        journey: &["7 210", "0 210", "1 210", "3 210", "3 210", "3 210"],
    },
    Row {
        path: "/openapi/v2/business/customer_related/edit",
        body: |scene| json!({"id": scene.deal, "add_customers": [], "remove_customers": [{"ids": [scene.colleague]}]}),
        journal: &["business business.customer_related", "contact business.customer_related"],
        events: &[CONTENT, NEWS],
        journey: &THREE,
    },
    Row {
        path: "/openapi/business/staff_related/edit",
        body: |scene| json!({"id": scene.deal, "add_users": [LI]}),
        journal: &["business business.staff_related", "contact business.staff_related"],
        events: &[CONTENT, NEWS],
        journey: &THREE,
    },
    Row {
        path: "/openapi/business/disuse",
        body: |scene| json!({"business_id": scene.deal, "abandon_reason": "重复"}),
        journal: &["business business.disuse", "contact business.disuse"],
        events: &["opportunity_disuse", "clue_history 209"],
        journey: &["7 209", "0 209", "3 209"],
    },
];
