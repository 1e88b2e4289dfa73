//! WeCom friends of known names beside the surroundings of `contact_world`: `friend-a`, of whom everything is known,
//! followed by Wang and then by Li, and `friend-b`, of whom nothing is known and whom Wang has lost.

use serde_json::{Value, json};

use crate::contact_world::World;

/// `$1` is the tenant.
const FRIENDS: &[&str] = &[
    "insert into customer (corp_id, id, wire_id, external_userid, name, avatar, type, gender, position, corp_name,
        corp_full_name, unionid, stage_id, custom, first_progress_time, latest_progress_id, create_time)
     select $1, 9501, 'friend-a', 'wmAAA', '周好友', 'https://a', 1, 2, '总监', '短名', '全名', 'union-a', id,
        '{\"yh_wb\":\"旧\"}', 1700000000500, 'progress-a', 1700000009000
     from stage where corp_id = $1 order by ordinal limit 1",
    "insert into customer (corp_id, id, wire_id, external_userid, type, create_time)
     values ($1, 9502, 'friend-b', 'wmBBB', 2, 1700000000001)",
    "insert into customer_follow (corp_id, customer_id, staff_id, remark, remark_corp_name, description, add_way,
        lost_state, source_type, source_id, source_name, position, age, wx_id, qq, email, create_time) values
        ($1, 9501, 9002, 'li的备注', 'li的公司', 'd2', 201, 1, 0, '', '', '', '', '', '', '', 1700000002000),
        ($1, 9501, 9001, '备注', '公司', 'd1', 1, 0, 4, 'comp', '注册加微', '位', '33', 'wx', 'qq', 'e@f', 1700000001000),
        ($1, 9502, 9001, '', '', '', 0, 1, 0, '', '', '', '', '', '', '', 1700000003000)",
    "insert into customer_mobile (corp_id, customer_id, staff_id, ordinal, mobile, mobile_key) values
        ($1, 9501, 9002, 0, '13911110002', '13911110002'), ($1, 9501, 9002, 1, '+86 139-1111-0000', '13911110000'),
        ($1, 9501, 9001, 0, '13911110001', '13911110001'), ($1, 9501, 9001, 1, '+86 139-1111-0000', '13911110000')",
    "insert into field (corp_id, id, object, api_name, view_name, property_type, enabled, max_length, ordinal) values
        ($1, 9601, 'external_user', 'yh_wb', '文本', 1, 1, 0, 9001), ($1, 9602, 'external_user', 'yh_dxs', '多选', 6, 1, 0, 9002),
        ($1, 9603, 'external_user', 'yh_ty', '停用', 1, 0, 0, 9003)",
    "insert into field_option (corp_id, field_id, label, value, ordinal) values ($1, 9602, 1, '甲', 0), ($1, 9602, 2, '乙', 1)",
];

impl World {
    /// Brings the two friends in.
    pub async fn befriend(&self) {
        for sql in FRIENDS {
            self.change(sql).await;
        }
    }

    /// The row of a friend in the batch.
    pub async fn show_friend(&self, id: &str) -> Value {
        let answer = self.post("/openapi/customer/batch", json!({"customer_ids": [id]})).await;
        answer.assert_ok()["customer_list"][0].clone()
    }
}
