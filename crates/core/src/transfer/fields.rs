//! The custom fields that values are checked against: those of the database and those of the files, wherever
//! in the files they stand.

use super::draft::Cell;
use super::error::ImportError;
use super::lines::{self, Lines};
use super::parse::{self, Fields, Parsed};
use super::{House, Source};
use crate::store::custom::{self, Choice, Field};

/// The objects that have custom fields.
const OBJECTS: [&str; 5] = ["contact", "company", "business", "dialogue_room", "external_user"];

/// Reads the fields. Switched off ones take values, since old data have them.
pub(super) fn load(house: &House, sources: &[Source]) -> Result<Fields, ImportError> {
    let corp = house.corp();
    let mut fields = house
        .db
        .read(move |tx| {
            let mut fields = Fields::new();
            for object in OBJECTS {
                fields.insert(object.to_owned(), custom::fields(tx, corp, object)?);
            }
            Ok(fields)
        })
        .wait()?;
    for source in sources {
        let failed = |error| ImportError::Read { path: source.path.clone(), error };
        if !lines::mentions(&source.path, "\"field\"").map_err(failed)? {
            continue;
        }
        let mut lines = Lines::open(&source.path).map_err(failed)?;
        loop {
            let block = lines.block(2_000).map_err(failed)?;
            if block.is_empty() {
                break;
            }
            for text in block.texts().filter(|text| text.contains("\"field\"")) {
                add(text, &mut fields);
            }
        }
    }
    fields.values_mut().flatten().for_each(|field| field.enabled = true);
    Ok(fields)
}

fn add(text: &str, fields: &mut Fields) {
    let Parsed::Object(draft) = parse::line(text, fields) else { return };
    let ("field", Some(object), Some(api_name)) = (draft.of.name, draft.text("object"), draft.text("api_name")) else {
        return;
    };
    let of_object = fields.entry(object.to_owned()).or_default();
    let at = of_object.iter().position(|field| field.api_name == api_name).unwrap_or_else(|| {
        of_object.push(empty(object, api_name));
        of_object.len() - 1
    });
    let Some(field) = of_object.get_mut(at) else { return };
    field.property_type = draft.int("property_type").unwrap_or(field.property_type);
    field.max_length = draft.int("max_length").unwrap_or(field.max_length);
    let options = draft.of.list("options").and_then(|at| draft.node.lists.get(at)).and_then(Option::as_ref);
    if let Some(options) = options {
        field.options = options.iter().filter_map(|option| choice(&option.cells)).collect();
    }
}

fn choice(cells: &[Cell<'_>]) -> Option<Choice> {
    match cells {
        [Cell::Int(label), Cell::Text(value)] => Some(Choice { label: *label, value: value.to_string() }),
        _ => None,
    }
}

fn empty(object: &str, api_name: &str) -> Field {
    Field {
        id: 0,
        object: object.to_owned(),
        api_name: api_name.to_owned(),
        view_name: String::new(),
        property_type: 1,
        required: false,
        enabled: true,
        min_length: 0,
        max_length: 0,
        options: Vec::new(),
    }
}
