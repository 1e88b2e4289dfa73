//! What the tests of companies find around them: people of every kind, tags, seas and fields of companies, beside what
//! the tests of contacts have.

use std::ops::Deref;

use serde_json::{Value, json};

use crate::contact_world::{WANG, World};

/// Members of a company in the older shape, in order.
pub const OLD: &str = r#"{"company_id":"","abbreviation":"","company_name":"","credit_code":"","status":"",
    "corp_founded_time":"","register_address":"",
    "user_list":[{"id":"","nick_name":"","type":0,"mobile":[""],"op_user_id":"","remark":""}],
    "creator?":{"id":"","nick_name":""},"create_time":0,
    "staff_list":[{"user_id":"","nick_name":"","avatar":"","position":""}],
    "tag_group_list":[{"group_id":"","group_name":"","type":"","create_time":0,
        "tag_info":[{"tag_id":"","tag_name":"","type":"","create_time":0,"tag_user_id":""}]}],
    "business_list":[{"business_id":"","business_name":""}],"industry":"","population_size?":0,"company_custom":{},
    "company_profile":"","legal_person":"","website_list":"","real_address":"","owner":"","customer_stage":"",
    "sea_id":"","claim_status":""}"#;

/// The same in the newer shape.
pub fn new_shape() -> String {
    OLD.replace("user_list", "customer_list").replace("staff_list", "user_list")
}

/// The same as a row of the newer batch read.
pub fn batch_shape() -> String {
    new_shape()
        .replace(r#""customer_stage":"","#, r#""customer_stage":""}"#)
        .split("\n    \"sea_id\"")
        .next()
        .expect("a row")
        .to_owned()
}

/// Everything of the tenant that companies can show; `$1` is the tenant.
const SURROUNDINGS: &[&str] = &[
    "update staff set is_admin = 0 where corp_id = $1",
    "update staff set avatar = 'https://a/wang.png', position = '销售' where corp_id = $1 and id = 9001",
    "insert into contact (corp_id, id, wire_id, user_name, status, remark, position, create_time) values
        ($1, 9601, 'contact-1', '张三', 1, '老客户', '经理', 1), ($1, 9602, 'contact-2', '李四', 0, '', '', 2),
        ($1, 9603, 'contact-3', '', 4, '', '', 3)",
    "insert into contact_way (corp_id, contact_id, ordinal, type, contact_way, way_key) values
        ($1, 9601, 0, 3, 'a@b.cn', 'a@b.cn'), ($1, 9601, 1, 1, '138 0013 8000', '13800138000'),
        ($1, 9601, 2, 2, '0571-88', '057188')",
    "insert into customer (corp_id, id, wire_id, external_userid, name, avatar, type, gender, position, corp_name, corp_full_name, create_time)
        values ($1, 9701, 'friend-1', 'wm1', '好友一', 'https://a/1.png', 2, 1, '总监', '云帆', '云帆科技有限公司', 1),
        ($1, 9702, 'friend-2', 'wm2', '好友二', '', 1, 0, '', '', '', 2), ($1, 9703, 'friend-3', 'wm3', '好友三', '', 1, 0, '', '', '', 3)",
    "insert into customer_follow (corp_id, customer_id, staff_id, remark, remark_corp_name, lost_state, create_time) values
        ($1, 9701, 9001, '后来的', '王记的公司', 0, 20), ($1, 9701, 9002, '最早的', '李记的公司', 1, 10)",
    "insert into customer_mobile (corp_id, customer_id, staff_id, ordinal, mobile, mobile_key) values
        ($1, 9701, 9001, 0, '13900000002', '13900000002'), ($1, 9701, 9001, 1, '13900000001', '13900000001'),
        ($1, 9701, 9002, 0, '13900000001', '13900000001')",
    "insert into contact_customer (corp_id, contact_id, customer_id, customer_type, create_time) values
        ($1, 9602, 9701, 1, 5), ($1, 9601, 9701, 1, 6), ($1, 9601, 9703, 1, 7), ($1, 9603, 9801, 4, 8)",
    "insert into visitor (corp_id, id, wire_id, name, create_time) values ($1, 9801, 'visitor-1', '访客', 1)",
    "insert into field (corp_id, id, object, api_name, view_name, property_type, enabled, max_length, ordinal) values
        ($1, 9321, 'company', 'qy_wb', '文本', 1, 1, 0, 9001), ($1, 9322, 'company', 'qy_cwb', '长文本', 2, 1, 0, 9002),
        ($1, 9323, 'company', 'qy_sz', '数字', 3, 1, 0, 9003), ($1, 9324, 'company', 'qy_rq', '日期', 4, 1, 0, 9004),
        ($1, 9325, 'company', 'qy_dx', '单选', 5, 1, 0, 9005), ($1, 9326, 'company', 'qy_dxs', '多选', 6, 1, 0, 9006),
        ($1, 9327, 'company', 'qy_ty', '停用', 1, 0, 0, 9007)",
    "insert into field_option (corp_id, field_id, label, value, ordinal) values ($1, 9325, 1, '直客', 0),
        ($1, 9325, 12, '渠道', 1), ($1, 9326, 1, '甲', 0), ($1, 9326, 10, '乙', 1)",
];

/// A server with the surroundings.
pub struct Firms {
    world: World,
}

impl Deref for Firms {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Firms {
    /// In the profile `open`.
    pub async fn new() -> Firms {
        Firms::around(World::new().await).await
    }

    /// In the profile `strict`.
    pub async fn strict() -> Firms {
        Firms::around(World::strict().await).await
    }

    async fn around(world: World) -> Firms {
        for sql in SURROUNDINGS {
            world.change(sql).await;
        }
        Firms { world }
    }

    /// Creates a company of Wang and gives its id.
    pub async fn firm(&self, name: &str) -> String {
        self.found(json!({"company_name": name, "create_user_id": WANG})).await
    }

    /// Creates a company and gives its id.
    pub async fn found(&self, body: Value) -> String {
        let answer = self.post("/openapi/company/create", body).await;
        answer.assert_ok()["company_id"].as_str().expect("an id").to_owned()
    }

    /// A company in the newer shape.
    pub async fn company(&self, id: &str) -> Value {
        self.get("/openapi/v2/company/get", &[("company_id", id)]).await.assert_ok().clone()
    }

    /// A company in the older shape.
    pub async fn old_company(&self, id: &str) -> Value {
        self.get("/openapi/company/detail", &[("company_id", id)]).await.assert_ok().clone()
    }

    /// Relates people through the older path, which takes every kind.
    pub async fn relate(&self, id: &str, kind: i64, ids: &[&str]) {
        let body = json!({"company_id": id, "ids": ids, "type": kind, "op_user_id": WANG});
        self.post("/openapi/company/customer_related/add", body).await.assert_ok();
    }

    /// How many rows the tenant has of what a refused call must not touch.
    pub async fn stored(&self) -> Vec<i64> {
        let sql = "select (select count(*) from company where corp_id = $1), (select count(*) from event where corp_id = $1),
                   (select count(*) from journal where corp_id = $1 and object_type <> 'import'), (select count(*) from company_person where corp_id = $1),
                   (select count(*) from company_staff where corp_id = $1), (select count(*) from third where corp_id = $1)";
        self.rows(sql, &[], |row| (0..6).map(|i| row.get(i)).collect::<Result<Vec<i64>, _>>()).await.remove(0)
    }

    /// Puts `n` companies of Wang into the database beside the API, a second apart, every third one in the sea.
    pub async fn seed_firms(&self, n: i64) -> Vec<String> {
        let corp = self.corp;
        let write = self.db.write(move |tx| {
            let into = "company (corp_id, id, wire_id, company_name, name_key, owner_id, sea_id, create_time)";
            for i in 0..n {
                let (id, wire_id, time) = (200_000 + i, format!("firm-{i:05}"), 1_600_000_000_000 + i * 1_000);
                let (owner, sea) = if i % 3 == 2 { (0, 9103) } else { (9001, 0) };
                tx.insert(into, 8, &[&corp, &id, &wire_id, &wire_id, &wire_id, &owner, &sea, &time])?;
            }
            Ok(())
        });
        write.await.expect("companies");
        (0..n).map(|i| format!("firm-{i:05}")).collect()
    }
}
