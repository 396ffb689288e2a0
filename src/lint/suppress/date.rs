//! Days as authors write them: `2027-01-31` and no other way.

use jiff::civil::Date;

/// Why a text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// It is not written as year, month and day, `2027-01-31`.
    Form,
    /// The calendar has no such day. The last one of that month, if there is such a month.
    NoSuchDay(Option<Date>),
}

/// The day that a text names.
///
/// # Errors
/// Why it names none.
pub fn date(text: &str) -> Result<Date, DateFault> {
    let [year, month, day] = parts(text).ok_or(DateFault::Form)?;
    let small = |number: u16| i8::try_from(number).unwrap_or(i8::MAX);
    let year = i16::try_from(year).unwrap_or(i16::MAX);
    Date::new(year, small(month), small(day)).map_err(|_| {
        let first = Date::new(year, small(month), 1);
        DateFault::NoSuchDay(first.ok().map(Date::last_of_month))
    })
}

/// Whether a text is written as a day, whether or not there is such a day.
pub(super) fn is_date_shaped(text: &str) -> bool {
    parts(text).is_some()
}

fn parts(text: &str) -> Option<[u16; 3]> {
    let mut parts = text.split('-');
    let numbers = [4, 2, 2].map(|digits| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_number)
    });
    let [Some(year), Some(month), Some(day)] = numbers else { return None };
    parts.next().is_none().then_some([year, month, day])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(date("2027-01-31"), Ok(Date::constant(2027, 1, 31)));
        assert_eq!(date("2028-02-29"), Ok(Date::constant(2028, 2, 29)));
        for wrong in
            ["", "2027", "2027-1-31", "27-01-31", "20270131", "2027-01-31T00:00", "+027-01-31"]
        {
            assert_eq!(date(wrong), Err(DateFault::Form), "{wrong}");
        }
        assert_eq!(date("2027-01-31-"), Err(DateFault::Form));
        assert_eq!(date("２０２７-01-31"), Err(DateFault::Form));
    }

    #[test]
    fn a_day_that_the_calendar_lacks_has_a_neighbour() {
        let last = Date::constant(2027, 2, 28);
        assert_eq!(date("2027-02-30"), Err(DateFault::NoSuchDay(Some(last))));
        assert_eq!(date("2027-02-00"), Err(DateFault::NoSuchDay(Some(last))));
        assert_eq!(date("2027-13-01"), Err(DateFault::NoSuchDay(None)));
        assert_eq!(date("2027-99-99"), Err(DateFault::NoSuchDay(None)));
    }
}
