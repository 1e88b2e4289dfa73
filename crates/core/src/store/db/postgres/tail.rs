//! Follows what other nodes commit to the same PostgreSQL database.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TryRecvError};

use super::connect::Connector;
use super::sequencer::Sequencer;
use super::session::Session;
use crate::store::db::follow::Change;
use crate::store::db::shared::{Shared, now};
use crate::store::db::tx::{Access, Tx};
use crate::store::db::{DbError, Row};

/// Rows of one look, numbered and not yet numbered each.
const ROWS: i64 = 5_000;
/// The longest pause between attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A connection that watches, and numbers while this node holds that duty.
pub(in crate::store::db) struct PostgresTail {
    connector: Arc<Connector>,
    session: Option<Session>,
    attempt: Option<Receiver<Result<Session, DbError>>>,
    sequencer: Sequencer,
    position: i64,
    /// Rows that were seen before they had a position.
    seen: HashSet<i64>,
    pause: Duration,
    retry: Instant,
}

impl PostgresTail {
    /// Starts at the end of the journal: before that nothing was read that could be stale.
    pub(super) fn new(connector: Arc<Connector>) -> Result<PostgresTail, DbError> {
        let mut session = connector.connect()?;
        let sql = "select coalesce(max(position), 0) from journal";
        let position = Tx::on_postgres(&mut session, Access::Read).query_opt(sql, &[], |row| row.get(0))?;
        Ok(PostgresTail {
            connector,
            session: Some(session),
            attempt: None,
            sequencer: Sequencer::new(),
            position: position.unwrap_or(0),
            seen: HashSet::new(),
            pause: Duration::ZERO,
            retry: now(),
        })
    }

    /// Numbers, if that is our duty, and reads what is new.
    pub(in crate::store::db) fn follow(&mut self, shared: &Shared) -> Result<(), DbError> {
        if self.session.is_none() {
            self.reconnect()?;
        }
        let result = self.round(shared);
        if result.as_ref().is_err_and(DbError::is_lost) {
            self.session = None;
        }
        result
    }

    /// Lets another node number from now on.
    pub(in crate::store::db) fn give_up(&mut self) -> Result<(), DbError> {
        self.session.as_mut().map_or(Ok(()), |session| self.sequencer.give_up(session))
    }

    fn round(&mut self, shared: &Shared) -> Result<(), DbError> {
        let Some(session) = &mut self.session else { return Err(DbError::Away) };
        // Another node may number; what it does not is still read below.
        let numbered = self.sequencer.number(session);
        loop {
            let changes = changes(session, self.position)?;
            let full = [true, false].map(|numbered| changes.iter().filter(|(_, p)| p.is_some() == numbered).count());
            for (change, position) in changes {
                self.position = position.map_or(self.position, |position| position.max(self.position));
                let news = match position {
                    Some(_) => !self.seen.remove(&change.id),
                    None => self.seen.insert(change.id),
                };
                if news && !shared.is_own(change.id) {
                    change.publish(shared);
                }
            }
            let limit = usize::try_from(ROWS).unwrap_or(usize::MAX);
            if full[1] >= limit {
                // Some rows without a number were not looked at: we are behind until they have one.
                return numbered;
            }
            if full[0] < limit {
                break;
            }
        }
        shared.tail_was_read();
        numbered
    }

    /// Begins to connect, or looks whether that has succeeded; never waits.
    fn reconnect(&mut self) -> Result<(), DbError> {
        if let Some(attempt) = &self.attempt {
            let outcome = match attempt.try_recv() {
                Err(TryRecvError::Empty) => return Err(DbError::Away),
                Err(TryRecvError::Disconnected) => Err(DbError::Away),
                Ok(outcome) => outcome,
            };
            self.attempt = None;
            self.session = Some(outcome?);
            self.pause = Duration::ZERO;
            return Ok(());
        }
        if now() >= self.retry {
            self.pause = (self.pause * 2).clamp(Duration::from_millis(100), LONGEST_PAUSE);
            self.retry = now() + self.pause;
            self.attempt = Some(self.connector.attempt()?);
        }
        Err(DbError::Away)
    }
}

/// Rows after a position, and rows that have none yet. They are news as soon as they can be seen, whether or
/// not some node numbers them.
fn changes(session: &mut Session, position: i64) -> Result<Vec<(Change, Option<i64>)>, DbError> {
    let sql = "(select id, corp_id, object_type, object_id, position from journal where position > $1 \
               order by position limit $2) union all \
               (select id, corp_id, object_type, object_id, position from journal where position is null \
               order by id limit $2)";
    Tx::on_postgres(session, Access::Read).query(sql, &[&position, &ROWS], |row: &Row<'_>| {
        let change = Change { id: row.get(0)?, corp: row.get(1)?, object_type: row.get(2)?, object_id: row.get(3)? };
        Ok((change, row.get(4)?))
    })
}
