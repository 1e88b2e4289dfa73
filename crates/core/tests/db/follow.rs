//! Several processes on one database: leases, the tail of the journal, the numbers of events.

use kailing_core::card::Touched;
use kailing_core::store::db::Db;

use crate::place::{Place, clock, eventually, options, pause, record};

#[test]
fn changes_of_another_process_make_cards_stale_within_a_second() {
    for place in Place::all() {
        let (here, there) = (place.open(), place.open());
        let generations = here.generations().clone();
        let slots = [generations.slot(7, Touched::Contact(5))];
        eventually("the tail is fresh", || here.tail_is_fresh());
        for contact in [4, 5] {
            let since = generations.now();
            there.write(move |tx| record(tx, 7, contact, 0)).wait().unwrap();
            let began = clock();
            if contact == 5 {
                eventually("the generation was raised", || !generations.untouched(&slots, since));
                assert!(began.elapsed().as_millis() < 900, "{:?}", began.elapsed());
            } else {
                pause(700);
                assert!(generations.untouched(&slots, since), "another contact does not matter");
            }
        }
        assert!(here.tail_is_fresh() && there.tail_is_fresh());
    }
}

#[test]
fn our_own_changes_make_cards_stale_once_and_at_once() {
    for place in Place::all() {
        let db = place.open();
        let generations = db.generations().clone();
        let before = generations.now();
        let slots = [generations.slot(7, Touched::Contact(5))];
        db.write(|tx| record(tx, 7, 5, 0)).wait().unwrap();
        assert!(!generations.untouched(&slots, before), "stale when the write is acknowledged");
        let after = generations.now();
        pause(700);
        assert!(generations.untouched(&slots, after), "the tail does not report it again");
    }
}

#[test]
fn an_undone_write_touches_nothing() {
    for place in Place::all() {
        let db = place.open();
        let before = db.generations().now();
        let undone = db.write(|tx| {
            record(tx, 7, 5, 1)?;
            Err::<(), _>(kailing_core::refusal::Code::Forbidden.into())
        });
        assert!(undone.wait().is_err());
        pause(400);
        assert_eq!(db.generations().now(), before);
    }
}

#[test]
fn events_are_numbered_without_gaps_while_many_write() {
    for place in Place::all() {
        let dbs: Vec<Db> = (0..2).map(|_| place.open()).collect();
        let writers: Vec<_> = (0..8)
            .map(|writer: usize| {
                let db = dbs[writer % 2].clone();
                std::thread::spawn(move || {
                    for n in 0..40i64 {
                        let (corp, events) = (1 + n % 2, n % 5);
                        let refuse = n % 10 == 9;
                        let written = db.write(move |tx| {
                            let id = record(tx, corp, n, events)?;
                            if refuse { Err(kailing_core::refusal::Code::Forbidden.into()) } else { Ok(id) }
                        });
                        assert_eq!(written.wait().is_err(), refuse);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        eventually("everything is numbered", || waiting(&dbs[0]) == 0);
        for corp in [1, 2] {
            let seqs = events(&dbs[0], corp);
            let count = i64::try_from(seqs.len()).unwrap();
            assert!(count > 150);
            let in_order = seqs.iter().map(|(seq, _, _)| *seq).eq(1..=count);
            assert!(in_order, "{seqs:?}");
            let side_by_side = seqs.windows(2).all(|pair| pair[0].1 != pair[1].1 || pair[0].2 + 1 == pair[1].2);
            assert!(side_by_side, "{seqs:?}");
        }
    }
}

fn waiting(db: &Db) -> i64 {
    let sql =
        "select (select count(*) from journal where position is null) + (select count(*) from event where seq is null)";
    db.get(move |tx| Ok(tx.query_opt(sql, &[], |row| row.get(0))?.unwrap_or(-1))).wait().unwrap()
}

fn events(db: &Db, corp: i64) -> Vec<(i64, i64, i64)> {
    let sql = "select seq, journal_id, ordinal from event where corp_id = $1 order by seq";
    db.get(move |tx| Ok(tx.query(sql, &[&corp], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)).wait().unwrap()
}

#[test]
fn positions_are_distinct_and_follow_the_order_of_visibility() {
    for place in Place::all() {
        let db = place.open();
        for n in 0..50 {
            db.write(move |tx| record(tx, 1, n, 1)).wait().unwrap();
        }
        eventually("everything is numbered", || waiting(&db) == 0);
        let sql = "select position, object_id from journal order by position";
        let read = db.get(move |tx| Ok(tx.query(sql, &[], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?));
        assert!(read.wait().unwrap().into_iter().eq((0..50).map(|n| (n + 1, n))));
    }
}

#[test]
fn processes_lease_different_node_numbers_and_give_them_back() {
    for place in Place::all() {
        let (a, b) = (place.open(), Db::open(&place.url, options()).unwrap());
        assert_eq!(a.lease_node("a").unwrap(), 0);
        assert_eq!(b.lease_node("b").unwrap(), 1);
        assert!(a.ready() && b.ready());
        a.close();
        assert_eq!(place.open().lease_node("c").unwrap(), 0);
    }
}
