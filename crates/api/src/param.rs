//! What an endpoint takes: tables of parameters that both the validator and the OpenAPI document read.
//!
//! A table is written with the functions below: `text("user_name", 100).trimmed().about("name")`.

use kailing_core::context::Profile;
use kailing_core::refusal::Code;
use serde_json::{Map, Value};

/// One parameter, or one rule over several of them.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// The name on the wire; `""` for a rule over several parameters.
    pub name: &'static str,
    /// Other spellings that are accepted. The first spelling that is filled counts, `name` before them.
    pub aliases: &'static [&'static str],
    /// Whether and when it must be given.
    pub required: Required,
    /// What values it takes.
    pub kind: Kind,
    /// One English sentence for the documentation.
    pub about: &'static str,
}

/// Whether a parameter must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// Never.
    No,
    /// Always; missing or empty is 1000.
    Yes,
    /// Only in the profile `strict`; missing is the given code.
    InStrict(Code),
}

/// The largest number of items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The batch limit of the profile.
    Batch,
    /// Limits of the endpoint's own.
    Own {
        /// In the profile `strict`.
        strict: usize,
        /// In the profile `open`.
        open: usize,
    },
}

impl Limit {
    /// The limit in a profile.
    pub const fn of(self, profile: Profile) -> usize {
        match (self, profile) {
            (Limit::Batch, _) => profile.batch_limit(),
            (Limit::Own { strict, .. }, Profile::Strict) => strict,
            (Limit::Own { open, .. }, Profile::Open) => open,
        }
    }
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string of at most `max` code points.
    Text {
        /// In code points, counted after trimming.
        max: usize,
        /// Whether white space at both ends is dropped.
        trimmed: bool,
        /// Whether `""` is refused with 1013 (a text whose stated length begins at 1).
        filled: bool,
    },
    /// A string that is one of these.
    Word(&'static [&'static str]),
    /// An id: any string; of another form than ids have it is simply unknown.
    Id,
    /// A key that comes as string or as integer; read as text.
    Label,
    /// A list of ids, in the order given, duplicates kept.
    Ids(Limit),
    /// A list of strings of at most `max` code points.
    Texts {
        /// In code points.
        max: usize,
        /// How many.
        limit: Limit,
    },
    /// An integer, also as `1.0` or as a string of digits.
    Int {
        /// Smallest value; a sign is understood only if this is negative.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// One of these integers.
    Enum(&'static [i64]),
    /// An amount of money: a JSON number from 0 to 999,999,999,999.99 with at most 2 decimals, read as hundredths.
    Amount,
    /// Epoch milliseconds of 13 digits.
    Millis,
    /// A day, `yyyy-MM-dd`.
    Day,
    /// True or false.
    Flag,
    /// The cursor of a page.
    Cursor,
    /// A JSON object, for the domain to judge.
    Object,
    /// A JSON object with these members.
    Record(&'static [Param]),
    /// A list of objects with these members; a fault of an item refuses the whole call.
    List {
        /// The members of an item.
        items: &'static [Param],
        /// How many.
        limit: Limit,
    },
    /// A list of objects of which each stands on its own: a fault of a member of `whole` refuses the call, a fault of a
    /// member of `each` only fails the item.
    Items {
        /// The members that the whole call depends on.
        whole: &'static [Param],
        /// The other members.
        each: &'static [Param],
        /// How many.
        limit: Limit,
        /// Whether a single object is taken as a list of one.
        or_one: bool,
    },
    /// Anything; the handler judges it, e.g. because its fault belongs into a `fail_list`.
    Raw,
    /// A list of anything.
    RawList(Limit),
    /// A segment of the path.
    Path,
    /// Rule: at least one of these parameters must be filled, else 1000.
    OneRequired(&'static [&'static str]),
    /// Rule: a name for what is missing (1000), judged before any type is looked at.
    Missing(fn(&Map<String, Value>) -> Option<&'static str>),
    /// Rule: the first day must not be after the second, else 1013.
    DayOrder(&'static str, &'static str),
}

const fn param(name: &'static str, kind: Kind) -> Param {
    Param { name, aliases: &[], required: Required::No, kind, about: "" }
}

/// A string of at most `max` code points, stored as it is.
pub const fn text(name: &'static str, max: usize) -> Param {
    param(name, Kind::Text { max, trimmed: false, filled: false })
}

/// A string that is one of `words`.
pub const fn word(name: &'static str, words: &'static [&'static str]) -> Param {
    param(name, Kind::Word(words))
}

/// An id.
pub const fn id(name: &'static str) -> Param {
    param(name, Kind::Id)
}

/// A key that comes as string or as integer and is read as text.
pub const fn label(name: &'static str) -> Param {
    param(name, Kind::Label)
}

/// A list of ids up to the batch limit.
pub const fn ids(name: &'static str) -> Param {
    param(name, Kind::Ids(Limit::Batch))
}

/// A list of strings of at most `max` code points each, up to the batch limit.
pub const fn texts(name: &'static str, max: usize) -> Param {
    param(name, Kind::Texts { max, limit: Limit::Batch })
}

/// An integer from `min` to `max`.
pub const fn int(name: &'static str, min: i64, max: i64) -> Param {
    param(name, Kind::Int { min, max })
}

/// One of some integers.
pub const fn one_of(name: &'static str, values: &'static [i64]) -> Param {
    param(name, Kind::Enum(values))
}

/// An amount of money, read as hundredths.
pub const fn amount(name: &'static str) -> Param {
    param(name, Kind::Amount)
}

/// Epoch milliseconds of 13 digits.
pub const fn millis(name: &'static str) -> Param {
    param(name, Kind::Millis)
}

/// A day, `yyyy-MM-dd`.
pub const fn day(name: &'static str) -> Param {
    param(name, Kind::Day)
}

/// True or false.
pub const fn boolean(name: &'static str) -> Param {
    param(name, Kind::Flag)
}

/// The parameter `cursor`.
pub const fn cursor() -> Param {
    param("cursor", Kind::Cursor).about("`cursor` of the answer before; absent or empty for the first page")
}

/// A JSON object for the domain to judge, e.g. custom fields.
pub const fn object(name: &'static str) -> Param {
    param(name, Kind::Object)
}

/// A JSON object with known members.
pub const fn record(name: &'static str, members: &'static [Param]) -> Param {
    param(name, Kind::Record(members))
}

/// A list of objects with known members, up to the batch limit.
pub const fn list(name: &'static str, items: &'static [Param]) -> Param {
    param(name, Kind::List { items, limit: Limit::Batch })
}

/// A list of objects that stand on their own, up to the batch limit: a fault of a member of `whole` refuses the call, a
/// fault of a member of `each` fails the item.
pub const fn items(name: &'static str, whole: &'static [Param], each: &'static [Param]) -> Param {
    param(name, Kind::Items { whole, each, limit: Limit::Batch, or_one: false })
}

/// A value that the handler judges itself.
pub const fn raw(name: &'static str) -> Param {
    param(name, Kind::Raw)
}

/// A list of values that the handler judges itself, up to the batch limit.
pub const fn raw_list(name: &'static str) -> Param {
    param(name, Kind::RawList(Limit::Batch))
}

/// A segment of the path.
pub const fn path(name: &'static str) -> Param {
    param(name, Kind::Path).required()
}

/// Rule: at least one of these must be filled.
pub const fn one_required(names: &'static [&'static str]) -> Param {
    param("", Kind::OneRequired(names))
}

/// Rule: the function names what is missing, if anything is. See [`crate::input::is_filled`].
pub const fn missing(rule: fn(&Map<String, Value>) -> Option<&'static str>) -> Param {
    param("", Kind::Missing(rule))
}

/// Rule: `first` must not be after `second`.
pub const fn day_order(first: &'static str, second: &'static str) -> Param {
    param("", Kind::DayOrder(first, second))
}

/// One table from several, for endpoints that share members.
///
/// # Panics
/// When `N` is not the sum of their lengths. Tables are constants, so it does not compile then.
pub const fn joined<const N: usize>(tables: &[&[Param]]) -> [Param; N] {
    let mut all = [param("", Kind::Raw); N];
    let (mut filled, mut table) = (0, 0);
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            all[filled] = tables[table][row];
            (filled, row) = (filled + 1, row + 1);
        }
        table += 1;
    }
    assert!(filled == N, "N is not the sum of the lengths");
    all
}

impl Kind {
    /// The largest number of items, of a list.
    pub(crate) const fn limit(self) -> Option<Limit> {
        match self {
            Kind::Ids(limit)
            | Kind::Texts { limit, .. }
            | Kind::List { limit, .. }
            | Kind::Items { limit, .. }
            | Kind::RawList(limit) => Some(limit),
            _ => None,
        }
    }
}

impl Param {
    /// Must be given and not be empty, else 1000.
    #[must_use]
    pub const fn required(mut self) -> Param {
        self.required = Required::Yes;
        self
    }

    /// Must be given in the profile `strict`, else `code`.
    #[must_use]
    pub const fn required_in_strict(mut self, code: Code) -> Param {
        self.required = Required::InStrict(code);
        self
    }

    /// Other spellings.
    #[must_use]
    pub const fn aliases(mut self, names: &'static [&'static str]) -> Param {
        self.aliases = names;
        self
    }

    /// What it means.
    #[must_use]
    pub const fn about(mut self, sentence: &'static str) -> Param {
        self.about = sentence;
        self
    }

    /// White space at both ends of the text is dropped, before its length is counted.
    #[must_use]
    pub const fn trimmed(mut self) -> Param {
        if let Kind::Text { max, filled, .. } = self.kind {
            self.kind = Kind::Text { max, trimmed: true, filled };
        }
        self
    }

    /// The stated length begins at 1: `""` is refused (1013, where required 1000).
    #[must_use]
    pub const fn filled(mut self) -> Param {
        if let Kind::Text { max, trimmed, .. } = self.kind {
            self.kind = Kind::Text { max, trimmed, filled: true };
        }
        self
    }

    /// A single object is taken as a list of one.
    #[must_use]
    pub const fn or_one(mut self) -> Param {
        if let Kind::Items { whole, each, limit, .. } = self.kind {
            self.kind = Kind::Items { whole, each, limit, or_one: true };
        }
        self
    }

    /// A limit of its own instead of the batch limit.
    #[must_use]
    pub const fn limit(mut self, strict: usize, open: usize) -> Param {
        let own = Limit::Own { strict, open };
        self.kind = match self.kind {
            Kind::Ids(_) => Kind::Ids(own),
            Kind::Texts { max, .. } => Kind::Texts { max, limit: own },
            Kind::List { items, .. } => Kind::List { items, limit: own },
            Kind::Items { whole, each, or_one, .. } => Kind::Items { whole, each, limit: own, or_one },
            Kind::RawList(_) => Kind::RawList(own),
            other => other,
        };
        self
    }
}
