//! What administration changes while the server runs holds for the next call on contacts: at once when this process
//! has changed it, within a second when another one has.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::contact_world::{WANG, World};
use crate::process::run;

/// A new contact's stage, and the channel and sea that its event names.
async fn signs(world: &World) -> (String, String, String) {
    let id = world.create(json!({"user_name": "客户", "status": 0, "from_channel_id": "9902"})).await;
    let stage = world.show(&id).await["customer_stage"].as_str().expect("a stage").to_owned();
    let events = world.events().await;
    let added = events.iter().rfind(|event| event.kind == "contact_add").expect("an event");
    let payload: Value = serde_json::from_str(&added.payload).expect("JSON");
    let text = |name: &str| payload[name].as_str().expect("a text").to_owned();
    (stage, text("from_channel_name"), text("sea_id"))
}

async fn custom_code(world: &World, name: &str) -> i64 {
    let body = json!({"user_name": "客户", "status": 1, "owner_id": WANG, "contact_custom": {name: "甲"}});
    world.post("/openapi/contact/create", body).await.code()
}

#[tokio::test]
async fn a_change_of_this_process_holds_for_the_next_contact() {
    let world = World::new().await;
    let before = signs(&world).await;
    assert_eq!((before.1.as_str(), custom_code(&world, "zz_new").await), ("展会-上海站", 1013));
    world.change("update stage set name = '改名的阶段' where corp_id = $1").await;
    world.change("update channel set name = '深圳站' where corp_id = $1 and id = 9202").await;
    world.change("update sea set is_default = case when id = 9101 then 1 else 0 end where corp_id = $1").await;
    assert_eq!(signs(&world).await, ("改名的阶段".into(), "展会-深圳站".into(), "sea-east".into()));
    world
        .change("insert into field (corp_id, id, object, api_name, view_name, property_type, ordinal) values ($1, 9399, 'contact', 'zz_new', '新', 1, 1)")
        .await;
    assert_eq!(custom_code(&world, "zz_new").await, 0);
    world.change("update field set enabled = 0 where corp_id = $1 and id = 9399").await;
    assert_eq!(custom_code(&world, "zz_new").await, 1013);
}

#[tokio::test]
async fn a_change_of_another_process_holds_within_a_second() {
    let world = World::new().await;
    assert_eq!(signs(&world).await.1, "展会-上海站");
    assert_eq!(custom_code(&world, "zz_new").await, 1013);
    let lines = [
        json!({"type": "channel", "id": "9902", "name": "广州站"}),
        json!({"type": "field", "object": "contact", "api_name": "zz_new", "view_name": "新", "property_type": 1}),
    ];
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("catalogue.jsonl");
    std::fs::write(&file, lines.map(|line| line.to_string()).join("\n")).expect("a file");
    let tenant: Vec<String> = world.rows("select wire_id from corp where corp_id = $1", &[], |row| row.get(0)).await;
    let (file, url) = (file.to_str().expect("a name"), &world.database.url);
    let (code, report, errors) = run(&["import", "--json", "--database", url, "--tenant", &tenant[0], file]);
    assert_eq!((code, errors.as_str()), (0, ""), "{report}");
    let begun = Instant::now();
    while signs(&world).await.1 != "展会-广州站" || custom_code(&world, "zz_new").await != 0 {
        assert!(begun.elapsed() < Duration::from_secs(1), "the catalogue is stale for more than a second");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
