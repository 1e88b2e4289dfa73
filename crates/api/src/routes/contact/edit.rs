//! 19.4: changes of a contact. The lead twin 4.7 takes a list of them.

use kailing_core::domain::contact::{self, Patch};
use kailing_core::refusal::{Code, Verdict};

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::Input;
use crate::param::{Param, id, int, joined, object, one_of, text};
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
    params: &EDIT_PARAMS,
    reply: ReplyDoc::DONE,
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(edit(call))),
};

const EDIT_PARAMS: [Param; 10] = joined(&[
    &[id("contact_id").required()],
    &EDITABLE,
    &[object("contact_custom").about("Merged key by key; `customer_stage` takes the label of a stage")],
]);

/// What contacts and leads are edited in under the same names.
pub(in crate::routes) const EDITABLE: [Param; 8] = [
    text("user_name", 100).trimmed(),
    text("position", 100).trimmed(),
    one_of("gender", &[0, 1, 2]).about("0 not set, 1 male, 2 female"),
    int("age", 0, 150),
    text("wx_id", 64).trimmed(),
    text("qq", 64).trimmed(),
    text("email", 128).trimmed(),
    text("remark", 1_000).trimmed(),
];

async fn edit(call: Call) -> Verdict<Reply> {
    let contact_id = call.input.str("contact_id").to_owned();
    let patch = patch(&call.input, "contact_custom");
    let ctx = call.ctx;
    call.app.db.write(move |tx| contact::edit(tx, &ctx, &contact_id, &patch)).await?;
    Reply::done()
}

/// What an input says about the [`EDITABLE`] members and the custom fields in `custom`.
pub(in crate::routes) fn patch(input: &Input, custom: &str) -> Patch {
    let text = |name: &str| input.edited(name).map(str::to_owned);
    Patch {
        user_name: text("user_name"),
        position: text("position"),
        gender: input.edited_int("gender"),
        age: input.edited_int("age"),
        wx_id: text("wx_id"),
        qq: text("qq"),
        email: text("email"),
        remark: text("remark"),
        custom: input.object(custom).cloned().unwrap_or_default(),
    }
}
