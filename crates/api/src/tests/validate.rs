//! The input rules of chapter 00, section 6.

use kailing_core::context::Profile;
use kailing_core::cursor::Position;
use kailing_core::refusal::Code;
use serde_json::{Map, Value, json};

use crate::input::{Given, Input, is_filled};
use crate::param::{
    Param, boolean, cursor, day, day_order, id, ids, int, items, label, list, millis, missing, object, one_of,
    one_required, raw, raw_list, record, text, texts, word,
};
use crate::validate::{Rules, Source, validate};

fn run(params: &'static [Param], body: Value, profile: Profile, source: Source) -> Result<Input, String> {
    let Value::Object(members) = body else { panic!("an object") };
    let open_cursor = |text: &str| (text == "good").then(|| Position { time: 1, id: String::new() });
    validate(params, members, &Rules { profile, source, open_cursor: &open_cursor, unreadable: &[] })
        .map_err(|refusal| refusal.to_string())
}

fn body(params: &'static [Param], body: Value) -> Result<Input, String> {
    run(params, body, Profile::Open, Source::Body)
}

#[track_caller]
fn refused(params: &'static [Param], input: Value, code: i64, detail: &str) {
    let refusal = body(params, input.clone()).map(|_| ()).expect_err(&input.to_string());
    assert!(
        refusal.starts_with(&format!("{code} ")) && refusal.ends_with(&format!(": {detail}")),
        "{input}: {refusal}"
    );
}

const INTEGER: &[Param] = &[int("n", 0, 150)];

#[test]
fn integers_come_as_numbers_or_digits() {
    for (given, expected) in [
        (json!(7), 7),
        (json!(1.0), 1),
        (json!(1e2), 100),
        (json!("7"), 7),
        (json!("007"), 7),
        (json!(-0.0), 0),
        (json!(0), 0),
    ] {
        assert_eq!(body(INTEGER, json!({ "n": given })).unwrap().int("n"), Some(expected), "{given}");
    }
    let words = "n must be an integer";
    for bad in
        [json!(1.5), json!("1.0"), json!("-1"), json!("+1"), json!(" 1"), json!(true), json!([]), json!({}), json!("x")]
    {
        refused(INTEGER, json!({ "n": bad }), 1013, words);
    }
    for bad in [json!("99999999999999999999"), json!(1e30), json!(18_446_744_073_709_551_615_u64)] {
        refused(INTEGER, json!({ "n": bad }), 1013, words);
    }
    for bad in [json!(-1), json!(151), json!("151")] {
        refused(INTEGER, json!({ "n": bad }), 1013, "n must be between 0 and 150");
    }
    const SIGNED: &[Param] = &[int("n", -5, 5)];
    assert_eq!(body(SIGNED, json!({"n": "-3"})).unwrap().int("n"), Some(-3));
}

#[test]
fn null_is_absent_and_empty_is_kept_apart() {
    const TABLE: &[Param] = &[text("t", 5), int("n", 0, 9), ids("ids")];
    let input = body(TABLE, json!({"t": null, "n": "", "ids": []})).unwrap();
    assert_eq!((input.given("t"), input.given("n"), input.given("ids")), (Given::Absent, Given::Clear, Given::Clear));
    assert_eq!((input.text("t"), input.int("n"), input.edited_int("n")), (None, None, Some(0)));
    let input = body(TABLE, json!({"t": ""})).unwrap();
    assert_eq!((input.text("t"), input.str("t"), input.edited("t")), (None, "", Some("")));
    assert_eq!(body(TABLE, json!({"t": "x"})).unwrap().given("t"), Given::Value);
}

#[test]
fn what_is_required_must_be_filled() {
    const TABLE: &[Param] = &[text("a", 5).required(), ids("b").required(), text("c", 5).trimmed().required()];
    let full = json!({"a": "x", "b": ["y"], "c": "z"});
    assert!(body(TABLE, full.clone()).is_ok());
    for (name, bad) in [("a", json!(null)), ("a", json!("")), ("b", json!([])), ("b", json!("")), ("c", json!("  "))] {
        let mut members = full.clone();
        members[name] = bad;
        refused(TABLE, members, 1000, &format!("{name} is required"));
    }
    refused(TABLE, json!({"a": 7, "b": 7, "c": 7}), 1013, "a must be a string");
}

#[test]
fn texts_are_counted_in_code_points_after_trimming() {
    const TABLE: &[Param] = &[text("plain", 3), text("trimmed", 3).trimmed(), text("filled", 3).filled()];
    let input = body(TABLE, json!({"plain": " 开 ", "trimmed": "  开瓴x \n"})).unwrap();
    assert_eq!((input.text("plain"), input.text("trimmed")), (Some(" 开 "), Some("开瓴x")));
    refused(TABLE, json!({"plain": "开瓴xy"}), 1013, "plain must not have more than 3 characters");
    refused(TABLE, json!({"plain": "a\0"}), 1013, "plain must not contain U+0000");
    refused(TABLE, json!({"plain": 7}), 1013, "plain must be a string");
    refused(TABLE, json!({"filled": ""}), 1013, "filled must not be empty");
    assert_eq!(body(TABLE, json!({"trimmed": "  "})).unwrap().given("trimmed"), Given::Clear);
}

#[test]
fn lists_are_measured_before_their_items_are_looked_at() {
    const TABLE: &[Param] = &[texts("names", 2), ids("ids").limit(1, 3), list("items", ITEM).limit(2, 2)];
    const ITEM: &[Param] = &[id("id").aliases(&["contact_id"]).required(), raw("owner"), ids("more").limit(1, 1)];
    let input = body(TABLE, json!({"ids": ["a", "", "a"], "items": [{"contact_id": "x", "owner": 7}]})).unwrap();
    assert_eq!(input.ids("ids"), ["a", "", "a"]);
    let item = &input.list("items")[0];
    assert_eq!((item.text("id"), item.raw("owner")), (Some("x"), Some(&json!(7))));
    refused(TABLE, json!({"ids": [1, 2, 3, 4]}), 1012, "ids must not have more than 3 items");
    refused(TABLE, json!({"ids": ["a", 1]}), 1013, "ids[1] must be a string");
    refused(TABLE, json!({"ids": "a"}), 1013, "ids must be an array");
    refused(TABLE, json!({"names": ["abc"]}), 1013, "names[0] must not have more than 2 characters");
    refused(TABLE, json!({"items": [{"id": "x"}, {"id": ""}, {}]}), 1000, "items[1].id is required");
    refused(TABLE, json!({"items": [{"id": "x"}, 7]}), 1013, "items[1] must be an object");
    refused(
        TABLE,
        json!({"items": [{"id": "x", "more": ["a", "b"]}]}),
        1012,
        "items[0].more must not have more than 1 items",
    );
    let strict = run(TABLE, json!({"ids": ["a", "b"]}), Profile::Strict, Source::Body);
    assert!(strict.unwrap_err().starts_with("1012"));
}

#[test]
fn the_first_filled_spelling_counts() {
    const TABLE: &[Param] = &[ids("contatc_ids").aliases(&["contact_ids"]).required()];
    for (given, expected) in [
        (json!({"contact_ids": ["b"]}), "b"),
        (json!({"contatc_ids": ["a"], "contact_ids": ["b"]}), "a"),
        (json!({"contatc_ids": [], "contact_ids": ["b"]}), "b"),
    ] {
        assert_eq!(body(TABLE, given).unwrap().ids("contatc_ids"), [expected]);
    }
    refused(TABLE, json!({"contatc_ids": [], "contact_ids": []}), 1000, "contatc_ids is required");
}

#[test]
fn rules_over_several_parameters_hold() {
    const GROUP: &[Param] = &[texts("a", 9), texts("b", 9), one_required(&["a", "b"])];
    refused(GROUP, json!({"a": []}), 1000, "at least one of a, b is required");
    assert!(body(GROUP, json!({"b": ["x"]})).is_ok());
    const OWNER: &[Param] = &[one_of("status", &[0, 1]), id("owner_id"), missing(owner)];
    fn owner(body: &Map<String, Value>) -> Option<&'static str> {
        (body.get("status") == Some(&json!(1)) && !is_filled(body, "owner_id")).then_some("owner_id")
    }
    refused(OWNER, json!({"status": 1}), 1000, "owner_id is required");
    assert!(body(OWNER, json!({"status": 0})).is_ok());
    const DAYS: &[Param] = &[
        day("from").required_in_strict(Code::BadValue),
        day("to").required_in_strict(Code::BadValue),
        day_order("from", "to"),
    ];
    refused(DAYS, json!({"from": "2025-01-02", "to": "2025-01-01"}), 1013, "from must not be after to");
    refused(DAYS, json!({"from": "2025-1-2"}), 1013, "from must be a day, yyyy-MM-dd");
    assert!(body(DAYS, json!({"from": "2025-01-02", "to": "2025-01-02"})).is_ok());
    let strict = run(DAYS, json!({"from": "2025-01-02", "to": ""}), Profile::Strict, Source::Query);
    assert_eq!(strict.unwrap_err(), "1013 参数格式或值错误: to is required");
}

#[test]
fn other_kinds_know_their_values() {
    const TABLE: &[Param] = &[
        one_of("type", &[0, 3]),
        word("key", &["contact", "company"]),
        millis("time"),
        boolean("flag"),
        label("label"),
        object("custom"),
        record("source", &[int("type", 0, 9), text("name", 3)]),
        raw_list("ways"),
        cursor(),
    ];
    let input = body(
        TABLE,
        json!({"type": "3", "key": "company", "time": "1700000000000", "flag": true, "label": 12, "custom": {"a": [1]},
               "source": {"type": "2"}, "ways": [1, "a"], "cursor": "good"}),
    )
    .unwrap();
    assert_eq!(
        (input.int("type"), input.text("key"), input.int("time")),
        (Some(3), Some("company"), Some(1_700_000_000_000))
    );
    assert_eq!((input.flag("flag"), input.text("label"), input.raw_list("ways").len()), (true, Some("12"), 2));
    assert_eq!(input.object("custom").unwrap()["a"], json!([1]));
    assert_eq!(input.record("source").unwrap().int("type"), Some(2));
    assert!(input.cursor().is_some());
    for (members, code, detail) in [
        (json!({"type": 1}), 1013, "type must be one of 0, 3"),
        (json!({"key": "other"}), 1013, "key must be one of contact, company"),
        (json!({"time": 1_700_000_000}), 1013, "time must be epoch milliseconds of 13 digits"),
        (json!({"flag": "true"}), 1013, "flag must be true or false"),
        (json!({"flag": 1}), 1013, "flag must be true or false"),
        (json!({"label": true}), 1013, "label must be a string or an integer"),
        (json!({"custom": [1]}), 1013, "custom must be an object"),
        (json!({"custom": {"a": {"b": ["\0"]}}}), 1013, "custom.a.b[0] must not contain U+0000"),
        (json!({"source": {"name": "abcd"}}), 1013, "source.name must not have more than 3 characters"),
        (json!({"cursor": "bad"}), 1014, "cursor is not a cursor of this endpoint"),
        (json!({"cursor": 5}), 1014, "cursor is not a cursor of this endpoint"),
        (json!({"cursor": []}), 1013, "cursor must be a string"),
    ] {
        refused(TABLE, members, code, detail);
    }
    assert!(body(TABLE, json!({"cursor": 0})).unwrap().cursor().is_none());
}

#[test]
fn queries_spell_booleans_in_their_own_way() {
    const TABLE: &[Param] = &[boolean("flag")];
    for (given, expected) in [("TRUE", true), ("1", true), ("False", false), ("0", false)] {
        let input = run(TABLE, json!({ "flag": given }), Profile::Open, Source::Query).unwrap();
        assert_eq!(input.flag("flag"), expected);
    }
    assert!(run(TABLE, json!({"flag": "yes"}), Profile::Open, Source::Query).is_err());
}

proptest::proptest! {
    #[test]
    fn no_input_makes_the_validator_panic(text in r#"\{("(type|key|time|flag|label|custom|source|ways|items|ids)":(\[\]|\{\}|""|1e9|-1|null|true|\["x",1\]|\{"id":1\}|\[\{"id":""\}\]),?){0,6}\}"#) {
        const ITEM: &[Param] = &[id("id").required(), raw("owner")];
        const TABLE: &[Param] = &[
            one_of("type", &[0, 3]),
            word("key", &["contact"]),
            millis("time"),
            boolean("flag"),
            label("label"),
            object("custom"),
            record("source", ITEM),
            raw_list("ways"),
            list("items", ITEM),
            ids("ids").aliases(&["type"]),
        ];
        if let Ok(members @ Value::Object(_)) = serde_json::from_str(&text.replace(",}", "}")) {
            drop(body(TABLE, members));
        }
    }
}

#[test]
fn items_that_stand_on_their_own_fail_alone_and_their_frame_refuses_the_call() {
    const ONE: &[Param] = &[items("list", &[int("index", 0, 9).required()], &[text("t", 3)]).required().or_one()];
    const EACH: &[Param] =
        &[text("t", 3).required(), texts("l", 3).limit(1, 1), millis("at"), one_required(&["l", "at"])];
    const TABLE: &[Param] = &[items("list", &[int("index", 0, 9).required()], EACH).required().limit(3, 3)];
    let at = 1_700_000_000_000_i64;
    let good = json!({"index": "0", "t": "x", "at": at});
    let input =
        body(TABLE, json!({"list": [good, {"index": 1, "at": at}, {"index": 1, "t": "long", "l": ["a", "b"]}]}))
            .unwrap();
    let found = input.items("list");
    assert_eq!(found.iter().map(|item| item.whole.int("index")).collect::<Vec<_>>(), [Some(0), Some(1), Some(1)]);
    assert_eq!(found[0].each.as_ref().unwrap().str("t"), "x");
    let fault = |i: usize| found[i].each.as_ref().unwrap_err().to_string();
    assert_eq!(fault(1), "1000 参数缺失: list[1].t is required");
    assert_eq!(fault(2), "1012 数据超过限制: list[2].l must not have more than 1 items");
    for (bad, code, detail) in [
        (json!([]), 1000, "list is required"),
        (json!([{"t": "x"}]), 1000, "list[0].index is required"),
        (json!([{"index": 0}, {"index": "x"}]), 1013, "list[1].index must be an integer"),
        (json!([1]), 1013, "list[0] must be an object"),
        (good.clone(), 1013, "list must be an array"),
        (json!([{}, {}, {}, {}]), 1000, "list[0].index is required"),
        (json!([good, good, good, good]), 1012, "list must not have more than 3 items"),
    ] {
        refused(TABLE, json!({"list": bad}), code, detail);
    }
    assert_eq!(body(ONE, json!({"list": good})).unwrap().items("list").len(), 1);
    refused(ONE, json!({"list": {}}), 1000, "list[0].index is required");
}
