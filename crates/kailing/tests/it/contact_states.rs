//! The state machine of contacts, row by row: every state and every action of the API (chapter 19, section 6).

use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World, ZHAO};
use crate::harness::NOW;

/// Where a contact is before the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// Status 0, in the sea `sea-east`.
    Sea,
    /// Status 1, of Wang.
    Claimed,
    /// Status 4 without an owner.
    Open,
    /// Status 4 with the owner Wang.
    OpenOfWang,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    ToWang,
    ToLi,
    Discard,
    Recover,
    BackToDefault,
    BackToWest,
}

/// What comes of it.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// The item fails with this code.
    Refused(i64),
    /// Status, owner, sea, whether `claim_time` is now, journey number, change types of the events.
    Done(i64, &'static str, &'static str, Claim, i64, &'static [&'static str]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    None,
    Kept,
    Now,
}

use Action::{BackToDefault, BackToWest, Discard, Recover, ToLi, ToWang};
use Outcome::{Done, Refused};

const STATUS: &[&str] = &["change_status"];
const OWNER: &[&str] = &["change_owner"];
const BOTH: &[&str] = &["change_status", "change_owner"];
const DEFAULT: &str = "default";

/// From where, discarded or not, what is done, and what comes of it.
const TABLE: &[(From, bool, Action, Outcome)] = &[
    (From::Sea, false, ToWang, Refused(1005)),
    (From::Sea, false, ToLi, Refused(1005)),
    (From::Sea, false, Discard, Done(0, "", "sea-east", Claim::None, 601, &["contact_disuse"])),
    (From::Sea, false, Recover, Refused(1004)),
    (From::Sea, false, BackToDefault, Refused(1004)),
    (From::Sea, false, BackToWest, Refused(1004)),
    (From::Sea, true, ToWang, Refused(1005)),
    (From::Sea, true, ToLi, Refused(1005)),
    (From::Sea, true, Discard, Refused(1004)),
    (From::Sea, true, Recover, Done(0, "", "sea-east", Claim::None, 999, &["contact_recover"])),
    (From::Sea, true, BackToDefault, Refused(1004)),
    (From::Sea, true, BackToWest, Refused(1004)),
    (From::Claimed, false, ToWang, Refused(1004)),
    (From::Claimed, false, ToLi, Done(1, LI, "", Claim::Kept, 503, OWNER)),
    (From::Claimed, false, Discard, Done(1, WANG, "", Claim::Kept, 601, &["contact_disuse"])),
    (From::Claimed, false, Recover, Refused(1004)),
    (From::Claimed, false, BackToDefault, Done(0, "", DEFAULT, Claim::None, 999, BOTH)),
    (From::Claimed, false, BackToWest, Done(0, "", "sea-west", Claim::None, 999, BOTH)),
    (From::Claimed, true, ToWang, Refused(1004)),
    (From::Claimed, true, ToLi, Refused(1005)),
    (From::Claimed, true, Discard, Refused(1004)),
    (From::Claimed, true, Recover, Done(1, WANG, "", Claim::Kept, 999, &["contact_recover"])),
    (From::Claimed, true, BackToDefault, Refused(1005)),
    (From::Claimed, true, BackToWest, Refused(1005)),
    (From::Open, false, ToWang, Done(1, WANG, "", Claim::Now, 501, BOTH)),
    (From::Open, false, ToLi, Done(1, LI, "", Claim::Now, 501, BOTH)),
    (From::Open, false, Discard, Done(4, "", "", Claim::None, 601, &["contact_disuse"])),
    (From::Open, false, Recover, Refused(1004)),
    (From::Open, false, BackToDefault, Done(0, "", DEFAULT, Claim::None, 999, STATUS)),
    (From::Open, false, BackToWest, Done(0, "", "sea-west", Claim::None, 999, STATUS)),
    (From::Open, true, ToWang, Refused(1005)),
    (From::Open, true, ToLi, Refused(1005)),
    (From::Open, true, Discard, Refused(1004)),
    (From::Open, true, Recover, Done(4, "", "", Claim::None, 999, &["contact_recover"])),
    (From::Open, true, BackToDefault, Refused(1005)),
    (From::Open, true, BackToWest, Refused(1005)),
    (From::OpenOfWang, false, ToWang, Done(1, WANG, "", Claim::Now, 501, STATUS)),
    (From::OpenOfWang, false, ToLi, Done(1, LI, "", Claim::Now, 501, BOTH)),
    (From::OpenOfWang, false, Discard, Done(4, WANG, "", Claim::None, 601, &["contact_disuse"])),
    (From::OpenOfWang, false, Recover, Refused(1004)),
    (From::OpenOfWang, false, BackToDefault, Done(0, "", DEFAULT, Claim::None, 999, BOTH)),
    (From::OpenOfWang, false, BackToWest, Done(0, "", "sea-west", Claim::None, 999, BOTH)),
    (From::OpenOfWang, true, ToWang, Refused(1005)),
    (From::OpenOfWang, true, ToLi, Refused(1005)),
    (From::OpenOfWang, true, Discard, Refused(1004)),
    (From::OpenOfWang, true, Recover, Done(4, WANG, "", Claim::None, 999, &["contact_recover"])),
    (From::OpenOfWang, true, BackToDefault, Refused(1005)),
    (From::OpenOfWang, true, BackToWest, Refused(1005)),
];

#[tokio::test]
async fn every_state_takes_every_action_as_the_table_says() {
    let world = World::new().await;
    let default_sea = world.default_sea().await;
    for (from, discarded, action, outcome) in TABLE {
        let id = make(&world, *from, *discarded).await;
        world.clock.advance(1_000);
        let (before, sea) = (world.show(&id).await, world.sea_of(&id).await);
        let (known, past) = (world.events().await.len(), world.histories(&id).await.len());
        let answer = act(&world, &id, *action).await;
        let told = world.told_since(known).await;
        let case = format!("{from:?}, discarded {discarded}, {action:?}");
        match outcome {
            Refused(code) => {
                assert_eq!(answer[0]["error_code"], *code, "{case}: {answer}");
                assert_eq!((world.show(&id).await, world.sea_of(&id).await), (before, sea), "{case}");
                assert_eq!((told.len(), world.histories(&id).await.len()), (0, past), "{case}");
            }
            Done(status, owner, to_sea, claim, history, changes) => {
                assert_eq!(answer, json!([]), "{case}");
                let mut expected = before.clone();
                expected["status"] = json!(status);
                expected["owner_id"] = json!(owner);
                expected["is_useless"] = json!(*action == Discard);
                expected["claim_time"] = match claim {
                    Claim::None => json!(0),
                    Claim::Kept => before["claim_time"].clone(),
                    Claim::Now => json!(world.clock.now()),
                };
                assert_eq!(world.show(&id).await, expected, "{case}");
                let to_sea = if *to_sea == DEFAULT { &default_sea } else { *to_sea };
                assert_eq!(world.sea_of(&id).await, to_sea, "{case}");
                assert_eq!(told, telling(changes, *history), "{case}");
                let histories = world.histories(&id).await;
                assert_eq!((histories.len(), histories[past].history_type), (past + 1, *history), "{case}");
            }
        }
    }
}

#[tokio::test]
async fn the_list_and_its_last_member_follow_the_state() {
    let world = World::new().await;
    let id = make(&world, From::OpenOfWang, false).await;
    assert_eq!(world.list_row(&id).await["user_list"], json!([WANG]));
    act(&world, &id, ToLi).await;
    assert_eq!(world.list_row(&id).await["user_list"], json!([LI]));
    act(&world, &id, BackToWest).await;
    let listed = world.get("/openapi/contact/list", &[]).await;
    assert_eq!(listed.assert_ok()["contact_list"], json!([]));
}

#[tokio::test]
async fn creation_sets_owner_sea_and_claim_time_by_status() {
    let world = World::new().await;
    let past = 1_600_000_000_000_i64;
    let default_sea = world.default_sea().await;
    let cases = [
        (json!({"status": 0}), "", default_sea.as_str(), 0, 402),
        (json!({"status": 0, "owner_id": WANG, "sea_id": "sea-west"}), "", "sea-west", 0, 402),
        (json!({"status": 0, "sea_id": ""}), "", default_sea.as_str(), 0, 402),
        (json!({"status": 1, "owner_id": WANG, "sea_id": "sea-west"}), WANG, "", past, 401),
        (json!({"status": 4, "owner_id": WANG, "sea_id": "sea-west"}), WANG, "", 0, 401),
        (json!({"status": 4}), "", "", 0, 401),
    ];
    for (mut body, owner, sea, claim_time, history) in cases {
        body["user_name"] = json!("a");
        body["create_time"] = json!(past);
        let known = world.events().await.len();
        let id = world.create(body.clone()).await;
        let card = world.show(&id).await;
        assert_eq!((&card["owner_id"], &card["claim_time"]), (&json!(owner), &json!(claim_time)), "{body}");
        assert_eq!(world.sea_of(&id).await, sea, "{body}");
        assert_eq!(
            world.told_since(known).await,
            ["contact_add", "clue_add", &format!("clue_history {history}")],
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_sea_that_was_deleted_meanwhile_is_replaced_by_the_default_one() {
    let world = World::new().await;
    let id = make(&world, From::Sea, true).await;
    world.change("delete from sea where corp_id = $1 and wire_id = 'sea-east'").await;
    assert_eq!(act(&world, &id, Recover).await, json!([]));
    let default_sea = world.default_sea().await;
    assert_eq!(world.sea_of(&id).await, default_sea);
    let events = world.events().await;
    let event = events.iter().rfind(|event| event.kind == "contact_update").expect("an event");
    assert_eq!(event.json()["sea_id"], default_sea.as_str());
}

#[tokio::test]
async fn contacts_of_a_staff_member_who_left_can_be_transferred_and_put_back() {
    let world = World::new().await;
    let (a, b) = (make(&world, From::Claimed, false).await, make(&world, From::Claimed, false).await);
    world.change("update staff set status = 5 where corp_id = $1 and wire_id = 'staff-wang'").await;
    assert_eq!(world.show(&a).await["owner_id"], WANG);
    assert_eq!(act(&world, &a, ToLi).await, json!([]));
    assert_eq!(act(&world, &b, BackToWest).await, json!([]));
    assert_eq!(world.histories(&a).await[1].content, "由王小明转移给了李雷");
}

#[tokio::test]
async fn a_transfer_keeps_the_claim_time_and_a_new_claim_sets_it_again() {
    let world = World::new().await;
    let id = make(&world, From::Claimed, false).await;
    world.clock.advance(5_000);
    act(&world, &id, ToLi).await;
    assert_eq!(world.show(&id).await["claim_time"], NOW);
    let other = make(&world, From::Open, false).await;
    world.clock.advance(5_000);
    let item = json!({"contact_list": [{"id": other, "owner_id": ZHAO}]});
    world.post("/openapi/contact/owner_change", item).await.assert_ok();
    assert_eq!(world.show(&other).await["claim_time"], NOW + 10_000);
}

async fn make(world: &World, from: From, discarded: bool) -> String {
    let body = match from {
        From::Sea => json!({"user_name": "a", "status": 0, "sea_id": "sea-east"}),
        From::Claimed => json!({"user_name": "a", "status": 1, "owner_id": WANG}),
        From::Open => json!({"user_name": "a", "status": 4}),
        From::OpenOfWang => json!({"user_name": "a", "status": 4, "owner_id": WANG}),
    };
    let id = world.create(body).await;
    if discarded {
        act(world, &id, Discard).await;
    }
    id
}

/// Does it and gives the `fail_list`.
async fn act(world: &World, id: &str, action: Action) -> Value {
    let (path, body) = match action {
        ToWang => ("owner_change", json!({"contact_list": [{"id": id, "owner_id": WANG}]})),
        ToLi => ("owner_change", json!({"contact_list": [{"id": id, "owner_id": LI}]})),
        Discard => ("disuse", json!({"contatc_ids": [id]})),
        Recover => ("recover", json!({"contact_ids": [id]})),
        BackToDefault => ("back_to_sea", json!({"contact_ids": [id]})),
        BackToWest => ("back_to_sea", json!({"contact_ids": [id], "sea_id": "sea-west"})),
    };
    world.post(&format!("/openapi/contact/{path}"), body).await.assert_ok()["fail_list"].clone()
}

/// The events of an action: each change with its twin, then the journey.
fn telling(changes: &[&str], history: i64) -> Vec<String> {
    let twin = |change: &str| match change {
        "contact_disuse" => "clue_disuse".to_owned(),
        "contact_recover" => "change_status".to_owned(),
        other => other.to_owned(),
    };
    let mut told: Vec<String> = changes
        .iter()
        .flat_map(|change| [format!("contact_update {change}"), format!("clue_update {}", twin(change))])
        .collect();
    told.push(format!("clue_history {history}"));
    told
}
