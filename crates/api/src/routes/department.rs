//! `/openapi/department/*`: the tree of departments (chapter 02).

use kailing_core::domain::department::{self, Shown, Under};
use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{boolean, id};
use crate::reply::{Reply, ReplyDoc};

/// 2.1
pub const LIST: Endpoint = Endpoint {
    chapter: "2.1",
    title: "获取部门列表",
    summary: "List departments",
    method: Method::Get,
    path: "/openapi/department/list",
    scope: Some("directory.read"),
    deprecated: false,
    params: &[
        id("dept_id").about("Parent department. Absent: the root, which then leads the list"),
        boolean("fetch_child").about("`true`: all descendants; `false`: direct children only"),
    ],
    reply: ReplyDoc::of::<DepartmentList>().example(
        r#"{"data_list":[{"dept_id":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","name":"开瓴科技","leader_userids":["Xx2aUt8vS1mBq0y3ZpW7c9kRjH4eLdN6oGfTiVsQwEr"]}]}"#,
    ),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(list(call))),
};

async fn list(call: Call) -> Verdict<Reply> {
    let under = under(&call);
    let ctx = call.ctx;
    let listed = call.app.db.read(move |tx| department::list(tx, &ctx, &under)).await?;
    Reply::data(&DepartmentList { data_list: listed.into_iter().map(Department::from).collect() })
}

/// Which departments a call of this chapter is about.
pub(super) fn under(call: &Call) -> Under {
    Under { dept_id: call.input.text("dept_id").map(str::to_owned), fetch_child: call.input.flag("fetch_child") }
}

/// Departments, level by level.
#[derive(Serialize, ToSchema)]
struct DepartmentList {
    data_list: Vec<Department>,
}

/// A department.
#[derive(Serialize, ToSchema)]
struct Department {
    dept_id: String,
    name: String,
    /// Absent at the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parent_id: Option<String>,
    /// Staff ids of the heads; absent when there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    leader_userids: Vec<String>,
}

impl From<Shown> for Department {
    fn from(shown: Shown) -> Department {
        let Shown { wire_id, name, parent_id, leader_userids } = shown;
        Department { dept_id: wire_id, name, parent_id, leader_userids }
    }
}
