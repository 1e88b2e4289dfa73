//! `kailing backup`: a consistent copy of an SQLite database that is in use.

use std::path::PathBuf;

use clap::Args;
use kailing_core::store::db::{DatabaseUrl, Options as DbOptions};

use crate::cli::Place;
use crate::config;
use crate::failure::Failure;
use crate::house::{self, Missing};
use crate::output;

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing backup /var/backups/kailing.db
  kailing backup --database sqlite:/var/lib/kailing/kailing.db /var/backups/kailing-$(date +%F).db

The copy is a database of its own: to restore, stop the server and put the copy in the place of the file.
PostgreSQL brings its own tool, pg_dump.";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// The file to write; it must not exist
    file: PathBuf,
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let settings = config::load(options.place.file.config.as_deref(), options.place.database.into())?.settings;
    if let DatabaseUrl::Postgres(_) = settings.database {
        return Err(Failure::input("this copies SQLite databases; for PostgreSQL use pg_dump"));
    }
    let db = house::open(
        &settings.database,
        Missing::Refuse,
        DbOptions { migrate: false, follow: false, ..DbOptions::default() },
    )?;
    let outcome = db.backup(&options.file);
    db.close();
    outcome.map_err(Failure::runtime)?;
    Ok(output::line(format!("{} is a copy of {}", options.file.display(), settings.database))?)
}
