//! Which events: what people say on the command line, and what the store is asked for.

use std::str::FromStr;

use clap::Args;
use kailing_api::clock::Clock;
use kailing_core::domain::callback::EVENT_TYPES;
use kailing_core::store::event::deliveries::State;
use kailing_core::store::event::{self, Filter, Span, place};

use super::told::Scene;
use super::when::When;
use crate::failure::Failure;
use crate::house::House;

/// Everything that narrows down the events. All of it holds together.
#[derive(Args)]
pub(crate) struct Choice {
    /// Events from this time on
    #[arg(long, value_name = "TIME", global = true)]
    since: Option<When>,
    /// Events before this time
    #[arg(long, value_name = "TIME", global = true)]
    until: Option<When>,
    /// Events of these types
    #[arg(long = "type", value_name = "A,B", value_delimiter = ',', value_parser = kind, global = true)]
    kinds: Vec<String>,
    /// Events of this object: the id of a contact, WeCom friend, company, opportunity …
    #[arg(long, value_name = "ID", global = true)]
    object: Option<String>,
    /// Events with these numbers, both ends included; one end may be left out
    #[arg(long, value_name = "10..20", global = true)]
    seq: Option<Numbers>,
    /// Events with these ids (or numbers)
    #[arg(long, value_name = "A,B", value_delimiter = ',', global = true)]
    ids: Vec<String>,
    /// Events that are pending, delivered or exhausted at some application, or at the one of --app
    #[arg(long, value_name = "STATE", value_parser = state, global = true)]
    state: Option<State>,
}

/// What the store is asked for.
#[derive(Clone)]
pub(super) struct Chosen {
    pub(super) filter: Filter,
    pub(super) span: Span,
}

/// Numbers of events, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbers {
    first: i64,
    last: i64,
}

impl Chosen {
    /// Exactly the events with these ascending numbers.
    pub(super) fn numbers(seqs: &[i64]) -> Chosen {
        let span = Span { after: seqs.first().map_or(0, |first| first - 1), up_to: seqs.last().copied().unwrap_or(0) };
        Chosen { filter: Filter { seqs: Some(seqs.to_vec()), ..Filter::default() }, span }
    }
}

impl Choice {
    /// Whether anything was said.
    pub(super) fn is_given(&self) -> bool {
        let Choice { since, until, kinds, object, seq, ids, state } = self;
        let times = since.is_some() || until.is_some();
        times || !kinds.is_empty() || object.is_some() || seq.is_some() || !ids.is_empty() || state.is_some()
    }

    /// Why these events cannot be followed, if so.
    pub(super) fn end(&self) -> Option<&'static str> {
        let ends = [
            (self.until.is_some(), "--until"),
            (self.seq.is_some_and(|numbers| numbers.last < i64::MAX), "the end of --seq"),
            (!self.ids.is_empty(), "--ids"),
            (self.state.is_some(), "--state"),
        ];
        ends.into_iter().find(|(given, _)| *given).map(|(_, name)| name)
    }

    /// Asks the database where these events are. `queued` are the applications that must have been meant to get
    /// them, if it matters.
    pub(super) fn resolve(&self, house: &House, scene: &Scene, queued: Option<Vec<i64>>) -> Result<Chosen, Failure> {
        let (corp, now, zone) = (scene.tenant.corp, Clock::System.now(), &scene.tenant.time_zone);
        let moment = |when: &Option<When>| when.as_ref().map(|when| when.moment(now, zone));
        let (from, until) = (moment(&self.since), moment(&self.until));
        let queued = match (queued, self.state) {
            (Some(apps), state) => Some((apps, state)),
            (None, Some(_)) => Some((scene.receivers(), self.state)),
            (None, None) => None,
        };
        let filter = Filter {
            kinds: self.kinds.clone(),
            objects: self.object.as_ref().map(|id| objects(house, corp, id)).transpose()?,
            seqs: self.seqs(house, corp)?,
            from,
            until,
            queued,
        };
        let mut span = house.read(move |tx| place::span(tx, corp, from, until))?;
        if let Some(seqs) = &filter.seqs {
            span = span.and(Chosen::numbers(seqs).span);
        }
        if let Some(Numbers { first, last }) = self.seq {
            span = span.and(Span { after: first.saturating_sub(1), up_to: last });
        }
        Ok(Chosen { filter, span })
    }

    fn seqs(&self, house: &House, corp: i64) -> Result<Option<Vec<i64>>, Failure> {
        if self.ids.is_empty() {
            return Ok(None);
        }
        let mut seqs = Vec::with_capacity(self.ids.len());
        for id in &self.ids {
            seqs.push(number(house, corp, id)?.ok_or_else(|| unknown(id))?);
        }
        seqs.sort_unstable();
        seqs.dedup();
        Ok(Some(seqs))
    }
}

/// The number of the event that is named by its number or its id.
pub(super) fn number(house: &House, corp: i64, named: &str) -> Result<Option<i64>, Failure> {
    let named = named.to_owned();
    house.read(move |tx| match named.parse::<i64>() {
        Ok(seq) if named.len() < 20 => Ok(event::find(tx, corp, seq)?.map(|event| event.seq)),
        _ => place::of_id(tx, corp, &named),
    })
}

/// There is no such event.
pub(super) fn unknown(named: &str) -> Failure {
    Failure::runtime(format!("no event {named}; `kailing events` shows the numbers and --json the ids"))
}

fn objects(house: &House, corp: i64, wire_id: &str) -> Result<Vec<i64>, Failure> {
    let id = wire_id.to_owned();
    let found = house.read(move |tx| event::object::find(tx, corp, &id))?;
    if found.is_empty() { Err(Failure::runtime(format!("no object {wire_id}"))) } else { Ok(found) }
}

fn kind(text: &str) -> Result<String, String> {
    if EVENT_TYPES.iter().any(|(known, _)| *known == text) {
        return Ok(text.to_owned());
    }
    Err(format!("no such event type; they are {}", EVENT_TYPES.map(|(known, _)| known).join(", ")))
}

fn state(text: &str) -> Result<State, String> {
    let found = State::ALL.into_iter().find(|state| state.name() == text);
    found.ok_or_else(|| format!("no such state; they are {}", State::ALL.map(State::name).join(", ")))
}

impl FromStr for Numbers {
    type Err = String;

    fn from_str(text: &str) -> Result<Numbers, String> {
        let end = |text: &str, open: i64| match text {
            "" => Some(open),
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
            _ => None,
        };
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        match (end(first, 1), end(last, i64::MAX)) {
            (Some(first), Some(last)) if first <= last && text != ".." && !text.is_empty() => {
                Ok(Numbers { first, last })
            }
            _ => Err(format!("`{text}` is no range of numbers; write it like 10..20, 10.., ..20 or 15")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_or_two_ends() {
        let parse = |text: &str| text.parse::<Numbers>().ok().map(|numbers| (numbers.first, numbers.last));
        assert_eq!(parse("10..20"), Some((10, 20)));
        assert_eq!(parse("10.."), Some((10, i64::MAX)));
        assert_eq!(parse("..20"), Some((1, 20)));
        assert_eq!(parse("15"), Some((15, 15)));
        for text in ["", "..", "20..10", "a..b", "-1", "+1..2", "1...3", "1-3"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
