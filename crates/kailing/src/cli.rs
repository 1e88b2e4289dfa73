//! The command line: what may be asked for. What is done stands in `commands/<verb>.rs`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::config::{Given, GivenDatabase};
use crate::failure::Failure;
use crate::output;

/// A self-hosted CRM server that speaks the `WeiLing` Open API.
#[derive(Parser)]
#[command(name = "kailing", version, about, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  kailing serve --demo                               try it: a server with demo data on 127.0.0.1:8080
  kailing serve --config /etc/kailing.toml           run it
  kailing app create --name crm-sync --json          make credentials for a client
  kailing backup /var/backups/kailing.db             copy the SQLite database while the server runs";

#[derive(Subcommand)]
enum Command {
    /// Run the server
    #[command(after_help = commands::serve::EXAMPLES)]
    Serve(Configured),
    /// Fill a database with a demo tenant, always the same for one seed
    #[command(after_help = commands::demo::EXAMPLES)]
    Demo(commands::demo::Options),
    /// Make and manage the applications that may call the API
    #[command(after_help = commands::app::EXAMPLES)]
    App(commands::app::Options),
    /// Show and change the settings of tenants
    #[command(after_help = commands::tenant::EXAMPLES)]
    Tenant(commands::tenant::Options),
    /// Bring in objects from files of JSON lines: moving in, synchronising, setting up
    #[command(after_help = commands::import::EXAMPLES)]
    Import(commands::import::Options),
    /// Write everything that a tenant has to files of JSON lines
    #[command(after_help = commands::export::EXAMPLES)]
    Export(commands::export::Options),
    /// List callback events and what became of them, show one, send some again
    #[command(after_help = commands::events::EXAMPLES)]
    Events(Box<commands::events::Options>),
    /// Receive callbacks and show them: a subscriber for trying things out
    #[command(after_help = commands::listen::EXAMPLES)]
    Listen(commands::listen::Options),
    /// Print the OpenAPI 3.1 document
    Openapi,
    /// Show the settings with their origin and check database, clock and disk
    Doctor(Configured),
    /// Write a consistent copy of the SQLite database while the server runs
    #[command(after_help = commands::backup::EXAMPLES)]
    Backup(commands::backup::Options),
}

/// All settings, and the file to read them from.
#[derive(Args)]
pub(crate) struct Configured {
    #[command(flatten)]
    pub(crate) file: ConfigFile,
    #[command(flatten)]
    pub(crate) given: Given,
}

/// What every command that opens the database takes.
#[derive(Args)]
pub(crate) struct Place {
    #[command(flatten)]
    pub(crate) file: ConfigFile,
    #[command(flatten)]
    pub(crate) database: GivenDatabase,
}

impl Place {
    /// The place that a command with options of its own was given.
    pub(crate) fn new(config: Option<PathBuf>, database: Option<String>) -> Place {
        Place { file: ConfigFile { config }, database: GivenDatabase { database } }
    }
}

#[derive(Args)]
pub(crate) struct ConfigFile {
    /// Settings file; kailing.example.toml explains every line
    #[arg(long, value_name = "FILE", env = "KAILING_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// Runs the command that the arguments ask for.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match Cli::try_parse_from(arguments) {
        Ok(cli) => perform(cli.command),
        Err(error) if is_question(&error) => return answer(&error),
        Err(error) => Err(Failure::input(first_paragraph(&error))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(format!("kailing: {failure}"));
            failure.exit_code()
        }
    }
}

fn perform(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(options) => commands::serve::run(options),
        Command::Demo(options) => commands::demo::run(options),
        Command::App(options) => commands::app::run(options),
        Command::Tenant(options) => commands::tenant::run(options),
        Command::Import(options) => commands::import::run(options),
        Command::Export(options) => commands::export::run(options),
        Command::Events(options) => commands::events::run(*options),
        Command::Listen(options) => commands::listen::run(options),
        Command::Openapi => commands::openapi::run(),
        Command::Doctor(options) => commands::doctor::run(options),
        Command::Backup(options) => commands::backup::run(options),
    }
}

/// Whether the arguments ask for help or the version, or say nothing at all.
fn is_question(error: &clap::Error) -> bool {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(error.kind(), DisplayHelp | DisplayVersion | DisplayHelpOnMissingArgumentOrSubcommand)
}

fn answer(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// What is wrong, without the usage that clap adds: `--help` is there for that.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    format!("{} (see --help)", paragraph.strip_prefix("error: ").unwrap_or(paragraph))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        let Err(error) = Cli::try_parse_from(["kailing", "serve", "--profil", "open"]) else { panic!("accepted") };
        let line = Failure::input(first_paragraph(&error)).to_string();
        assert_eq!(line, "unexpected argument '--profil' found (see --help)");
    }
}
