//! Who may call the endpoints of contacts, how, and that tenants do not see each other (chapters 00 and 19).

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::contact_world::{LI, WANG, World};
use crate::fixture;

/// Method, last part of the path, whether it changes something.
const ALL: &[(&str, &str, bool)] = &[
    ("POST", "create", true),
    ("POST", "batch", false),
    ("GET", "list", false),
    ("POST", "edit", true),
    ("POST", "owner_change", true),
    ("POST", "disuse", true),
    ("POST", "recover", true),
    ("POST", "back_to_sea", true),
    ("GET", "sea/list", false),
    ("POST", "get_by_contact_way", false),
];

async fn call(world: &World, token: &str, method: &str, name: &str, body: Value) -> Answer {
    let request = world.request(method, &format!("/openapi/contact/{name}")).query(&[("access_token", token)]);
    world.send(if method == "POST" { request.body(body.to_string()) } else { request }).await
}

#[tokio::test]
async fn every_endpoint_wants_a_token_and_its_own_method() {
    let world = World::new().await;
    for (method, name, _) in ALL {
        call(&world, "", method, name, json!({})).await.assert_code(1000, "access_token");
        call(&world, "nonsense", method, name, json!({})).await.assert_code(1007, "");
        let other = if *method == "POST" { "GET" } else { "POST" };
        call(&world, world.token(), other, name, json!({})).await.assert_code(1010, "");
        let in_body = world.request(method, &format!("/openapi/contact/{name}"));
        let in_body = in_body.body(json!({"access_token": world.token()}).to_string());
        world.send(in_body).await.assert_code(1000, "access_token");
    }
}

#[tokio::test]
async fn reading_and_writing_have_scopes_of_their_own_which_come_before_the_body() {
    let world = World::new().await;
    for (scope, may_write) in [("contact.read", false), ("contact.write", true)] {
        world
            .change_app(move |app| app.scopes = vec![scope.to_owned(), "clue.write".to_owned(), "tag.read".to_owned()])
            .await;
        for (method, name, writes) in ALL {
            let answer = call(&world, world.token(), method, name, json!(["no object"])).await;
            match (*writes == may_write, *method) {
                (false, _) => assert_eq!(answer.code(), 403, "{name} with {scope}: {}", answer.text),
                (true, "POST") => assert_eq!(answer.code(), 1011, "{name} with {scope}: {}", answer.text),
                (true, _) => assert_eq!(answer.code(), 0, "{name} with {scope}: {}", answer.text),
            }
        }
    }
}

#[tokio::test]
async fn another_tenant_finds_and_changes_nothing() {
    let world = World::new().await;
    let body = json!({"status": 1, "owner_id": WANG, "contact_ways": [{"contact_way": "13800138000"}]});
    let id = world.create(body).await;
    let before = (world.show(&id).await, world.events().await.len());
    let stranger = fixture::stranger();
    let answer = world.token_of(&stranger.app_id, &stranger.app_secret).await;
    let token = answer.assert_ok()["access_token"].as_str().expect("a token").to_owned();
    let theirs = async |method: &str, name: &str, body: Value| call(&world, &token, method, name, body).await;

    assert_eq!(theirs("POST", "batch", json!({"contact_ids": [id]})).await.assert_ok()["contact_list"], json!([]));
    assert_eq!(theirs("GET", "list", json!({})).await.assert_ok()["contact_list"], json!([]));
    let found = theirs("POST", "get_by_contact_way", json!({"contact_ways": ["13800138000"]})).await;
    assert_eq!(found.assert_ok()["contact_list"], json!([]));
    theirs("POST", "edit", json!({"contact_id": id, "user_name": "x"})).await.assert_code(1003, "contact_id");
    for name in ["disuse", "recover", "back_to_sea"] {
        let answer = theirs("POST", name, json!({"contact_ids": [id]})).await;
        assert_eq!(answer.assert_ok()["fail_list"][0]["error_code"], 1003, "{name}");
    }
    for owner in [WANG, LI] {
        let move_it = json!({"contact_list": [{"id": id, "owner_id": owner}]});
        let code = theirs("POST", "owner_change", move_it).await.assert_ok()["fail_list"][0]["error_code"].clone();
        assert!(code == 1003 || code == 1001, "{code}");
    }
    let owned = json!({"user_name": "a", "status": 1, "owner_id": WANG});
    theirs("POST", "create", owned).await.assert_code(1001, "owner_id");
    for member in [json!({"sea_id": "sea-east"}), json!({"create_user_id": WANG}), json!({"from_channel_id": 9902})] {
        let mut body = json!({"user_name": "a", "status": 0});
        body.as_object_mut().expect("members").extend(member.as_object().expect("members").clone());
        theirs("POST", "create", body).await.assert_code(1001, "");
    }
    let custom = json!({"user_name": "a", "status": 4, "contact_custom": {"zz_wb": "a"}});
    theirs("POST", "create", custom).await.assert_code(1013, "zz_wb");
    let same = json!({"status": 4, "contact_ways": [{"contact_way": "13800138000"}]});
    let same = theirs("POST", "create", same).await.assert_ok()["contact_id"].clone();
    let shown = theirs("POST", "batch", json!({"contact_ids": [same, id]})).await;
    let list = shown.assert_ok()["contact_list"].as_array().expect("rows").clone();
    assert_eq!((list.len(), &list[0]["is_repeat"]), (1, &json!(false)), "duplicates are those of the tenant");
    assert_eq!((world.show(&id).await, world.events().await.len()), before);
}

#[tokio::test]
async fn seas_of_leads_and_of_companies_have_the_scopes_of_their_chapters() {
    let world = World::new().await;
    world.change_app(|app| app.scopes = vec!["contact.read".to_owned()]).await;
    world.get("/openapi/clue/sea/list", &[]).await.assert_code(403, "clue.read");
    world.get("/openapi/company/sea/list", &[]).await.assert_code(403, "company.read");
}
