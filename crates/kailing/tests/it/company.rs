//! Companies by themselves (chapter 05): creation, edit, details in both shapes.

use serde_json::{Value, json};

use crate::company_world::{Firms, OLD, batch_shape, new_shape};
use crate::contact_world::{LI, WANG, long};
use crate::harness::NOW;
use crate::keys::assert_shape;

const CREATE: &str = "/openapi/company/create";
const EDIT: &str = "/openapi/company/edit";
const GET: &str = "/openapi/v2/company/get";
const DETAIL: &str = "/openapi/company/detail";

fn all_members() -> Value {
    json!({"company_name": "杭州云帆科技有限公司", "create_user_id": WANG, "abbreviation": "云帆", "website_list": "https://yf.cn, b",
        "population_size": 0, "real_address": " 文一路1号 ", "company_profile": "介绍",
        "company_custom": {"qy_dxs": [10, "1", 10], "qy_wb": " a ", "qy_dx": "12", "qy_sz": "1.50", "qy_rq": 946_684_800_000_i64}})
}

#[tokio::test]
async fn a_new_company_is_claimed_by_its_creator_and_shows_what_was_given() {
    let firms = Firms::new().await;
    let id = firms.found(all_members()).await;
    let answer = firms.get(GET, &[("company_id", &id)]).await;
    let creator = r#""creator":{"id":"staff-wang","nick_name":"王小明"}"#;
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":{{"company_id":"{id}","abbreviation":"云帆","company_name":"杭州云帆科技有限公司","credit_code":"","status":"","corp_founded_time":"","register_address":"","customer_list":[],{creator},"create_time":{NOW},"user_list":[],"tag_group_list":[],"business_list":[],"industry":"","population_size":0,"company_custom":{{"qy_wb":" a ","qy_sz":1.5,"qy_rq":946684800000,"qy_dx":12,"qy_dxs":[10,1]}},"company_profile":"介绍","legal_person":"","website_list":"https://yf.cn, b","real_address":" 文一路1号 ","owner":"staff-wang","customer_stage":"","sea_id":"","claim_status":"1"}}}}"#
    );
    assert_eq!(answer.text, expected);
    let old = firms.get(DETAIL, &[("company_id", &id)]).await;
    let renamed = expected.replace("user_list", "staff_list").replace("customer_list", "user_list");
    assert_eq!(old.text, renamed);
}

#[tokio::test]
async fn a_bare_company_has_no_head_count_and_an_import_may_have_no_creator() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    assert!(firms.company(&id).await.get("population_size").is_none());
    assert_eq!(firms.company(&id).await["company_custom"], json!({}));
    firms.change("update company set creator_id = 0 where corp_id = $1").await;
    let (new, old) = (firms.company(&id).await, firms.old_company(&id).await);
    assert!(new.get("creator").is_none() && old.get("creator").is_none());
    assert_shape(&new, &new_shape());
    assert_shape(&old, OLD);
}

#[tokio::test]
async fn a_creator_who_left_is_accepted_and_owns_the_company() {
    let firms = Firms::new().await;
    for creator in ["staff-left", "staff-disabled", "staff-inactive"] {
        let id = firms.found(json!({"company_name": creator, "create_user_id": creator})).await;
        let company = firms.company(&id).await;
        assert_eq!(json!([company["owner"], company["creator"]["id"]]), json!([creator, creator]));
    }
}

#[tokio::test]
async fn creation_refuses_what_is_missing_wrong_too_long_or_unknown() {
    let firms = Firms::new().await;
    let before = firms.stored().await;
    let with = |name: &str, value: Value| {
        let mut body = all_members();
        body[name] = value;
        body
    };
    for (name, value, code) in [
        ("company_name", Value::Null, 1000),
        ("company_name", json!(""), 1000),
        ("create_user_id", json!(""), 1000),
        ("company_name", json!(5), 1013),
        ("company_name", json!(long(256)), 1013),
        ("company_name", json!("a\u{0}"), 1013),
        ("abbreviation", json!(long(256)), 1013),
        ("abbreviation", json!(["a"]), 1013),
        ("website_list", json!(["a"]), 1013),
        ("website_list", json!(long(1_001)), 1013),
        ("real_address", json!(long(501)), 1013),
        ("company_profile", json!(long(5_001)), 1013),
        ("population_size", json!(6), 1013),
        ("population_size", json!(-1), 1013),
        ("population_size", json!("20-99"), 1013),
        ("company_custom", json!({"nothing": 1}), 1013),
        ("company_custom", json!({"company_name": "a"}), 1013),
        ("company_custom", json!({"qy_ty": "a"}), 1013),
        ("company_custom", json!({"qy_dx": 2}), 1013),
        ("company_custom", json!({"qy_dx": "直客"}), 1013),
        ("company_custom", json!({"qy_dxs": [1, 2]}), 1013),
        ("company_custom", json!({"zz_wb": "a contact's"}), 1013),
        ("create_user_id", json!("nobody"), 1001),
    ] {
        let answer = firms.post(CREATE, with(name, value.clone())).await;
        assert_eq!(answer.code(), code, "{name} {value}: {}", answer.text);
        answer.assert_code(code, name);
    }
    let unknown_and_wrong = json!({"company_name": "a", "create_user_id": "nobody", "company_custom": {"nothing": 1}});
    firms.post(CREATE, unknown_and_wrong).await.assert_code(1013, "company_custom.nothing");
    assert_eq!(firms.stored().await, before, "nothing is half done");
    let full = json!({"company_name": long(255), "create_user_id": WANG, "abbreviation": long(255), "website_list": long(1_000),
        "real_address": long(500), "company_profile": long(5_000), "company_custom": {"qy_wb": long(2_000)}, "population_size": "5"});
    let id = firms.found(full).await;
    assert_eq!(firms.company(&id).await["population_size"], 5);
}

#[tokio::test]
async fn custom_texts_are_shorter_in_the_strict_profile() {
    let firms = Firms::strict().await;
    let body = |name: &str, n: usize| json!({"company_name": format!("{name}{n}"), "create_user_id": WANG, "company_custom": {name: long(n)}});
    for (name, most) in [("qy_wb", 49), ("qy_cwb", 199)] {
        firms.found(body(name, most)).await;
        firms.post(CREATE, body(name, most + 1)).await.assert_code(1013, name);
    }
}

#[tokio::test]
async fn a_name_exists_once_whatever_its_margin_width_and_case() {
    let firms = Firms::new().await;
    let id = firms.firm(" Acme（中国）有限公司").await;
    assert_eq!(firms.company(&id).await["company_name"], " Acme（中国）有限公司", "stored as sent");
    let before = firms.stored().await;
    for name in ["Acme（中国）有限公司", "ACME(中国)有限公司", "ａｃｍｅ（中国）有限公司\u{3000}"]
    {
        let body = json!({"company_name": name, "create_user_id": WANG});
        firms.post(CREATE, body).await.assert_code(1002, "company_name");
        for path in [GET, DETAIL] {
            let found = firms.get(path, &[("company_name", name)]).await.assert_ok()["company_id"].clone();
            assert_eq!(found, json!(id), "{name}");
        }
    }
    assert_eq!(firms.stored().await, before);
    firms.firm("Acme (中国)有限公司").await;
}

#[tokio::test]
async fn of_imported_namesakes_the_oldest_answers() {
    let firms = Firms::new().await;
    firms
        .change(
            "insert into company (corp_id, id, wire_id, company_name, name_key, create_time) values
        ($1, 1, 'young', '同名', '同名', 200), ($1, 2, 'old-b', '同名', '同名', 100), ($1, 3, 'old-a', '同名', '同名', 100)",
        )
        .await;
    let found = firms.get(GET, &[("company_name", "同名")]).await;
    assert_eq!(found.assert_ok()["company_id"], "old-a");
}

#[tokio::test]
async fn a_company_is_found_by_id_before_name() {
    let firms = Firms::new().await;
    let (a, _) = (firms.firm("甲").await, firms.firm("乙").await);
    for path in [GET, DETAIL] {
        let by = async |query: &[(&str, &str)]| firms.get(path, query).await;
        assert_eq!(by(&[("company_id", &a), ("company_name", "乙")]).await.assert_ok()["company_id"], json!(a));
        assert_eq!(by(&[("company_id", ""), ("company_name", "甲")]).await.assert_ok()["company_id"], json!(a));
        by(&[]).await.assert_code(1000, "company_id");
        by(&[("company_id", ""), ("company_name", "")]).await.assert_code(1000, "company_name");
        by(&[("company_id", "nobody"), ("company_name", "甲")]).await.assert_code(1003, "company_id");
        by(&[("company_id", "没有")]).await.assert_code(1003, "company_id");
        by(&[("company_name", "丙")]).await.assert_code(1003, "company_name");
    }
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_clears_with_empty_texts() {
    let firms = Firms::new().await;
    let id = firms.found(all_members()).await;
    let edit = async |body: Value| {
        let mut body = body;
        body["company_id"] = json!(id);
        let answer = firms.post(EDIT, body).await;
        assert_eq!(answer.assert_ok(), &json!({"company_id": id}));
        firms.company(&id).await
    };
    let before = firms.company(&id).await;
    let known = firms.events().await.len();
    let ignored = json!({"company_name": "别名", "owner": LI, "owner_id": LI, "create_user_id": LI, "abbreviation": null, "company_custom": {}});
    assert_eq!(edit(ignored).await, before);
    assert_eq!(
        edit(json!({"abbreviation": "云帆", "population_size": "0", "company_custom": {"qy_dx": 12}})).await,
        before
    );
    assert_eq!(firms.events().await.len(), known, "no change, no event");

    let after = edit(json!({"abbreviation": "", "website_list": "w", "population_size": 5, "real_address": "r", "company_profile": "p",
        "company_custom": {"qy_wb": "", "qy_dx": null, "qy_cwb": "新", "qy_dxs": []}}))
    .await;
    let mut expected = before.clone();
    for (name, value) in [("abbreviation", ""), ("website_list", "w"), ("real_address", "r"), ("company_profile", "p")]
    {
        expected[name] = json!(value);
    }
    expected["population_size"] = json!(5);
    expected["company_custom"] = json!({"qy_cwb": "新", "qy_sz": 1.5, "qy_rq": 946_684_800_000_i64});
    assert_eq!(after, expected);
    assert!(edit(json!({"population_size": ""})).await.get("population_size").is_none(), "unknown again");
    assert_eq!(
        firms.told_since(known).await,
        ["company_v2_update", "company_update", "company_v2_update", "company_update"]
    );
}

#[tokio::test]
async fn a_bad_edit_changes_nothing() {
    let firms = Firms::new().await;
    let id = firms.found(all_members()).await;
    let (before, stored) = (firms.company(&id).await, firms.stored().await);
    for (body, code, part) in [
        (json!({"abbreviation": "a"}), 1000, "company_id"),
        (json!({"company_id": ""}), 1000, "company_id"),
        (json!({"company_id": "nobody", "abbreviation": "a"}), 1003, "company_id"),
        (json!({"company_id": "nobody", "population_size": 9}), 1013, "population_size"),
        (json!({"company_id": "nobody", "company_custom": {"nothing": 1}}), 1013, "nothing"),
        (json!({"company_id": id, "abbreviation": "neu", "company_profile": long(5_001)}), 1013, "company_profile"),
        (json!({"company_id": id, "abbreviation": "neu", "company_custom": {"qy_ty": "a"}}), 1013, "qy_ty"),
        (json!({"company_id": id, "website_list": ["a"]}), 1013, "website_list"),
    ] {
        firms.post(EDIT, body).await.assert_code(code, part);
    }
    assert_eq!((firms.company(&id).await, firms.stored().await), (before, stored));
}

#[tokio::test]
async fn a_company_shows_its_tags_opportunities_stage_and_place() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    for sql in [
        "update company set id = 9900, sea_id = 9103, owner_id = 0, status = '开业', corp_founded_time = '很早以前',
            credit_code = '91', register_address = '登记', legal_person = '法人', industry = '行业',
            stage_id = (select min(id) from stage where corp_id = $1) where corp_id = $1",
        "insert into business (corp_id, id, wire_id, business_name, business_opp_number, company_id, stage, status, create_time, update_time)
            values ($1, 1, 'b-late', '晚', 'SJ1', 9900, 1, 0, 3, 3), ($1, 2, 'b-b', '乙', 'SJ2', 9900, 1, 0, 2, 2),
            ($1, 3, 'b-a', '甲', 'SJ3', 9900, 100, 0, 2, 2), ($1, 4, 'b-void', '废', 'SJ4', 9900, 1, 1, 1, 1)",
    ] {
        firms.change(sql).await;
    }
    for (at, tag, user) in [(1_000, "tag-c", LI), (2_000, "tag-b", ""), (3_000, "tag-a", WANG)] {
        firms.clock.advance(at);
        let mark = json!({"type": 3, "ids": [id], "user_id": user, "add_tags": [tag]});
        firms.post("/openapi/v2/tag/mark_tag", mark).await.assert_ok();
    }
    let company = firms.company(&id).await;
    let stage = firms
        .rows("select name from stage where corp_id = $1 order by id limit 1", &[], |row| row.get::<String>(0))
        .await;
    let plain = [
        "status",
        "corp_founded_time",
        "credit_code",
        "register_address",
        "legal_person",
        "industry",
        "customer_stage",
        "owner",
        "sea_id",
        "claim_status",
    ]
    .map(|name| company[name].as_str().expect("a text").to_owned());
    assert_eq!(plain, ["开业", "很早以前", "91", "登记", "法人", "行业", &stage[0], "", "sea-company", "0"]);
    assert_eq!(
        company["business_list"],
        json!([{"business_id": "b-a", "business_name": "甲"}, {"business_id": "b-b", "business_name": "乙"}, {"business_id": "b-late", "business_name": "晚"}])
    );
    let tag = |id: &str, name: &str, at: i64, user: &str| json!({"tag_id": id, "tag_name": name, "type": "1", "create_time": NOW + at, "tag_user_id": user});
    assert_eq!(
        company["tag_group_list"].to_string(),
        json!([
            {"group_id": "group-two", "group_name": "第二组", "type": "1", "create_time": 1_700_000_000_002_i64,
             "tag_info": [tag("tag-c", "丙标", 1_000, LI)]},
            {"group_id": "group-one", "group_name": "第一组", "type": "1", "create_time": 1_700_000_000_001_i64,
             "tag_info": [tag("tag-b", "乙标", 3_000, ""), tag("tag-a", "甲标", 6_000, WANG)]}
        ])
        .to_string()
    );
    assert_shape(&company, &new_shape());
    let old = firms.old_company(&id).await;
    assert_shape(&old, OLD);
    assert_eq!(
        (&old["tag_group_list"], &old["business_list"]),
        (&company["tag_group_list"], &company["business_list"])
    );
}

#[tokio::test]
async fn a_batch_keeps_the_order_and_knows_both_shapes() {
    let firms = Firms::new().await;
    let (a, b) = (firms.firm("甲").await, firms.firm("乙").await);
    firms.relate(&a, 1, &["friend-1", "friend-2"]).await;
    let ids = json!({"company_ids": [b, "nobody", a, "没有", b]});
    let new = firms.post("/openapi/v2/company/batch", ids.clone()).await.assert_ok()["company_list"].clone();
    let old = firms.post("/openapi/company/batch", ids).await.assert_ok()["company_list"].clone();
    assert_eq!(
        (old[0].clone(), old[1].clone(), old.get(2)),
        (firms.old_company(&b).await, firms.old_company(&a).await, None)
    );
    let mut without_place = [firms.company(&b).await, firms.company(&a).await];
    for row in &mut without_place {
        let row = row.as_object_mut().expect("a company");
        row.shift_remove("sea_id");
        row.shift_remove("claim_status");
    }
    assert_eq!(new, json!(without_place));
    assert_shape(&new[1], &batch_shape());
    assert_shape(&old[1], OLD);
    for path in ["/openapi/v2/company/batch", "/openapi/company/batch"] {
        for body in [json!({}), json!({"company_ids": []})] {
            firms.post(path, body).await.assert_code(1000, "company_ids");
        }
        firms.post(path, json!({"company_ids": "a"})).await.assert_code(1013, "company_ids");
        firms.post(path, json!({"company_ids": [1]})).await.assert_code(1013, "company_ids");
        let none = firms.post(path, json!({"company_ids": ["nobody"]})).await;
        assert_eq!(none.assert_ok(), &json!({"company_list": []}));
        firms.post(path, json!({"company_ids": vec!["a"; 2_001]})).await.assert_code(1012, "company_ids");
    }
}

#[tokio::test]
async fn two_thousand_companies_come_in_one_go() {
    let firms = Firms::new().await;
    let mut ids = firms.seed_firms(2_000).await;
    ids.reverse();
    for path in ["/openapi/v2/company/batch", "/openapi/company/batch"] {
        let data = firms.post(path, json!({"company_ids": ids})).await.assert_ok().clone();
        let got: Vec<&str> = data["company_list"]
            .as_array()
            .expect("rows")
            .iter()
            .filter_map(|row| row["company_id"].as_str())
            .collect();
        assert_eq!(got, ids, "{path}");
    }
    let strict = Firms::strict().await;
    let most: Vec<String> = (0..101).map(|i| format!("c{i}")).collect();
    strict.post("/openapi/v2/company/batch", json!({"company_ids": most[..100]})).await.assert_ok();
    strict.post("/openapi/v2/company/batch", json!({"company_ids": most})).await.assert_code(1012, "company_ids");
}
