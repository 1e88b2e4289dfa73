//! `kailing events`: the list, one event, following, and sending by hand, beside a running server.

use std::io::{BufRead as _, BufReader};
use std::process::Command;
use std::time::{Duration, Instant};

use kailing_core::sign::hex;
use serde_json::Value;

use crate::callback_world::{VAULT, World, all_delivered};
use crate::process::{kailing, run};
use crate::subscriber::{AES_KEY, Reply, Subscriber, TOKEN};

/// The command line on the database of a test.
struct Shell {
    url: String,
    tenant: String,
    app: String,
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ended {
    #[track_caller]
    fn lines(&self) -> Vec<&str> {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout.lines().collect()
    }

    /// The lines as JSON.
    #[track_caller]
    fn json(&self) -> Vec<Value> {
        self.lines().into_iter().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[track_caller]
    fn seqs(&self) -> Vec<i64> {
        self.json().iter().map(|line| line["seq"].as_i64().expect("a number")).collect()
    }
}

impl Shell {
    async fn new(world: &World) -> Shell {
        let app = world.app.credentials.app_id.clone();
        let sql = "select wire_id from corp where corp_id = 1";
        let tenant = world.app.sql(move |tx| Ok(tx.query(sql, &[], |row| row.get(0))?.remove(0))).await;
        Shell { url: world.app.database.url.clone(), tenant, app }
    }

    /// `kailing events` with these words, of which `APP` is the application.
    fn words(&self, words: &str) -> Vec<String> {
        let words = words.split_whitespace().map(|word| if word == "APP" { self.app.clone() } else { word.to_owned() });
        let fixed = ["events", "--database", &self.url, "--tenant", &self.tenant].map(str::to_owned);
        fixed.into_iter().chain(words).collect()
    }

    async fn events(&self, words: &str) -> Ended {
        let words = self.words(words);
        let ran = tokio::task::spawn_blocking(move || run(&words.iter().map(String::as_str).collect::<Vec<_>>()));
        let (code, stdout, stderr) = ran.await.expect("its end");
        Ended { code, stdout, stderr }
    }

    /// `kailing events send` with the key that the tests seal with.
    async fn send(&self, words: &str) -> Ended {
        self.events(&format!("send --secret-key {} {words}", hex(&VAULT))).await
    }

    fn follow(&self, words: &str) -> Command {
        kailing(&self.words(&format!("--follow {words}")).iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// Waits until the server has numbered so many events, which takes a moment on PostgreSQL.
async fn numbered(world: &World, count: i64) {
    let sql = "select count(*) from event where corp_id = 1 and seq is not null";
    for _ in 0..500 {
        if world.app.sql(move |tx| Ok(tx.query(sql, &[], |row| row.get::<i64>(0))?)).await == [count] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there are not {count} events");
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[tokio::test]
async fn the_list_shows_the_newest_events_and_how_far_each_application_is() {
    let world = World::new().await;
    let (first, second) = (world.contact("甲").await, world.contact("乙").await);
    world.until(|deliveries| all_delivered(deliveries, 6)).await;
    let shell = Shell::new(&world).await;
    let ended = shell.events("").await;
    let lines = ended.lines();
    assert_eq!(lines.len(), 7, "{lines:#?}");
    has(lines[0], &["SEQ", "TIME", "TYPE", "OBJECT", "ID", "DELIVERIES"]);
    has(lines[1], &["1  2026-11-02 10:00:00.000  contact_add", &first, "delivered"]);
    has(lines[6], &["6  ", "clue_history", "contact", &second]);
    assert_eq!(shell.events("--limit 2").await.lines().len(), 3);
    assert_eq!(shell.events("--json --limit 2").await.seqs(), [5, 6]);
    let event = &shell.events("--json --seq 1").await.json()[0];
    assert_eq!((&event["object_id"], &event["event"]["user_name"]), (&first.into(), &"甲".into()));
    assert_eq!((&event["time_stamp"], &event["event_type"]), (&"1793584800000".into(), &"contact_add".into()));
    assert_eq!(
        (&event["deliveries"][0]["state"], &event["deliveries"][0]["attempts"]),
        (&"delivered".into(), &1.into())
    );
}

#[tokio::test]
async fn events_are_chosen_by_type_object_number_id_time_application_and_state() {
    let world = World::new().await;
    world.contact("甲").await;
    world.app.clock.advance(3_600_000);
    let second = world.contact("乙").await;
    world.until(|deliveries| all_delivered(deliveries, 6)).await;
    world.app.meddle("update delivery set state = 2 where seq = 3").await;
    let shell = Shell::new(&world).await;
    let ids: Vec<String> = shell
        .events("--json")
        .await
        .json()
        .iter()
        .map(|event| event["event_id"].as_str().unwrap().to_owned())
        .collect();
    for (words, expected) in [
        ("--type contact_add,clue_add".to_owned(), vec![1, 2, 4, 5]),
        (format!("--object {second}"), vec![4, 5, 6]),
        (format!("--object {second} --type clue_add"), vec![5]),
        (format!("--object {second} --limit 2"), vec![5, 6]),
        ("--seq 2..4".to_owned(), vec![2, 3, 4]),
        ("--seq 5..".to_owned(), vec![5, 6]),
        ("--seq ..2".to_owned(), vec![1, 2]),
        (format!("--ids {},{},3", ids[4], ids[0]), vec![1, 3, 5]),
        (format!("--ids {},3 --type clue_add", ids[4]), vec![5]),
        ("--since 2026-11-02T10:30".to_owned(), vec![4, 5, 6]),
        ("--until 2026-11-02T11:00".to_owned(), vec![1, 2, 3]),
        ("--since 2026-11-02 --until 2026-11-03".to_owned(), vec![1, 2, 3, 4, 5, 6]),
        ("--since 2026-11-02T03:00:00Z".to_owned(), vec![4, 5, 6]),
        ("--since 1s".to_owned(), vec![]),
        ("--state exhausted".to_owned(), vec![3]),
        ("--state delivered --app APP --limit 2".to_owned(), vec![5, 6]),
        (format!("--state delivered --object {second} --type clue_add"), vec![5]),
        ("--state pending".to_owned(), vec![]),
        ("--app APP --seq ..3".to_owned(), vec![1, 2, 3]),
    ] {
        assert_eq!(shell.events(&format!("--json {words}")).await.seqs(), expected, "{words}");
    }
}

#[tokio::test]
async fn one_event_is_shown_with_every_attempt_in_words() {
    let world = World::new().await;
    let mut replies = vec![Reply::Text(500, "no"), Reply::Text(200, "ok")].into_iter();
    world.subscriber.answer(move |_| replies.next().unwrap_or(Reply::Success));
    let contact = world.contact("甲").await;
    world.until(|deliveries| deliveries.len() == 3 && deliveries[0].2 == 1).await;
    let shell = Shell::new(&world).await;
    let pending = shell.events("show 1").await;
    has(&pending.stdout, &["pending, 1 attempt", "500", "next attempt as soon as possible"]);
    has(&shell.events("show 2").await.stdout, &["pending, not tried yet", "waits for event 1 of the same object"]);
    world.app.clock.advance(5_000);
    world.until(|deliveries| deliveries[0].2 == 2).await;
    world.app.clock.advance(30_000);
    world.until(|deliveries| all_delivered(deliveries, 3)).await;
    let shown = shell.events("show 1").await;
    has(
        &shown.stdout,
        &["seq         1\n", "type        contact_add\n", "time        2026-11-02 10:00:00.000 +08:00\n"],
    );
    has(
        &shown.stdout,
        &[&format!("object      contact {contact}\n"), "  \"user_name\": \"甲\",\n", "delivered, 3 attempts"],
    );
    has(
        &shown.stdout,
        &["   1  2026-11-02 10:00:00.000", "   2  2026-11-02 10:00:05.000", "   3  2026-11-02 10:00:35.000"],
    );
    has(&shown.stdout, &["answered 200 but the body was `ok`, not `success`", " delivered\n"]);
    let json = shell.events("show 1 --json --app APP").await.json().remove(0);
    assert_eq!(json["deliveries"][0]["attempt_list"].as_array().unwrap().len(), 3);
    let by_id = shell.events(&format!("show {} --json", json["event_id"].as_str().unwrap())).await.json().remove(0);
    assert_eq!(by_id["seq"], 1);
}

#[tokio::test]
async fn followed_events_are_shown_as_they_happen_until_ctrl_c() {
    let world = World::new().await;
    world.contact("甲").await;
    world.until(|deliveries| all_delivered(deliveries, 3)).await;
    let shell = Shell::new(&world).await;
    let mut child = shell.follow("--json --type contact_add --limit 1 --app APP").spawn().unwrap();
    let (sender, lines) = std::sync::mpsc::channel();
    let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    std::thread::spawn(move || stdout.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let next = || {
        let line = lines.recv_timeout(Duration::from_secs(20)).expect("another line");
        serde_json::from_str::<Value>(&line).unwrap()["seq"].as_i64().unwrap()
    };
    assert_eq!(next(), 1);
    world.contact("乙").await;
    assert_eq!(next(), 4);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test]
async fn who_follows_ends_quietly_when_nobody_reads_any_more() {
    let world = World::silent().await;
    let mut child = Shell::new(&world).await.follow("").spawn().unwrap();
    let mut header = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut header).unwrap();
    assert!(header.contains("SEQ"));
    let began = Instant::now();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn events_that_were_never_queued_are_sent_to_the_application_and_recorded() {
    let world = World::silent().await;
    world.contact("甲").await;
    world.contact("乙").await;
    numbered(&world, 6).await;
    world.subscribe(|_| {}).await;
    let shell = Shell::new(&world).await;
    let rehearsed = shell.send("--app APP --type contact_add --dry-run").await;
    assert_eq!((rehearsed.lines().len(), world.subscriber.received().len()), (3, 0), "{rehearsed:?}");
    let sent = shell.send("--app APP --type contact_add,clue_add --yes").await;
    assert_eq!(sent.lines(), ["4 of 4 events delivered"], "{sent:?}");
    let mut seqs: Vec<i64> = world.subscriber.received().iter().map(|event| event.seq).collect();
    seqs.sort_unstable();
    assert_eq!(seqs, [1, 2, 4, 5]);
    let states: Vec<_> =
        world.deliveries().await.into_iter().map(|(seq, state, attempts, _)| (seq, state, attempts)).collect();
    assert_eq!(states, [(1, 1, 1), (2, 1, 1), (4, 1, 1), (5, 1, 1)]);
}

#[tokio::test]
async fn the_events_of_one_object_are_sent_in_order_and_not_past_a_failure() {
    let world = World::silent().await;
    let (first, _) = (world.contact("甲").await, world.contact("乙").await);
    world.rename(&first, "丙").await;
    numbered(&world, 9).await;
    world.subscribe(|_| {}).await;
    world.subscriber.answer(|event| if event.seq == 2 { Reply::Text(503, "busy") } else { Reply::Success });
    let shell = Shell::new(&world).await;
    let sent = shell.send("--app APP --seq 1.. --yes").await;
    assert_eq!((sent.code, sent.stdout.lines().next()), (1, Some("4 of 9 events delivered")), "{sent:?}");
    has(
        &sent.stdout,
        &["       2  clue_add              answered 503", "event 2 of the same object was not delivered"],
    );
    assert!(sent.stderr.ends_with("kailing: 5 events not delivered\n"), "{sent:?}");
    let order: Vec<i64> =
        world.subscriber.received().iter().map(|event| event.seq).filter(|seq| ![4, 5, 6].contains(seq)).collect();
    assert_eq!(order, [1, 2]);
    let states: Vec<_> = world.deliveries().await.into_iter().map(|(seq, state, ..)| (seq, state)).collect();
    assert_eq!(states, [(1, 1), (4, 1), (5, 1), (6, 1)], "what failed and was never queued leaves no trace");
    world.subscriber.answer(|_| Reply::Success);
    let json = shell.send("--app APP --seq 2.. --type clue_add,contact_update --yes --json").await.json().remove(0);
    assert_eq!((&json["events"], &json["delivered"], &json["failed"]), (&3.into(), &3.into(), &0.into()));
}

#[tokio::test]
async fn an_attempt_by_hand_delivers_what_waits_and_never_harms() {
    let mut world = World::new().await;
    world.subscriber.answer(|_| Reply::Text(500, "down"));
    world.contact("甲").await;
    world.until(|deliveries| deliveries.len() == 3 && deliveries[0].2 == 1).await;
    world.stop().await;
    let shell = Shell::new(&world).await;
    assert_eq!(shell.send("--app APP --seq 1 --yes").await.code, 1);
    let first = world.deliveries().await.remove(0);
    assert_eq!((first.1, first.2), (0, 2), "it is pending as before, with one more attempt");
    world.subscriber.answer(|_| Reply::Success);
    assert_eq!(shell.send("--app APP --state pending --seq ..1 --yes").await.code, 0);
    let due = "select seq from delivery where corp_id = 1 and next_at is not null";
    assert_eq!(
        world.app.sql(move |tx| Ok(tx.query(due, &[], |row| row.get::<i64>(0))?)).await,
        [2],
        "the next one is due"
    );
    assert_eq!(shell.send("--app APP --seq 1 --yes").await.code, 0);
    let shown = shell.events("show 1").await;
    has(&shown.stdout, &["delivered, 4 attempts", "   1  ", "   2  ", "   3  ", "   4  "]);
    world.app.meddle("update delivery set state = 2, next_at = null where seq = 2").await;
    assert_eq!(shell.send("--app APP --state exhausted --yes").await.lines(), ["1 of 1 event delivered"]);
    assert!(shell.events("--state exhausted --json").await.seqs().is_empty());
}

#[tokio::test]
async fn the_last_attempt_of_the_sender_stays_listed_when_it_is_sent_again() {
    let world = World::new().await;
    world.contact("甲").await;
    world.until(|deliveries| all_delivered(deliveries, 3)).await;
    world.subscriber.answer(|_| Reply::Text(500, "down"));
    let shell = Shell::new(&world).await;
    let sent = shell.send("--app APP --seq 1 --yes").await;
    assert_eq!(sent.code, 1);
    let shown = shell.events("show 1").await;
    has(&shown.stdout, &["delivered, 2 attempts", "   1  2026-11-02 10:00:00.000", "ms  delivered\n", "answered 500"]);
}

#[tokio::test]
async fn events_an_application_does_not_want_are_not_sent_to_it() {
    let world = World::silent().await;
    world.contact("甲").await;
    numbered(&world, 3).await;
    world.subscribe(|callback| callback.event_set = "current".to_owned()).await;
    let sent = Shell::new(&world).await.send("--app APP --seq 1.. --yes").await;
    assert_eq!(sent.lines(), ["2 of 2 events delivered"]);
    has(&sent.stderr, &["2 events to ", "; 1 more are not among those that the application wants"]);
    assert!(world.subscriber.received().iter().all(|event| event.kind() != "clue_add"));
}

#[tokio::test]
async fn events_are_sent_anywhere_else_without_a_trace() {
    let world = World::silent().await;
    world.contact("甲").await;
    numbered(&world, 3).await;
    let (shell, elsewhere) = (Shell::new(&world).await, Subscriber::start().await);
    let to = format!("--to {} --token {TOKEN} --aes-key {AES_KEY}", elsewhere.url);
    let began = Instant::now();
    let sent = shell.events(&format!("send {to} --as APP --seq 1.. --rate 2/s --yes")).await;
    assert_eq!(sent.lines(), ["3 of 3 events delivered"], "{sent:?}");
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    let received = elsewhere.received();
    assert_eq!(received.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(received.iter().all(|event| event.message["header"]["to_app"] == shell.app.as_str()));
    assert!(world.deliveries().await.is_empty());
    let private = shell.events(&format!("send {to} --seq 1 --yes --callback-private-networks=false")).await;
    has(&private.stdout, &["0 of 1 event delivered", "loopback"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_one_line() {
    let world = World::silent().await;
    world.contact("甲").await;
    numbered(&world, 3).await;
    let shell = Shell::new(&world).await;
    for (words, code, part) in [
        ("--type contact_ad", 2, "no such event type"),
        ("--state done", 2, "pending, delivered, exhausted"),
        ("--since yesterday", 2, "2h, 2026-11-02"),
        ("--seq 5..1", 2, "10..20"),
        ("--limit 0", 2, "from 1 to"),
        ("--follow --until 1h", 2, "--until"),
        ("--follow --state pending", 2, "--state"),
        ("--object nobody", 1, "no object nobody"),
        ("--ids 99", 1, "no event 99"),
        ("--app wloa00", 1, "no application wloa00"),
        ("show", 2, "SEQ|EVENT_ID"),
        ("show 99", 1, "no event 99"),
        ("show AAAA", 1, "no event AAAA"),
        ("show 1 --type contact_add", 2, "one event"),
        ("send", 2, "which events"),
        ("send --app APP", 2, "which events"),
        ("send --seq 1", 2, "where to"),
        ("send --seq 1 --app APP", 1, "has no callback URL"),
        ("send --seq 1 --app APP --rate fast", 2, "50/s"),
        ("send --seq 1 --to http://127.0.0.1:1/", 2, "--token"),
        ("send --seq 1 --to ftp://x/ --token WlTestToken1234567890 --aes-key x", 2, "--to: "),
        ("send --seq 1 --to http://127.0.0.1:1/ --token short --aes-key x", 2, "--token: "),
        ("send --seq 1 --to http://127.0.0.1:1/ --token WlTestToken1234567890 --aes-key x", 2, "--aes-key: "),
    ] {
        let ended = shell.events(words).await;
        assert_eq!((ended.code, ended.stderr.lines().count()), (code, 1), "{words}: {ended:?}");
        has(&ended.stderr, &["kailing: ", part]);
    }
    world.app.change_app(|row| row.enabled = false).await;
    let ended = shell.events("send --seq 1 --app APP").await;
    assert_eq!(ended.code, 1);
    has(&ended.stderr, &["is disabled"]);
}

#[tokio::test]
async fn the_tenant_follows_from_the_application_and_must_else_be_named() {
    let world = World::silent().await;
    world.contact("甲").await;
    numbered(&world, 3).await;
    let shell = Shell::new(&world).await;
    let bare = ["events", "--database", &shell.url, "--json"].map(str::to_owned);
    let of = |more: &[&str]| {
        let words: Vec<String> = bare.iter().cloned().chain(more.iter().map(|&word| word.to_owned())).collect();
        tokio::task::spawn_blocking(move || run(&words.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let (code, _, stderr) = of(&[]).await.unwrap();
    assert_eq!(code, 2);
    has(&stderr, &["--tenant"]);
    assert_eq!(of(&["show", "1", "--app", &shell.app]).await.unwrap().0, 0);
    let stranger = crate::fixture::stranger().app_id;
    let (code, _, stderr) = of(&["--app", &stranger, "--tenant", &shell.tenant]).await.unwrap();
    assert_eq!(code, 2);
    has(&stderr, &["another tenant"]);
    let (code, stdout, _) = of(&["--app", &stranger, "--since", "1w"]).await.unwrap();
    assert_eq!((code, stdout.as_str()), (0, ""), "the stranger has no events");
}
