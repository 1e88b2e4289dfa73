//! What the program can do, a file per verb.

pub(crate) mod app;
pub(crate) mod backup;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod listen;
pub(crate) mod openapi;
pub(crate) mod serve;
pub(crate) mod tenant;
