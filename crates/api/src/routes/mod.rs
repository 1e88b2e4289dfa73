//! The one table of endpoints, in the order of the specification.

pub mod auth;
pub mod contact;
pub mod contact_rows;
pub mod custom;
pub mod department;
pub mod tag;
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
