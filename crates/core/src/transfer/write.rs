//! The last pass of an import: lines become rows, block by block.
//!
//! A block is one transaction with one journal row. New objects are loaded; objects that are there are read,
//! compared, and where they differ deleted and loaded again under the same inner id. While the database works
//! on a block, the next one is read.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::block::{self, Done, Open, Ready, Said, Task};
use super::check::Checked;
use super::draft::{Cell, Node};
use super::error::ImportError;
use super::format::{Key, TYPES, Type};
use super::gather::Gathered;
use super::known::Known;
use super::lines::{Block, Line, Lines};
use super::object::{Givens, Keyed};
use super::parse::{self, Parsed};
use super::report::{Progress, Report};
use super::spread::{self, Beside};
use super::{Ears, House, Source, rules};
use crate::refusal::Verdict;
use crate::store::db::Pending;
use crate::store::transfer as store;

/// Objects of one transaction.
const BLOCK: usize = 5_000;

/// Objects whose follow-up fields are computed together.
const FOLLOW_UPS: usize = 500;

struct Writer<'a, 'e> {
    house: &'a House,
    sources: &'a [Source],
    checked: &'a Checked,
    gathered: &'a Arc<Gathered>,
    fields: Arc<parse::Fields>,
    /// What new objects outside the catalogue get; known when the catalogue is written.
    givens: Option<Givens>,
    ears: &'a mut Ears<'e>,
    report: Report,
    running: Option<(&'static str, Pending<Done>)>,
    /// Contacts and WeCom friends of the follow-up records that were read.
    followed: [HashSet<i64>; 2],
    done: u64,
    total: u64,
}

/// Writes what was checked; on a dry run only compares.
pub(super) fn run(
    house: &House,
    sources: &[Source],
    checked: &Checked,
    gathered: &Arc<Gathered>,
    ears: &mut Ears<'_>,
) -> Result<Report, ImportError> {
    let mut writer = Writer {
        house,
        sources,
        checked,
        gathered,
        fields: Arc::new(checked.fields.clone()),
        givens: None,
        ears,
        report: checked.report.clone(),
        running: None,
        followed: [HashSet::new(), HashSet::new()],
        done: 0,
        total: total(sources, checked),
    };
    let finished = writer.all();
    // A block that runs is waited for in any case: it commits, and is counted.
    let last = writer.wait();
    match finished.and(last) {
        Ok(()) | Err(ImportError::Stopped) if writer.report.stopped => Ok(writer.report),
        Ok(()) => Ok(writer.report),
        Err(error) => Err(error),
    }
}

/// Bytes that this pass reads: each file once for the catalogue and once for every type it holds.
fn total(sources: &[Source], checked: &Checked) -> u64 {
    let passes =
        |at: usize| TYPES.iter().enumerate().filter(|(place, of)| !of.catalogue && holds(checked, at, *place)).count();
    sources.iter().enumerate().map(|(at, source)| source.bytes * u64::try_from(passes(at)).unwrap_or(0)).sum()
}

fn holds(checked: &Checked, at: usize, place: usize) -> bool {
    checked.holds.get(at).and_then(|holds| holds.get(place)).is_some_and(|holds| *holds)
}

impl Writer<'_, '_> {
    fn all(&mut self) -> Result<(), ImportError> {
        self.catalogue()?;
        for (place, of) in TYPES.iter().enumerate().filter(|(_, of)| !of.catalogue) {
            for (at, source) in self.sources.iter().enumerate() {
                if holds(self.checked, at, place) {
                    self.file(of, at, &source.path)?;
                }
            }
            if of.name == "progress" {
                self.wait()?;
                self.follow_ups()?;
            }
        }
        Ok(())
    }

    /// Everything that administration sets up, in one transaction.
    fn catalogue(&mut self) -> Result<(), ImportError> {
        let mut tasks: Vec<(&'static Type, Vec<Ready>)> =
            TYPES.iter().filter(|of| of.catalogue).map(|of| (*of, Vec::new())).collect();
        for (at, source) in self.sources.iter().enumerate() {
            if !TYPES.iter().enumerate().any(|(place, of)| of.catalogue && holds(self.checked, at, place)) {
                continue;
            }
            let failed = |error| ImportError::Read { path: source.path.clone(), error };
            let mut lines = Lines::open(&source.path).map_err(failed)?;
            loop {
                let block = lines.block(BLOCK).map_err(failed)?;
                if block.is_empty() {
                    break;
                }
                for (of, rows) in &mut tasks {
                    rows.extend(self.ready(of, at, &block));
                }
            }
        }
        if tasks.iter().any(|(_, rows)| !rows.is_empty()) || !self.checked.settings.is_empty() {
            self.submit("catalogue", tasks)?;
        }
        self.wait()?;
        let corp = self.house.corp();
        let defaults = self.house.db.read(move |tx| store::defaults(tx, corp)).wait()?;
        self.givens = Some(Givens { now: self.house.ctx.now, defaults, fields: Arc::clone(&self.fields) });
        Ok(())
    }

    fn file(&mut self, of: &'static Type, at: usize, path: &Path) -> Result<(), ImportError> {
        let failed = |error| ImportError::Read { path: path.to_owned(), error };
        let mut lines = Lines::open(path).map_err(failed)?;
        let before = self.done;
        loop {
            let block = lines.block(BLOCK).map_err(failed)?;
            if block.is_empty() {
                break;
            }
            let rows = self.ready(of, at, &block);
            if of.name == "progress" {
                self.note_followed(&rows);
            }
            if !rows.is_empty() {
                self.submit(of.name, vec![(of, rows)])?;
            }
            self.done = before + lines.bytes;
            self.tell()?;
        }
        Ok(())
    }

    fn tell(&mut self) -> Result<(), ImportError> {
        let progress = Progress { step: "writing", done: self.done, total: self.total };
        if (self.ears.progress)(progress) {
            return Ok(());
        }
        self.report.stopped = true;
        Err(ImportError::Stopped)
    }

    /// The good lines of a type, their references as inner ids.
    fn ready(&self, of: &'static Type, at: usize, block: &Block) -> Vec<Ready> {
        // Every object is a line with its type in it: a cheap look before the line is read as JSON.
        let name = format!("\"{}\"", of.name);
        let is_wanted = |line: &Line<'_>| {
            let is_of = line.text.is_ok_and(|text| text.contains(&name) || text.contains('\\'));
            is_of && !self.checked.bad.contains(&(at, line.number))
        };
        let lines: Vec<Line<'_>> = block.lines().filter(is_wanted).collect();
        let (checked, givens) = (self.checked, self.givens.as_ref());
        spread::map(&lines, Beside::Database, |line| ready(of, line, checked, givens)).into_iter().flatten().collect()
    }

    /// Hands a block to the database, after the one before it.
    fn submit(&mut self, name: &'static str, tasks: Vec<(&'static Type, Vec<Ready>)>) -> Result<(), ImportError> {
        self.wait()?;
        let settings = if name == "catalogue" { self.checked.settings.clone() } else { Vec::new() };
        let task = Task {
            ctx: self.house.ctx.clone(),
            tasks,
            settings,
            fields: Arc::clone(&self.fields),
            gathered: Arc::clone(self.gathered),
        };
        let pending = if self.house.dry_run {
            self.house.db.read(move |tx| block::compare(tx, &task))
        } else {
            self.house.db.write(move |tx| block::write(tx, &task))
        };
        self.running = Some((name, pending));
        Ok(())
    }

    fn wait(&mut self) -> Result<(), ImportError> {
        let Some((_, pending)) = self.running.take() else { return Ok(()) };
        let done: Verdict<Done> = pending.wait();
        let done = done?;
        self.report.rows += done.rows;
        for (name, count) in done.counts {
            let sum = self.report.of(name);
            sum.new += count.new;
            sum.changed += count.changed;
            sum.unchanged += count.unchanged;
        }
        Ok(())
    }

    fn note_followed(&mut self, rows: &[Ready]) {
        for row in rows {
            let (kind, object) = match row {
                Ready::New(record, _) => (record.object.int(Some(0)), record.object.int(Some(1))),
                Ready::Said(said) => match said.node.cells.as_slice() {
                    [Cell::Int(kind), Cell::Int(object), ..] => (*kind, *object),
                    _ => continue,
                },
            };
            if let (0 | 1, Some(set)) = (kind, self.followed.get_mut(usize::from(kind == 1))) {
                set.insert(object);
            }
        }
    }

    /// Contacts and friends keep times and id of their follow-up records.
    fn follow_ups(&mut self) -> Result<(), ImportError> {
        if self.house.dry_run {
            return Ok(());
        }
        for (name, set) in ["contact", "customer"].into_iter().zip(std::mem::take(&mut self.followed)) {
            let Some(of) = Type::named(name) else { continue };
            let mut ids: Vec<i64> = set.into_iter().collect();
            ids.sort_unstable();
            for piece in ids.chunks(FOLLOW_UPS) {
                let (ctx, piece) = (self.house.ctx.clone(), piece.to_vec());
                self.house.db.write(move |tx| block::follow_ups(tx, &ctx, of, &piece)).wait()?;
                self.tell()?;
            }
        }
        Ok(())
    }
}

fn ready(of: &'static Type, line: Line<'_>, checked: &Checked, givens: Option<&Givens>) -> Option<Ready> {
    let Parsed::Object(mut draft) = parse::line(line.text.ok()?, &checked.fields) else { return None };
    let entry = checked.known.get(of.name, &draft.key).filter(|_| draft.of.name == of.name)?;
    let is_new = !entry.is_stored();
    rules::complete(&mut draft, is_new);
    let node = resolve(draft.node, &checked.known);
    let (id, key) = (entry.id(), draft.key.into_owned());
    match givens.filter(|_| is_new && !of.catalogue && !is_looked_up_late(of)) {
        Some(givens) => {
            let open = Open::of(of, &node);
            Some(Ready::New(Keyed { id, key, object: block::make(of, node, None, givens) }, open))
        }
        None => Some(Ready::Said(Said { id, key, node, is_new })),
    }
}

/// Replaces ids by inner ids. All of them are known: the check has seen to it.
fn resolve(node: Node<'_>, known: &Known) -> Node<'static> {
    let cells = node.cells.into_iter().map(|cell| match cell {
        Cell::Absent => Cell::Absent,
        Cell::Int(number) => Cell::Int(number),
        Cell::Text(text) => Cell::Text(text.into_owned().into()),
        Cell::Ref(name, id) => Cell::Int(known.id(name, &id).unwrap_or(0)),
        Cell::Custom(changes) => Cell::Custom(changes),
    });
    let lists = node
        .lists
        .into_iter()
        .map(|items| items.map(|items| items.into_iter().map(|item| resolve(item, known)).collect()));
    Node { cells: cells.collect(), lists: lists.collect() }
}

/// Types without an id of their own are looked up in the transaction that writes them.
pub(super) fn is_looked_up_late(of: &Type) -> bool {
    of.key == Key::Third
}
