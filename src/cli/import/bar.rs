//! Progress: a bar on a terminal, now and then a line elsewhere.

use std::{
    io::IsTerminal as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use parking_lot::Mutex;

use crate::{
    clock::Clock,
    import::{Phase, Progress},
};

/// Between plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows the phase under way on standard error.
pub struct Bars {
    clock: Clock,
    /// `None` where standard error is no terminal.
    bar: Option<ProgressBar>,
    total: AtomicU64,
    /// Sync: held for a comparison only, never across an await.
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    began: Duration,
    last: Duration,
}

impl Bars {
    pub fn new(clock: Clock) -> Self {
        let bar = std::io::stderr().is_terminal().then(ProgressBar::hidden);
        Self { clock, bar, total: AtomicU64::new(0), lines: Mutex::default() }
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Analyse => "reading",
        Phase::Media => "files",
        Phase::Import => "items",
    }
}

fn style(phase: Phase) -> ProgressStyle {
    let template = match phase {
        Phase::Analyse => "{msg:>9} {bar:30} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
        Phase::Media | Phase::Import => "{msg:>9} {bar:30} {pos}/{len} {per_sec}, {eta} left",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bars {
    fn begin(&self, phase: Phase, total: u64) {
        self.total.store(total, Ordering::Relaxed);
        let now = self.clock.monotonic();
        *self.lines.lock() = Lines { began: now, last: now };
        if let Some(bar) = &self.bar {
            bar.reset();
            bar.set_length(total);
            bar.set_style(style(phase));
            bar.set_message(name(phase));
            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        }
    }

    fn advance(&self, phase: Phase, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            return;
        }
        let now = self.clock.monotonic();
        let mut lines = self.lines.lock();
        if now - lines.last < LINE_EVERY {
            return;
        }
        lines.last = now;
        let total = self.total.load(Ordering::Relaxed);
        super::output::note(&line(phase, done, total, (now - lines.began).as_secs_f64()));
    }
}

fn line(phase: Phase, done: u64, total: u64, seconds: f64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    let (done_f, total_f) = (done as f64, total as f64);
    let rate = done_f / seconds.max(0.001);
    let left = if rate > 0.0 { (total_f - done_f).max(0.0) / rate } else { 0.0 };
    match phase {
        Phase::Analyse => {
            let mib = f64::from(1 << 20);
            format!(
                "reading: {:.0} of {:.0} MiB, {:.1} MiB/s, {left:.0} s left",
                done_f / mib,
                total_f / mib,
                rate / mib
            )
        }
        Phase::Media | Phase::Import => {
            format!("{}: {done} of {total}, {rate:.0}/s, {left:.0} s left", name(phase))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_rate_and_time_left() {
        assert_eq!(line(Phase::Import, 500, 2000, 5.0), "items: 500 of 2000, 100/s, 15 s left");
        assert_eq!(line(Phase::Analyse, 0, 1 << 20, 0.0), "reading: 0 of 1 MiB, 0.0 MiB/s, 0 s left");
    }

    #[test]
    fn every_bar_has_a_template_that_parses() {
        for phase in [Phase::Analyse, Phase::Media, Phase::Import] {
            // An unknown key would show as a default bar.
            assert!(style(phase).get_tick_str(0).len() < 10);
        }
    }
}
