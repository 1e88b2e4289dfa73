//! Values of custom fields: what a call may set, and how it meets what is stored (chapter 00, section 13).

use serde_json::{Map, Number, Value};

use super::Kind;
use crate::context::Profile;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::custom::Field;

/// 0001-01-01T00:00:00Z, epoch milliseconds.
const FIRST_MOMENT: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z, epoch milliseconds.
const LAST_MOMENT: i64 = 253_402_300_799_999;
/// A number holds no more significant digits: so many survive every decoder.
const SIGNIFICANT_DIGITS: usize = 15;

/// A field to set, or with `None` to clear.
pub type Change = (String, Option<Value>);

/// Checks the values that a call gives, in the order given. `param` is the member of the body, e.g.
/// `contact_custom`; refusals name it with the field: 1013 for an unknown or switched off field, for one
/// of a system field, and for a bad value. `null`, `""` and `[]` clear.
pub fn parse_values(
    fields: &[Field],
    given: &Map<String, Value>,
    profile: Profile,
    param: &str,
) -> Verdict<Vec<Change>> {
    let mut changes = Vec::with_capacity(given.len());
    for (name, value) in given {
        let refuse = |reason: &str| Code::BadValue.because(format!("{param}.{name} {reason}"));
        let Some(field) = fields.iter().find(|field| field.api_name == *name) else {
            return Err(refuse("is not a custom field"));
        };
        if !field.enabled {
            return Err(refuse("is disabled"));
        }
        changes.push((name.clone(), parse(field, value, profile, refuse)?));
    }
    Ok(changes)
}

/// The stored JSON object with the changes applied, keys in the order of the field list. A key whose field
/// is gone stays, behind the others.
pub fn merge(fields: &[Field], stored: &str, changes: &[Change]) -> String {
    let mut values: Map<String, Value> = serde_json::from_str(stored).unwrap_or_default();
    for (name, value) in changes {
        match value {
            Some(value) => values.insert(name.clone(), value.clone()),
            None => values.shift_remove(name),
        };
    }
    let mut ordered = Map::with_capacity(values.len());
    for field in fields {
        if let Some((name, value)) = values.shift_remove_entry(&field.api_name) {
            ordered.insert(name, value);
        }
    }
    ordered.extend(values);
    Value::Object(ordered).to_string()
}

/// The longest text of a field in characters: its own limit, under `strict` at most 49 or 199.
pub fn max_length(field: &Field, profile: Profile) -> usize {
    let own = usize::try_from(field.max_length).ok().filter(|&length| length > 0);
    match profile {
        Profile::Open => own.unwrap_or(2_000),
        Profile::Strict => {
            let limit = if Kind::of(field.property_type) == Some(Kind::LongText) { 199 } else { 49 };
            own.map_or(limit, |own| own.min(limit))
        }
    }
}

/// `None` clears.
fn parse(field: &Field, value: &Value, profile: Profile, refuse: impl Fn(&str) -> Refusal) -> Verdict<Option<Value>> {
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if empty {
        return Ok(None);
    }
    match Kind::of(field.property_type) {
        Some(Kind::Text | Kind::LongText) => parse_text(field, value, profile, refuse),
        Some(Kind::Number) => {
            let number = parse_number(value).ok_or_else(|| refuse("must be a number of at most 15 digits"))?;
            Ok(Some(Value::Number(number)))
        }
        Some(Kind::Date) => {
            let moment = integer(value).filter(|at| (FIRST_MOMENT..=LAST_MOMENT).contains(at));
            let moment = moment.ok_or_else(|| refuse("must be a time in milliseconds, years 1 to 9999"))?;
            Ok(Some(moment.into()))
        }
        Some(Kind::SingleSelect) => {
            let label = label(field, value).ok_or_else(|| refuse("must be the label of an option"))?;
            Ok(Some(label.into()))
        }
        Some(Kind::MultiSelect) => {
            let labels = labels(field, value).ok_or_else(|| refuse("must be an array of labels of options"))?;
            Ok(Some(labels.into()))
        }
        None => Err(refuse("is of an unknown kind")),
    }
}

fn parse_text(
    field: &Field,
    value: &Value,
    profile: Profile,
    refuse: impl Fn(&str) -> Refusal,
) -> Verdict<Option<Value>> {
    let text = value.as_str().ok_or_else(|| refuse("must be a string"))?;
    let text = if field.object == "contact" { text.trim() } else { text };
    let limit = max_length(field, profile);
    if text.chars().count() > limit {
        return Err(refuse(&format!("is longer than {limit} characters")));
    }
    if text.contains('\0') {
        return Err(refuse("holds U+0000"));
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

/// A finite number in its shortest form: whole ones as integers.
fn parse_number(value: &Value) -> Option<Number> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if is_decimal(text) => text.clone(),
        _ => return None,
    };
    if significant_digits(&text) > SIGNIFICANT_DIGITS {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    whole(number).map(Number::from).or_else(|| Number::from_f64(number))
}

/// The integer that a number without a fraction is, below 2^53 where every integer has its own number.
fn whole(number: f64) -> Option<i64> {
    // The format writes integers without point and exponent, so that no lossy cast is needed.
    let exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    if exact { format!("{:.0}", number + 0.0).parse().ok() } else { None }
}

fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

/// Digits between the first and the last that is not zero, the exponent apart.
fn significant_digits(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}

/// A JSON integer (also `1.0`) or a string of decimal digits, `-` allowed.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if plain { text.parse().ok() } else { None }
        }
        _ => None,
    }
}

fn label(field: &Field, value: &Value) -> Option<i64> {
    integer(value).filter(|label| field.options.iter().any(|option| option.label == *label))
}

/// Each label once, in the order given.
fn labels(field: &Field, value: &Value) -> Option<Vec<i64>> {
    let mut labels = Vec::new();
    for item in value.as_array()? {
        let label = label(field, item)?;
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::custom::Choice;

    fn field(api_name: &str, property_type: i64) -> Field {
        let choice = |label| Choice { label, value: format!("option {label}") };
        Field {
            id: property_type,
            object: "contact".into(),
            api_name: api_name.into(),
            view_name: api_name.into(),
            property_type,
            required: false,
            enabled: true,
            min_length: 0,
            max_length: 0,
            options: if property_type >= 5 { vec![choice(1), choice(2), choice(12)] } else { Vec::new() },
        }
    }

    fn fields() -> Vec<Field> {
        ["text", "long", "number", "date", "single", "multi"].into_iter().zip(1..).map(|(n, t)| field(n, t)).collect()
    }

    fn set(given: &Value, profile: Profile) -> Verdict<Vec<Change>> {
        parse_values(&fields(), given.as_object().unwrap(), profile, "contact_custom")
    }

    fn stored(given: &Value) -> Result<Value, String> {
        let changes = set(given, Profile::Open).map_err(|refusal| refusal.to_string())?;
        Ok(serde_json::from_str(&merge(&fields(), "{}", &changes)).unwrap())
    }

    #[test]
    fn every_kind_takes_the_forms_of_the_table() {
        for (given, expected) in [
            (json!({"text": " 张三 "}), json!({"text": "张三"})),
            (json!({"number": 12.50}), json!({"number": 12.5})),
            (json!({"number": 3.0}), json!({"number": 3})),
            (json!({"number": "-12.50"}), json!({"number": -12.5})),
            (json!({"number": "-0"}), json!({"number": 0})),
            (json!({"number": "007"}), json!({"number": 7})),
            (json!({"number": 123_456_789_012_345_i64}), json!({"number": 123_456_789_012_345_i64})),
            (json!({"date": 631_123_200_000_i64}), json!({"date": 631_123_200_000_i64})),
            (json!({"date": "-631152000000"}), json!({"date": -631_152_000_000_i64})),
            (json!({"date": "946684800000"}), json!({"date": 946_684_800_000_i64})),
            (json!({"single": "12"}), json!({"single": 12})),
            (json!({"single": 1.0}), json!({"single": 1})),
            (json!({"multi": ["12", 1, 12]}), json!({"multi": [12, 1]})),
        ] {
            assert_eq!(stored(&given), Ok(expected), "{given}");
        }
    }

    #[test]
    fn a_bad_value_is_refused_with_the_name_of_the_field() {
        for given in [
            json!({"text": 1}),
            json!({"text": "a\0"}),
            json!({"text": {}}),
            json!({"number": "1e3"}),
            json!({"number": "12."}),
            json!({"number": "一"}),
            json!({"number": true}),
            json!({"number": 1_234_567_890_123_456_i64}),
            json!({"number": "0.1234567890123456"}),
            json!({"date": "2020-01-01"}),
            json!({"date": 253_402_300_800_000_i64}),
            json!({"date": "-62135596800001"}),
            json!({"date": 1.5}),
            json!({"single": 3}),
            json!({"single": "option 1"}),
            json!({"single": [1]}),
            json!({"multi": 1}),
            json!({"multi": [1, null]}),
            json!({"multi": [1, 3]}),
            json!({"nothing": 1}),
            json!({"user_name": "a"}),
            json!({"nothing": null}),
        ] {
            let name = given.as_object().unwrap().keys().next().unwrap().clone();
            let message = stored(&given).expect_err(&given.to_string());
            assert!(message.starts_with("1013 "), "{given}: {message}");
            assert!(message.contains(&format!("contact_custom.{name} ")), "{given}: {message}");
        }
    }

    #[test]
    fn a_disabled_field_is_not_written() {
        let mut fields = fields();
        fields[0].enabled = false;
        let given = json!({"text": "a"});
        let refusal = parse_values(&fields, given.as_object().unwrap(), Profile::Open, "contact_custom").unwrap_err();
        assert_eq!(refusal.code(), Code::BadValue);
    }

    #[test]
    fn text_limits_depend_on_profile_and_field() {
        let length = |name: &str, n: usize, profile| set(&json!({name: "好".repeat(n)}), profile).is_ok();
        assert!(length("text", 49, Profile::Strict) && !length("text", 50, Profile::Strict));
        assert!(length("long", 199, Profile::Strict) && !length("long", 200, Profile::Strict));
        assert!(length("text", 2_000, Profile::Open) && !length("text", 2_001, Profile::Open));
        let short = Field { max_length: 10, ..field("text", 1) };
        assert_eq!((max_length(&short, Profile::Strict), max_length(&short, Profile::Open)), (10, 10));
        let long = Field { max_length: 3_000, ..field("text", 1) };
        assert_eq!((max_length(&long, Profile::Strict), max_length(&long, Profile::Open)), (49, 3_000));
    }

    #[test]
    fn empty_values_clear_and_keys_stand_in_the_order_of_the_fields() {
        let changes = set(&json!({"multi": [1], "text": "", "number": null, "date": [], "single": 2}), Profile::Open);
        let stored = r#"{"old":1,"text":"a","long":"b","number":5,"date":0}"#;
        let merged = merge(&fields(), stored, &changes.unwrap());
        assert_eq!(merged, r#"{"long":"b","single":2,"multi":[1],"old":1}"#);
    }

    #[test]
    fn text_of_other_objects_is_stored_as_sent() {
        let fields = [Field { object: "company".into(), ..field("text", 1) }];
        let given = json!({"text": " a "});
        let changes = parse_values(&fields, given.as_object().unwrap(), Profile::Open, "company_custom").unwrap();
        assert_eq!(changes, vec![("text".into(), Some(json!(" a ")))]);
    }
}
