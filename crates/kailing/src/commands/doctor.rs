//! `kailing doctor`: what is set, where it came from, and whether it will work.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use kailing_api::clock::Clock;
use kailing_callback::client::Client;
use kailing_callback::secrets::Secrets;
use kailing_core::refusal::Verdict;
use kailing_core::store;
use kailing_core::store::db::{DatabaseUrl, Options, Tx};

use crate::callbacks::{client, key_file, vault};
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
    let findings = [
        ("database", database(settings)),
        ("clock", clock()),
        ("disk", disk(settings)),
        ("secret key", secret_key(settings)),
        ("callbacks", callbacks(settings)),
    ];
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
    let (tenants, apps) = look(settings, |tx| Ok((store::corp::all(tx)?.len(), store::app::all(tx)?.len())))?;
    Ok(format!("{} opens; tenants: {tenants}, applications: {apps}", settings.database))
}

/// Reads the database as it is: no migration, no new file.
fn look<T: Send + 'static>(
    settings: &Settings,
    f: impl FnMut(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
) -> Result<T, String> {
    let options = Options { migrate: false, follow: false, ..Options::default() };
    let db = house::open(&settings.database, Missing::Refuse, options).map_err(|failure| failure.to_string())?;
    let seen = db.read(f).wait();
    db.close();
    seen.map_err(|refusal| Failure::from(refusal).to_string())
}

fn secret_key(settings: &Settings) -> Result<String, String> {
    if settings.secret_key.0.is_some() {
        return Ok("it is in the settings".to_owned());
    }
    let file = key_file(settings);
    let shown = file.display();
    match std::fs::metadata(&file) {
        Ok(data) if data.permissions().mode() & 0o077 != 0 => {
            Err(format!("others can read {shown}; chmod 600 {shown}"))
        }
        Ok(_) => Ok(format!("it is in {shown}; a backup of the database does not contain it")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(format!("{shown} will be made with the first callback"))
        }
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

/// Whether events can be sent: the CA file is one, and what was sealed can be unsealed.
fn callbacks(settings: &Settings) -> Result<String, String> {
    Client::new(&client(settings)).map_err(|error| error.to_string())?;
    let (apps, saved) = look(settings, |tx| Ok((store::app::all(tx)?, store::callback::all(tx)?)))?;
    let vault = vault(settings);
    let mut usable = 0;
    for callback in saved.iter().filter(|callback| !callback.url.is_empty()) {
        let Some(app) = apps.iter().find(|app| (app.corp, app.id) == (callback.corp, callback.app)) else { continue };
        Secrets::unseal(&vault, &app.app_id, &callback.token_sealed, &callback.aes_key_sealed)
            .map_err(|error| format!("Token and key of {}: {error}", app.app_id))?;
        usable += 1;
    }
    Ok(format!("set for applications: {usable}"))
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
