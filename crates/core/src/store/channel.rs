//! Source channels: a tree per tenant, small enough to be read whole.

use std::collections::HashMap;

use crate::refusal::Verdict;
use crate::store::db::Tx;

/// All channels of a tenant.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    /// In console order.
    pub all: Vec<Channel>,
}

/// One node of the tree.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The inner id.
    pub id: i64,
    /// What the wire calls `from_channel_id`.
    pub label: i64,
    /// The inner id of the node above, 0 at the top.
    pub parent_id: i64,
    /// The bare name of this level.
    pub name: String,
    /// Whether contacts without a channel get this one.
    pub is_default: bool,
}

/// Reads the channels of a tenant.
pub fn load(tx: &mut Tx<'_>, corp: i64) -> Verdict<Channels> {
    let sql = "select id, label, parent_id, name, is_default from channel where corp_id = $1 order by ordinal, id";
    let all = tx.query(sql, &[&corp], |row| {
        Ok(Channel {
            id: row.get(0)?,
            label: row.get(1)?,
            parent_id: row.get(2)?,
            name: row.get(3)?,
            is_default: row.get::<i64>(4)? != 0,
        })
    })?;
    Ok(Channels { all })
}

impl Channels {
    /// The channel that the wire calls by this number.
    pub fn by_label(&self, label: i64) -> Option<&Channel> {
        self.all.iter().find(|channel| channel.label == label)
    }

    /// The channel of contacts that name none.
    pub fn default_id(&self) -> i64 {
        self.all.iter().find(|channel| channel.is_default).map_or(0, |channel| channel.id)
    }

    /// Full path of every channel, levels joined by `-`.
    pub fn paths(&self) -> HashMap<i64, String> {
        let name = |levels: &[&Channel]| levels.iter().map(|level| level.name.as_str()).collect::<Vec<_>>().join("-");
        self.ancestries().into_iter().map(|(id, levels)| (id, name(&levels))).collect()
    }

    /// The inner ids on the way from the root to every channel, itself included.
    pub fn lineages(&self) -> HashMap<i64, Vec<i64>> {
        let ids = |levels: &[&Channel]| levels.iter().map(|level| level.id).collect();
        self.ancestries().into_iter().map(|(id, levels)| (id, ids(&levels))).collect()
    }

    fn ancestries(&self) -> HashMap<i64, Vec<&Channel>> {
        let by_id: HashMap<i64, &Channel> = self.all.iter().map(|channel| (channel.id, channel)).collect();
        self.all.iter().map(|channel| (channel.id, levels(channel, &by_id))).collect()
    }
}

fn levels<'a>(channel: &'a Channel, by_id: &HashMap<i64, &'a Channel>) -> Vec<&'a Channel> {
    let mut levels = vec![channel];
    let mut above = channel.parent_id;
    // Bounded, so that a tree that was imported with a circle cannot hang the server.
    while let (Some(parent), true) = (by_id.get(&above), levels.len() < 16) {
        levels.push(parent);
        above = parent.parent_id;
    }
    levels.reverse();
    levels
}
