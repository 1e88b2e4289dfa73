//! 19.4: changes of a contact. The lead twin 4.7 takes a list of them.

use kailing_core::domain::contact::{self, Patch};
use kailing_core::refusal::{Code, Verdict};

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{id, int, object, one_of, text};
use crate::reply::{Reply, ReplyDoc};

/// 19.4
pub const EDIT: Endpoint = Endpoint {
    chapter: "19.4",
    title: "联系人编辑",
    summary: "Edit one contact",
    method: Method::Post,
    path: "/openapi/contact/edit",
    scope: Some("contact.write"),
    deprecated: false,
    params: &[
        id("contact_id").required(),
        text("user_name", 100).trimmed(),
        text("position", 100).trimmed(),
        one_of("gender", &[0, 1, 2]).about("0 not set, 1 male, 2 female"),
        int("age", 0, 150),
        text("wx_id", 64).trimmed(),
        text("qq", 64).trimmed(),
        text("email", 128).trimmed(),
        text("remark", 1_000).trimmed(),
        object("contact_custom").about("Merged key by key; `customer_stage` takes the label of a stage"),
    ],
    reply: ReplyDoc::DONE,
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(edit(call))),
};

async fn edit(call: Call) -> Verdict<Reply> {
    let input = &call.input;
    let text = |name: &str| input.edited(name).map(str::to_owned);
    let contact_id = input.str("contact_id").to_owned();
    let patch = Patch {
        user_name: text("user_name"),
        position: text("position"),
        gender: input.edited_int("gender"),
        age: input.edited_int("age"),
        wx_id: text("wx_id"),
        qq: text("qq"),
        email: text("email"),
        remark: text("remark"),
        contact_custom: input.object("contact_custom").cloned().unwrap_or_default(),
    };
    let ctx = call.ctx;
    call.app.db.write(move |tx| contact::edit(tx, &ctx, &contact_id, &patch)).await?;
    Reply::done()
}
