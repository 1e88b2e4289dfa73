//! The tree of departments (chapter 02).

use std::collections::HashMap;

use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::db::Tx;
use crate::store::department::{self, Department};

/// A department as the directory shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The id on the wire.
    pub wire_id: String,
    /// Display name.
    pub name: String,
    /// The wire id of the department above, `None` for the root.
    pub parent_id: Option<String>,
    /// Wire ids of the heads.
    pub leader_userids: Vec<String>,
}

/// Which departments a question is about.
#[derive(Clone, Debug, Default)]
pub struct Under {
    /// Wire id of the department to start at; absent: the root.
    pub dept_id: Option<String>,
    /// Its whole subtree instead of its direct children.
    pub fetch_child: bool,
}

/// Sub-departments level by level, within a level by (`create_time`, wire id). The root itself leads the
/// list only when no department is named, so that a client that walks the tree comes to an end.
pub fn list(tx: &mut Tx<'_>, ctx: &Context, under: &Under) -> Verdict<Vec<Shown>> {
    let tree = Tree::load(tx, ctx.corp)?;
    let Some(start) = tree.start(under)? else { return Ok(Vec::new()) };
    let mut listed = if under.dept_id.is_none() { vec![start] } else { Vec::new() };
    listed.extend(tree.below(start, under.fetch_child));
    let ids: Vec<i64> = listed.iter().map(|department| department.id).collect();
    let mut leaders = department::leaders(tx, ctx.corp, &ids)?;
    Ok(listed
        .into_iter()
        .map(|department| Shown {
            wire_id: department.wire_id.clone(),
            name: department.name.clone(),
            parent_id: tree.wire_id(department.parent_id),
            leader_userids: leaders.remove(&department.id).unwrap_or_default(),
        })
        .collect())
}

/// Inner ids of a department and, if asked for, of its subtree.
pub(super) fn ids(tx: &mut Tx<'_>, ctx: &Context, under: &Under) -> Verdict<Vec<i64>> {
    let tree = Tree::load(tx, ctx.corp)?;
    let Some(start) = tree.start(under)? else { return Ok(Vec::new()) };
    let mut ids = vec![start.id];
    if under.fetch_child {
        ids.extend(tree.below(start, true).iter().map(|department| department.id));
    }
    Ok(ids)
}

/// All departments, in the order (`create_time`, wire id).
struct Tree {
    all: Vec<Department>,
    by_id: HashMap<i64, usize>,
}

impl Tree {
    fn load(tx: &mut Tx<'_>, corp: i64) -> Verdict<Tree> {
        Ok(Tree::new(department::all(tx, corp)?))
    }

    fn new(all: Vec<Department>) -> Tree {
        let by_id = all.iter().enumerate().map(|(place, department)| (department.id, place)).collect();
        Tree { all, by_id }
    }

    /// The named department (unknown: 1003), else the root; nothing in a tenant without departments.
    fn start(&self, under: &Under) -> Verdict<Option<&Department>> {
        let Some(wire_id) = &under.dept_id else {
            return Ok(self.all.iter().find(|department| department.parent_id == 0));
        };
        let named = self.all.iter().find(|department| department.wire_id == *wire_id);
        Ok(Some(named.ok_or_else(|| Code::NotFound.because("dept_id is unknown"))?))
    }

    /// What lies below a department, level by level.
    fn below(&self, start: &Department, whole_subtree: bool) -> Vec<&Department> {
        let mut children: HashMap<i64, Vec<usize>> = HashMap::new();
        for (place, department) in self.all.iter().enumerate() {
            children.entry(department.parent_id).or_default().push(place);
        }
        let mut listed = Vec::new();
        let mut level = children.remove(&start.id).unwrap_or_default();
        while !level.is_empty() {
            let departments = level.iter().filter_map(|&place| self.all.get(place));
            // Taking the children out ends the walk even in a tree that was imported with a circle.
            let mut next: Vec<usize> =
                departments.clone().flat_map(|parent| children.remove(&parent.id).unwrap_or_default()).collect();
            listed.extend(departments);
            if !whole_subtree {
                break;
            }
            next.sort_unstable();
            level = next;
        }
        listed
    }

    fn wire_id(&self, id: i64) -> Option<String> {
        self.by_id.get(&id).and_then(|&place| self.all.get(place)).map(|department| department.wire_id.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(edges: &[(i64, i64)]) -> Tree {
        let department =
            |&(id, parent_id)| Department { id, wire_id: format!("d{id}"), parent_id, name: String::new() };
        Tree::new(edges.iter().map(department).collect())
    }

    fn below(tree: &Tree, dept_id: &str, whole_subtree: bool) -> Vec<i64> {
        let under = Under { dept_id: Some(dept_id.into()), fetch_child: whole_subtree };
        let start = tree.start(&under).unwrap().unwrap();
        tree.below(start, whole_subtree).iter().map(|department| department.id).collect()
    }

    #[test]
    fn departments_come_level_by_level_and_within_a_level_in_their_own_order() {
        let tree = tree(&[(1, 0), (5, 3), (2, 1), (4, 2), (3, 1)]);
        assert_eq!(below(&tree, "d1", true), [2, 3, 5, 4]);
        assert_eq!(below(&tree, "d1", false), [2, 3]);
        assert_eq!(below(&tree, "d4", true), [] as [i64; 0]);
    }

    #[test]
    fn a_circle_does_not_hang_the_walk() {
        assert_eq!(below(&tree(&[(1, 0), (2, 3), (3, 2)]), "d2", true), [3, 2]);
    }
}
