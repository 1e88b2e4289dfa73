//! Who announces what (chapter 21, section 6.1): a table of every write endpoint with exactly the journal entries, the
//! events in their order and the journey items that one call writes.
//!
//! A row is a call on fresh objects. To add an endpoint, add rows; `every_write_endpoint_has_a_row` asks for them.

mod contacts;
mod firms;
mod records;

use std::collections::BTreeSet;

use kailing_api::endpoint::Method;
use kailing_api::routes::ENDPOINTS;
use serde_json::{Value, json};

use crate::contact_world::{WANG, World};
use crate::harness::NOW;
use crate::objects::{follow, record, world};

/// The objects of one row, made anew for each.
struct Scene {
    /// Claimed by Wang.
    claimed: String,
    /// To be assigned, without an owner.
    waiting: String,
    /// To be assigned, already Wang's.
    promised: String,
    /// Claimed by Wang and discarded.
    useless: String,
    /// A follow-up record of `claimed`.
    progress: String,
    /// A company, and a claimed contact related to it with a number of its own.
    firm: String,
    colleague: String,
    mobile: String,
    /// An opportunity of the company with the colleague.
    deal: String,
}

/// A call and what it writes.
struct Row {
    path: &'static str,
    body: fn(&Scene) -> Value,
    /// `object_type action`, one for each changed object.
    journal: &'static [&'static str],
    /// `type`, with `change_type` or the number of the journey item.
    events: &'static [&'static str],
    /// `object_type history_type`; a minus before it where an item is removed.
    journey: &'static [&'static str],
}

/// In this order: friends stay related to the companies of later rows.
const ROWS: &[&[Row]] = &[
    records::PROGRESS,
    records::JOURNEY,
    contacts::TAGS,
    contacts::CONTACTS,
    contacts::CLUES,
    contacts::FRIENDS,
    firms::COMPANIES,
    firms::THIRDS,
    firms::BUSINESSES,
];

impl Scene {
    async fn new(world: &World, number: usize) -> Scene {
        let claimed = world.claimed(WANG).await;
        let useless = world.claimed(WANG).await;
        world.post("/openapi/contact/disuse", json!({"contact_ids": [useless]})).await.assert_ok();
        let mobile = format!("137{number:08}");
        let ways = json!([{"contact_way": mobile}]);
        let colleague = world.create(json!({"status": 1, "owner_id": WANG, "contact_ways": ways})).await;
        let text = |answer: &Value, name: &str| answer[name].as_str().expect("an id").to_owned();
        let firm = json!({"company_name": format!("企业 {number}"), "create_user_id": WANG});
        let firm = text(world.post("/openapi/company/create", firm).await.assert_ok(), "company_id");
        let relate = json!({"company_id": firm, "ids": [colleague]});
        world.post("/openapi/v2/company/customer_related/add", relate).await.assert_ok();
        let deal = json!({"business_name": "商机", "stage": 1, "company_id": firm, "create_user_id": WANG,
            "create_time": NOW, "related_customers": [{"ids": [colleague]}]});
        let deal = text(world.post("/openapi/v2/business/create", deal).await.assert_ok(), "business_id");
        Scene {
            waiting: world.create(json!({"user_name": "a", "status": 4})).await,
            promised: world.create(json!({"user_name": "a", "status": 4, "owner_id": WANG})).await,
            progress: follow(world, 0, &claimed, vec![record(0, NOW, "x")]).await.remove(0),
            claimed,
            useless,
            firm,
            colleague,
            mobile,
            deal,
        }
    }
}

/// The journey items of the tenant as `object_type history_type`, with their ids.
async fn items(world: &World) -> BTreeSet<(i64, String)> {
    let sql = "select id, object_type, history_type from history where corp_id = $1";
    let rows =
        world.rows(sql, &[], |row| Ok((row.get::<i64>(0)?, format!("{} {}", row.get::<i64>(1)?, row.get::<i64>(2)?))));
    rows.await.into_iter().collect()
}

#[tokio::test]
async fn each_write_announces_exactly_what_its_row_says() {
    let world = world().await;
    let mut wrong = Vec::new();
    for (number, row) in ROWS.iter().copied().flatten().enumerate() {
        let scene = Scene::new(&world, number).await;
        let (journal, events, before) =
            (world.journal_since(0).await.len(), world.events().await.len(), items(&world).await);
        let body = (row.body)(&scene);
        let call = format!("{} {body}", row.path);
        world.post(row.path, body).await.assert_ok();
        let after = items(&world).await;
        let written: Vec<String> = world.journal_since(journal).await.into_iter().map(|(what, _)| what).collect();
        let mut journey: Vec<String> = after.difference(&before).map(|(_, item)| item.clone()).collect();
        journey.extend(before.difference(&after).map(|(_, item)| format!("-{item}")));
        let told = [(written, row.journal), (world.told_since(events).await, row.events), (journey, row.journey)];
        wrong.extend(
            told.into_iter()
                .filter(|(is, said)| is != said)
                .map(|(is, said)| format!("{call}\n    wrote {is:?}\n    row   {said:?}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_write_endpoint_has_a_row() {
    let rows: Vec<&Row> = ROWS.iter().copied().flatten().collect();
    let writes = ENDPOINTS.iter().filter(|endpoint| {
        endpoint.method == Method::Post && endpoint.scope.is_some_and(|scope| scope.strip_suffix(".write").is_some())
    });
    let missing: Vec<&str> =
        writes.map(|endpoint| endpoint.path).filter(|path| !rows.iter().any(|row| row.path == *path)).collect();
    assert_eq!(missing, [""; 0], "write endpoints without a row");
}
