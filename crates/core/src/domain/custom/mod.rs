//! The description of objects (chapter 16): system fields, then the tenant's own; and the values of the latter.

mod system_fields;
mod values;

use system_fields::{Options, SystemField};
pub use values::{Change, max_length, merge, parse_values};

use crate::context::Context;
use crate::domain::business;
use crate::refusal::{Code, Verdict};
use crate::store::custom::{self, Choice};
use crate::store::db::Tx;
use crate::store::{channel, stage};

pub use crate::store::custom::Field;

/// The kind of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A short text.
    Text,
    /// A text of several lines.
    LongText,
    /// A number of at most 15 significant digits.
    Number,
    /// A moment in epoch milliseconds.
    Date,
    /// The label of one option.
    SingleSelect,
    /// The labels of several options.
    MultiSelect,
}

/// The numbers of the kinds on the wire and in the table `field`. This is their only place.
const KINDS: [(i64, Kind); 6] = [
    (1, Kind::Text),
    (2, Kind::LongText),
    (3, Kind::Number),
    (4, Kind::Date),
    (5, Kind::SingleSelect),
    (6, Kind::MultiSelect),
];

/// Grades of a contact in a tenant that has configured none.
const DEFAULT_LEVELS: [(i64, &str); 4] = [(1, "A"), (2, "B"), (3, "C"), (4, "D")];

impl Kind {
    /// The kind of a `property_type`.
    pub fn of(number: i64) -> Option<Kind> {
        KINDS.iter().find(|(n, _)| *n == number).map(|(_, kind)| *kind)
    }

    /// Its `property_type`.
    pub fn number(self) -> i64 {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or(0, |(number, _)| *number)
    }

    /// Whether the field has a length.
    fn has_length(self) -> bool {
        matches!(self, Kind::Text | Kind::LongText | Kind::Number)
    }
}

/// A field as the object description shows it.
#[derive(Clone, Debug)]
pub struct Description {
    /// The key in rows and in `*_custom`.
    pub api_name: String,
    /// Display name.
    pub view_name: String,
    /// 1 text, 2 long text, 3 number, 4 date, 5 single select, 6 multi select.
    pub property_type: i64,
    /// A rule of the user interface only.
    pub required: bool,
    /// Whether it may be written.
    pub enabled: bool,
    /// One of the tenant's own, not of the house.
    pub is_custom: bool,
    /// Options in order.
    pub options: Vec<Choice>,
    /// Shortest and longest value, in characters or digits; of texts and numbers only.
    pub length: Option<(i64, i64)>,
}

/// Describes an object: its system fields, then the tenant's own in console order. Unknown `api_key`: 1013.
pub fn describe(tx: &mut Tx<'_>, ctx: &Context, api_key: &str) -> Verdict<Vec<Description>> {
    let (object, system) = object_of(api_key).ok_or_else(|| Code::BadValue.because("api_key is unknown"))?;
    let mut described = Vec::new();
    for field in system {
        described.push(system_field(tx, ctx, api_key, field)?);
    }
    let fields = custom::fields(tx, ctx.corp, object)?;
    described.extend(fields.into_iter().map(|field| custom_field(field, ctx)));
    Ok(described)
}

/// The object whose own fields an `api_key` shows, and its system fields.
fn object_of(api_key: &str) -> Option<(&'static str, &'static [SystemField])> {
    Some(match api_key {
        "contact" | "clue" => ("contact", system_fields::CONTACT),
        "business" => ("business", system_fields::BUSINESS),
        "company" => ("company", system_fields::COMPANY),
        "dialogue_room" => ("dialogue_room", system_fields::DIALOGUE_ROOM),
        "external_user" => ("external_user", system_fields::EXTERNAL_USER),
        _ => return None,
    })
}

fn system_field(tx: &mut Tx<'_>, ctx: &Context, api_key: &str, field: &SystemField) -> Verdict<Description> {
    let renamed = system_fields::CLUE_NAMES.iter().find(|(name, _)| api_key == "clue" && *name == field.api_name);
    let field = renamed.map_or(field, |(_, field)| field);
    Ok(Description {
        api_name: field.api_name.to_owned(),
        view_name: field.view_name.to_owned(),
        property_type: field.kind.number(),
        required: field.required,
        enabled: true,
        is_custom: false,
        options: options(tx, ctx, field.options)?,
        length: field.kind.has_length().then_some(field.length),
    })
}

fn custom_field(field: Field, ctx: &Context) -> Description {
    let length = match Kind::of(field.property_type) {
        Some(Kind::Number) => Some((field.min_length, 15)),
        Some(kind) if kind.has_length() => {
            let max = i64::try_from(max_length(&field, ctx.profile)).unwrap_or(i64::MAX);
            Some((field.min_length, max))
        }
        _ => None,
    };
    Description {
        api_name: field.api_name,
        view_name: field.view_name,
        property_type: field.property_type,
        required: field.required,
        enabled: field.enabled,
        is_custom: true,
        options: field.options,
        length,
    }
}

fn options(tx: &mut Tx<'_>, ctx: &Context, options: Options) -> Verdict<Vec<Choice>> {
    Ok(match options {
        Options::None => Vec::new(),
        Options::Fixed(choices) => owned(choices),
        Options::Channels => channels(tx, ctx)?,
        Options::Stages => stages(tx, ctx)?,
        Options::BusinessStages => business::stage_list(tx, ctx)?,
        Options::Levels => {
            let levels = custom::configured(tx, ctx.corp, "level")?;
            if levels.is_empty() { owned(&DEFAULT_LEVELS) } else { levels }
        }
        Options::FailReasons => {
            let reasons = custom::configured(tx, ctx.corp, "fail_reason")?;
            with_final(reasons, &[(99, "其他")])
        }
    })
}

fn channels(tx: &mut Tx<'_>, ctx: &Context) -> Verdict<Vec<Choice>> {
    let channels = channel::load(tx, ctx.corp)?;
    Ok(channels.all.into_iter().map(|c| Choice { label: c.label, value: c.name }).collect())
}

fn stages(tx: &mut Tx<'_>, ctx: &Context) -> Verdict<Vec<Choice>> {
    let stages = stage::load(tx, ctx.corp)?;
    Ok(stages.into_iter().map(|s| Choice { label: s.label, value: s.name }).collect())
}

/// Choices that exist in every tenant stand last where the tenant has not placed them.
fn with_final(mut choices: Vec<Choice>, last: &[(i64, &str)]) -> Vec<Choice> {
    for choice in owned(last) {
        if choices.iter().all(|present| present.label != choice.label) {
            choices.push(choice);
        }
    }
    choices
}

fn owned(choices: &[(i64, &str)]) -> Vec<Choice> {
    choices.iter().map(|(label, value)| Choice { label: *label, value: (*value).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contact_has_45_system_fields_and_no_status() {
        let names: Vec<&str> = system_fields::CONTACT.iter().map(|field| field.api_name).collect();
        assert_eq!((names.len(), names.first(), names.last()), (45, Some(&"user_name"), Some(&"other_custom_field")));
        assert!(!names.contains(&"status"));
    }

    #[test]
    fn a_lead_names_its_mobile_and_its_keyword_in_its_own_way() {
        let replaced: Vec<&str> = system_fields::CLUE_NAMES.iter().map(|(name, _)| *name).collect();
        assert!(replaced.iter().all(|name| system_fields::CONTACT.iter().any(|field| field.api_name == *name)));
    }

    #[test]
    fn other_is_always_the_last_reason_unless_it_is_placed() {
        let labels = |given: &[(i64, &str)]| -> Vec<i64> {
            with_final(owned(given), &[(99, "其他")]).iter().map(|choice| choice.label).collect()
        };
        assert_eq!(labels(&[(1, "价格"), (2, "竞品")]), [1, 2, 99]);
        assert_eq!(labels(&[(99, "别的"), (1, "价格")]), [99, 1]);
    }
}
