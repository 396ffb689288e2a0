//! What a JSON number is.

/// Whether a text is a JSON number that readers can hold: one beyond the range of double precision, such as
/// `1e999`, is infinite to one reader and an error to the next.
pub fn is_readable_number(spelling: &str) -> bool {
    is_number(spelling) && spelling.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether a text has the form of a JSON number.
pub(super) fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    is_digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What to write for a text that an author took for a JSON number, if it is one of the usual mistakes.
pub(super) fn repaired(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let mut digits = unsigned.replace('_', "");
    if digits.starts_with('.') {
        digits.insert(0, '0');
    }
    if let Some(whole) = digits.strip_suffix('.') {
        digits = whole.to_owned();
    }
    let zeros = digits.bytes().take_while(|&byte| byte == b'0').count();
    let after = digits.as_bytes().get(zeros);
    let cut = if after.is_some_and(u8::is_ascii_digit) { zeros } else { zeros.saturating_sub(1) };
    let repaired = format!("{sign}{}", digits.get(cut..)?);
    is_readable_number(&repaired).then_some(repaired)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_json_form() {
        for good in ["0", "-0", "1", "10.50", "1e5", "1E-5", "-1.5e+3"] {
            assert!(is_readable_number(good), "{good}");
        }
        for bad in ["", "-", "01", "+1", ".5", "1.", "1e", "0x1f", "1_000", "NaN", "1e999", "1 "] {
            assert!(!is_readable_number(bad), "{bad}");
        }
    }

    #[test]
    fn usual_mistakes_are_repaired() {
        for (written, meant) in [
            ("01", "1"),
            ("+1", "1"),
            (".5", "0.5"),
            ("1.", "1"),
            ("1_000", "1000"),
            ("-007", "-7"),
            ("00", "0"),
        ] {
            assert_eq!(repaired(written).as_deref(), Some(meant), "{written}");
        }
        for hopeless in ["0x1f", "1e", "-", "1.2.3", "1e999"] {
            assert_eq!(repaired(hopeless), None, "{hopeless}");
        }
    }
}
