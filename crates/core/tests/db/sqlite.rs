//! What only SQLite does.

use kailing_core::store::db::{DatabaseUrl, Db, OpenError};

use crate::place::{Place, count, options, put};

#[test]
fn a_backup_is_a_sound_copy_and_never_overwrites() {
    let (place, other) = (Place::sqlite(), Place::sqlite());
    let db = place.open();
    db.write(|tx| put(tx, 1, "a")).wait().unwrap();
    let DatabaseUrl::Sqlite(target) = &other.url else { panic!("an SQLite place") };
    db.backup(target).unwrap();
    assert_eq!(count(&other.open(), 1), 1);
    assert!(db.backup(target).unwrap_err().to_string().contains("exists already"));
}

#[test]
fn files_that_cannot_be_opened_say_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let open = |name: &str| {
        let url = DatabaseUrl::Sqlite(directory.path().join(name));
        let Err(error) = Db::open(&url, options()) else { panic!("{name} was opened") };
        error.to_string()
    };
    assert!(open("missing/kailing.db").contains("does not exist; create it"));
    std::fs::write(directory.path().join("text.db"), "this is not a database, ".repeat(100)).unwrap();
    assert!(open("text.db").contains("not an SQLite database"), "{}", open("text.db"));
    std::fs::create_dir(directory.path().join("folder")).unwrap();
    assert!(open("folder").contains("cannot be opened"), "{}", open("folder"));
    assert!(["text.db", "folder"].into_iter().all(|name| !open(name).contains('\n')));
}

#[test]
fn a_damaged_file_is_a_500_and_not_a_crash() {
    let place = Place::sqlite();
    let db = place.open();
    for n in 0..200 {
        db.write(move |tx| put(tx, 1, &format!("{n}{}", "x".repeat(500)))).wait().unwrap();
    }
    db.close();
    let path = place.address();
    let mut bytes = std::fs::read(&path).unwrap();
    let page = 8_192;
    bytes[page..].chunks_mut(page).for_each(|page| page[..100].fill(0xff));
    std::fs::write(&path, bytes).unwrap();
    match Db::open(&place.url, options()) {
        Err(error @ OpenError::Unusable { .. }) => assert!(error.to_string().contains("damaged"), "{error}"),
        Err(error) => panic!("{error}"),
        Ok(db) => {
            let sql = "select count(*) from counter where name like '%x'";
            let read = db.read(move |tx| Ok(tx.query_opt(sql, &[], |row| row.get::<i64>(0))?));
            assert!(read.wait().unwrap_err().cause().unwrap().to_string().contains("damaged"));
        }
    }
}

#[test]
fn a_full_disk_refuses_writes_and_keeps_what_was_stored() {
    let place = Place::sqlite();
    let db = place.open();
    db.write(|tx| put(tx, 1, "before")).wait().unwrap();
    let limit = db.write(|tx| {
        tx.query("pragma max_page_count = 110", &[], |row| row.get::<i64>(0))?;
        Ok(())
    });
    limit.wait().unwrap();
    let big = |n: i64| db.write(move |tx| put(tx, 1, &format!("{n}{}", "x".repeat(100_000)))).wait();
    let refusal = (0..30).find_map(|n| big(n).err()).unwrap();
    assert_eq!(refusal.code().number(), 500);
    let before = count(&db, 1);
    assert!(before >= 1 && big(99).is_err());
    assert_eq!(count(&db, 1), before);
    db.write(|tx| Ok(tx.execute("delete from counter where corp_id = 1", &[])?)).wait().unwrap();
    db.write(|tx| put(tx, 1, "after")).wait().unwrap();
}
