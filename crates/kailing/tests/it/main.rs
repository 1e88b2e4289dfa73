//! Integration tests: HTTP to the real router, each on a database of its own. `KAILING_TEST_DATABASE` says which
//! kind: `sqlite` (the default) or the address of a PostgreSQL server on which databases may be made.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]
#![allow(clippy::disallowed_methods, reason = "tests of a process wait for it, by the clock of the system")]
#![allow(unreachable_pub, reason = "nothing of a test program is reached from outside")]

mod answer;
mod database;
mod fixture;
mod harness;
mod keys;
mod process;

mod announcements;
mod auth;
mod business_create;
mod business_edit;
mod business_get;
mod business_news;
mod business_people;
mod business_races;
mod business_stages;
mod business_states;
mod business_world;
mod clue;
mod clue_list;
mod clue_states;
mod clue_update;
mod commands;
mod company;
mod company_events;
mod company_list;
mod company_people;
mod company_world;
mod contact_access;
mod contact_batch;
mod contact_cards;
mod contact_create;
mod contact_cursor;
mod contact_custom;
mod contact_edit;
mod contact_events;
mod contact_list;
mod contact_races;
mod contact_refused;
mod contact_search;
mod contact_states;
mod contact_transfer;
mod contact_ways;
mod contact_world;
mod crash;
mod custom;
mod customer;
mod customer_edit;
mod customer_world;
mod directory;
mod disk;
mod events_api;
mod house;
mod journey;
mod journey_door;
mod objects;
mod operations;
mod progress_create;
mod progress_effects;
mod progress_list;
mod sync_job;
mod tag;
mod third;
mod transfer;
mod transfer_answers;
mod transfer_bad;
mod transfer_by_hand;
mod transfer_stop;
