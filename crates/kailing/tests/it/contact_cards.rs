//! An answer from cards, those in memory and those in the database, always equals one that is made anew from the rows
//! (invariant 7 of the architecture).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kailing_api::app::{App, Settings};
use kailing_core::card::{self, Touched, Unkept};
use kailing_core::ids::Ids;
use kailing_core::store::db::Db;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World, ZHAO};
use crate::database::{meddle, postgres_server, variable};
use crate::harness::NOW;

const BATCH: &str = "/openapi/contact/batch";

/// A second server on the database of a world.
struct Beside {
    base: String,
    app: Arc<App>,
    db: Db,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Beside {
    async fn start(world: &World, cards_memory: u64) -> Beside {
        let db = world.database.open();
        let settings = Settings { cards_memory, ..Settings::default() };
        let ids = Arc::new(Ids::new(8, [8; 32]));
        let app = App::start(db.clone(), ids, world.clock.clone(), settings).await.expect("a second server");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        tokio::spawn(kailing_api::serve::serve(listener, Arc::clone(&app), async { drop(stopped.await) }));
        Beside { base, app, db, stop: Some(stop) }
    }

    /// Stores cards as the server does in the background.
    async fn store(&self, cards: Vec<Unkept>) {
        self.db.write(move |tx| card::keep(tx, &cards)).await.expect("stored cards");
    }

    async fn post(&self, world: &World, path: &str, body: &Value) -> String {
        let request = world.client.post(format!("{}{path}", self.base)).query(&[("access_token", world.token())]);
        world.send(request.body(body.to_string())).await.text
    }

    async fn list(&self, world: &World) -> String {
        let request = world.client.get(format!("{}/openapi/contact/list", self.base));
        world.send(request.query(&[("access_token", world.token())])).await.text
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.db.clone().close();
    }
}

/// The walk and what it knows.
struct Walk {
    world: World,
    random: ChaCha12Rng,
    ids: Vec<String>,
    /// Paths whose calls were answered with success.
    done: BTreeSet<String>,
    /// How many were made; a card shows all that a contact takes part in.
    opportunities: u32,
}

impl Walk {
    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.random.random_range(0..list.len())]
    }

    /// Some contacts, some of them twice, sometimes an unknown one.
    fn some(&mut self) -> Vec<String> {
        let mut ids: Vec<String> = (0..self.random.random_range(1..4))
            .map(|_| self.ids[self.random.random_range(0..self.ids.len())].clone())
            .collect();
        if self.random.random_range(0..8) == 0 {
            ids.push("nobody".to_owned());
        }
        ids
    }

    /// One write of any kind; gives its name.
    async fn step(&mut self) -> &'static str {
        self.world.clock.advance(i64::from(self.random.next_u32() % 1_000));
        let ids = self.some();
        let number = self.random.random_range(0..100_i64);
        match self.random.random_range(0..24) {
            0 if self.ids.len() < 12 => self.create(number).await,
            0..=3 => self.edit(&ids[0], number).await,
            4..=7 => self.transfer(&ids).await,
            8..=9 => self.call("disuse", json!({"contatc_ids": ids})).await,
            10..=12 => self.call("recover", json!({"contact_ids": ids})).await,
            13..=14 => {
                let sea = self.pick(&["", "sea-west", "sea-east", "nowhere"]);
                self.call("back_to_sea", json!({"contact_ids": ids, "sea_id": sea})).await
            }
            15..=16 => self.mark(&ids).await,
            17..=19 => self.around(&ids, number).await,
            _ => self.console(number).await,
        }
    }

    async fn call(&mut self, name: &'static str, body: Value) -> &'static str {
        self.post(&format!("/openapi/contact/{name}"), body).await;
        name
    }

    async fn post(&mut self, path: &str, body: Value) {
        if self.world.post(path, body).await.code() == 0 {
            self.done.insert(path.to_owned());
        }
    }

    /// Writes of other nouns that contacts show something of.
    async fn around(&mut self, ids: &[String], number: i64) -> &'static str {
        let id = ids[0].clone();
        let (time, known) = (NOW - number * 1_000, ids.iter().filter(|id| *id != "nobody").collect::<Vec<_>>());
        let (path, body) = match self.random.random_range(0..11) {
            0 | 1 => {
                let record = json!({"index": 0, "content": "x", "create_time": time, "create_user_id": WANG});
                ("/openapi/progress/create", json!({"id": id, "type": 0, "progress_list": [record]}))
            }
            2 | 3 => {
                let last = "select wire_id from progress where corp_id = $1 and discarded = 0 order by id desc limit 2";
                let records: Vec<String> = self.world.rows(last, &[], |row| row.get(0)).await;
                ("/openapi/progress/disuse", json!({"progress_ids": records}))
            }
            4 => ("/openapi/company/customer_related/add", json!({"company_id": "co", "type": 0, "ids": known})),
            5 => ("/openapi/v2/company/customer_related/remove", json!({"company_id": "co", "type": 0, "ids": known})),
            6 => ("/openapi/business/customer_related/edit", json!({"id": "bu", "add_customers": [{"ids": known}]})),
            7 => ("/openapi/business/customer_related/edit", json!({"id": "bu", "remove_customers": [{"ids": known}]})),
            8 => ("/openapi/business/edit", json!({"business_id": "bu", "business_name": format!("b{number}")})),
            9 if self.opportunities < 30 => {
                self.opportunities += 1;
                let draft = json!({"business_name": "新", "stage": 1, "create_user_id": WANG, "create_time": NOW,
                    "company_id": "co", "related_customers": [{"ids": known}]});
                ("/openapi/v2/business/create", draft)
            }
            _ => {
                let mobiles = json!([format!("1380013{:04}", number % 5)]);
                let body = json!({"user_id": WANG, "customer_id": "friend-a", "remark_mobiles": mobiles});
                ("/openapi/customer/edit", body)
            }
        };
        self.post(path, body).await;
        path.rsplit('/').next().unwrap_or_default()
    }

    /// Compares the answers of a server that keeps cards in memory, of one that does not, and of the rows.
    async fn compare(&self, cold: &Beside, step: &str) {
        let body = json!({"contact_ids": self.ids});
        let warm = self.world.post(BATCH, body.clone()).await.text;
        assert_eq!(warm, cold.post(&self.world, BATCH, &body).await, "{step}");
        let (corp, ids) = (self.world.corp, self.ids.clone());
        let rows = self.world.sql(move |tx| card::rendered(tx, corp, &ids)).await;
        assert_eq!(warm.matches(r#""contact_id":"#).count(), rows.len(), "{step}");
        for row in rows.values() {
            let (batch, _) = row.split_once(r#","clue_source":"#).expect("members of the list");
            assert!(warm.contains(&format!("{batch}}}")), "{step}: {warm} lacks {batch}");
        }
    }

    async fn create(&mut self, number: i64) -> &'static str {
        let (status, owner) = [(0, ""), (1, WANG), (4, ""), (4, LI)][self.random.random_range(0..4)];
        let ways = json!([{"contact_way": format!("1380013{:04}", number % 5)}]);
        let body = json!({"user_name": format!("n{number}"), "status": status, "owner_id": owner, "contact_ways": ways,
            "from_channel_id": 9902, "region": "浙江", "contact_custom": {"zz_dx": 1}});
        self.ids.push(self.world.create(body).await);
        "create"
    }

    async fn edit(&mut self, id: &str, number: i64) -> &'static str {
        let labels = "select label from stage where corp_id = $1 order by ordinal";
        let labels: Vec<i64> = self.world.rows(labels, &[], |row| row.get(0)).await;
        let stage = labels[self.random.random_range(0..labels.len())];
        let body = match self.random.random_range(0..5) {
            0 => json!({"contact_id": id, "user_name": format!("n{number}"), "age": number}),
            1 => json!({"contact_id": id, "contact_custom": {"zz_wb": format!("w{number}"), "zz_dxs": [1, 2]}}),
            2 => json!({"contact_id": id, "contact_custom": {"zz_wb": "", "zz_dxs": []}}),
            3 => json!({"contact_id": id, "contact_custom": {"customer_stage": stage}}),
            _ => json!({"contact_id": id, "remark": format!("r{number}"), "wx_id": "w", "gender": number % 4}),
        };
        self.call("edit", body).await
    }

    async fn transfer(&mut self, ids: &[String]) -> &'static str {
        let owners: Vec<&str> = ids.iter().map(|_| self.pick(&[WANG, LI, ZHAO, "staff-left"])).collect();
        let list: Vec<Value> = ids.iter().zip(owners).map(|(id, owner)| json!({"id": id, "owner_id": owner})).collect();
        self.call("owner_change", json!({"contact_list": list})).await
    }

    async fn mark(&mut self, ids: &[String]) -> &'static str {
        let known: Vec<&String> = ids.iter().filter(|id| *id != "nobody").collect();
        let (add, remove) = (self.pick(&["tag-a", "tag-b", "tag-c"]), self.pick(&["tag-a", "tag-b", "tag-c"]));
        let body = match self.random.random_range(0..3) {
            0 => json!({"type": 0, "ids": known, "add_tags": [add]}),
            1 => json!({"type": 0, "ids": known, "remove_tags": [remove], "user_id": LI}),
            _ => json!({"type": 0, "ids": known, "add_tags": [add], "remove_tags": [remove]}),
        };
        self.post("/openapi/v2/tag/mark_tag", body).await;
        "mark_tag"
    }

    /// What the console and the connectors will do: names and links that contacts show.
    async fn console(&mut self, number: i64) -> &'static str {
        let person = self.ids[self.random.random_range(0..self.ids.len())].clone();
        let changes: [(&'static str, &'static str, Option<Touched>); 10] = [
            ("tag", "update tag set name = 'n' || $2 where corp_id = $1 and id = 9411", Some(Touched::Tag(9411))),
            (
                "channel",
                "update channel set name = 'n' || $2 where corp_id = $1 and id = 9202",
                Some(Touched::Channel(9202)),
            ),
            ("stage", "update stage set name = 'n' || $2 where corp_id = $1 and id = 9801", Some(Touched::Stage(9801))),
            (
                "upper channel",
                "update channel set name = 'n' || $2 where corp_id = $1 and id = 9201",
                Some(Touched::Channel(9201)),
            ),
            (
                "company",
                "update company set company_name = 'n' || $2 where corp_id = $1 and id = 9501",
                Some(Touched::Company(9501)),
            ),
            (
                "business",
                "update business set business_name = 'n' || $2 where corp_id = $1 and id = 9601",
                Some(Touched::Business(9601)),
            ),
            (
                "voided",
                "update business set status = 1 - status where corp_id = $1 and id = 9601 and $2 <> ''",
                Some(Touched::Business(9601)),
            ),
            (
                "joins company",
                "insert into company_person (corp_id, company_id, person_id, person_type, create_time)
              select $1, 9501, id, 0, 5 from contact where corp_id = $1 and wire_id = $2 on conflict do nothing",
                None,
            ),
            (
                "joins business",
                "insert into business_person (corp_id, business_id, person_id, person_type, create_time)
              select $1, 9601, id, 0, 5 from contact where corp_id = $1 and wire_id = $2 on conflict do nothing",
                None,
            ),
            (
                "leaves company",
                "delete from company_person where corp_id = $1 and person_id =
              (select id from contact where corp_id = $1 and wire_id = $2)",
                None,
            ),
        ];
        let (name, sql, touched) = changes[self.random.random_range(0..changes.len())];
        let (corp, number) = (self.world.corp, number.to_string());
        let write = self.world.db.write(move |tx| {
            tx.execute(sql, &[&corp, if touched.is_some() { &number } else { &person }])?;
            let id =
                tx.query_opt("select id from contact where corp_id = $1 and wire_id = $2", &[&corp, &person], |row| {
                    row.get::<i64>(0)
                })?;
            tx.touch(corp, touched.unwrap_or(Touched::Contact(id.unwrap_or(0))));
            Ok(())
        });
        write.await.unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
        name
    }
}

/// `KAILING_LONG=1` takes hours.
fn steps() -> u32 {
    if variable("KAILING_LONG").is_some() { 1_000_000 } else { 800 }
}

async fn begin() -> Walk {
    let world = World::new().await;
    world.befriend().await;
    for sql in [
        "insert into company (corp_id, id, wire_id, company_name, name_key, create_time) values ($1, 9501, 'co', '甲', '甲', 1)",
        "insert into business (corp_id, id, wire_id, business_name, business_opp_number, stage, create_time, update_time)
         values ($1, 9601, 'bu', '甲', 'n-1', 1, 1, 1)",
        "insert into stage (corp_id, id, label, name, ordinal) values ($1, 9801, 9801, '末', 9001)",
    ] {
        world.change(sql).await;
    }
    let (random, ids, done) = (ChaCha12Rng::seed_from_u64(19), Vec::new(), BTreeSet::new());
    let mut walk = Walk { world, random, ids, done, opportunities: 0 };
    for number in 0..5 {
        walk.create(number).await;
    }
    walk
}

#[tokio::test]
async fn a_walk_over_all_writes_finds_every_answer_from_cards_equal_to_one_made_anew() {
    let mut walk = begin().await;
    let cold = Beside::start(&walk.world, 0).await;
    let mut held = Vec::new();
    for number in 0..steps() {
        let step = format!("step {number}: {}", walk.step().await);
        walk.compare(&cold, &step).await;
        if number % 10 == 0 {
            let listed = walk.world.get("/openapi/contact/list", &[]).await.text;
            assert_eq!(listed, cold.list(&walk.world).await, "{step}");
        }
        // Some cards are stored at once, others some writes later.
        held.extend(cold.app.cards.take_unkept(usize::MAX));
        if walk.random.random_range(0..3) == 0 {
            cold.store(std::mem::take(&mut held)).await;
        }
    }
    let (warm, cold) = (walk.world.app.cards.statistics(), cold.app.cards.statistics());
    assert!(warm.hits > 4 * (warm.stored + warm.rendered), "the answers came from memory: {warm:?}");
    assert!(cold.hits == 0 && cold.stored > 2 * cold.rendered, "the answers came from the database: {cold:?}");
    assert!(walk.done.len() >= 14, "only these writes succeeded: {:?}", walk.done);
}

#[tokio::test]
async fn a_reader_sees_what_was_acknowledged_while_others_read_the_same_contact() {
    let world = Arc::new(World::new().await);
    let id = world.claimed(WANG).await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (world, id) = (Arc::clone(&world), id.clone());
        readers.spawn(async move {
            let mut last = 0;
            loop {
                let age = world.show(&id).await["age"].as_i64().expect("a number");
                assert!(age >= last, "{age} after {last}: an old card came back");
                last = age;
            }
        });
    }
    for age in 1..=150 {
        world.post("/openapi/contact/edit", json!({"contact_id": id, "age": age})).await.assert_ok();
        assert_eq!(world.show(&id).await["age"], age);
    }
    assert!(readers.try_join_next().is_none(), "a reader saw an old card");
}

#[tokio::test]
async fn another_server_shows_a_change_within_a_second() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let body = json!({"contact_ids": [id]});
    let other = Beside::start(&world, 1 << 20).await;
    for age in 1..=5 {
        let warm = other.post(&world, BATCH, &body).await;
        world.post("/openapi/contact/edit", json!({"contact_id": id, "age": age})).await.assert_ok();
        let expected = world.post(BATCH, body.clone()).await.text;
        assert_ne!(warm, expected);
        let mut tries = 0;
        while other.post(&world, BATCH, &body).await != expected {
            tries += 1;
            assert!(tries < 40, "still the old card after a second");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

#[tokio::test]
async fn another_server_shows_no_old_card_while_it_cannot_follow_the_journal() {
    if postgres_server().is_none() {
        return;
    }
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let body = json!({"contact_ids": [id]});
    let other = Beside::start(&world, 1 << 20).await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() \
               and query like '%from journal where position%' and pid <> pg_backend_pid()";
    for age in 1..=8 {
        other.post(&world, BATCH, &body).await;
        meddle(&world.database.url, cut);
        world.post("/openapi/contact/edit", json!({"contact_id": id, "age": age})).await.assert_ok();
        let expected = world.post(BATCH, body.clone()).await.text;
        assert!(expected.contains(&format!(r#""age":{age},"#)), "{expected}");
        let mut tries = 0;
        while other.post(&world, BATCH, &body).await != expected {
            meddle(&world.database.url, cut);
            tries += 1;
            assert!(tries < 40, "still the old card after a second");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}
