//! Where applications receive events (chapter 21, section 1). Token and key are here only as sealed texts.

use crate::refusal::Verdict;
use crate::store::db::{DbError, Row, Tx};

/// The callback settings of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The tenant's inner number.
    pub corp: i64,
    /// The inner id of the application.
    pub app: i64,
    /// Where events go, `""` while there is no such place.
    pub url: String,
    /// The Token, sealed.
    pub token_sealed: String,
    /// The `EncodingAESKey`, sealed.
    pub aes_key_sealed: String,
    /// `both`, `current` or `legacy`.
    pub event_set: String,
    /// The event types it wants; empty means all of the set.
    pub event_types: Vec<String>,
    /// Events up to this number were looked at and, if wanted, queued.
    pub queued_seq: i64,
    /// Events from this time on are not for the application …
    pub off_at: i64,
    /// … until this time, epoch milliseconds. `i64::MAX` while it is disabled or has no URL.
    pub on_at: i64,
    /// When the settings were changed last, epoch milliseconds.
    pub update_time: i64,
}

const COLUMNS: &str = "corp_id, app_id, url, token_sealed, aes_key_sealed, event_set, event_types, queued_seq, \
                       off_at, on_at, update_time";

/// The settings of all applications of all tenants that ever had some.
pub fn all(tx: &mut Tx<'_>) -> Verdict<Vec<Callback>> {
    Ok(tx.query(&format!("select {COLUMNS} from app_callback order by corp_id, app_id"), &[], read)?)
}

/// An application that events may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Its callback settings.
    pub callback: Callback,
    /// Its public id.
    pub app_id: String,
    /// Whether it may call and be called.
    pub enabled: bool,
}

/// All applications of all tenants that ever had callback settings, for the sender.
pub fn addressees(tx: &mut Tx<'_>) -> Verdict<Vec<Addressee>> {
    let columns = COLUMNS.replace(", ", ", c.").replacen("corp_id", "c.corp_id", 1);
    let sql = format!(
        "select {columns}, a.app_id, a.enabled from app_callback c \
         join app a on a.corp_id = c.corp_id and a.id = c.app_id order by c.corp_id, c.app_id"
    );
    Ok(tx.query(&sql, &[], |row| {
        Ok(Addressee { callback: read(row)?, app_id: row.get(11)?, enabled: row.get::<i64>(12)? != 0 })
    })?)
}

/// The settings of an application.
pub fn find(tx: &mut Tx<'_>, corp: i64, app: i64) -> Verdict<Option<Callback>> {
    let sql = format!("select {COLUMNS} from app_callback where corp_id = $1 and app_id = $2");
    Ok(tx.query_opt(&sql, &[&corp, &app], read)?)
}

/// Writes the settings. How far events were queued stays as it was, unless the row is new.
pub fn put(tx: &mut Tx<'_>, callback: &Callback) -> Verdict<()> {
    let types = callback.event_types.join(",");
    tx.execute(
        "insert into app_callback (corp_id, app_id, url, token_sealed, aes_key_sealed, event_set, event_types, \
         queued_seq, off_at, on_at, update_time) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         on conflict (corp_id, app_id) do update set url = excluded.url, token_sealed = excluded.token_sealed, \
         aes_key_sealed = excluded.aes_key_sealed, event_set = excluded.event_set, \
         event_types = excluded.event_types, off_at = excluded.off_at, on_at = excluded.on_at, \
         update_time = excluded.update_time",
        &[
            &callback.corp,
            &callback.app,
            &callback.url,
            &callback.token_sealed,
            &callback.aes_key_sealed,
            &callback.event_set,
            &types,
            &callback.queued_seq,
            &callback.off_at,
            &callback.on_at,
            &callback.update_time,
        ],
    )?;
    Ok(())
}

/// Says from when on events are, or are not, for the application.
pub fn set_interval(tx: &mut Tx<'_>, corp: i64, app: i64, off_at: i64, on_at: i64) -> Verdict<()> {
    tx.execute(
        "update app_callback set off_at = $3, on_at = $4 where corp_id = $1 and app_id = $2",
        &[&corp, &app, &off_at, &on_at],
    )?;
    Ok(())
}

/// Remembers up to which number events were looked at for the application.
pub fn set_queued(tx: &mut Tx<'_>, corp: i64, app: i64, seq: i64) -> Verdict<()> {
    let sql = "update app_callback set queued_seq = $3 where corp_id = $1 and app_id = $2";
    tx.execute(sql, &[&corp, &app, &seq])?;
    Ok(())
}

/// The number of the tenant's last event.
pub fn last_seq(tx: &mut Tx<'_>, corp: i64) -> Verdict<i64> {
    let sql = "select value from counter where corp_id = $1 and name = 'event'";
    Ok(tx.query_opt(sql, &[&corp], |row| row.get(0))?.unwrap_or(0))
}

/// The numbers of the last events of all tenants: `(corp, seq)`.
pub fn last_seqs(tx: &mut Tx<'_>) -> Verdict<Vec<(i64, i64)>> {
    let sql = "select corp_id, value from counter where name = 'event'";
    Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn read(row: &Row<'_>) -> Result<Callback, DbError> {
    Ok(Callback {
        corp: row.get(0)?,
        app: row.get(1)?,
        url: row.get(2)?,
        token_sealed: row.get(3)?,
        aes_key_sealed: row.get(4)?,
        event_set: row.get(5)?,
        event_types: row.text(6)?.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        queued_seq: row.get(7)?,
        off_at: row.get(8)?,
        on_at: row.get(9)?,
        update_time: row.get(10)?,
    })
}
