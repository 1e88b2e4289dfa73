//! What callbacks say about tags that were put on an object or taken off (chapter 21, section 7.9).

use std::collections::HashSet;

use serde::Serialize;

use super::{GroupTags, Target};
use crate::store::journal::Event;

/// Inner members in the order of the specification, not of the alphabet.
#[derive(Clone, Serialize)]
struct GroupItem<'a> {
    group_id: &'a str,
    group_name: &'a str,
    tag_info: Vec<TagItem<'a>>,
    #[serde(rename = "type")]
    kind: i64,
}

#[derive(Clone, Serialize)]
struct TagItem<'a> {
    tag_id: &'a str,
    tag_name: &'a str,
    #[serde(rename = "type")]
    kind: i64,
}

/// `tag_update_v2`. Schema and sample of the documentation spell the lists differently; both are sent.
#[derive(Serialize)]
struct TagUpdateV2<'a> {
    add_tage_list: &'a [GroupItem<'a>],
    delete_tage_list: &'a [GroupItem<'a>],
    add_tag_list: &'a [GroupItem<'a>],
    delete_tag_list: &'a [GroupItem<'a>],
    id: &'a str,
    #[serde(rename = "type")]
    object_type: i64,
    user_id: &'a str,
}

/// `tag_update`. Its `type` is a string.
#[derive(Serialize)]
struct TagUpdate<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    object_type: String,
    user_id: &'a str,
    add_tag_list: &'a [GroupItem<'a>],
    delete_tag_list: &'a [GroupItem<'a>],
}

/// The events of one object: the current one and its twin, for a WeCom friend only the latter.
pub(super) fn events(
    target: Target,
    id: &str,
    user_id: &str,
    library: &[GroupTags],
    added: &HashSet<i64>,
    removed: &HashSet<i64>,
) -> Vec<Event> {
    let (added, removed) = (items(library, added), items(library, removed));
    let current = TagUpdateV2 {
        add_tage_list: &added,
        delete_tage_list: &removed,
        add_tag_list: &added,
        delete_tag_list: &removed,
        id,
        object_type: target.number(),
        user_id,
    };
    let twin = TagUpdate {
        id,
        object_type: target.number().to_string(),
        user_id,
        add_tag_list: &added,
        delete_tag_list: &removed,
    };
    let twin = Event::new("tag_update", &twin);
    if target == Target::Friend { vec![twin] } else { vec![Event::new("tag_update_v2", &current), twin] }
}

fn items<'a>(library: &'a [GroupTags], wanted: &HashSet<i64>) -> Vec<GroupItem<'a>> {
    let item = |entry: &'a GroupTags| {
        let kind = entry.group.kind;
        let tags = entry.tags.iter().filter(|tag| wanted.contains(&tag.id));
        let tag_info: Vec<TagItem<'a>> =
            tags.map(|tag| TagItem { tag_id: &tag.wire_id, tag_name: &tag.name, kind }).collect();
        GroupItem { group_id: &entry.group.wire_id, group_name: &entry.group.name, tag_info, kind }
    };
    library.iter().map(item).filter(|group| !group.tag_info.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tag::{Group, Tag};

    fn library() -> Vec<GroupTags> {
        let group = |id: i64, kind| Group {
            id,
            wire_id: format!("g{id}"),
            kind,
            staff_id: 0,
            name: format!("组{id}"),
            ordinal: id,
            create_time: 0,
        };
        let tag = |id: i64, group_id| Tag {
            id,
            wire_id: format!("t{id}"),
            group_id,
            name: format!("签{id}"),
            ordinal: id,
            create_time: 0,
        };
        vec![
            GroupTags { group: group(1, 1), tags: vec![tag(11, 1), tag(12, 1)] },
            GroupTags { group: group(2, 2), tags: vec![tag(21, 2)] },
        ]
    }

    #[test]
    fn the_event_of_a_contact_spells_its_lists_in_both_ways_and_has_a_twin() {
        let events = events(Target::Contact, "c", "s", &library(), &HashSet::from([12, 21]), &HashSet::from([11]));
        let added = r#"[{"group_id":"g1","group_name":"组1","tag_info":[{"tag_id":"t12","tag_name":"签12","type":1}],"type":1},{"group_id":"g2","group_name":"组2","tag_info":[{"tag_id":"t21","tag_name":"签21","type":2}],"type":2}]"#;
        let removed = r#"[{"group_id":"g1","group_name":"组1","tag_info":[{"tag_id":"t11","tag_name":"签11","type":1}],"type":1}]"#;
        let current = format!(
            r#"{{"add_tage_list":{added},"delete_tage_list":{removed},"add_tag_list":{added},"delete_tag_list":{removed},"id":"c","type":0,"user_id":"s"}}"#
        );
        let twin =
            format!(r#"{{"id":"c","type":"0","user_id":"s","add_tag_list":{added},"delete_tag_list":{removed}}}"#);
        let sent: Vec<(&str, String)> = events.into_iter().map(|event| (event.kind, event.payload)).collect();
        assert_eq!(sent, [("tag_update_v2", current), ("tag_update", twin)]);
    }

    #[test]
    fn a_friend_has_only_the_deprecated_event() {
        let events = events(Target::Friend, "f", "", &library(), &HashSet::from([11]), &HashSet::new());
        assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), ["tag_update"]);
    }
}
