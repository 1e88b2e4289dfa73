//! Cursors of `contact/list`: bound to endpoint, tenant and their own text (chapter 00, section 9).

use serde_json::{Value, json};

use crate::contact_world::{WANG, World};
use crate::fixture;
use crate::harness::TestApp;

const LIST: &str = "/openapi/contact/list";

/// Creates 101 contacts and gives their ids and the cursor after the first page.
async fn first_page(app: &TestApp) -> (Vec<String>, String) {
    let mut ids = Vec::new();
    for i in 0..101 {
        let answer = app.post("/openapi/contact/create", json!({"user_name": format!("{i}"), "status": 4})).await;
        ids.push(answer.assert_ok()["contact_id"].as_str().expect("an id").to_owned());
    }
    let data = app.get(LIST, &[]).await.assert_ok().clone();
    (ids, text(&data["cursor"]))
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn altered_and_malformed_cursors_are_refused() {
    let world = World::new().await;
    let (_, good) = first_page(&world).await;
    world.get(LIST, &[("cursor", &good)]).await.assert_ok();
    for (i, _) in good.char_indices() {
        let mut altered = good.clone().into_bytes();
        altered[i] = if altered[i] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).expect("ASCII");
        world.get(LIST, &[("cursor", &altered)]).await.assert_code(1014, "");
    }
    let long = "A".repeat(1_000);
    for wrong in ["x", "1", "-1", "null", "游标", " ", &format!("{good}A"), &good[1..], &good[..good.len() - 1], &long]
    {
        assert_eq!(world.get(LIST, &[("cursor", wrong)]).await.code(), 1014, "{wrong}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_endpoint_is_refused() {
    let world = World::new().await;
    let (ids, cursor) = first_page(&world).await;
    let mark = json!({"type": 0, "ids": ids, "add_tags": ["tag-a"]});
    world.post("/openapi/v2/tag/mark_tag", mark).await.assert_ok();
    let related = "/openapi/v2/tag/get_related_obj";
    let other = text(&world.get(related, &[("tag_id", "tag-a")]).await.assert_ok()["cursor"]);
    world.get(LIST, &[("cursor", &other)]).await.assert_code(1014, "");
    world.get(related, &[("tag_id", "tag-a"), ("cursor", &cursor)]).await.assert_code(1014, "");
}

#[tokio::test]
async fn a_cursor_of_another_tenant_is_refused() {
    let world = World::new().await;
    let (_, mine) = first_page(&world).await;
    let stranger = fixture::stranger();
    let token = world.token_of(&stranger.app_id, &stranger.app_secret).await;
    let token = text(&token.assert_ok()["access_token"]);
    let query = [("access_token", token.as_str()), ("cursor", &mine)];
    world.send(world.request("GET", LIST).query(&query)).await.assert_code(1014, "");
}

#[tokio::test]
async fn a_cursor_is_checked_with_the_days_before_anything_is_read() {
    let world = World::strict().await;
    let query = [("start_day", "2020-01-01"), ("end_day", "2021-01-01"), ("cursor", "x"), ("owner_id", "nobody")];
    world.get(LIST, &query).await.assert_code(1014, "");
}

#[tokio::test]
async fn a_cursor_holds_the_position_and_not_the_filters() {
    let world = World::new().await;
    let (_, cursor) = first_page(&world).await;
    world.clock.advance(1);
    world.claimed(WANG).await;
    let data = world.get(LIST, &[("cursor", &cursor), ("owner_id", WANG)]).await.assert_ok().clone();
    assert_eq!(data["contact_list"].as_array().map(Vec::len), Some(1));
    world.clock.advance(400 * 86_400_000);
    let token = world.fresh_token().await;
    let query = [("access_token", token.as_str()), ("cursor", &cursor)];
    let data = world.send(world.request("GET", LIST).query(&query)).await.assert_ok().clone();
    assert_eq!(data["contact_list"].as_array().map(Vec::len), Some(2), "it does not expire");
}
