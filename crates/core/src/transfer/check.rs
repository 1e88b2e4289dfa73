//! The first pass of an import: every line is read and checked, nothing is written.
//!
//! It leaves behind which objects there are ([`Known`]) and which lines are bad; no texts.

use std::collections::{HashMap, HashSet};

use super::draft::{Draft, PROCESS_STAGE};
use super::error::ImportError;
use super::fields;
use super::format::{Key, TYPES, Type};
use super::known::{ByHash, Entry, Hashed, Known};
use super::lines::{self, Block, Line};
use super::parse::{self, Fields, Parsed};
use super::report::{Progress, Report};
use super::spread::{self, Beside};
use super::{BadLine, Ears, House, Source, rules, tenant};
use crate::store::transfer as store;

/// Lines that are checked together; fewer, and threads wait for each other more than they work.
const BLOCK: usize = 4_096;

/// What the first pass found out.
pub(super) struct Checked {
    pub(super) known: Known,
    /// Lines that cannot be stored, as (file, line).
    pub(super) bad: HashSet<(usize, u64)>,
    /// Which types each file holds, in the order of [`TYPES`].
    pub(super) holds: Vec<Vec<bool>>,
    pub(super) fields: Fields,
    /// Settings of the tenant, in the words of `kailing tenant set`.
    pub(super) settings: Vec<(&'static str, String)>,
    /// New contacts whose line leaves open whether they are repeats, or what their score is.
    pub(super) open_repeats: bool,
    pub(super) open_scores: bool,
    pub(super) report: Report,
}

/// Objects that lines name and nobody has seen yet: type and id by hash.
type Pending = ByHash<(&'static str, String)>;

/// The object of a line.
struct Seen<'a> {
    line: Line<'a>,
    draft: Draft<'a>,
    own: Hashed,
    /// The objects that it names.
    refs: Vec<Hashed>,
}

struct Checker<'a, 'e> {
    house: &'a House,
    sources: &'a [Source],
    ears: &'a mut Ears<'e>,
    pending: Pending,
    /// The root department of the database, unless the tenant is new and may get another one.
    root: Option<String>,
    /// Tables that hold something: ids need not be looked for in the others.
    filled: Vec<&'static str>,
    done: Checked,
}

/// Checks all files. Lines that are bad are told of, and left out from here on.
pub(super) fn run(house: &House, sources: &[Source], ears: &mut Ears<'_>) -> Result<Checked, ImportError> {
    let fields = fields::load(house, sources)?;
    let (known, root, filled) = catalogue(house)?;
    let done = Checked {
        known,
        bad: HashSet::new(),
        holds: sources.iter().map(|_| vec![false; TYPES.len()]).collect(),
        fields,
        settings: Vec::new(),
        open_repeats: false,
        open_scores: false,
        report: Report::default(),
    };
    let mut checker = Checker { house, sources, ears, pending: Pending::default(), root, filled, done };
    checker.each_block("checking", Checker::block)?;
    checker.find_pending()?;
    while !checker.pending.is_empty() {
        checker.pending.clear();
        let before = checker.done.bad.len();
        checker.each_block("checking", Checker::references)?;
        if checker.done.bad.len() == before {
            break;
        }
        // Whoever names a line that was lost just now is lost, too.
        checker.pending.insert(Hashed::new("", ""), ("", String::new()));
    }
    Ok(checker.done)
}

/// What administration has set up: all of it, since lines name it all the time.
fn catalogue(house: &House) -> Result<(Known, Option<String>, Vec<&'static str>), ImportError> {
    let corp = house.corp();
    let (sets, seas, stages, root, filled) = house
        .db
        .read(move |tx| {
            let mut sets = Vec::new();
            for of in TYPES.iter().filter(|of| of.catalogue) {
                sets.push((of.name, store::all(tx, corp, of)?));
            }
            let seas = [("contact_sea", store::seas(tx, corp, 0)?), ("company_sea", store::seas(tx, corp, 3)?)];
            let root = if store::is_fresh(tx, corp)? { None } else { store::root(tx, corp)? };
            let filled = store::filled(tx, corp, TYPES)?;
            Ok((sets, seas, store::process_stages(tx, corp)?, root, filled))
        })
        .wait()?;
    let mut known = Known::default();
    for (name, objects) in sets.iter().map(|(name, all)| (name, all)).chain(seas.iter().map(|(name, all)| (name, all)))
    {
        for (key, id) in objects {
            known.add_stored(name, key, *id);
        }
    }
    for key in &stages {
        known.add_stored(PROCESS_STAGE, key, 0);
    }
    Ok((known, root, filled))
}

impl Checker<'_, '_> {
    fn each_block(
        &mut self,
        step: &'static str,
        mut f: impl FnMut(&mut Self, usize, &Block) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let (total, mut before) = (self.sources.iter().map(|source| source.bytes).sum(), 0);
        for (at, source) in self.sources.iter().enumerate() {
            let failed = |error| ImportError::Read { path: source.path.clone(), error };
            let mut read = 0;
            for piece in lines::ahead(&source.path, BLOCK) {
                let block;
                (block, read) = piece.map_err(failed)?;
                f(self, at, &block)?;
                if !(self.ears.progress)(Progress { step, done: before + read, total }) {
                    return Err(ImportError::Stopped);
                }
            }
            before += read;
        }
        Ok(())
    }

    fn block(&mut self, at: usize, block: &Block) -> Result<(), ImportError> {
        let lines: Vec<Line<'_>> = block.lines().collect();
        let fields = &self.done.fields;
        let read = spread::map(&lines, Beside::Nobody, |line| see(line, fields));
        let mut objects = Vec::with_capacity(lines.len());
        for (line, read) in lines.into_iter().zip(read) {
            match read {
                Ok(seen) => objects.push(seen),
                Err(Parsed::Object(_)) => {}
                Err(Parsed::Tenant(members)) => match tenant::settings(self.house, &members) {
                    Ok(settings) => self.done.settings = settings,
                    Err(reasons) => self.bad(at, line, "tenant", &reasons)?,
                },
                Err(Parsed::Bad(reasons, of)) => {
                    if let Some((of, key)) = &of {
                        self.done.known.spoil(of.name, key);
                    }
                    self.bad(at, line, of.map_or("?", |(of, _)| of.name), &reasons)?;
                }
            }
        }
        self.find_stored(&objects)?;
        let numbers = self.taken_numbers(&objects)?;
        for seen in objects {
            self.object(at, seen, &numbers)?;
        }
        Ok(())
    }

    /// Looks up which of the objects the database holds.
    fn find_stored(&mut self, objects: &[Seen<'_>]) -> Result<(), ImportError> {
        let is_looked_for = |of: &Type| !of.catalogue && of.key == Key::Wire && self.filled.contains(&of.table);
        let wanted: Vec<&'static Type> = TYPES.iter().copied().filter(|of| is_looked_for(of)).collect();
        for of in wanted {
            let keys: Vec<String> = objects
                .iter()
                .filter(|seen| seen.draft.of.name == of.name)
                .map(|seen| seen.draft.key.to_string())
                .collect();
            if keys.is_empty() {
                continue;
            }
            for (key, id) in self.find(of.table, keys)? {
                self.done.known.add_stored(of.name, &key, id);
            }
        }
        Ok(())
    }

    fn find(&self, table: &'static str, keys: Vec<String>) -> Result<Vec<(String, i64)>, ImportError> {
        if !self.filled.contains(&table) {
            return Ok(Vec::new());
        }
        let corp = self.house.corp();
        Ok(self.house.db.read(move |tx| store::find(tx, corp, table, &keys)).wait()?)
    }

    /// Numbers of opportunities that other opportunities have in the database.
    fn taken_numbers(&self, objects: &[Seen<'_>]) -> Result<HashMap<String, String>, ImportError> {
        let opportunities = objects.iter().map(|seen| &seen.draft).filter(|draft| draft.of.name == "business");
        let numbers: Vec<String> =
            opportunities.filter_map(|draft| draft.text("business_opp_number").map(str::to_owned)).collect();
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let corp = self.house.corp();
        let taken = self.house.db.read(move |tx| store::with_numbers(tx, corp, &numbers)).wait()?;
        Ok(taken.into_iter().collect())
    }

    fn object(&mut self, at: usize, seen: Seen<'_>, numbers: &HashMap<String, String>) -> Result<(), ImportError> {
        let Seen { line, mut draft, own, refs } = seen;
        let (name, before) = (draft.of.name, self.done.known.at(own));
        if before.is_some_and(Entry::is_in_files) {
            let reason = format!("another line describes the {name} {} already", draft.key);
            return self.bad(at, line, name, &[reason]);
        }
        let is_new = !before.is_some_and(Entry::is_stored);
        let mut reasons = rules::complete(&mut draft, is_new);
        reasons.extend(self.root_twice(&draft));
        reasons.extend(self.number_twice(&draft, numbers));
        if !reasons.is_empty() {
            self.done.known.spoil(name, &draft.key);
            return self.bad(at, line, name, &reasons);
        }
        self.remember(at, &draft, own, is_new);
        self.note_pending(&draft, &refs);
        Ok(())
    }

    fn remember(&mut self, at: usize, draft: &Draft<'_>, own: Hashed, is_new: bool) {
        let house = self.house;
        let id = self.done.known.add_from_file(own, || house.number()).id();
        for (name, key) in draft.further_names() {
            // Those of a stored object are known, and a line need not repeat what decides about them.
            if is_new || name == PROCESS_STAGE {
                self.done.known.add_from_file(Hashed::new(name, &key), || id);
            }
        }
        if draft.of.name == "contact" && is_new {
            self.done.open_repeats |= !draft.says("is_repeat");
            self.done.open_scores |= !draft.says("interactive_score");
        }
        let place = TYPES.iter().position(|of| of.name == draft.of.name);
        if let Some(holds) = place.and_then(|place| self.done.holds.get_mut(at)?.get_mut(place)) {
            *holds = true;
        }
    }

    /// Notes what a line names and no line described so far.
    fn note_pending(&mut self, draft: &Draft<'_>, refs: &[Hashed]) {
        let (known, pending) = (&self.done.known, &mut self.pending);
        let mut note = |name: &'static str, key: &str| {
            let hashed = Hashed::new(name, key);
            if known.at(hashed).is_none_or(Entry::is_lost) {
                pending.entry(hashed).or_insert_with(|| (name, key.to_owned()));
            }
        };
        if refs.iter().any(|named| known.at(*named).is_none_or(Entry::is_lost)) {
            draft.node.each_ref(&mut note);
        }
        draft.needs.iter().for_each(|(name, key)| note(name, key));
    }

    /// A tenant has one root department.
    fn root_twice(&mut self, draft: &Draft<'_>) -> Option<String> {
        if draft.of.name != "department" || draft.names("parent_id") {
            return None;
        }
        let is_stored = self.done.known.get("department", &draft.key).is_some_and(Entry::is_stored);
        if is_stored && !draft.says("parent_id") {
            return None;
        }
        match &self.root {
            Some(root) if *root != draft.key => {
                Some(format!("parent_id is missing: the root department is {root}, and there is only one"))
            }
            _ => {
                self.root = Some(draft.key.to_string());
                None
            }
        }
    }

    /// Numbers of opportunities are unique in a tenant.
    fn number_twice(&mut self, draft: &Draft<'_>, numbers: &HashMap<String, String>) -> Option<String> {
        if draft.of.name != "business" {
            return None;
        }
        let number = draft.text("business_opp_number").filter(|number| !number.is_empty())?;
        let in_files = self.done.known.get("business_opp_number", number).is_some();
        if in_files || numbers.get(number).is_some_and(|owner| *owner != draft.key) {
            return Some(format!("business_opp_number {number} belongs to another opportunity"));
        }
        self.done.known.add_from_file(Hashed::new("business_opp_number", number), || 0);
        None
    }

    /// Looks into the database for what lines name and no line describes.
    fn find_pending(&mut self) -> Result<(), ImportError> {
        self.settle_pending();
        let mut by_type: HashMap<&'static str, Vec<String>> = HashMap::new();
        for (name, key) in self.pending.values() {
            by_type.entry(name).or_default().push(key.clone());
        }
        for (name, keys) in by_type {
            let Some(of) = Type::named(name).filter(|of| !of.catalogue && of.key == Key::Wire) else { continue };
            for (key, id) in self.find(of.table, keys)? {
                self.done.known.add_stored(name, &key, id);
            }
        }
        self.settle_pending();
        Ok(())
    }

    /// Forgets what has turned up. What only a bad line describes is a fault of that line, unless bad lines are skipped.
    fn settle_pending(&mut self) {
        let (known, skip) = (&self.done.known, self.house.skip_bad);
        self.pending.retain(|_, (name, key)| known.get(name, key).is_none_or(|entry| skip && entry.is_lost()));
    }

    /// The pass over lines that name what does not exist.
    fn references(&mut self, at: usize, block: &Block) -> Result<(), ImportError> {
        for line in block.lines() {
            let Ok(text) = line.text else { continue };
            if self.done.bad.contains(&(at, line.number)) {
                continue;
            }
            let Parsed::Object(mut draft) = parse::line(text, &self.done.fields) else { continue };
            let is_new = !self.done.known.get(draft.of.name, &draft.key).is_some_and(Entry::is_stored);
            rules::complete(&mut draft, is_new);
            let (known, skip, mut reasons) = (&self.done.known, self.house.skip_bad, Vec::new());
            let mut check = |name: &'static str, key: &str| match known.get(name, key) {
                None => reasons.push(format!("{} {key} does not exist", words(name))),
                Some(entry) if skip && entry.is_lost() => {
                    reasons.push(format!("the line of {} {key} is bad", words(name)));
                }
                Some(_) => {}
            };
            draft.node.each_ref(&mut check);
            draft.needs.iter().for_each(|(name, key)| check(name, key));
            if !reasons.is_empty() {
                reasons.dedup();
                let (name, key) = (draft.of.name, draft.key.to_string());
                self.done.known.lose(name, &key);
                self.bad(at, line, name, &reasons)?;
            }
        }
        Ok(())
    }

    fn bad(&mut self, at: usize, line: Line<'_>, name: &'static str, reasons: &[String]) -> Result<(), ImportError> {
        self.done.bad.insert((at, line.number));
        self.done.report.of(name).bad += 1;
        let Some(source) = self.sources.get(at) else { return Ok(()) };
        let bad = BadLine { file: &source.path, line: line.number, reasons, text: line.text.ok() };
        (self.ears.bad)(&bad).map_err(ImportError::SkipFile)
    }
}

/// Reads a line. What is no object is given back as it is.
fn see<'a>(line: Line<'a>, fields: &Fields) -> Result<Seen<'a>, Parsed<'a>> {
    let text = line.text.map_err(|reason| Parsed::Bad(vec![reason.to_owned()], None))?;
    let draft = match parse::line(text, fields) {
        Parsed::Object(draft) => draft,
        other => return Err(other),
    };
    let (own, mut refs) = (Hashed::new(draft.of.name, &draft.key), Vec::with_capacity(8));
    draft.node.each_ref(&mut |name, key| refs.push(Hashed::new(name, key)));
    Ok(Seen { line, draft, own, refs })
}

/// How a type is called in messages.
fn words(name: &str) -> &str {
    match name {
        "contact_sea" => "the sea of contacts",
        "company_sea" => "the sea of companies",
        PROCESS_STAGE => "the stage (pipeline:stage)",
        "choice" => "the option",
        name => name,
    }
}
