//! The day as of which suppressions are judged.

use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::lint::suppress::{DateFault, date};
use crate::text::quote;

// No doc comment: clap would print it as the description of the command.
#[derive(Debug, Args)]
pub(super) struct Day {
    /// Check expiry dates as of this date, such as 2027-01-31, instead of today in UTC
    #[arg(long = "today", value_name = "DATE", value_parser = parse)]
    given: Option<Date>,
}

impl Day {
    /// The day that was given, else today in UTC.
    pub(super) fn date(&self) -> Date {
        self.given.unwrap_or_else(|| TimeZone::UTC.to_datetime(Timestamp::now()).date())
    }
}

fn parse(text: &str) -> Result<Date, String> {
    date(text).map_err(|fault| match fault {
        DateFault::Form => "write the year, month and day, such as 2027-01-31".to_owned(),
        DateFault::NoSuchDay(None) => format!("{} is not a date", quote(text)),
        DateFault::NoSuchDay(Some(last)) => {
            format!("{} is not a date: that month ends on {last}", quote(text))
        }
    })
}
