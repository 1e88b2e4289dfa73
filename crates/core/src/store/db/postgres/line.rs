//! The driver's connection on the thread of its session, which drives it only while it waits for an answer.
//!
//! What answers nothing that matters (inserts, locks) is put by, and goes out in front of the next statement whose
//! answer is waited for. PostgreSQL runs them one after the other, so only round trips are saved.

use std::time::Duration;

use futures_util::future::{join, join_all};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error, NoTls, Statement};

use crate::store::db::DbError;
use crate::store::db::value::Parameter;

/// Statements put by at most. The driver sends so many in their order.
const ERRANDS: usize = 30;
/// How long the end may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// A connection.
pub(super) struct Line {
    /// Goes first: without it the driver says goodbye and ends.
    client: Client,
    driver: Driver,
    errands: Vec<Errand>,
    beginning: Beginning,
    /// Answers of errands that were to be kept.
    kept: Vec<i64>,
}

/// What is known of the begin of the last transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    PutBy,
    Done,
    Failed,
}

/// A statement that has been put by.
pub(super) struct Errand {
    pub(super) statement: Statement,
    pub(super) values: Vec<Parameter>,
    /// Whether its answer, an integer, is to be kept until somebody asks for it.
    pub(super) is_kept: bool,
}

impl Errand {
    async fn run(&self, client: &Client) -> Result<Option<i64>, Error> {
        if self.is_kept {
            return client.query_one(&self.statement, &[]).await?.try_get(0).map(Some);
        }
        client.execute_raw(&self.statement, &self.values).await.map(|_| None)
    }
}

struct Driver {
    runtime: Runtime,
    task: JoinHandle<()>,
}

impl Line {
    pub(super) fn connect(config: &Config) -> Result<Line, DbError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|_| DbError::Unsupported("the system refuses another connection"))?;
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        let task = runtime.spawn(async {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
        Ok(Line {
            client,
            driver: Driver { runtime, task },
            errands: Vec::new(),
            beginning: Beginning::Done,
            kept: Vec::new(),
        })
    }

    /// Sends what was put by and then this, and waits for all answers. The first failure counts: it is the cause of
    /// those behind it, since the transaction is over with it.
    pub(super) fn ask<T>(&mut self, last: impl AsyncFnOnce(&Client) -> Result<T, Error>) -> Result<T, Error> {
        let (client, errands) = (&self.client, std::mem::take(&mut self.errands));
        self.driver.runtime.block_on(async {
            // Each is sent when it is polled first, and they are polled in this order.
            let first = join_all(errands.iter().map(|errand| errand.run(client)));
            let (first, answer) = join(first, last(client)).await;
            if self.beginning == Beginning::PutBy {
                let is_done = first.first().is_some_and(Result::is_ok);
                self.beginning = if is_done { Beginning::Done } else { Beginning::Failed };
            }
            let first = first.into_iter().collect::<Result<Vec<_>, Error>>()?;
            self.kept.extend(first.into_iter().flatten());
            answer
        })
    }

    /// Asks for something that belongs to no transaction, in front of what was put by.
    pub(super) fn ask_aside<T>(&self, f: impl AsyncFnOnce(&Client) -> Result<T, Error>) -> Result<T, Error> {
        self.driver.runtime.block_on(f(&self.client))
    }

    /// Puts the statement by with which a transaction begins.
    pub(super) fn begin(&mut self, errand: Errand) {
        self.errands = vec![errand];
        self.kept.clear();
        self.beginning = Beginning::PutBy;
    }

    /// Whether the last transaction began.
    pub(super) fn has_begun(&self) -> bool {
        self.beginning == Beginning::Done
    }

    /// Whether the last transaction could not begin.
    pub(super) fn never_began(&self) -> bool {
        self.beginning == Beginning::Failed || (self.beginning == Beginning::PutBy && self.client.is_closed())
    }

    /// Puts a statement by.
    pub(super) fn put_by(&mut self, errand: Errand) -> Result<(), Error> {
        self.errands.push(errand);
        if self.errands.len() < ERRANDS { Ok(()) } else { self.ask(async |_| Ok(())) }
    }

    /// Up to so many answers that were kept, the earliest first.
    pub(super) fn take_kept(&mut self, n: usize) -> Vec<i64> {
        self.kept.drain(..n.min(self.kept.len())).collect()
    }

    /// Keeps no answer of what was asked or put by up to now.
    pub(super) fn keep_nothing(&mut self) {
        self.kept.clear();
        self.errands.retain(|errand| !errand.is_kept);
    }

    /// Forgets what was put by.
    pub(super) fn forget(&mut self) {
        self.errands.clear();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let Driver { runtime, task } = self;
        if runtime.block_on(async { tokio::time::timeout(GOODBYE, task).await }).is_err() {
            tracing::debug!("a connection did not end");
        }
    }
}
