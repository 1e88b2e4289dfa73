//! What a journey item announces (chapter 21, sections 7.2, 7.3 and 8).

use serde::Serialize;

use crate::store::journal::Event;
use crate::store::journey::Item;

/// The event of an item: `clue_history` on a contact, `history_add` on a WeCom friend, none elsewhere. `object` and
/// `staff` are the wire ids of whose journey it is and of who acted (`""` for the application).
pub fn event(object: &str, staff: &str, item: &Item) -> Option<Event> {
    match item.object_type {
        0 => Some(clue_history(object, item)),
        1 => Some(history_add(object, staff, item)),
        _ => None,
    }
}

/// The event that every journey item of a contact causes. It names no creator.
pub fn clue_history(contact_wire_id: &str, item: &Item) -> Event {
    let history = ClueHistory {
        title: &item.title,
        content: &item.content,
        history_id: &item.wire_id,
        create_time: item.create_time,
        history_type: item.history_type,
    };
    Event::new("clue_history", &OfClue { clue_id: contact_wire_id, history })
}

fn history_add(friend_wire_id: &str, staff: &str, item: &Item) -> Event {
    let history = FriendHistory {
        title: &item.title,
        contents: &item.content,
        history_id: &item.wire_id,
        create_time: item.create_time,
        history_type: item.history_type,
        create_user_id: staff,
    };
    Event::new("history_add", &OfFriend { history, customer_id: friend_wire_id })
}

#[derive(Serialize)]
struct OfClue<'a> {
    clue_id: &'a str,
    history: ClueHistory<'a>,
}

#[derive(Serialize)]
struct ClueHistory<'a> {
    title: &'a str,
    content: &'a str,
    history_id: &'a str,
    create_time: i64,
    history_type: i64,
}

#[derive(Serialize)]
struct OfFriend<'a> {
    history: FriendHistory<'a>,
    customer_id: &'a str,
}

/// `contents` is plural here.
#[derive(Serialize)]
struct FriendHistory<'a> {
    title: &'a str,
    contents: &'a str,
    history_id: &'a str,
    create_time: i64,
    history_type: i64,
    create_user_id: &'a str,
}
