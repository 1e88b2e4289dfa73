//! What may happen: the rules, a file or folder per noun. Everything here runs inside a transaction.

pub mod app;
pub mod auth;
pub mod business;
pub mod callback;
pub mod clue;
pub mod company;
pub mod contact;
pub mod corp;
pub mod custom;
pub mod customer;
pub mod delivery;
pub mod department;
pub mod journey;
pub mod object;
pub mod person;
pub mod progress;
pub mod sea;
pub mod tag;
pub mod third;
pub mod user;
