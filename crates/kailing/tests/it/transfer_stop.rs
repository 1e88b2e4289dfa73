//! An import that is interrupted goes on when it is started again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kailing_core::context::{Actor, Context, Profile};
use kailing_core::ids::Ids;
use kailing_core::store::corp;
use kailing_core::transfer::{Ears, Plan, Report, import};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::database::Database;
use crate::harness::NOW;
use crate::process::run;

/// The tenant of the demo data, when there is another one beside it.
pub fn first_tenant(url: &str) -> String {
    let (code, stdout, stderr) = run(&["tenant", "list", "--json", "--database", url]);
    assert_eq!(code, 0, "{stderr}");
    let tenants: Value = serde_json::from_str(&stdout).unwrap();
    tenants[0]["corp_id"].as_str().unwrap().to_owned()
}

/// Contacts that refer to each other's records, in several blocks.
fn lines(folder: &Path) -> PathBuf {
    let mut text = String::new();
    let mut add = |line: Value| text += &(line.to_string() + "\n");
    for n in 0..6_000 {
        let ways = json!([{"contact_way": format!("138{:08}", n / 2)}]);
        add(json!({"type": "contact", "id": format!("c-{n}"), "contact_ways": ways, "create_time": NOW - 6_000 + n}));
    }
    for n in 0..6_000 {
        let object = format!("c-{}", n / 3);
        add(json!({"type": "progress", "id": format!("p-{n}"), "object_type": 0, "object_id": object, "content": "访",
            "create_time": NOW + n}));
    }
    let file = folder.join("all.jsonl");
    std::fs::write(&file, text).unwrap();
    file
}

/// Imports until it was told so often how far it is.
fn run_until(database: &Database, file: &Path, seed: u8, most: usize) -> Report {
    let db = database.open();
    let tenant = db.read(corp::all).wait().unwrap().remove(0);
    let ctx = Context {
        corp: tenant.corp,
        tenant: Arc::new(tenant),
        actor: Actor::System,
        now: NOW,
        request_id: Arc::from(""),
        ids: Arc::new(Ids::new(u16::from(seed), [seed; 32])),
        profile: Profile::Open,
    };
    let plan = Plan { files: vec![file.to_owned()], dry_run: false, skip_bad: false };
    let mut told = 0;
    let mut progress = |progress: kailing_core::transfer::Progress| {
        told += usize::from(progress.step == "writing");
        told < most
    };
    let mut bad = |bad: &kailing_core::transfer::BadLine<'_>| panic!("{bad:?}");
    let report = import(&db, &ctx, &plan, &mut Ears { bad: &mut bad, progress: &mut progress }).unwrap();
    db.close();
    report
}

fn export(database: &Database, folder: &Path) -> Vec<String> {
    let tenant = first_tenant(&database.url);
    let arguments = ["export", "--database", &database.url, "--tenant", &tenant, folder.to_str().unwrap()];
    let (code, _, stderr) = run(&arguments);
    assert_eq!(code, 0, "{stderr}");
    ["contact", "progress"].map(|of| std::fs::read_to_string(folder.join(format!("{of}.jsonl"))).unwrap()).to_vec()
}

#[test]
fn an_interrupted_import_ends_like_one_that_was_not() {
    let (whole, halved, folder) = (Database::filled(), Database::filled(), TempDir::new().unwrap());
    let file = lines(folder.path());
    assert!(!run_until(&whole, &file, 1, usize::MAX).stopped);
    let mut stops = 0;
    for seed in 2..20 {
        let report = run_until(&halved, &file, seed, usize::from(seed));
        stops += usize::from(report.stopped);
        if !report.stopped {
            break;
        }
    }
    let last = run_until(&halved, &file, 20, usize::MAX);
    assert!(stops > 1 && last.types["progress"].unchanged == 6_000, "{last:?}");
    assert_eq!(export(&whole, &folder.path().join("whole")), export(&halved, &folder.path().join("halved")));
}
