//! Object descriptions (chapter 16).

use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::keys::assert_shape;

const DETAIL: &str = "/openapi/v2/custom/detail";

const DESCRIPTION: &str = r#"{"api_key":"","fields":[{"api_name":"","view_name":"","property_type":0,"required":true,"enabled":true,"property_source":0,"options":[{"label":"","value":""}],"min_length?":"","max_length?":""}]}"#;

async fn describe(app: &TestApp, api_key: &str) -> Vec<Value> {
    let answer = app.get(DETAIL, &[("api_key", api_key)]).await;
    assert_shape(answer.assert_ok(), DESCRIPTION);
    assert_eq!(answer.json["data"]["api_key"], api_key);
    let old = app.get(&format!("/openapi/obj/{api_key}/description"), &[]).await;
    assert_eq!(old.text, answer.text, "both versions answer alike");
    answer.json["data"]["fields"].as_array().expect("fields").clone()
}

fn field<'a>(fields: &'a [Value], api_name: &str) -> &'a Value {
    fields.iter().find(|field| field["api_name"] == api_name).unwrap_or(&Value::Null)
}

fn system_names(fields: &[Value]) -> Vec<&str> {
    let system = fields.iter().filter(|field| field["property_source"] == 0);
    system.filter_map(|field| field["api_name"].as_str()).collect()
}

#[tokio::test]
async fn every_object_lists_its_system_fields_before_the_tenants_own() {
    let app = TestApp::new().await;
    for (api_key, count, first) in [
        ("contact", 45, "user_name"),
        ("clue", 45, "user_name"),
        ("business", 16, "business_name"),
        ("company", 17, "company_name"),
        ("dialogue_room", 4, "name"),
        ("external_user", 17, "name"),
    ] {
        let fields = describe(&app, api_key).await;
        let names = system_names(&fields);
        assert_eq!((names.len(), names.first()), (count, Some(&first)), "{api_key}");
        assert!(fields.iter().take(count).all(|field| field["property_source"] == 0), "{api_key}");
        assert!(!names.contains(&"status") || api_key == "company", "{api_key}");
    }
}

#[tokio::test]
async fn a_field_has_lengths_or_options_by_its_kind() {
    let app = TestApp::new().await;
    let fields = describe(&app, "contact").await;
    for expected in [
        r#"{"api_name":"user_name","view_name":"姓名","property_type":1,"required":true,"enabled":true,"property_source":0,"options":[],"min_length":"0","max_length":"100"}"#,
        r#"{"api_name":"age","view_name":"年龄","property_type":3,"required":false,"enabled":true,"property_source":0,"options":[],"min_length":"0","max_length":"3"}"#,
        r#"{"api_name":"create_time","view_name":"创建时间","property_type":4,"required":false,"enabled":true,"property_source":0,"options":[]}"#,
        r#"{"api_name":"gender","view_name":"性别","property_type":5,"required":false,"enabled":true,"property_source":0,"options":[{"label":"0","value":"未选择"},{"label":"1","value":"男"},{"label":"2","value":"女"}]}"#,
    ] {
        let wanted: Value = serde_json::from_str(expected).expect("JSON");
        assert_eq!(field(&fields, wanted["api_name"].as_str().expect("a name")).to_string(), expected);
    }
}

#[tokio::test]
async fn a_lead_says_mobile_and_keyword_where_a_contact_says_otherwise() {
    let app = TestApp::new().await;
    let (contact, clue) = (describe(&app, "contact").await, describe(&app, "clue").await);
    let different: Vec<(&str, &str)> =
        system_names(&contact).into_iter().zip(system_names(&clue)).filter(|(a, b)| a != b).collect();
    assert_eq!(different, [("contact_ways", "mobile"), ("key_word", "keyword")]);
    assert_eq!(contact.len(), clue.len());
}

#[tokio::test]
async fn options_of_system_fields_are_the_tenants() {
    let app = TestApp::new().await;
    for sql in [
        "delete from stage",
        "delete from channel",
        "delete from choice",
        "insert into stage (corp_id, id, label, name, ordinal) select corp_id, 1, 2, '二', 0 from corp",
        "insert into stage (corp_id, id, label, name, ordinal) select corp_id, 2, 1, '一', 1 from corp",
        "insert into channel (corp_id, id, label, name, ordinal) select corp_id, 1, 5, '活动', 0 from corp",
        "insert into channel (corp_id, id, label, parent_id, name, ordinal) select corp_id, 2, 6, 1, '公众号', 1 from corp",
        "insert into choice (corp_id, field, label, value, ordinal) select corp_id, 'fail_reason', 3, '价格', 0 from corp",
    ] {
        app.meddle(sql).await;
    }
    let contact = describe(&app, "contact").await;
    let options = |fields: &[Value], name: &str| field(fields, name)["options"].clone();
    assert_eq!(
        options(&contact, "customer_stage"),
        json!([{"label": "2", "value": "二"}, {"label": "1", "value": "一"}])
    );
    assert_eq!(
        options(&contact, "from_channel_id"),
        json!([{"label": "5", "value": "活动"}, {"label": "6", "value": "公众号"}])
    );
    assert_eq!(options(&contact, "level")[3], json!({"label": "4", "value": "D"}));
    let business = describe(&app, "business").await;
    let reasons = json!([{"label": "3", "value": "价格"}, {"label": "99", "value": "其他"}]);
    assert_eq!(options(&business, "fail_reason"), reasons);
    let stages = options(&business, "stage");
    let labels: Vec<&str> = stages.as_array().expect("stages").iter().filter_map(|s| s["label"].as_str()).collect();
    assert!(labels.contains(&"99") && labels.contains(&"100"), "{labels:?}");
}

#[tokio::test]
async fn fields_of_the_tenant_stand_in_console_order_the_disabled_ones_too() {
    let app = TestApp::new().await;
    for sql in [
        "delete from field",
        "delete from field_option",
        "insert into field (corp_id, id, object, api_name, view_name, property_type, ordinal, required, max_length) \
         select corp_id, 1, 'company', '测试0927', '测试', 1, 3, 1, 20 from corp",
        "insert into field (corp_id, id, object, api_name, view_name, property_type, ordinal, enabled) \
         select corp_id, 2, 'company', 'gj', '国家', 6, 2, 0 from corp",
        "insert into field (corp_id, id, object, api_name, view_name, property_type, ordinal) \
         select corp_id, 3, 'company', 'sz', '数字', 3, 1 from corp",
        "insert into field_option (corp_id, field_id, label, value, ordinal) select corp_id, 2, 1, '美国', 1 from corp",
        "insert into field_option (corp_id, field_id, label, value, ordinal) select corp_id, 2, 12, '中国', 0 from corp",
    ] {
        app.meddle(sql).await;
    }
    let own: Vec<String> = describe(&app, "company").await.iter().skip(17).map(Value::to_string).collect();
    assert_eq!(
        own,
        [
            r#"{"api_name":"sz","view_name":"数字","property_type":3,"required":false,"enabled":true,"property_source":1,"options":[],"min_length":"0","max_length":"15"}"#,
            r#"{"api_name":"gj","view_name":"国家","property_type":6,"required":false,"enabled":false,"property_source":1,"options":[{"label":"12","value":"中国"},{"label":"1","value":"美国"}]}"#,
            r#"{"api_name":"测试0927","view_name":"测试","property_type":1,"required":true,"enabled":true,"property_source":1,"options":[],"min_length":"0","max_length":"20"}"#,
        ]
    );
}

#[tokio::test]
async fn strict_limits_the_length_of_custom_texts() {
    let app = TestApp::strict().await;
    app.meddle("update field set max_length = 0").await;
    let fields = describe(&app, "contact").await;
    let own = |kind: i64| {
        fields.iter().find(|f| f["property_source"] == 1 && f["property_type"] == kind).expect("a field")["max_length"]
            .clone()
    };
    assert_eq!((own(1), own(2), own(3)), (json!("49"), json!("199"), json!("15")));
}

#[tokio::test]
async fn an_unknown_object_is_refused() {
    let app = TestApp::new().await;
    app.get(DETAIL, &[]).await.assert_code(1000, "api_key");
    app.get(DETAIL, &[("api_key", "")]).await.assert_code(1000, "api_key");
    app.get(DETAIL, &[("api_key", "staff")]).await.assert_code(1013, "api_key");
    app.get("/openapi/obj/staff/description", &[]).await.assert_code(1013, "api_key");
}
