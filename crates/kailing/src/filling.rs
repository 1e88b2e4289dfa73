//! Makes demo data and shows how far it is: a bar on a terminal, a line now and then elsewhere.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};
use kailing_core::demo::{self, FillError, Outcome, Plan, Progress};
use kailing_core::store::db::Db;

use crate::failure::Failure;
use crate::output;

/// Time between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(5);

/// Makes the demo data of a plan. Progress goes to stderr. When `stop` becomes true, the block that is
/// being written is finished and the database stays usable; the outcome says how many contacts it has.
pub(crate) fn fill(db: &Db, plan: &Plan, stop: &AtomicBool) -> Result<Outcome, Failure> {
    let mut display = if io::stderr().is_terminal() { Display::bar(plan) } else { Display::lines() };
    let made = demo::fill(db, plan, &mut |progress| {
        display.show(progress);
        !stop.load(Ordering::Relaxed)
    });
    display.end();
    made.map_err(|error| match error {
        FillError::NotEmpty => Failure::runtime("the database holds a tenant already; --add makes a further one"),
        FillError::Refused(refusal) => refusal.into(),
    })
}

enum Display {
    Bar(ProgressBar),
    Lines { begun: Instant, last: Instant },
}

impl Display {
    fn bar(plan: &Plan) -> Display {
        let bar = ProgressBar::new(plan.contacts);
        let template = "{bar:32} {human_pos} of {human_len} contacts, {rate}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = write!(out, "{:.0}/s", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate));
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Display::Bar(bar)
    }

    fn lines() -> Display {
        let now = now();
        Display::Lines { begun: now, last: now }
    }

    fn show(&mut self, progress: Progress) {
        match self {
            Display::Bar(bar) => bar.set_position(progress.done),
            Display::Lines { begun, last } if last.elapsed() >= PAUSE && progress.done < progress.total => {
                *last = now();
                output::complain(line(progress, begun.elapsed()));
            }
            Display::Lines { .. } => {}
        }
    }

    fn end(&self) {
        if let Display::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "measures how long the work takes; no time of the domain")]
fn now() -> Instant {
    Instant::now()
}

fn line(progress: Progress, elapsed: Duration) -> String {
    let Progress { done, total, .. } = progress;
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let left = Duration::from_millis(millis.saturating_mul(total - done) / done.max(1));
    let rate = done.saturating_mul(1_000) / millis;
    format!("demo data: {done} of {total} contacts, {rate}/s, {} left", HumanDuration(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_rate_and_remaining_time() {
        let progress = Progress { done: 50_000, total: 150_000, rows: 0 };
        let text = line(progress, Duration::from_secs(10));
        assert_eq!(text, "demo data: 50000 of 150000 contacts, 5000/s, 20 seconds left");
    }
}
