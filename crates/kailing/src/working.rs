//! Shows how far a long piece of work is: a bar on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// Time between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(5);

/// The display of one piece of work, which has one or several steps.
pub(crate) struct Display {
    unit: &'static str,
    bar: Option<ProgressBar>,
    step: &'static str,
    last: Instant,
}

impl Display {
    /// `unit` is what is counted; `B` are bytes.
    pub(crate) fn new(unit: &'static str) -> Display {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let counts = if unit == "B" { "{bytes} of {total_bytes}" } else { "{human_pos} of {human_len}" };
            if let Ok(style) = ProgressStyle::with_template(&format!("{{prefix:10}} {{bar:32}} {counts}, {{eta}} left"))
            {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(500));
            bar
        });
        Display { unit, bar, step: "", last: now() }
    }

    /// A step is so far.
    pub(crate) fn show(&mut self, step: &'static str, done: u64, total: u64) {
        let is_new = step != self.step;
        self.step = step;
        match &self.bar {
            Some(bar) => {
                if is_new {
                    bar.reset();
                    bar.set_prefix(step);
                }
                bar.set_length(total);
                bar.set_position(done);
            }
            None if self.last.elapsed() >= PAUSE && done < total => {
                self.last = now();
                output::complain(format!("{step}: {done} of {total} {}", self.unit));
            }
            None => {}
        }
    }

    /// The work is over.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.end();
    }
}

#[expect(clippy::disallowed_methods, reason = "measures how long the work takes; no time of the domain")]
fn now() -> Instant {
    Instant::now()
}
