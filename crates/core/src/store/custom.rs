//! The fields that a tenant has added to its objects, and the options that it configures (chapter 16).

use std::collections::HashMap;

use super::db::{DbError, Tx};

/// A field that administration has added to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The inner id.
    pub id: i64,
    /// `contact`, `company`, `business`, `dialogue_room` or `external_user`.
    pub object: String,
    /// The key in `*_custom`.
    pub api_name: String,
    /// Display name.
    pub view_name: String,
    /// `property_type`: 1 text to 6 multi select.
    pub property_type: i64,
    /// A rule of the user interface only.
    pub required: bool,
    /// Switched off fields are listed and read, but not written.
    pub enabled: bool,
    /// Shortest text that the user interface takes, in characters.
    pub min_length: i64,
    /// Longest text in characters; 0: the default of the kind.
    pub max_length: i64,
    /// Options of a select, in console order.
    pub options: Vec<Choice>,
}

/// An option: the number that values hold, and the text that people see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The numeric key, `label` on the wire.
    pub label: i64,
    /// The display text, `value` on the wire.
    pub value: String,
}

/// The added fields of an object in console order, the switched off ones too.
pub fn fields(tx: &mut Tx<'_>, corp: i64, object: &str) -> Result<Vec<Field>, DbError> {
    let sql = "select id, api_name, view_name, property_type, required, enabled, min_length, max_length \
               from field where corp_id = $1 and object = $2 order by ordinal, id";
    let mut fields = tx.query(sql, &[&corp, &object], |row| {
        Ok(Field {
            id: row.get(0)?,
            object: object.to_owned(),
            api_name: row.get(1)?,
            view_name: row.get(2)?,
            property_type: row.get(3)?,
            required: row.get::<i64>(4)? != 0,
            enabled: row.get::<i64>(5)? != 0,
            min_length: row.get(6)?,
            max_length: row.get(7)?,
            options: Vec::new(),
        })
    })?;
    let selects: Vec<i64> = fields.iter().filter(|f| f.property_type >= 5).map(|f| f.id).collect();
    let mut options = field_options(tx, corp, &selects)?;
    for field in &mut fields {
        field.options = options.remove(&field.id).unwrap_or_default();
    }
    Ok(fields)
}

fn field_options(tx: &mut Tx<'_>, corp: i64, fields: &[i64]) -> Result<HashMap<i64, Vec<Choice>>, DbError> {
    let sql = "select field_id, label, value from field_option where corp_id = $1 and field_id in ({list}) \
               order by field_id, ordinal, label";
    let mut options: HashMap<i64, Vec<Choice>> = HashMap::new();
    tx.query_in(sql, &[&corp], fields, |row| {
        let option = Choice { label: row.get(1)?, value: row.get(2)? };
        options.entry(row.get(0)?).or_default().push(option);
        Ok(())
    })?;
    Ok(options)
}

/// The options of a system field that the tenant configures: `level`, `fail_reason`.
pub fn configured(tx: &mut Tx<'_>, corp: i64, field: &str) -> Result<Vec<Choice>, DbError> {
    let sql = "select label, value from choice where corp_id = $1 and field = $2 order by ordinal, label";
    tx.query(sql, &[&corp, &field], |row| Ok(Choice { label: row.get(0)?, value: row.get(1)? }))
}
