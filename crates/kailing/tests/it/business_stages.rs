//! 10.2 and 10.9: stages and pipelines; several of them switched on and off.

use serde_json::{Value, json};

use crate::business_world::{CREATE, create, draft, several_pipelines, show, world};
use crate::contact_world::World;

const STAGES: &str = "/openapi/business/stage_list";
const PROCESSES: &str = "/openapi/business/process_list";

async fn stages(world: &World) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let data = world.get(STAGES, &[]).await.assert_ok()["data_list"].clone();
    data.as_array().unwrap().iter().map(|stage| (text(&stage["stage"]), text(&stage["name"]))).collect()
}

async fn processes(world: &World, userid: &str) -> Vec<String> {
    let data = world.get(PROCESSES, &[("userid", userid)]).await.assert_ok()["data_list"].clone();
    data.as_array().unwrap().iter().map(|process| process["process_name"].as_str().unwrap().to_owned()).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(stage, name)| ((*stage).to_owned(), (*name).to_owned())).collect()
}

#[tokio::test]
async fn with_one_pipeline_its_stages_are_listed_in_the_order_of_the_console() {
    let world = world().await;
    let all =
        [("1", "初步接洽"), ("2", "需求确认"), ("3", "方案报价"), ("4", "商务谈判"), ("100", "赢单"), ("99", "丢单")];
    assert_eq!(stages(&world).await, pairs(&all));
    assert_eq!(
        world.get(STAGES, &[("stage", "2")]).await.assert_ok(),
        &json!({"data_list": [{"stage": "2", "name": "需求确认"}]})
    );
    assert_eq!(world.get(STAGES, &[("stage", "")]).await.assert_ok()["data_list"].as_array().unwrap().len(), 6);
    assert_eq!(world.get(STAGES, &[("stage", "98")]).await.assert_ok(), &json!({"data_list": []}));
    world.get(STAGES, &[("stage", "x")]).await.assert_code(1013, "stage");
    world.change("delete from process_stage where corp_id = $1 and stage in (99, 100)").await;
    assert_eq!(
        stages(&world).await[4..],
        pairs(&[("99", "丢单"), ("100", "赢单")]),
        "where the tenant has not placed them"
    );
    create(&world, json!({"stage": 99})).await;
    let data = world.get(PROCESSES, &[]).await.assert_ok()["data_list"].clone();
    assert_eq!(data.as_array().unwrap().len(), 1);
    assert_eq!(data[0]["process_id"], "0");
    let order: Vec<&Value> =
        data[0]["related_stages"].as_array().unwrap().iter().map(|stage| &stage["stage"]).collect();
    assert_eq!(order, [1, 2, 3, 4, 100, 99]);
}

#[tokio::test]
async fn with_several_pipelines_each_has_its_own_stages() {
    let world = world().await;
    several_pipelines(&world).await;
    let all = stages(&world).await;
    assert_eq!(all.iter().filter(|(stage, _)| stage == "1").count(), 3, "the same number under other names: {all:?}");
    assert_eq!(all.iter().filter(|(stage, _)| stage == "100").count(), 2, "each pair once: {all:?}");
    assert_eq!(all[all.len() - 4..], pairs(&[("50", "招标"), ("1", "立项"), ("99", "流标"), ("100", "中标")]));
    let data = world.get(PROCESSES, &[]).await.assert_ok()["data_list"].clone();
    let big = data.as_array().unwrap().last().unwrap();
    assert_eq!(
        big.to_string(),
        r#"{"process_id":"process-big","process_name":"大单流程","related_stages":[{"satge":50,"stage":50,"name":"招标"},{"satge":1,"stage":1,"name":"立项"},{"satge":100,"stage":100,"name":"中标"},{"satge":99,"stage":99,"name":"流标"}]}"#
    );
    world.post(CREATE, draft(json!({}))).await.assert_code(1000, "process_id");
    world.post(CREATE, draft(json!({"process_id": ""}))).await.assert_code(1000, "process_id");
    world.post(CREATE, draft(json!({"process_id": "no"}))).await.assert_code(1001, "process_id");
    world.post(CREATE, draft(json!({"process_id": "0", "stage": 50}))).await.assert_code(1013, "stage");
    world.post(CREATE, draft(json!({"process_id": "process-big", "stage": 2}))).await.assert_code(1013, "stage");
    let id = create(&world, json!({"process_id": "process-big", "stage": 50})).await;
    assert_eq!(show(&world, &id).await["stage_name"], "招标");
    create(&world, json!({"process_id": 0})).await;
}

#[tokio::test]
async fn a_pipeline_with_members_belongs_to_them_alone() {
    let world = world().await;
    several_pipelines(&world).await;
    world.change("insert into process_staff (corp_id, process_id, staff_id) values ($1, 9801, 9001)").await;
    assert_eq!(processes(&world, "").await.len(), 3);
    assert_eq!(processes(&world, "staff-wang").await.len(), 3);
    assert_eq!(processes(&world, "staff-li").await, ["默认销售流程", "大客户流程"]);
    assert!(processes(&world, "nobody").await.is_empty());
    world.get(PROCESSES, &[("access_token", "x")]).await.assert_code(1007, "");
}
