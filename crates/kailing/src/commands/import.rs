//! `kailing import`: objects of a tenant from files of JSON lines.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use kailing_core::context::Tenant;
use kailing_core::domain::corp;
use kailing_core::store::transfer as store;
use kailing_core::transfer::format::{TENANT, TYPES};
use kailing_core::transfer::{self, BadLine, Ears, ImportError, Plan, Report};
use serde_json::{Map, Value, json};

use crate::cli::Place;
use crate::failure::Failure;
use crate::house::{House, Missing};
use crate::working::Display;
use crate::{output, signals};

pub(crate) const EXAMPLES: &str = r#"Examples:
  kailing import --dry-run old-crm/*.jsonl         say what would happen, and everything that is wrong
  kailing import old-crm/*.jsonl                   do it; the same again changes nothing
  kailing import --skip-bad bad.jsonl old-crm/     a folder; bad lines go to a file, with the reasons
  kailing import --database postgres://me@127.0.0.1/kailing export/

A line is an object:
  {"type":"staff","id":"w-17","name":"王芳","mobile":"13800138000"}
  {"type":"contact","id":"c-1","user_name":"李雷","owner_id":"w-17","contact_ways":[{"contact_way":"13900139000"}]}
  {"type":"progress","id":"p-1","object_type":0,"object_id":"c-1","content":"第一次拜访","create_user_id":"w-17"}

docs/import.md describes every type and member."#;

/// Reasons that are printed; all of them are counted.
const SHOWN: u64 = 1_000;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// Files of JSON lines, or folders with *.jsonl files; in any order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Store the good lines; write the bad ones with their reasons to this new file
    #[arg(long, value_name = "FILE")]
    skip_bad: Option<PathBuf>,
    /// The tenant, needed when there are several; the first one is made when there is none
    #[arg(long, value_name = "CORP_ID")]
    tenant: Option<String>,
    /// Print the report as one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let files = files(&options.files)?;
    let skipped = options.skip_bad.as_deref().map(make).transpose()?;
    let house = House::open(options.place, Missing::Create)?;
    let plan = Plan { files, dry_run: options.dry_run, skip_bad: skipped.is_some() };
    let outcome = tenant(&house, options.tenant.as_deref(), &plan)
        .and_then(|tenant| import(&house, tenant, &plan, skipped, options.json));
    house.close();
    outcome
}

/// The files of the folders, by name, and the files themselves.
fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::with_capacity(given.len());
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error: io::Error| Failure::input(format!("{}: {error}", path.display()));
        let mut found = Vec::new();
        for entry in path.read_dir().map_err(unreadable)? {
            found.push(entry.map_err(unreadable)?.path());
        }
        found.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
        if found.is_empty() {
            return Err(Failure::input(format!("{} holds no *.jsonl file", path.display())));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// Bad lines hold personal data like the good ones.
fn make(path: &Path) -> Result<BufWriter<File>, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(file) => Ok(BufWriter::new(file)),
        Err(error) => Err(Failure::input(format!("{}: {error}", path.display()))),
    }
}

/// The tenant to import into. A database without one gets it, unless this is a dry run.
fn tenant(house: &House, named: Option<&str>, plan: &Plan) -> Result<Tenant, Failure> {
    if named.is_some() || !house.tenants()?.is_empty() {
        return house.tenant(named);
    }
    let (wire_id, name) = transfer::tenant_of(&plan.files).map_err(failure)?;
    let name = name.filter(|name| (1..=100).contains(&name.chars().count())).unwrap_or_else(|| "Kailing".to_owned());
    if plan.dry_run {
        return Ok(nobody(name));
    }
    house.found(move |tx, ids, now| {
        let mut tenant = corp::create(tx, ids, now, &name)?;
        if let Some(wire_id) = &wire_id {
            store::rename_corp(tx, tenant.corp, wire_id)?;
            tenant.wire_id.clone_from(wire_id);
        }
        Ok(tenant)
    })
}

/// A tenant without rows, to compare with on a dry run.
fn nobody(name: String) -> Tenant {
    Tenant {
        corp: 0,
        wire_id: String::new(),
        name,
        refuse_duplicates: false,
        multi_process: false,
        time_zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC),
        public_base_url: String::new(),
        cursor_key: [0; 32],
    }
}

fn import(
    house: &House,
    tenant: Tenant,
    plan: &Plan,
    mut skipped: Option<BufWriter<File>>,
    json: bool,
) -> Result<(), Failure> {
    let (stop, ctx) = (signals::stop_flag()?, house.context(tenant));
    let (mut display, mut reasons_told) = (Display::new("B"), 0);
    let mut collected: Vec<Value> = Vec::new();
    let report = {
        let mut bad = |bad: &BadLine<'_>| {
            let (file, line) = (bad.file.display(), bad.line);
            for reason in bad.reasons {
                reasons_told += 1;
                let place = format!("{file}:{line}: {reason}");
                if let Some(skipped) = &mut skipped {
                    writeln!(skipped, "# {place}")?;
                }
                if json && reasons_told <= SHOWN {
                    collected.push(json!({"file": file.to_string(), "line": line, "reason": reason}));
                } else if reasons_told <= SHOWN {
                    output::complain(place);
                }
            }
            match (&mut skipped, bad.text) {
                (Some(skipped), Some(text)) => writeln!(skipped, "{text}"),
                _ => Ok(()),
            }
        };
        let mut progress = |progress: transfer::Progress| going_on(&mut display, progress, &stop);
        transfer::import(&house.db, &ctx, plan, &mut Ears { bad: &mut bad, progress: &mut progress })
    };
    display.end();
    if let Some(skipped) = &mut skipped {
        skipped.flush()?;
    }
    let report = report.map_err(failure)?;
    if reasons_told > SHOWN && !json {
        output::complain(format!("… and {} more", reasons_told - SHOWN));
    }
    show(&report, plan, json, &collected)
}

fn going_on(display: &mut Display, progress: transfer::Progress, stop: &Arc<AtomicBool>) -> bool {
    display.show(progress.step, progress.done, progress.total);
    !stop.load(Ordering::Relaxed)
}

fn show(report: &Report, plan: &Plan, json: bool, problems: &[Value]) -> Result<(), Failure> {
    let bad = report.bad();
    let written = !plan.dry_run && (bad == 0 || plan.skip_bad);
    if json {
        let types: Map<String, Value> = report
            .types
            .iter()
            .map(|(name, count)| {
                let count =
                    json!({"new": count.new, "changed": count.changed, "unchanged": count.unchanged, "bad": count.bad});
                ((*name).to_owned(), count)
            })
            .collect();
        let document = json!({
            "dry_run": plan.dry_run, "written": written, "stopped": report.stopped, "types": types, "problems": problems,
        });
        output::line(document.to_string())?;
    } else {
        let row = |(name, count): (&&str, &transfer::Count)| {
            let numbers = [count.new, count.changed, count.unchanged, count.bad].map(|number| number.to_string());
            std::iter::once((*name).to_owned()).chain(numbers).collect::<Vec<_>>()
        };
        // In the order in which they are written; `?` are lines whose type cannot be told.
        let order = [TENANT].into_iter().chain(TYPES.iter().map(|of| of.name)).chain(["?"]);
        let rows: Vec<Vec<String>> = order.filter_map(|name| report.types.get_key_value(name)).map(row).collect();
        output::table(&["TYPE", "NEW", "CHANGED", "UNCHANGED", "BAD"], &rows)?;
    }
    match bad {
        _ if report.stopped => {
            Err(Failure::runtime("stopped; what was written stays, the same command goes on from there"))
        }
        0 => Ok(()),
        _ if plan.dry_run => Err(Failure::runtime(format!("{bad} bad lines; nothing was written"))),
        _ if plan.skip_bad => Ok(()),
        _ => Err(Failure::runtime(format!(
            "{bad} bad lines; nothing was written. Correct them, or collect them with --skip-bad FILE"
        ))),
    }
}

fn failure(error: ImportError) -> Failure {
    match error {
        ImportError::Refused(refusal) => refusal.into(),
        ImportError::Read { .. } => Failure::input(error),
        _ => Failure::runtime(error),
    }
}
