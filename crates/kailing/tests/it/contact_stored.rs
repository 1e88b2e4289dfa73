//! Cards in the database: what is stored too late, and what is stored while others write.

use std::collections::HashMap;
use std::sync::Arc;

use kailing_core::card::{self, Cards, Touched, Unkept};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use serde_json::json;

use crate::contact_world::{WANG, World};

/// A reader without a memory, whose cards are stored when the test says so.
struct Reader {
    cards: Arc<Cards>,
}

impl Reader {
    fn new(world: &World) -> Reader {
        Reader { cards: Arc::new(Cards::new(Arc::clone(world.db.generations()), 0)) }
    }

    /// The row of `contact/list`.
    async fn read(&self, world: &World, id: &str) -> String {
        let (cards, corp, id) = (Arc::clone(&self.cards), world.corp, id.to_owned());
        let since = cards.begin();
        let read = world.db.read(move |tx| cards.render(tx, corp, &[&id], since)).await.expect("a readable database");
        let mut row = Vec::new();
        read[0].as_ref().expect("a contact").write_list_row(&mut row);
        String::from_utf8(row).expect("a text")
    }

    /// What it has rendered so far and nobody has stored.
    fn rendered(&self) -> Vec<Unkept> {
        self.cards.take_unkept(usize::MAX)
    }
}

async fn store(world: &World, cards: Vec<Unkept>) -> u64 {
    world.db.write(move |tx| card::keep(tx, &cards)).await.expect("a writable database")
}

async fn from_rows(world: &World, id: &str) -> String {
    let (corp, ids) = (world.corp, vec![id.to_owned()]);
    let mut rows: HashMap<String, String> = world.sql(move |tx| card::rendered(tx, corp, &ids)).await;
    rows.remove(id).expect("the contact")
}

/// Changes something behind the API as administration will.
async fn rename(world: &World, sql: &'static str, touched: Touched) {
    let corp = world.corp;
    let write = world.db.write(move |tx| {
        tx.execute(sql, &[&corp])?;
        tx.touch(corp, touched);
        Ok(())
    });
    write.await.expect("a change");
}

/// A contact that shows a name of every kind.
async fn rich(world: &World) -> String {
    let id = world.create(json!({"user_name": "客户", "status": 1, "owner_id": WANG, "from_channel_id": 9902})).await;
    world.post("/openapi/v2/tag/mark_tag", json!({"type": 0, "ids": [id], "add_tags": ["tag-a"]})).await.assert_ok();
    for sql in [
        "insert into company (corp_id, id, wire_id, company_name, name_key, create_time) values ($1, 9501, 'co', '甲', '甲', 1)
         on conflict (corp_id, id) do nothing",
        "insert into business (corp_id, id, wire_id, business_name, business_opp_number, stage, create_time, update_time)
         values ($1, 9601, 'bu', '甲', 'n-1', 1, 1, 1) on conflict (corp_id, id) do nothing",
        "insert into company_person (corp_id, company_id, person_id, person_type, create_time)
         select $1, 9501, id, 0, 5 from contact where corp_id = $1 and status = 1 and channel_id = 9202
         on conflict do nothing",
        "insert into business_person (corp_id, business_id, person_id, person_type, create_time)
         select $1, 9601, id, 0, 5 from contact where corp_id = $1 and status = 1 and channel_id = 9202
         on conflict do nothing",
    ] {
        world.change(sql).await;
    }
    id
}

/// The changes that make the card of a rich contact another one.
async fn change(world: &World, id: &str, kind: usize) {
    match kind {
        0 => {
            world.clock.advance(1);
            let remark = format!("新{}", world.clock.now());
            let answer = world.post("/openapi/contact/edit", json!({"contact_id": id, "remark": remark})).await;
            answer.assert_ok();
        }
        1 => {
            let sql = "update tag set name = name || '新' where corp_id = $1 and id = 9411";
            rename(world, sql, Touched::Tag(9411)).await;
        }
        2 => {
            let sql = "update channel set name = name || '新' where corp_id = $1 and id = 9201";
            rename(world, sql, Touched::Channel(9201)).await;
        }
        3 => {
            let sql = "update company set company_name = company_name || '新' where corp_id = $1 and id = 9501";
            rename(world, sql, Touched::Company(9501)).await;
        }
        4 => {
            let sql = "update business set business_name = business_name || '新' where corp_id = $1 and id = 9601";
            rename(world, sql, Touched::Business(9601)).await;
        }
        _ => {
            let sql = "update staff set wire_id = wire_id || '-new' where corp_id = $1 and wire_id like 'staff-wang%'";
            rename(world, sql, Touched::Tenant).await;
        }
    }
}

#[tokio::test]
async fn a_card_that_was_rendered_before_a_commit_and_comes_after_it_is_never_shown() {
    let world = World::new().await;
    for kind in 0..6 {
        let id = rich(&world).await;
        // The contact has no row, a fresh one, one that a touch has made stale.
        for row in ["none", "fresh", "stale"] {
            let (first, late) = (Reader::new(&world), Reader::new(&world));
            let old = first.read(&world, &id).await;
            assert_eq!(old, late.read(&world, &id).await);
            if row == "fresh" {
                store(&world, first.rendered()).await;
            }
            change(&world, &id, kind).await;
            store(&world, late.rendered()).await;
            let expected = from_rows(&world, &id).await;
            assert_ne!(old, expected, "change {kind}");
            let reader = Reader::new(&world);
            assert_eq!(reader.read(&world, &id).await, expected, "change {kind}, row {row}");
            if row == "stale" {
                assert_eq!(store(&world, reader.rendered()).await, 1);
                let last = Reader::new(&world);
                assert_eq!(last.read(&world, &id).await, expected, "change {kind}, stored");
                assert_eq!((last.cards.statistics().stored, last.rendered().len()), (1, 0), "change {kind}");
            }
        }
    }
}

#[tokio::test]
async fn readers_that_store_late_while_others_write_never_bring_an_old_card_back() {
    let world = Arc::new(World::new().await);
    let id = rich(&world).await;
    let acknowledged = Arc::new(std::sync::atomic::AtomicI64::new(0));
    let order = std::sync::atomic::Ordering::SeqCst;
    let mut readers = tokio::task::JoinSet::new();
    for seed in 0..6 {
        let (world, id, acknowledged) = (Arc::clone(&world), id.clone(), Arc::clone(&acknowledged));
        readers.spawn(async move {
            let mut random = ChaCha12Rng::seed_from_u64(seed);
            let (reader, mut held) = (Reader::new(&world), Vec::new());
            loop {
                let at_least = acknowledged.load(order);
                let row: serde_json::Value = serde_json::from_str(&reader.read(&world, &id).await).expect("JSON");
                let age = row["age"].as_i64().expect("a number");
                assert!(age >= at_least, "{age} after {at_least}: an old card came back");
                held.extend(reader.rendered());
                if random.random_range(0..4) == 0 {
                    store(&world, std::mem::take(&mut held)).await;
                }
            }
        });
    }
    for age in 1..=150 {
        world.post("/openapi/contact/edit", json!({"contact_id": id, "age": age})).await.assert_ok();
        acknowledged.store(age, order);
        if age % 10 == 0 {
            change(&world, &id, 1 + usize::try_from(age / 10 % 4).expect("small")).await;
        }
    }
    assert!(readers.try_join_next().is_none(), "a reader saw an old card");
}

#[tokio::test]
async fn a_creation_writes_no_card_and_a_rendered_contact_is_stored_soon() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let stored = "select json from card where corp_id = $1 and wire_id = $2";
    assert_eq!(world.rows(stored, &[&id], |row| row.get::<String>(0)).await, Vec::<String>::new());
    world.show(&id).await;
    let mut tries = 0;
    while world.rows(stored, &[&id], |row| row.get::<String>(0)).await.is_empty() {
        tries += 1;
        assert!(tries < 400, "not stored after ten seconds");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(world.rows(stored, &[&id], |row| row.get::<String>(0)).await, [from_rows(&world, &id).await]);
}

#[tokio::test]
async fn the_table_may_be_emptied_as_the_manual_says() {
    let world = World::new().await;
    let id = rich(&world).await;
    let (first, late) = (Reader::new(&world), Reader::new(&world));
    first.read(&world, &id).await;
    late.read(&world, &id).await;
    store(&world, first.rendered()).await;
    world.change("update card set version = version + 1, json = '' where corp_id = $1").await;
    store(&world, late.rendered()).await;
    assert_eq!(Reader::new(&world).read(&world, &id).await, from_rows(&world, &id).await);
}
