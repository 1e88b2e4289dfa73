//! The tables of the house, on both databases.

use kailing_core::store::db::{DatabaseUrl, Db, Options};

use crate::place::{Place, options};

fn refusal(place: &Place) -> String {
    let Err(error) = Db::open(&place.url, options()) else { panic!("it was opened") };
    let text = error.to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

#[test]
fn a_database_that_does_not_fit_is_refused_with_a_line_that_says_what_to_do() {
    let cases = [
        (
            "update schema_migration set checksum = 'x' where number = 2",
            "migration 2 (directory) was applied in another",
        ),
        ("update schema_migration set finished = null where number = 3", "begun but not finished; restore a backup"),
        (
            "insert into schema_migration (number, name, checksum, started, finished) values (999, 'later', '', 1, 1)",
            "migration 999 (later) is unknown to this program; start a newer version",
        ),
        ("delete from schema_migration where number = 1", "migration 2 (directory) is unknown"),
        ("drop table schema_migration", "tables of another program"),
    ];
    for (sql, expected) in cases {
        for place in Place::all() {
            place.open().close();
            place.run(sql);
            let text = refusal(&place);
            assert!(text.contains(expected), "{text}");
        }
    }
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    for place in Place::all() {
        place.run("create table wp_posts (id int)");
        assert!(refusal(&place).contains("(wp_posts)"));
        place.run("drop table wp_posts");
        place.open();
    }
}

#[test]
fn a_command_that_may_not_migrate_says_what_is_missing() {
    for place in Place::all() {
        let Err(error) = Db::open(&place.url, Options { migrate: false, ..options() }) else { panic!("it was opened") };
        assert!(error.to_string().contains("lacks migration 1 (house)"), "{error}");
        place.open().close();
        Db::open(&place.url, Options { migrate: false, ..options() }).unwrap();
    }
}

#[test]
fn processes_that_start_together_migrate_once() {
    for place in Place::all() {
        let openers: Vec<_> = (0..4)
            .map(|_| {
                let url = place.url.clone();
                std::thread::spawn(move || Db::open(&url, options()).map(drop))
            })
            .collect();
        for opener in openers {
            opener.join().unwrap().unwrap();
        }
    }
}

/// Table, column, nullable, integer or text.
type Shape = Vec<(String, String, bool, bool)>;

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = Place::sqlite();
    sqlite.open().close();
    let shape = sqlite_shape(&sqlite);
    assert!(shape.len() > 100);
    let first = |table: &str| shape.iter().find(|(t, ..)| t == table).map(|(_, column, ..)| column.clone());
    let strangers = shape.iter().map(|(table, ..)| table).filter(|table| first(table).as_deref() != Some("corp_id"));
    assert_eq!(strangers.filter(|table| *table != "schema_migration").count(), 0, "every table begins with corp_id");
    let Some(postgres) = Place::postgres() else { return };
    postgres.open().close();
    assert_eq!(shape, postgres_shape(&postgres));
}

fn sqlite_shape(place: &Place) -> Shape {
    let DatabaseUrl::Sqlite(path) = &place.url else { panic!("an SQLite place") };
    let connection = rusqlite::Connection::open(path).unwrap();
    let sql = "select t.name, c.name, c.\"notnull\" = 0, c.type from sqlite_schema t, pragma_table_info(t.name) c \
               where t.type = 'table' and t.name not like 'sqlite%' order by t.name, c.cid";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let kind: String = row.get(3)?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, kind.to_lowercase() != "text"))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn postgres_shape(place: &Place) -> Shape {
    let sql = "select table_name::text, column_name::text, is_nullable = 'YES', data_type::text, \
               coalesce(collation_name::text, 'C') from information_schema.columns \
               where table_schema = current_schema() order by table_name collate \"C\", ordinal_position";
    let mut client = ::postgres::Client::connect(&place.address(), ::postgres::NoTls).unwrap();
    let rows = client.query(sql, &[]).unwrap();
    let row = |row: &::postgres::Row| {
        let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(3));
        assert!(["bigint", "text"].contains(&kind.as_str()), "{table}.{column} is {kind}");
        assert!(row.get::<_, String>(4) == "C" || table == "schema_migration", "{table}.{column} sorts otherwise");
        (table, column, row.get(2), kind != "text")
    };
    rows.iter().map(row).collect()
}

#[test]
fn every_file_of_migrations_has_its_pair_and_is_applied() {
    let names = |folder: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let files = std::fs::read_dir(path).unwrap();
        let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let files = names("sqlite");
    assert_eq!(files, names("postgres"));
    let place = Place::sqlite();
    let sql = "select number, name from schema_migration order by number";
    let read = |tx: &mut kailing_core::store::db::Tx<'_>| {
        Ok(tx.query(sql, &[], |row| Ok(format!("{:04}_{}.sql", row.get::<i64>(0)?, row.text(1)?)))?)
    };
    assert_eq!(place.open().get(read).wait().unwrap(), files);
}
