//! The catalogue in memory is what a read of the rows would give.

use kailing_core::card::Touched;
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::catalogue;
use kailing_core::store::db::{Db, Tx};

use crate::place::{Place, eventually};

fn name(tx: &mut Tx<'_>) -> Verdict<String> {
    Ok(catalogue::of(tx, 1)?.stages.first().map(|stage| stage.name.clone()).unwrap_or_default())
}

fn shown(db: &Db) -> String {
    db.read(name).wait().unwrap()
}

fn rename(tx: &mut Tx<'_>, to: &str) -> Verdict<()> {
    let sql = "insert into stage (corp_id, id, label, name, ordinal) values (1, 7, 1, $1, 0) \
               on conflict (corp_id, id) do update set name = excluded.name";
    tx.execute(sql, &[&to])?;
    Ok(())
}

/// A database with a catalogue in memory, whose stage is called `a`.
fn warm(place: &Place) -> Db {
    let db = place.open();
    db.write(|tx| rename(tx, "a")).wait().unwrap();
    eventually("the journal is followed", || db.tail_is_fresh());
    assert_eq!(shown(&db), "a");
    db
}

#[test]
fn a_catalogue_is_read_again_after_a_touch_and_not_before() {
    for place in Place::all() {
        let db = warm(&place);
        db.write(|tx| rename(tx, "b")).wait().unwrap();
        eventually("it comes from memory: nobody said that it is stale", || shown(&db) == "a");
        db.write(|tx| {
            tx.touch(1, Touched::Stage(7));
            Ok(())
        })
        .wait()
        .unwrap();
        assert_eq!(shown(&db), "b");
        assert_eq!(db.write(name).wait().unwrap(), "b");
    }
}

#[test]
fn what_an_undone_write_has_read_is_kept_for_nobody() {
    for place in Place::all() {
        let db = warm(&place);
        for _ in 0..20 {
            let undone = db.write(|tx| -> Verdict<()> {
                rename(tx, "b")?;
                tx.touch(1, Touched::Catalogue);
                assert_eq!(name(tx)?, "b", "it sees its own change");
                Err(Code::NotFound.into())
            });
            let beside = db.write(name);
            assert_eq!(undone.wait().unwrap_err().code(), Code::NotFound);
            assert_eq!(beside.wait().unwrap(), "a");
            assert_eq!(shown(&db), "a");
        }
    }
}

#[test]
fn what_a_write_has_read_is_kept_once_it_is_committed() {
    for place in Place::all() {
        let db = warm(&place);
        let read = db.write(|tx| {
            rename(tx, "b")?;
            tx.touch(1, Touched::Catalogue);
            name(tx)
        });
        assert_eq!(read.wait().unwrap(), "b");
        assert_eq!(shown(&db), "b");
        db.write(name).wait().unwrap();
        db.write(|tx| rename(tx, "c")).wait().unwrap();
        eventually("it comes from memory", || shown(&db) == "b");
    }
}
