//! The only SQL of the house, a file per noun, on top of [`db`], the only code that knows which database it is.

pub mod app;
pub mod business;
pub mod card;
pub mod channel;
pub mod choice;
pub mod clue;
pub mod company;
pub mod contact;
pub mod corp;
pub mod custom;
pub mod customer;
pub mod db;
pub mod department;
pub mod furniture;
pub mod journal;
pub mod journey;
pub mod object;
pub mod person;
pub mod process;
pub mod progress;
pub mod sea;
pub mod stage;
pub mod tag;
pub mod third;
pub mod transfer;
pub mod user;
