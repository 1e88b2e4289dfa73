//! Connections to PostgreSQL that cannot hang, and the checks of the server at the start.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use super::line::Line;
use super::session::Session;
use crate::store::db::tx::{Access, Tx};
use crate::store::db::{DatabaseUrl, DbError, OpenError, Options};

/// The oldest version that we test with.
const OLDEST: i64 = 15;
/// How long a connection may stay silent before it counts as dead.
const DEAD: Duration = Duration::from_secs(10);

/// How connections are made.
pub(super) struct Connector {
    config: Config,
    statements: usize,
    setup: String,
    patience: Duration,
}

impl Connector {
    pub(super) fn new(url: &DatabaseUrl, text: &str, options: &Options) -> Result<Connector, OpenError> {
        let unusable =
            |cause: tokio_postgres::Error| OpenError::Unusable { database: url.to_string(), cause: cause.into() };
        let mut config: Config = text.parse().map_err(unusable)?;
        if config.get_ssl_mode() == SslMode::Require {
            let reason =
                "encrypted connections (sslmode=require) are not supported yet; use a socket, localhost or a tunnel";
            return Err(OpenError::Unfit { database: url.to_string(), reason: reason.to_owned() });
        }
        if config.get_application_name().is_none() {
            config.application_name("kailing");
        }
        config
            .ssl_mode(SslMode::Disable)
            .connect_timeout(options.connect_timeout)
            .tcp_user_timeout(DEAD)
            .keepalives_idle(DEAD)
            .keepalives_interval(Duration::from_secs(3))
            .keepalives_retries(3);
        let timeout = options.statement_timeout.as_millis();
        // Only `Db::write` asks for a transaction that may write. `synchronous_commit` is raised, never lowered.
        let setup = format!(
            "set default_transaction_read_only = on; set statement_timeout = {timeout}; set lock_timeout = '10s'; \
             set idle_in_transaction_session_timeout = '60s'; set timezone = 'UTC'; \
             select set_config('synchronous_commit', 'on', false) \
             where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')"
        );
        // The driver limits the time of the connection, not of the greeting that follows.
        let patience = options.connect_timeout * 2;
        Ok(Connector { config, statements: options.statements, setup, patience })
    }

    /// A new connection, if it comes in time. For the start.
    pub(super) fn connect(self: &Arc<Connector>) -> Result<Session, DbError> {
        self.attempt()?.recv_timeout(self.patience).unwrap_or(Err(DbError::Silent))
    }

    /// Begins to connect. The outcome may take for ever, when a server accepts but does not answer.
    pub(super) fn attempt(self: &Arc<Connector>) -> Result<Receiver<Result<Session, DbError>>, DbError> {
        let (sender, receiver) = bounded(1);
        let connector = Arc::clone(self);
        let run = move || drop(sender.send(connector.greet()));
        let thread = std::thread::Builder::new().name("kailing-connect".to_owned()).spawn(run);
        thread.map(|_| receiver).map_err(|_| DbError::Unsupported("the system refuses another thread"))
    }

    fn greet(&self) -> Result<Session, DbError> {
        let mut session = Session::new(Line::connect(&self.config)?, self.statements);
        session.batch(&self.setup)?;
        Ok(session)
    }

    /// The first connection, on which the server is checked.
    pub(super) fn first(self: &Arc<Connector>, url: &DatabaseUrl) -> Result<Session, OpenError> {
        let unusable = |cause| OpenError::Unusable { database: url.to_string(), cause };
        let mut session = self.connect().map_err(unusable)?;
        let sql = "select current_setting('server_version_num')::bigint / 10000, current_setting('server_encoding'), \
                   coalesce(current_schema()::text, '')";
        let read =
            |row: &crate::store::db::Row<'_>| Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<String>(2)?));
        let found = Tx::on_postgres(&mut session, Access::Read).query_opt(sql, &[], read).map_err(unusable)?;
        let reason = match found {
            Some((version, _, _)) if version < OLDEST => {
                format!("it is PostgreSQL {version}; version {OLDEST} or newer is needed")
            }
            Some((_, encoding, _)) if encoding != "UTF8" => {
                format!("its encoding is {encoding}; create the database with encoding 'UTF8'")
            }
            Some((_, _, schema)) if schema.is_empty() => {
                "the user has no schema in its search_path; create one or set search_path".to_owned()
            }
            _ => return Ok(session),
        };
        Err(OpenError::Unfit { database: url.to_string(), reason })
    }
}
