//! What both databases do alike.

use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::db::{Arg, Db, DbError, Options, Tx, Value};

use crate::place::{Place, count, gate, options, put};

#[test]
fn a_refused_or_panicking_write_leaves_nothing_and_its_neighbours_stay() {
    for place in Place::all() {
        let db = place.open();
        let (open, closed) = gate();
        let first = db.write(move |tx| {
            put(tx, 1, "first")?;
            closed.recv().unwrap();
            Ok(())
        });
        let others: Vec<_> = (0..30)
            .map(|n| {
                db.write(move |tx| {
                    put(tx, 1, &format!("n{n}"))?;
                    match n % 3 {
                        0 => Ok(n),
                        1 => Err(Code::Forbidden.into()),
                        _ => panic!("on purpose"),
                    }
                })
            })
            .collect();
        open.send(()).unwrap();
        first.wait().unwrap();
        for (n, pending) in others.into_iter().enumerate() {
            let code = pending.wait().map_err(|refusal| refusal.code());
            match n % 3 {
                0 => assert_eq!(code, Ok(n)),
                1 => assert_eq!(code, Err(Code::Forbidden)),
                _ => assert_eq!(code, Err(Code::Unavailable)),
            }
        }
        assert_eq!(count(&db, 1), 11);
        if !place.is_postgres() {
            assert_eq!(db.statistics().commits, 1, "whatever waits shares a commit");
        }
    }
}

#[test]
fn a_panic_in_a_read_is_a_500_and_the_thread_lives_on() {
    for place in Place::all() {
        let db = place.open();
        for _ in 0..10 {
            let refusal = db.read(|_| -> Verdict<()> { panic!("on purpose") }).wait().unwrap_err();
            assert!(matches!(refusal.cause(), Some(DbError::Panicked(text)) if text == "on purpose"));
        }
        assert_eq!(count(&db, 1), 0);
    }
}

#[test]
fn a_write_that_goes_on_after_a_failed_statement_is_undone() {
    for place in Place::all() {
        let db = place.open();
        let refusal = db.write(|tx| {
            put(tx, 1, "a")?;
            let error = tx.execute("insert into counter (corp_id, name, value) values (1, 'a', 2)", &[]).unwrap_err();
            assert!(error.is_duplicate(), "{error}");
            Ok(())
        });
        assert!(matches!(refusal.wait().unwrap_err().cause(), Some(DbError::WentOn)));
        assert_eq!(count(&db, 1), 0);
    }
}

#[test]
fn a_read_sees_one_moment() {
    for place in Place::all() {
        let db = place.open();
        let (read, has_read) = gate();
        let (written, has_written) = gate();
        let pending = db.read(move |tx| {
            let sql = "select count(*) from counter";
            let before = tx.query_opt(sql, &[], |row| row.get::<i64>(0))?;
            read.send(()).unwrap();
            has_written.recv().unwrap();
            Ok((before, tx.query_opt(sql, &[], |row| row.get::<i64>(0))?))
        });
        has_read.recv().unwrap();
        db.write(|tx| put(tx, 1, "new")).wait().unwrap();
        written.send(()).unwrap();
        assert_eq!(pending.wait().unwrap(), (Some(0), Some(0)));
        assert_eq!(count(&db, 1), 1);
    }
}

#[test]
fn a_read_cannot_change_anything() {
    for place in Place::all() {
        let db = place.open();
        let insert = "insert into counter (corp_id, name, value) values (1, 'a', 1)";
        assert!(db.get(move |tx| Ok(tx.execute(insert, &[])?)).wait().is_err());
        for returning in [false, true] {
            let sql = format!("{insert} returning value");
            let closure = move |tx: &mut Tx<'_>| Ok(tx.query(&sql, &[], |row| row.get::<i64>(0))?);
            let pending = if returning { db.get(closure) } else { db.read(closure) };
            assert!(pending.wait().is_err());
        }
        assert_eq!(count(&db, 1), 0);
    }
}

#[test]
fn lists_of_any_length_find_each_row_once() {
    for place in Place::all() {
        let db = place.open();
        let names: Vec<String> = (0..5_000).map(|n| format!("n{n}")).collect();
        db.write({
            let names = names.clone();
            move |tx| {
                let args: Vec<&dyn Arg> = names.iter().flat_map(|name| [&1i64 as &dyn Arg, name, &1i64]).collect();
                Ok(tx.insert("counter (corp_id, name, value)", 3, &args)?)
            }
        })
        .wait()
        .unwrap();
        db.write(move |tx| {
            for length in [0, 1, 2, 8, 9, 64, 65, 512, 513, 2_048, 2_049, 5_000] {
                let sql = "select name from counter where corp_id = $1 and name in ({list})";
                let mut found = tx.query_in(sql, &[&1i64], &names[..length], |row| Ok(row.text(0)?.to_owned()))?;
                found.sort_unstable();
                found.dedup();
                assert_eq!(found.len(), length);
            }
            let sql = "update counter set value = value + $1 where corp_id = 1 and name in ({list})";
            assert_eq!(tx.execute_in(sql, &[&2i64], &names[..3_000])?, 3_000);
            let sql = "select sum(value) from counter where corp_id = 1";
            assert_eq!(tx.query_opt(sql, &[], |row| row.get::<i64>(0))?, Some(5_000 + 6_000));
            Ok(())
        })
        .wait()
        .unwrap();
    }
}

#[test]
fn inserts_of_any_number_of_rows_store_each_row_once() {
    for place in Place::all() {
        let db = place.open();
        for rows in [0usize, 1, 7, 8, 9, 63, 64, 65, 73, 200] {
            db.write(move |tx| {
                let corp = i64::try_from(rows).unwrap();
                let names: Vec<String> = (0..rows).map(|n| n.to_string()).collect();
                let args: Vec<&dyn Arg> = names.iter().flat_map(|name| [&corp as &dyn Arg, name, &1i64]).collect();
                Ok(tx.insert("counter (corp_id, name, value)", 3, &args)?)
            })
            .wait()
            .unwrap();
            let corp = i64::try_from(rows).unwrap();
            assert_eq!(count(&db, corp), corp);
        }
    }
}

const COUNTER: &str = "counter (corp_id, name, value)";

#[test]
fn an_insert_that_fails_undoes_its_write_whatever_comes_after_it() {
    for place in Place::all() {
        let db = place.open();
        for followers in 0..3 {
            let refusal = db.write(move |tx| {
                for _ in 0..2 {
                    tx.insert(COUNTER, 3, &[&1i64, &"a", &1i64])?;
                }
                if followers > 0 {
                    tx.query("select name from counter", &[], |row| row.get::<String>(0))?;
                }
                if followers > 1 {
                    tx.insert(COUNTER, 3, &[&1i64, &"b", &1i64])?;
                }
                Ok(())
            });
            let refusal = refusal.wait().unwrap_err();
            assert!(refusal.cause().unwrap().is_duplicate(), "{followers} followers: {refusal:?}");
            assert_eq!(count(&db, 1), 0);
        }
        db.write(|tx| Ok(tx.insert(COUNTER, 3, &[&1i64, &"a", &1i64])?)).wait().unwrap();
        assert_eq!(count(&db, 1), 1);
    }
}

#[test]
fn inserts_of_a_refused_write_are_never_stored() {
    for place in Place::all() {
        let db = place.open();
        for n in 0..40i64 {
            let verdict = db.write(move |tx| {
                tx.insert(COUNTER, 3, &[&1i64, &n.to_string(), &1i64])?;
                if n % 2 == 0 { Ok(()) } else { Err(Code::NotFound.into()) }
            });
            assert_eq!(verdict.wait().is_ok(), n % 2 == 0);
        }
        assert_eq!(count(&db, 1), 20);
    }
}

#[test]
fn a_statement_sees_what_was_inserted_before_it() {
    for place in Place::all() {
        let db = place.open();
        db.write(|tx| {
            for n in 0..100i64 {
                tx.insert(COUNTER, 3, &[&1i64, &n.to_string(), &1i64])?;
                if n % 33 == 0 {
                    let sql = "select count(*) from counter where corp_id = 1";
                    assert_eq!(tx.query_opt(sql, &[], |row| row.get::<i64>(0))?, Some(n + 1));
                }
            }
            assert_eq!(tx.execute("update counter set value = 2 where corp_id = 1", &[])?, 100);
            Ok(())
        })
        .wait()
        .unwrap();
        assert_eq!(count(&db, 1), 100);
    }
}

#[test]
fn bulk_loads_keep_every_value() {
    for place in Place::all() {
        let db = place.open();
        db.write(|tx| {
            let columns = ["corp_id", "journal_id", "ordinal", "seq", "event_id", "type", "object_id", "at", "payload"];
            let rows: Vec<[Value; 9]> = (0..10_000i64)
                .map(|n| {
                    let seq = if n % 2 == 0 { Value::Null } else { Value::Int(n) };
                    let (id, payload) = (n.to_string().into(), "张三".into());
                    [1.into(), n.into(), 0.into(), seq, id, "t".into(), n.into(), 0.into(), payload]
                })
                .collect();
            let mut rows = rows.iter().map(|row| row.iter().map(|value| value as &dyn Arg).collect());
            assert_eq!(tx.load("event", &columns, &mut rows)?, 10_000);
            Ok(())
        })
        .wait()
        .unwrap();
        let read = db.read(|tx| {
            let sql =
                "select seq, payload, event_id from event where corp_id = 1 and journal_id >= $1 order by journal_id";
            let read = tx.query(sql, &[&9_998i64], |row| {
                Ok((row.get::<Option<i64>>(0)?, row.get::<String>(1)?, row.text(2)?.to_owned()))
            })?;
            Ok(read)
        });
        let expected = [(None, "张三".into(), "9998".into()), (Some(9_999), "张三".into(), "9999".to_owned())];
        assert_eq!(read.wait().unwrap(), expected);
    }
}

#[test]
fn integers_of_every_width_are_read_alike() {
    for place in Place::all() {
        let db = place.open();
        let sql = "select count(*), length('abc'), 7, case when 1 < 2 then 1 else 0 end, 2 > 1, coalesce($1, 0), \
                   $2 + 1, cast(null as bigint), sum(value) from counter";
        let read = move |tx: &mut Tx<'_>| {
            let row = tx.query_opt(sql, &[&5_000_000_000i64, &None::<i64>], |row| {
                (0..9).map(|index| row.get::<Option<i64>>(index)).collect::<Result<Vec<_>, _>>()
            })?;
            Ok(row.unwrap_or_default())
        };
        let expected = [Some(0), Some(3), Some(7), Some(1), Some(1), Some(5_000_000_000), None, None, None];
        assert_eq!(db.get(read).wait().unwrap(), expected);
    }
}

#[test]
fn a_wrong_type_or_number_of_values_is_a_500_that_says_so() {
    for place in Place::all() {
        let db = place.open();
        let refusal = |sql: &'static str, args: &'static [i64]| {
            db.get(move |tx| {
                let args: Vec<&dyn Arg> = args.iter().map(|arg| arg as &dyn Arg).collect();
                Ok(tx.query(sql, &args, |row| row.get::<i64>(0))?)
            })
            .wait()
            .unwrap_err()
        };
        let few = refusal("select value from counter where corp_id = $1 and value = $2", &[1]);
        assert!(matches!(few.cause(), Some(DbError::Values { wanted: 2, given: 1, .. })), "{:?}", few.cause());
        assert!(refusal("select 'x'", &[]).cause().is_some());
        assert!(refusal("select no_such_column from counter", &[]).cause().is_some());
    }
}

#[test]
fn acknowledged_writes_are_there_after_reopening() {
    for place in Place::all() {
        let db = place.open();
        let pending: Vec<_> = (0..200).map(|n| db.write(move |tx| put(tx, 1, &format!("n{n}")))).collect();
        for pending in pending {
            pending.wait().unwrap();
        }
        let other = db.clone();
        db.close();
        let refusal = other.write(|tx| put(tx, 1, "late")).wait().unwrap_err();
        assert!(matches!(refusal.cause(), Some(DbError::Closed | DbError::Away)), "{:?}", refusal.cause());
        assert!(!other.ready());
        assert_eq!(count(&place.open(), 1), 200);
    }
}

#[test]
fn too_many_waiting_calls_are_refused_at_once() {
    for place in Place::all() {
        let db = Db::open(&place.url, Options { waiting: 2, ..options() }).unwrap();
        let (open, closed) = gate();
        let block = |closed: std::sync::Arc<crossbeam_channel::Receiver<()>>| {
            db.write(move |_| {
                closed.recv().unwrap();
                Ok(())
            })
        };
        let blocked: Vec<_> = (0..10).map(|_| block(closed.clone())).collect();
        (0..10).for_each(|_| open.send(()).unwrap());
        let refused = blocked.into_iter().filter_map(|pending| pending.wait().err()).collect::<Vec<_>>();
        assert!((1..=9).contains(&refused.len()), "{}", refused.len());
        assert!(refused.iter().all(|refusal| matches!(refusal.cause(), Some(DbError::Busy))));
    }
}

#[test]
fn a_dropped_answer_does_not_stop_a_write() {
    for place in Place::all() {
        let db = place.open();
        drop(db.write(|tx| put(tx, 1, "kept")));
        db.write(|_| Ok(())).wait().unwrap();
        crate::place::eventually("the write is there", || count(&db, 1) == 1);
    }
}
