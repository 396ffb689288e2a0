//! How many findings a person is shown.

use std::cmp::Reverse;

use super::Severity;

/// The most findings in one file that are shown to people. Nobody reads more, and a stranger's file may have millions.
pub const MAX_SHOWN_IN_FILE: usize = 500;

/// The positions of the most severe findings, `limit` at most, in ascending order. Of equally severe ones the first are taken.
pub fn most_severe(severities: &[Severity], limit: usize) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..severities.len()).collect();
    if positions.len() > limit {
        positions.sort_by_key(|at| Reverse(severities.get(*at)));
        positions.truncate(limit);
        positions.sort_unstable();
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_severe_are_kept_in_their_order() {
        use Severity::{Error, Info, Warning};
        let found = [Info, Warning, Error, Warning, Error, Info];
        assert_eq!(most_severe(&found, 3), [1, 2, 4]);
        assert_eq!(most_severe(&found, 6), [0, 1, 2, 3, 4, 5]);
        assert_eq!(most_severe(&[Info; 4], 2), [0, 1]);
    }
}
