//! What only PostgreSQL does: locks, conflicts, lost connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::db::{DatabaseUrl, Db, LockKey, Options, Tx};

use crate::place::{Place, clock, count, eventually, gate, options, pause, put};
use crate::proxy::{Proxy, State};

#[test]
fn a_lock_lets_one_writer_in_at_a_time() {
    let Some(place) = Place::postgres() else { return };
    let dbs = [place.open(), place.open()];
    dbs[0].write(|tx| put(tx, 1, "value")).wait().unwrap();
    let add = |tx: &mut Tx<'_>| {
        tx.lock(1, &[LockKey::Name("counter", "value"), LockKey::Object(7)])?;
        let read = "select value from counter where corp_id = 1 and name = 'value'";
        let value: i64 = tx.query_opt(read, &[], |row| row.get(0))?.unwrap();
        tx.execute("update counter set value = $1 where corp_id = 1 and name = 'value'", &[&(value + 1)])?;
        Ok(value)
    };
    let pending: Vec<_> = (0..100).map(|n| dbs[n % 2].write(add)).collect();
    let mut values: Vec<i64> = pending.into_iter().map(|pending| pending.wait().unwrap()).collect();
    values.sort_unstable();
    assert!(values.into_iter().eq(1..=100), "nobody overwrote another's value");
}

#[test]
fn a_transaction_in_conflict_runs_again_three_times_at_most() {
    let Some(place) = Place::postgres() else { return };
    let db = place.open();
    let conflict = |runs: usize| {
        let all = Arc::new(AtomicUsize::new(0));
        let tries = Arc::clone(&all);
        let verdict = db.write(move |tx| {
            put(tx, 1, &format!("n{runs}"))?;
            if tries.fetch_add(1, Ordering::SeqCst) < runs {
                tx.execute("do $body$ begin raise exception 'again' using errcode = '40001'; end $body$", &[])?;
            }
            Ok(())
        });
        (verdict.wait(), all.load(Ordering::SeqCst))
    };
    let (verdict, runs) = conflict(3);
    assert!(verdict.is_ok() && runs == 4, "{verdict:?} after {runs}");
    let (verdict, runs) = conflict(4);
    assert!(verdict.unwrap_err().cause().unwrap().is_conflict() && runs == 4);
    assert_eq!(count(&db, 1), 1);
    assert_eq!(db.statistics().reruns, 6);
}

#[test]
fn deadlocked_transactions_both_succeed_in_the_end() {
    let Some(place) = Place::postgres() else { return };
    let db = place.open();
    db.write(|tx| put(tx, 1, "a").and_then(|()| put(tx, 1, "b"))).wait().unwrap();
    let cross = |names: [&'static str; 2]| {
        db.write(move |tx| {
            for name in names {
                tx.execute("update counter set value = value + 1 where corp_id = 1 and name = $1", &[&name])?;
                pause(200);
            }
            Ok(())
        })
    };
    let (one, other) = (cross(["a", "b"]), cross(["b", "a"]));
    one.wait().unwrap();
    other.wait().unwrap();
    let sql = "select value from counter where corp_id = 1";
    let values = db.get(move |tx| Ok(tx.query(sql, &[], |row| row.get::<i64>(0))?)).wait().unwrap();
    assert_eq!(values, [3, 3]);
}

#[test]
fn writes_that_wait_do_not_keep_readers_out() {
    let Some(place) = Place::postgres() else { return };
    let db = place.open();
    let (open, closed) = gate();
    let blocked: Vec<_> = (0..10)
        .map(|_| {
            let closed = Arc::clone(&closed);
            db.write(move |_| {
                closed.recv().unwrap();
                Ok(())
            })
        })
        .collect();
    assert_eq!(count(&db, 1), 0);
    (0..10).for_each(|_| open.send(()).unwrap());
    for pending in blocked {
        pending.wait().unwrap();
    }
}

#[test]
fn a_killed_connection_fails_its_transaction_at_once_and_heals() {
    let Some(place) = Place::postgres() else { return };
    let db = place.open();
    let sleep = |tx: &mut Tx<'_>| Ok(tx.query("select pg_sleep(20)::text", &[], |_| Ok(()))?);
    let pending = [db.get(sleep), db.read(sleep), db.write(sleep)];
    let began = clock();
    let killed = "select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'";
    pause(300);
    place.run(killed);
    for pending in pending {
        assert_eq!(pending.wait().unwrap_err().code(), Code::Unavailable);
    }
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    eventually("all connections are back", || db.statistics().connections == 4);
    assert_eq!(count(&db, 1), 0);
    assert_eq!(db.statistics().losses, 3);
}

#[test]
fn connections_killed_while_idle_cost_nobody_an_answer() {
    let Some(place) = Place::postgres() else { return };
    let db = place.open();
    place.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    pause(200);
    let writes: Vec<Verdict<()>> = (0..20).map(|n| db.write(move |tx| put(tx, 1, &n.to_string())).wait()).collect();
    let failed = writes.iter().filter(|verdict| verdict.is_err()).count();
    eventually("all connections are back", || db.statistics().connections == 4);
    assert_eq!(count(&db, 1), 20 - i64::try_from(failed).unwrap());
}

#[test]
fn a_server_that_is_away_means_500_at_once_until_it_is_back() {
    let Some(place) = Place::postgres() else { return };
    let proxy = Proxy::start(&place.address());
    let url = DatabaseUrl::Postgres(proxy.address(&place.address()));
    let db = Db::open(&url, options()).unwrap();
    db.write(|tx| put(tx, 1, "before")).wait().unwrap();
    eventually("the tail is fresh", || db.tail_is_fresh());
    proxy.set(State::Stopped);
    eventually("all connections are lost", || {
        assert_eq!(db.write(|tx| put(tx, 1, "lost")).wait().unwrap_err().code(), Code::Unavailable);
        !db.ready()
    });
    let began = clock();
    for n in 0..1_000 {
        let verdict = db.read(move |_| Ok(n)).wait();
        assert_eq!(verdict.unwrap_err().code(), Code::Unavailable);
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    eventually("the tail is not fresh", || !db.tail_is_fresh());
    proxy.set(State::Open);
    eventually("all connections are back", || db.ready() && db.tail_is_fresh());
    db.write(|tx| put(tx, 1, "after")).wait().unwrap();
    assert_eq!(count(&db, 1), 2);
}

#[test]
fn a_server_that_keeps_silent_means_500_until_it_speaks_again() {
    let Some(place) = Place::postgres() else { return };
    let proxy = Proxy::start(&place.address());
    let url = DatabaseUrl::Postgres(proxy.address(&place.address()));
    let short = Duration::from_secs(1);
    let db = Db::open(&url, Options { statement_timeout: short, connect_timeout: short, ..options() }).unwrap();
    proxy.set(State::Silent);
    let began = clock();
    let waiting: Vec<_> = (0..20).map(|n| db.write(move |tx| put(tx, 1, &n.to_string()))).collect();
    for pending in waiting {
        assert_eq!(pending.wait().unwrap_err().code(), Code::Unavailable);
    }
    eventually("the database counts as away", || !db.ready());
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert!(Db::open(&url, Options { connect_timeout: short, ..options() }).is_err());
    proxy.set(State::Open);
    eventually("all connections are back", || db.statistics().connections == 4 && db.tail_is_fresh());
    db.write(|tx| put(tx, 1, "after")).wait().unwrap();
}

#[test]
fn a_server_that_cannot_be_used_is_refused_in_one_line_without_the_password() {
    let Some(place) = Place::postgres() else { return };
    let refusal = |url: &str| {
        let Err(error) = Db::open(&url.parse().unwrap(), options()) else { panic!("it was opened") };
        let text = error.to_string();
        assert!(!text.contains('\n') && !text.contains("secret"), "{text}");
        text
    };
    assert!(refusal("postgres://me:secret@127.0.0.1:1/db").contains("refused"));
    assert!(refusal(&place.address().replace("/kailing_test", "/no_such")).contains("does not exist"));
    assert!(refusal(&format!("{}&sslmode=require", place.address()).replace("?&", "?")).contains("not supported yet"));
    assert!(refusal("postgres://me:secret@localhost/db?no_such_option=1").contains("cannot open"));
}
