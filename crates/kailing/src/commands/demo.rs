//! `kailing demo`: a demo tenant, always the same for one seed.

use clap::Args;
use kailing_api::app::App;
use kailing_core::store::db::Db;

use crate::cli::Place;
use crate::failure::Failure;
use crate::output;

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing demo --contacts 100000
  kailing demo --database sqlite:big.db --contacts 1000000 --seed 7 --json
  kailing demo --add --seed 8                      a further tenant beside the first";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// Number of contacts, 100 to 10,000,000
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=10_000_000))]
    contacts: u64,
    /// The same seed gives the same ids and texts
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Add a tenant to a database that holds one already
    #[arg(long)]
    add: bool,
    /// Print one line of JSON: corp_id, app_id, app_secret, contacts
    #[arg(long)]
    json: bool,
}

/// What `serve --demo` says about the demo tenant.
pub(crate) struct Introduction {
    app_id: String,
    app_secret: String,
}

pub(crate) fn run(_options: Options) -> Result<(), Failure> {
    Err(Failure::runtime("not yet"))
}

/// Fills an empty database; leaves one that holds a demo tenant of this seed as it is.
pub(crate) fn prepare(_db: &Db, _contacts: u64, _seed: u64) -> Result<Introduction, Failure> {
    Err(Failure::runtime("not yet"))
}

impl Introduction {
    /// Prints the credentials and three commands that work when pasted.
    pub(crate) async fn print(self, _app: &App, base: &str) -> Result<(), Failure> {
        output::line(format!("app_id {} app_secret {} {base}/docs", self.app_id, self.app_secret))?;
        Ok(())
    }
}
