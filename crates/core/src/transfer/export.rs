//! Everything that a tenant has, written to one file a type, from one snapshot of the database.
//!
//! Applications, the journal and events are not exported: they belong to an installation, not to its data.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value as Tree, json};

use super::error::ExportError;
use super::format::{TENANT, TYPES, Type};
use super::object::Keyed;
use super::render::{self, Names};
use super::report::Progress;
use super::tenant;
use crate::context::Tenant;
use crate::refusal::Verdict;
use crate::store::db::{Db, Tx};
use crate::store::transfer as store;

/// Objects that are read together.
const BLOCK: usize = 2_000;

/// Lines written, by type in the order of the files.
pub type Written = Vec<(&'static str, u64)>;

/// The file of a type.
pub fn file_name(of: &str) -> String {
    format!("{of}.jsonl")
}

/// Writes the files into a folder, which is made if it is missing and must hold no file of these names.
/// They get their names when all of them are complete. Blocks the caller for as long as it takes.
pub fn export(
    db: &Db,
    tenant: &Tenant,
    folder: &Path,
    progress: impl FnMut(Progress) -> bool + Send + 'static,
) -> Result<Written, ExportError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| ExportError::Write { path, error }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    for name in names() {
        let path = folder.join(file_name(name));
        if path.exists() {
            return Err(ExportError::Write { path, error: io::Error::from(io::ErrorKind::AlreadyExists) });
        }
    }
    let (tenant, place) = (tenant.clone(), folder.to_owned());
    let written = db.read(move |tx| Ok(all(tx, &tenant, &place, progress))).wait()?;
    let written = match written {
        Ok(written) => written,
        Err(error) => {
            names().for_each(|name| drop(fs::remove_file(part(folder, name))));
            return Err(error);
        }
    };
    for name in names() {
        let path = folder.join(file_name(name));
        fs::rename(part(folder, name), &path).map_err(failed(&path))?;
    }
    Ok(written)
}

fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once(TENANT).chain(TYPES.iter().map(|of| of.name))
}

fn part(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{}.part", file_name(name)))
}

fn all(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    folder: &Path,
    mut progress: impl FnMut(Progress) -> bool,
) -> Result<Written, ExportError> {
    let mut output = Output::make(folder, TENANT)?;
    output.write(format!("{}\n", tenant::line(tenant)).as_bytes())?;
    output.finish()?;
    let mut exporter = Exporter { tx, corp: tenant.corp, names: Names::default(), fields: json!({}) };
    exporter.catalogue()?;
    let mut written = vec![(TENANT, 1)];
    for of in TYPES {
        let mut output = Output::make(folder, of.name)?;
        let ids = store::in_order(exporter.tx, exporter.corp, of)?;
        let total = u64::try_from(ids.len()).unwrap_or(0);
        let (mut lines, mut done) = (0, 0);
        for block in ids.chunks(BLOCK) {
            let (text, count) = exporter.block(of, block)?;
            output.write(&text)?;
            lines += count;
            done += u64::try_from(block.len()).unwrap_or(0);
            if !progress(Progress { step: of.name, done, total }) {
                return Err(ExportError::Stopped);
            }
        }
        output.finish()?;
        written.push((of.name, lines));
    }
    Ok(written)
}

/// A file while it is being written; readable for its owner only, since it holds personal data.
struct Output {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Output {
    fn make(folder: &Path, name: &str) -> Result<Output, ExportError> {
        let path = part(folder, name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(file) => Ok(Output { path, file: BufWriter::new(file) }),
            Err(error) => Err(ExportError::Write { path, error }),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.file.write_all(bytes).map_err(|error| ExportError::Write { path: self.path.clone(), error })
    }

    fn finish(mut self) -> Result<(), ExportError> {
        let flushed = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        flushed.map_err(|error| ExportError::Write { path: self.path, error })
    }
}

struct Exporter<'a, 't> {
    tx: &'a mut Tx<'t>,
    corp: i64,
    names: Names,
    /// By object and `api_name`.
    fields: Tree,
}

impl Exporter<'_, '_> {
    /// Names of what administration has set up are kept; there are few of them.
    fn catalogue(&mut self) -> Verdict<()> {
        for of in TYPES.iter().filter(|of| of.catalogue) {
            let all = store::all(self.tx, self.corp, of)?;
            if of.name == "field" {
                for (object, api_name) in all.iter().filter_map(|(key, _)| key.split_once(':')) {
                    self.fields[object][api_name] = true.into();
                }
            }
            self.names.add(of.name, all.into_iter().map(|(key, id)| (id, key)));
        }
        Ok(())
    }

    /// The lines of some objects, in their order.
    fn block(&mut self, of: &'static Type, block: &[(i64, i64)]) -> Verdict<(Vec<u8>, u64)> {
        let mut wanted: Vec<i64> = block.iter().map(|(found_by, _)| *found_by).collect();
        wanted.dedup();
        let mut found = store::read(self.tx, self.corp, of, &wanted)?;
        let place: HashMap<i64, usize> = block.iter().enumerate().map(|(at, (_, id))| (*id, at)).collect();
        found.retain(|object| place.contains_key(&object.id));
        found.sort_by_key(|object| place.get(&object.id));
        self.learn(of, &found)?;
        let (mut text, mut lines) = (Vec::with_capacity(found.len() * 1_024), 0);
        for object in &found {
            lines += u64::from(render::line(of, object, &self.names, &self.fields, &mut text));
        }
        for of in TYPES.iter().filter(|of| !of.catalogue) {
            self.names.forget(of.name);
        }
        Ok((text, lines))
    }

    /// Looks up the ids of everything that some objects refer to.
    fn learn(&mut self, of: &'static Type, objects: &[Keyed]) -> Verdict<()> {
        let mut wanted: HashMap<&'static str, Vec<i64>> = HashMap::new();
        for object in objects {
            render::each_ref(&of.shape, &object.object, &mut |name, id| {
                if !self.names.knows(name, id) {
                    wanted.entry(name).or_default().push(id);
                }
            });
        }
        for (name, mut ids) in wanted {
            let Some(of) = Type::named(name).filter(|of| !of.catalogue) else { continue };
            ids.sort_unstable();
            ids.dedup();
            let found = store::keys(self.tx, self.corp, of, &ids)?;
            self.names.add(of.name, found);
        }
        Ok(())
    }
}
