//! The format against the tables that a database really has.

use std::collections::BTreeSet;

use super::format::{Key, List, Shape, TYPES};
use crate::store::db::{DatabaseUrl, Db, Options};

/// Tables that no export holds: those of the house, and what is made from others.
const NOT_MOVED: &[&str] = &[
    "corp",
    "app",
    "app_callback",
    "delivery",
    "attempt",
    "lease",
    "lock_slot",
    "touch",
    "counter",
    "journal",
    "event",
    "card",
    "schema_migration",
];

/// Columns that are no members: tenant, identity, place in a list.
fn add_list(list: &'static List, out: &mut BTreeSet<(String, String)>) {
    let mut add = |column: &str| out.insert((list.table.to_owned(), column.to_owned()));
    add("corp_id");
    add(list.owner);
    list.inner.map(&mut add);
    list.ordinal.map(&mut add);
    list.fixed.map(|(column, _)| add(column));
    // Outside relations a tag stands in relation 0.
    (list.table == "tagging").then(|| add("relation_id"));
    add_shape(list.table, &list.shape, out);
}

fn add_shape(table: &str, shape: &'static Shape, out: &mut BTreeSet<(String, String)>) {
    for column in shape.columns.iter().filter(|column| !column.column.is_empty()) {
        out.insert((table.to_owned(), column.column.to_owned()));
    }
    for list in shape.lists {
        add_list(list, out);
    }
}

#[test]
fn every_column_of_every_table_is_moved_or_named_as_not_moved() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kailing.db");
    Db::open(&DatabaseUrl::Sqlite(file.clone()), Options::default()).unwrap().close();
    let connection = rusqlite::Connection::open(file).unwrap();
    let sql = "select t.name, c.name from sqlite_master t, pragma_table_info(t.name) c \
               where t.type = 'table' and t.name not like 'sqlite_%'";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    let there: BTreeSet<(String, String)> =
        rows.map(Result::unwrap).filter(|(table, _)| !NOT_MOVED.contains(&table.as_str())).collect();
    let mut moved = BTreeSet::new();
    for of in TYPES {
        moved.insert((of.table.to_owned(), "corp_id".to_owned()));
        of.has_id().then(|| moved.insert((of.table.to_owned(), "id".to_owned())));
        match of.key {
            Key::Wire => moved.insert((of.table.to_owned(), "wire_id".to_owned())),
            Key::Label => moved.insert((of.table.to_owned(), "label".to_owned())),
            _ => true,
        };
        add_shape(of.table, &of.shape, &mut moved);
    }
    assert_eq!(there.difference(&moved).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "not moved");
    assert_eq!(moved.difference(&there).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "not there");
}
