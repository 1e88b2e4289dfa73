//! `kailing export`: everything that a tenant has, as files of JSON lines.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clap::Args;
use kailing_core::transfer::export::{export, file_name};
use kailing_core::transfer::{ExportError, Progress};
use serde_json::{Map, Value};

use crate::cli::Place;
use crate::failure::Failure;
use crate::house::{House, Missing};
use crate::working::Display;
use crate::{output, signals};

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing export /var/backups/kailing-$(date +%F)
  kailing export --database sqlite:old.db moving && kailing import --database postgres://me@127.0.0.1/kailing moving

One file a type, one object a line, all of one moment; the server may run. Applications with their secrets, the
journal and events are left out: make applications anew with `kailing app create`. docs/import.md describes the lines.";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// The folder to write to; it is made if it is missing, and no file is overwritten
    folder: PathBuf,
    /// The tenant, needed when there are several
    #[arg(long, value_name = "CORP_ID")]
    tenant: Option<String>,
    /// Print the number of objects by type as one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let house = House::open(options.place, Missing::Refuse)?;
    let outcome = house.tenant(options.tenant.as_deref()).and_then(|tenant| {
        let (stop, mut display) = (signals::stop_flag()?, Display::new("objects"));
        let written = export(&house.db, &tenant, &options.folder, move |progress: Progress| {
            display.show(progress.step, progress.done, progress.total);
            !stop.load(Ordering::Relaxed)
        });
        written.map_err(|error| match error {
            ExportError::Refused(refusal) => refusal.into(),
            error => Failure::runtime(error),
        })
    });
    house.close();
    show(&outcome?, options.json)
}

fn show(written: &[(&'static str, u64)], json: bool) -> Result<(), Failure> {
    if json {
        let counts: Map<String, Value> =
            written.iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count))).collect();
        return Ok(output::line(Value::Object(counts).to_string())?);
    }
    let rows: Vec<Vec<String>> = written.iter().map(|(name, count)| vec![file_name(name), count.to_string()]).collect();
    Ok(output::table(&["FILE", "OBJECTS"], &rows)?)
}
