//! Times as officers type them: dates and clock times in Asia/Shanghai.

use std::time::Duration;

use domain::Timestamp;
use domain::location::{Slot, Window, WindowError};

/// Why two times are no window that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadWindow {
    /// The beginning cannot be read.
    From,
    /// The end cannot be read.
    Until,
    /// The end is not after the beginning.
    Backwards,
    /// More than 48 hours.
    Long,
    /// It has not ended.
    NotOver,
    /// All of it is longer ago than anything is kept.
    Old,
}

/// Reads what a browser's field for a date and a time sends, or the same with a space.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().replacen(' ', "T", 1);
    // A time of another zone would be read as one of ours.
    if text.get(10..).is_some_and(|rest| rest.contains(['+', '-', '[', 'Z', 'z'])) {
        return None;
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    let time = local.time();
    let since_midnight = u64::try_from(time.hour()).ok()? * 3600
        + u64::try_from(time.minute()).ok()? * 60
        + u64::try_from(time.second()).ok()?;
    let days = jiff::civil::date(1970, 1, 1).until(local.date()).ok()?.get_days();
    (days >= 0).then(|| Timestamp::of_day(i64::from(days)).plus(Duration::from_secs(since_midnight)))
}

/// As a field for a date and a time takes it.
pub fn typed(at: Timestamp) -> String {
    let local = at.local();
    format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// The window of two typed times, of visits that are kept for so long (`--visit-days`).
pub fn window(from: &str, until: &str, (now, kept): (Timestamp, Duration)) -> Result<Window, BadWindow> {
    let from = moment(from).ok_or(BadWindow::From)?;
    let until = moment(until).ok_or(BadWindow::Until)?;
    let window = Window::new(from, until).map_err(|error| match error {
        WindowError::Backwards => BadWindow::Backwards,
        WindowError::Long => BadWindow::Long,
    })?;
    if until > now {
        return Err(BadWindow::NotOver);
    }
    if window.last() < Slot::of(now.minus(kept)) {
        return Err(BadWindow::Old);
    }
    Ok(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);

    #[test]
    fn times_are_read_as_they_are_written_in_shanghai() {
        let at = moment("2026-11-23T20:00").unwrap();
        assert_eq!(at, NOW);
        assert_eq!(moment("2026-11-23 20:00"), Some(NOW));
        assert_eq!(typed(NOW), "2026-11-23T20:00");
        for bad in
            ["", "20:00", "2026-13-01T00:00", "1969-12-31T00:00", "yesterday", "2026-11-23T12:00+00:00"]
        {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_window_is_over_within_two_days_and_not_older_than_what_is_kept() {
        const KEPT: Duration = Duration::from_hours(14 * 24);
        let window = |from, until| window(from, until, (NOW, KEPT));
        assert!(window("2026-11-23T18:00", "2026-11-23T20:00").is_ok());
        assert_eq!(window("2026-11-23T18:00", "2026-11-23T20:05"), Err(BadWindow::NotOver));
        assert_eq!(window("2026-11-23T18:00", "2026-11-23T18:00"), Err(BadWindow::Backwards));
        assert_eq!(window("2026-11-20T18:00", "2026-11-22T18:05"), Err(BadWindow::Long));
        assert_eq!(window("2026-11-09T18:00", "2026-11-09T19:00"), Err(BadWindow::Old));
        assert!(window("2026-11-09T19:00", "2026-11-09T20:05").is_ok());
        assert_eq!(window("x", "2026-11-01T19:00"), Err(BadWindow::From));
        assert_eq!(window("2026-11-01T19:00", ""), Err(BadWindow::Until));
    }
}
