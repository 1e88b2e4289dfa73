//! The one table of endpoints, in the order of the specification.

pub mod auth;
pub mod business;
pub mod business_rows;
pub mod clue;
pub mod clue_rows;
pub mod company;
pub mod company_rows;
pub mod contact;
pub mod contact_rows;
pub mod custom;
pub mod customer;
pub mod customer_rows;
pub mod department;
pub mod journey;
mod journey_rows;
pub mod progress;
mod progress_rows;
pub mod tag;
pub mod third;
pub mod user;

use crate::endpoint::Endpoint;

/// Every endpoint that is served.
pub const ENDPOINTS: &[&Endpoint] = &[
    // 1 access token
    &auth::TOKEN,
    // 2 departments and staff
    &department::LIST,
    &user::LIST,
    &user::GET,
    &user::DETAIL,
    &user::DEPT_USERS,
    &user::SIMPLE_USERS,
    // 3 WeCom friends
    &customer::LIST,
    &customer::GET,
    &customer::EDIT,
    &customer::GET_BY_EXTERNAL_USERID,
    &customer::GET_BY_UNIONID,
    &customer::BATCH,
    // 4 leads
    &clue::CREATE,
    &clue::LIST,
    &clue::BATCH,
    &clue::SEA_LIST,
    &clue::OWNER_CHANGE,
    &clue::DISUSE,
    &clue::UPDATE,
    &clue::BACK_TO_SEA,
    &clue::RECOVER,
    // 5 companies
    &company::LIST_OLD,
    &company::LIST,
    &company::DETAIL,
    &company::GET,
    &company::OWNER_CHANGE,
    &company::CREATE,
    &company::EDIT,
    &company::ADD_CUSTOMER_OLD,
    &company::ADD_CUSTOMER,
    &company::REMOVE_CUSTOMER_OLD,
    &company::REMOVE_CUSTOMER,
    &company::ADD_STAFF,
    &company::REMOVE_STAFF,
    &company::SEA_LIST,
    &company::BATCH_OLD,
    &company::BATCH,
    // 7 third-party ids
    &third::TO_INNER,
    &third::CREATE,
    &third::TO_THIRD,
    // 8 follow-up records
    &progress::CREATE_OLD,
    &progress::CREATE,
    &progress::LIST_OLD,
    &progress::LIST,
    &progress::DISUSE,
    &progress::GET,
    // 9 journey
    &journey::CREATE_OLD,
    &journey::CREATE,
    &journey::LIST_OLD,
    &journey::LIST,
    // 10 opportunities
    &business::GET_OLD,
    &business::GET,
    &business::STAGE_LIST,
    &business::CREATE_OLD,
    &business::CREATE,
    &business::EDIT,
    &business::OWNER_CHANGE,
    &business::DISUSE,
    &business::CUSTOMER_RELATED_OLD,
    &business::CUSTOMER_RELATED,
    &business::STAFF_RELATED,
    &business::PROCESS_LIST,
    // 12 tags
    &tag::GET,
    &tag::MARK_OLD,
    &tag::MARK,
    &tag::RELATED_OLD,
    &tag::RELATED,
    // 16 object description
    &custom::DESCRIPTION,
    &custom::DETAIL,
    // 19 contacts
    &contact::CREATE,
    &contact::BATCH,
    &contact::LIST,
    &contact::EDIT,
    &contact::OWNER_CHANGE,
    &contact::DISUSE,
    &contact::RECOVER,
    &contact::BACK_TO_SEA,
    &contact::SEA_LIST,
    &contact::GET_BY_CONTACT_WAY,
];
