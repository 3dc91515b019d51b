//! What an installation chooses for its checkpoints: the settings that devices get signed, and when reports are late.
//!
//! The decision that matters: an option by itself is bounded where it is read, and options that depend on each other
//! are compared here, before anything is opened. Each message names the option, what was given and what is allowed.

use std::time::Duration;

use clap::Args;
use domain::contact::Contact;
use server::checkpoint::settings::{DeviceSettings, MOST_WAITING, OLDEST_DATA};
use server::checkpoint::shift::{APART, LONGEST};

use crate::failure::Failure;

/// A length of time as people type it: whole seconds, minutes or hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// The options, as given.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CheckpointOptions {
    /// From which age on the data on an inspector's screen is amber: from 5m, less than --checkpoint-check-after
    #[arg(long, value_name = "TIME", env = "TONGXING_CHECKPOINT_AMBER_AFTER", default_value = "4h", value_parser = span)]
    pub checkpoint_amber_after: Span,
    /// From which age on everybody is CHECK: at most 24h, when status lists end
    #[arg(long, value_name = "TIME", env = "TONGXING_CHECKPOINT_CHECK_AFTER", default_value = "24h", value_parser = span)]
    pub checkpoint_check_after: Span,
    /// The longest shift: 1h to 12h
    #[arg(long, value_name = "TIME", env = "TONGXING_CHECKPOINT_SHIFT", default_value = "12h", value_parser = span)]
    pub checkpoint_shift: Span,
    /// After how long without a touch a device asks for the PIN: 30s to 30m
    #[arg(long, value_name = "TIME", env = "TONGXING_CHECKPOINT_IDLE", default_value = "5m", value_parser = span)]
    pub checkpoint_idle: Span,
    /// How long after the last sign-in a device works on without a network, and its oldest item may wait: from
    /// --checkpoint-shift to 72h
    #[arg(long, value_name = "TIME", env = "TONGXING_CHECKPOINT_APART", default_value = "72h", value_parser = span)]
    pub checkpoint_apart: Span,
    /// How many items may wait on a device: 100 to 5000
    #[arg(long, value_name = "NUMBER", env = "TONGXING_CHECKPOINT_ITEMS", default_value = "5000", value_parser = items)]
    pub checkpoint_items: u32,
    /// From how many on the device warns: less than --checkpoint-items
    #[arg(long, value_name = "NUMBER", env = "TONGXING_CHECKPOINT_WARN_ITEMS", default_value = "4000", value_parser = count)]
    pub checkpoint_warn_items: u32,
    /// How long the oldest may wait before the device warns: less than --checkpoint-apart
    #[arg(long, value_name = "TIME", env = "TONGXING_CHECKPOINT_WARN_AFTER", default_value = "48h", value_parser = span)]
    pub checkpoint_warn_after: Span,
    /// The lowest number of the inspector's application that still works; older ones stop and say why
    #[arg(long, value_name = "NUMBER", env = "TONGXING_CHECKPOINT_MINIMUM_APP", default_value = "1", value_parser = count)]
    pub checkpoint_minimum_app: u32,
    /// How soon a report of an abnormal temperature is to be acknowledged: 1m to 24h
    #[arg(long, value_name = "TIME", env = "TONGXING_REPORT_DUE", default_value = "15m", value_parser = span)]
    pub report_due: Span,
    /// The address that is told by e-mail when one was not
    #[arg(long, value_name = "ADDRESS", env = "TONGXING_REPORT_ESCALATION", value_parser = address)]
    pub report_escalation: Option<Contact>,
}

/// The same, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoints {
    /// What devices go by.
    pub devices: DeviceSettings,
    /// How soon a report is to be acknowledged.
    pub report_due: Duration,
    /// Who is told that one was not.
    pub report_escalation: Option<Contact>,
}

impl CheckpointOptions {
    /// Checks the options together. `mail`: whether e-mail can be sent, or is shown by the demonstration instead.
    pub fn check(self, mail: bool) -> Result<Checkpoints, Failure> {
        const MINUTE: Duration = Duration::from_mins(1);
        let devices = DeviceSettings {
            amber_after: self.checkpoint_amber_after.0,
            check_after: self.checkpoint_check_after.0,
            shift: self.checkpoint_shift.0,
            idle: self.checkpoint_idle.0,
            apart: self.checkpoint_apart.0,
            items: self.checkpoint_items,
            warn_items: self.checkpoint_warn_items,
            warn_after: self.checkpoint_warn_after.0,
            minimum_app: self.checkpoint_minimum_app,
        };
        let (check, shift, apart) = ("--checkpoint-check-after", "--checkpoint-shift", "--checkpoint-apart");
        within(check, devices.check_after, (MINUTE, OLDEST_DATA), "when status lists end")?;
        within("--checkpoint-amber-after", devices.amber_after, (5 * MINUTE, OLDEST_DATA), "")?;
        below("--checkpoint-amber-after", devices.amber_after, check, devices.check_after)?;
        within(shift, devices.shift, (60 * MINUTE, LONGEST), "")?;
        within("--checkpoint-idle", devices.idle, (MINUTE / 2, 30 * MINUTE), "")?;
        within(apart, devices.apart, (devices.shift, APART), "no less than --checkpoint-shift")?;
        within("--checkpoint-warn-after", devices.warn_after, (MINUTE, APART), "")?;
        below("--checkpoint-warn-after", devices.warn_after, apart, devices.apart)?;
        if devices.warn_items >= devices.items {
            let (given, items) = (devices.warn_items, devices.items);
            return Err(Failure::new(format!(
                "--checkpoint-warn-items {given}: expected less than --checkpoint-items, {items}"
            )));
        }
        within("--report-due", self.report_due.0, (MINUTE, Duration::from_hours(24)), "")?;
        if let (Some(contact), false) = (&self.report_escalation, mail) {
            let address = contact.as_str();
            return Err(Failure::new(format!("--report-escalation {address}: no e-mail can be sent"))
                .advice("give --mail-server and --mail-from too (docs/messages.md)"));
        }
        let (report_due, report_escalation) = (self.report_due.0, self.report_escalation);
        Ok(Checkpoints { devices, report_due, report_escalation })
    }
}

pub(super) fn within(
    option: &str,
    given: Duration,
    (least, most): (Duration, Duration),
    why: &str,
) -> Result<(), Failure> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let (given, least, most) = (typed(given), typed(least), typed(most));
    let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
    Err(Failure::new(format!("{option} {given}: expected {least} to {most}{why}")))
}

fn below(option: &str, given: Duration, other: &str, limit: Duration) -> Result<(), Failure> {
    if given < limit {
        return Ok(());
    }
    let (given, limit) = (typed(given), typed(limit));
    Err(Failure::new(format!("{option} {given}: expected less than {other}, {limit}")))
}

/// As it would be typed.
fn typed(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        _ if seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

pub(super) fn span(text: &str) -> Result<Span, &'static str> {
    const EXPECTED: &str = "expected a whole number of seconds, minutes or hours, such as 90s, 15m or 4h";
    let split = text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at)).ok_or(EXPECTED)?;
    let (number, unit) = text.split_at(split);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(EXPECTED),
    };
    let plain = number.bytes().all(|b| b.is_ascii_digit());
    let number: u32 = number.parse().ok().filter(|_| plain).ok_or(EXPECTED)?;
    Ok(Span(Duration::from_secs(u64::from(number) * seconds)))
}

fn items(text: &str) -> Result<u32, &'static str> {
    let number = text.parse().ok().filter(|number| (100..=MOST_WAITING).contains(number));
    number.ok_or("expected a whole number from 100 to 5000")
}

fn count(text: &str) -> Result<u32, &'static str> {
    let number = text.parse().ok().filter(|number| *number >= 1);
    number.ok_or("expected a whole number from 1")
}

fn address(text: &str) -> Result<Contact, &'static str> {
    let contact = text.parse().ok().filter(|contact| matches!(contact, Contact::Mail(_)));
    contact.ok_or("expected an e-mail address")
}
