//! Moving in and out: everything that a tenant has, as files of JSON lines.
//!
//! [`import`] works in passes, so that lines and files may come in any order and memory stays small: `check` reads
//! everything and writes nothing, `gather` looks at what follows from several lines, `write` writes in blocks.
//! [`export`](export::export) writes one file a type from one snapshot. What a line may say stands in [`mod@format`].

mod block;
mod check;
mod draft;
mod error;
pub mod export;
mod fields;
pub mod format;
mod furnish;
mod gather;
mod json;
mod known;
mod lines;
pub mod object;
mod parse;
mod render;
mod report;
mod rules;
mod spread;
mod tenant;
#[cfg(test)]
mod tests;
mod value;
mod write;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::{ExportError, ImportError};
pub use lines::LONGEST;
pub use report::{Count, Progress, Report};

use crate::context::Context;
use crate::store::db::Db;
use lines::{Lines, Source};
use parse::Parsed;

/// What to import.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The files, in the order in which they are read.
    pub files: Vec<PathBuf>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Store the good lines although there are bad ones.
    pub skip_bad: bool,
}

/// Who is told of what happens.
pub struct Ears<'a> {
    /// A bad line.
    pub bad: &'a mut dyn FnMut(&BadLine<'_>) -> io::Result<()>,
    /// How far it is; `false` ends the work after the block that is being written.
    pub progress: &'a mut dyn FnMut(Progress) -> bool,
}

/// A line that cannot be stored.
#[derive(Clone, Copy, Debug)]
pub struct BadLine<'a> {
    /// Its file.
    pub file: &'a Path,
    /// Its number, from 1.
    pub line: u64,
    /// Everything that is wrong with it.
    pub reasons: &'a [String],
    /// What it says, if that can be read.
    pub text: Option<&'a str>,
}

/// Where an import writes, and in whose name.
struct House {
    db: Db,
    ctx: Context,
    dry_run: bool,
    skip_bad: bool,
}

impl House {
    fn corp(&self) -> i64 {
        self.ctx.corp
    }

    fn number(&self) -> i64 {
        self.ctx.ids.number(self.ctx.now)
    }
}

/// Imports files into the tenant of the context. With bad lines nothing is written, unless the plan skips them;
/// the report then has the counts of the check only. Blocks the caller for as long as it takes.
pub fn import(db: &Db, ctx: &Context, plan: &Plan, ears: &mut Ears<'_>) -> Result<Report, ImportError> {
    let house = House { db: db.clone(), ctx: ctx.clone(), dry_run: plan.dry_run, skip_bad: plan.skip_bad };
    let sources = sources(&plan.files)?;
    let checked = check::run(&house, &sources, ears)?;
    if !checked.bad.is_empty() && !plan.skip_bad && !plan.dry_run {
        return Ok(checked.report);
    }
    let gathered = Arc::new(gather::run(&house, &sources, &checked)?);
    write::run(&house, &sources, &checked, &gathered, ears)
}

/// Id and name of the tenant that the files speak of, for a database that has none yet.
pub fn tenant_of(files: &[PathBuf]) -> Result<(Option<String>, Option<String>), ImportError> {
    let none = parse::Fields::new();
    for source in sources(files)? {
        let failed = |error| ImportError::Read { path: source.path.clone(), error };
        if !lines::mentions(&source.path, "\"tenant\"").map_err(failed)? {
            continue;
        }
        let mut lines = Lines::open(&source.path).map_err(failed)?;
        loop {
            let block = lines.block(2_000).map_err(failed)?;
            if block.is_empty() {
                break;
            }
            for text in block.texts().filter(|text| text.contains("\"tenant\"")) {
                if let Parsed::Tenant(members) = parse::line(text, &none) {
                    return Ok(tenant::identity(&members));
                }
            }
        }
    }
    Ok((None, None))
}

fn sources(files: &[PathBuf]) -> Result<Vec<Source>, ImportError> {
    let size = |path: &PathBuf| {
        let size = std::fs::metadata(path)
            .and_then(|data| if data.is_file() { Ok(data.len()) } else { Err(io::Error::other("is no regular file")) });
        let failed = |error| ImportError::Read { path: path.clone(), error };
        Ok(Source { path: path.clone(), bytes: size.map_err(failed)? })
    };
    files.iter().map(size).collect()
}
