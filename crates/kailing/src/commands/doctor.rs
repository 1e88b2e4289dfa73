//! `kailing doctor`: what is set, where it came from, and whether it will work.

use std::path::Path;

use kailing_api::clock::Clock;
use kailing_core::store;
use kailing_core::store::db::{DatabaseUrl, Options};

use crate::cli::Configured;
use crate::config::{self, Settings};
use crate::failure::Failure;
use crate::house::{self, Missing};
use crate::output;

/// A disk with less than this left is reported, bytes.
const LITTLE: u64 = 1 << 30;

/// One thing looked at: a remark, or what is wrong.
type Finding = (&'static str, Result<String, String>);

pub(crate) fn run(options: Configured) -> Result<(), Failure> {
    let loaded = config::load(options.file.config.as_deref(), options.given)?;
    let rows: Vec<Vec<String>> = loaded.rows().into_iter().map(Vec::from).collect();
    output::table(&["SETTING", "VALUE", "FROM"], &rows)?;
    output::line("")?;
    let settings = &loaded.settings;
    let findings = [("database", database(settings)), ("clock", clock()), ("disk", disk(settings))];
    for finding in &findings {
        output::line(describe(finding))?;
    }
    let wrong = findings.iter().filter(|(_, finding)| finding.is_err()).count();
    if wrong == 0 { Ok(()) } else { Err(Failure::runtime(format!("{wrong} of {} checks failed", findings.len()))) }
}

fn describe((name, finding): &Finding) -> String {
    match finding {
        Ok(remark) => format!("ok    {name}: {remark}"),
        Err(fault) => format!("FAIL  {name}: {fault}"),
    }
}

fn database(settings: &Settings) -> Result<String, String> {
    let options = Options { migrate: false, follow: false, ..Options::default() };
    let db = house::open(&settings.database, Missing::Refuse, options).map_err(|failure| failure.to_string())?;
    let counts = db.read(|tx| Ok((store::corp::all(tx)?.len(), store::app::all(tx)?.len()))).wait();
    db.close();
    let (tenants, apps) = counts.map_err(|refusal| Failure::from(refusal).to_string())?;
    Ok(format!("{} opens; tenants: {tenants}, applications: {apps}", settings.database))
}

/// A clock before this program was written makes every token invalid after the next correction.
fn clock() -> Result<String, String> {
    let now = jiff::Timestamp::from_millisecond(Clock::System.now()).map_err(|error| error.to_string())?;
    if now.to_string().as_str() < "2026" {
        Err(format!("it shows {now}; set it"))
    } else {
        Ok(format!("it shows {now:.0}"))
    }
}

fn disk(settings: &Settings) -> Result<String, String> {
    let DatabaseUrl::Sqlite(path) = &settings.database else {
        return Ok("the data are in PostgreSQL".to_owned());
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let remark = format!("{} MiB free in {}", free >> 20, folder.display());
    if free < LITTLE { Err(remark) } else { Ok(remark) }
}
