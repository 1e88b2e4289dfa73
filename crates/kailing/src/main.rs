//! Kailing: a self-hosted CRM server that speaks the WeiLing Open API, and its command line.

mod callbacks;
mod cli;
mod commands;
mod config;
mod failure;
mod filling;
mod house;
mod logging;
mod node;
mod output;
mod signals;
mod values;
mod welcome;
mod working;

use std::process::ExitCode;

/// Many small, short-lived texts a request: the allocator of the system takes a third more time for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os())
}
