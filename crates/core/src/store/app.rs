//! Applications: who may call the API. The secret is not here, only its hash.

use crate::refusal::Verdict;
use crate::store::db::{DbError, Row, Tx};

/// An application as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The tenant's inner number.
    pub corp: i64,
    /// The inner id.
    pub id: i64,
    /// The public id, `wloa` and 32 hexadecimal digits.
    pub app_id: String,
    /// Display name.
    pub name: String,
    /// SHA-256 of the secret in lowercase hexadecimal digits.
    pub secret_hash: String,
    /// Whether its tokens are accepted.
    pub enabled: bool,
    /// Scopes; empty means all.
    pub scopes: Vec<String>,
    /// Addresses and CIDR blocks it may call from; empty means any.
    pub allow_ips: Vec<String>,
    /// When it was made, epoch milliseconds.
    pub create_time: i64,
}

const COLUMNS: &str = "corp_id, id, app_id, name, secret_hash, enabled, scopes, allow_ips, create_time";

/// Every application of every tenant, for the directory that a server keeps in memory.
pub fn all(tx: &mut Tx<'_>) -> Verdict<Vec<App>> {
    Ok(tx.query(&format!("select {COLUMNS} from app order by corp_id, create_time, id"), &[], read)?)
}

/// The application with this public id, whatever its tenant: the id is all that a caller says.
pub fn find(tx: &mut Tx<'_>, app_id: &str) -> Verdict<Option<App>> {
    Ok(tx.query_opt(&format!("select {COLUMNS} from app where app_id = $1"), &[&app_id], read)?)
}

/// How many applications a tenant has.
pub fn count(tx: &mut Tx<'_>, corp: i64) -> Verdict<usize> {
    let count = tx.query_opt("select count(*) from app where corp_id = $1", &[&corp], |row| row.get::<i64>(0))?;
    Ok(usize::try_from(count.unwrap_or(0)).unwrap_or(usize::MAX))
}

/// Adds an application.
pub fn insert(tx: &mut Tx<'_>, app: &App) -> Verdict<()> {
    let (scopes, allow_ips, enabled) = (join_scopes(&app.scopes), app.allow_ips.join(","), i64::from(app.enabled));
    tx.execute(
        "insert into app (corp_id, id, app_id, name, secret_hash, enabled, scopes, allow_ips, create_time) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &app.corp,
            &app.id,
            &app.app_id,
            &app.name,
            &app.secret_hash,
            &enabled,
            &scopes,
            &allow_ips,
            &app.create_time,
        ],
    )?;
    Ok(())
}

/// Writes what may change of an application.
pub fn update(tx: &mut Tx<'_>, app: &App) -> Verdict<()> {
    let (scopes, allow_ips, enabled) = (join_scopes(&app.scopes), app.allow_ips.join(","), i64::from(app.enabled));
    tx.execute(
        "update app set name = $3, secret_hash = $4, enabled = $5, scopes = $6, allow_ips = $7 \
         where corp_id = $1 and id = $2",
        &[&app.corp, &app.id, &app.name, &app.secret_hash, &enabled, &scopes, &allow_ips],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<App, DbError> {
    let scopes = row.text(6)?;
    Ok(App {
        corp: row.get(0)?,
        id: row.get(1)?,
        app_id: row.get(2)?,
        name: row.get(3)?,
        secret_hash: row.get(4)?,
        enabled: row.get::<i64>(5)? != 0,
        scopes: if scopes == "*" { Vec::new() } else { split(scopes) },
        allow_ips: split(row.text(7)?),
        create_time: row.get(8)?,
    })
}

fn join_scopes(scopes: &[String]) -> String {
    if scopes.is_empty() { "*".to_owned() } else { scopes.join(",") }
}

fn split(text: &str) -> Vec<String> {
    text.split(',').filter(|item| !item.is_empty()).map(str::to_owned).collect()
}
