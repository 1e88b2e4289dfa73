//! An opened database for the commands that administer it: one transaction at a time, waited for.

use std::path::Path;
use std::sync::Arc;

use kailing_api::clock::Clock;
use kailing_core::context::{Actor, Context, Profile, Tenant};
use kailing_core::ids::Ids;
use kailing_core::refusal::Verdict;
use kailing_core::store;
use kailing_core::store::db::{DatabaseUrl, Db, OpenError, Options, Tx};

use crate::cli::Place;
use crate::config::{self, Settings};
use crate::failure::Failure;
use crate::node;

/// What to do when the SQLite file is missing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Make it and the folder it stands in.
    Create,
    /// Say so.
    Refuse,
}

/// The database, the tenants in it, and a number of our own for new ids.
pub(crate) struct House {
    pub(crate) db: Db,
    ids: Arc<Ids>,
}

impl House {
    /// Opens the database that the command line, the environment or the file names.
    pub(crate) fn open(place: Place, missing: Missing) -> Result<House, Failure> {
        House::with(&config::load(place.file.config.as_deref(), place.database.into())?.settings, missing)
    }

    /// Opens the database of these settings.
    pub(crate) fn with(settings: &Settings, missing: Missing) -> Result<House, Failure> {
        let db = open(&settings.database, missing, Options { follow: false, ..Options::default() })?;
        let ids = node::ids(&db)?;
        Ok(House { db, ids })
    }

    /// Reads, on the calling thread.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
    ) -> Result<T, Failure> {
        Ok(self.db.read(f).wait()?)
    }

    /// Writes in the name of the house, in a tenant.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        tenant: Tenant,
        f: impl Fn(&mut Tx<'_>, &Context) -> Verdict<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let ctx = self.context(tenant);
        Ok(self.db.write(move |tx| f(tx, &ctx)).wait()?)
    }

    /// What the domain is told when the house itself acts in a tenant, now.
    pub(crate) fn context(&self, tenant: Tenant) -> Context {
        Context {
            corp: tenant.corp,
            tenant: Arc::new(tenant),
            actor: Actor::System,
            now: Clock::System.now(),
            request_id: Arc::from(""),
            ids: self.ids(),
            profile: Profile::Open,
        }
    }

    /// Makes a tenant.
    pub(crate) fn found(
        &self,
        f: impl Fn(&mut Tx<'_>, &Ids, i64) -> Verdict<Tenant> + Send + 'static,
    ) -> Result<Tenant, Failure> {
        let (ids, now) = (self.ids(), Clock::System.now());
        Ok(self.db.write(move |tx| f(tx, &ids, now)).wait()?)
    }

    /// Source of new ids.
    pub(crate) fn ids(&self) -> Arc<Ids> {
        Arc::clone(&self.ids)
    }

    /// Every tenant, the oldest first.
    pub(crate) fn tenants(&self) -> Result<Vec<Tenant>, Failure> {
        self.read(store::corp::all)
    }

    /// The tenant that is named, or the only one there is.
    pub(crate) fn tenant(&self, named: Option<&str>) -> Result<Tenant, Failure> {
        let mut tenants = self.tenants()?;
        match named {
            Some(id) => tenants
                .into_iter()
                .find(|tenant| tenant.wire_id == id)
                .ok_or_else(|| Failure::runtime(format!("no tenant {id}; `kailing tenant list` shows them"))),
            None if tenants.len() > 1 => {
                let ids: Vec<&str> = tenants.iter().map(|tenant| tenant.wire_id.as_str()).collect();
                Err(Failure::input(format!("there are several tenants; choose one with --tenant: {}", ids.join(", "))))
            }
            None => {
                tenants.pop().ok_or_else(|| Failure::runtime("there is no tenant yet; `kailing app create` makes one"))
            }
        }
    }

    /// Closes the database, which gives our number back.
    pub(crate) fn close(self) {
        self.db.close();
    }
}

/// Opens a database; the schema is brought up to date.
pub(crate) fn open(url: &DatabaseUrl, missing: Missing, options: Options) -> Result<Db, Failure> {
    if let DatabaseUrl::Sqlite(path) = url {
        prepare(path, missing)?;
    }
    Db::open(url, options).map_err(|error| match error {
        OpenError::Address(_) => Failure::input(error),
        _ => Failure::runtime(error),
    })
}

fn prepare(path: &Path, missing: Missing) -> Result<(), Failure> {
    if missing == Missing::Refuse && !path.exists() {
        return Err(Failure::runtime(format!("there is no database at {}; name it with --database", path.display())));
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        Some(folder) => std::fs::create_dir_all(folder)
            .map_err(|error| Failure::runtime(format!("cannot make the folder {}: {error}", folder.display()))),
        None => Ok(()),
    }
}
