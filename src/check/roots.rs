//! Which of several files are policies of their own, and which are parts of others.

use std::collections::BTreeSet;

/// Which files are policies of their own: those that no other one includes, and of files that include each other in a circle the first.
///
/// `included` says for each file which of the others it includes, also those that these include, by their numbers.
pub fn roots(included: &[BTreeSet<usize>]) -> Vec<bool> {
    let mut roots = vec![true; included.len()];
    for (position, includes) in included.iter().enumerate() {
        for other in includes.iter().filter(|other| **other != position) {
            if let Some(root) = roots.get_mut(*other) {
                *root = false;
            }
        }
    }
    let mut reached: BTreeSet<usize> = BTreeSet::new();
    for ((position, includes), root) in included.iter().enumerate().zip(&roots) {
        if *root {
            reached.insert(position);
            reached.extend(includes);
        }
    }
    for ((position, includes), root) in included.iter().enumerate().zip(&mut roots) {
        if reached.insert(position) {
            *root = true;
            reached.extend(includes);
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots_of(included: &[&[usize]]) -> Vec<usize> {
        let included: Vec<BTreeSet<usize>> =
            included.iter().map(|includes| includes.iter().copied().collect()).collect();
        let roots = roots(&included).into_iter().enumerate();
        roots.filter(|(_, root)| *root).map(|(position, _)| position).collect()
    }

    #[test]
    fn what_another_file_includes_is_no_root() {
        assert_eq!(roots_of(&[&[], &[0], &[]]), [1, 2]);
        assert_eq!(roots_of(&[&[1, 2], &[2], &[]]), [0]);
    }

    #[test]
    fn of_a_circle_the_first_file_is_the_root() {
        assert_eq!(roots_of(&[&[1], &[0]]), [0]);
        assert_eq!(roots_of(&[&[0]]), [0]);
        assert_eq!(roots_of(&[&[1], &[0], &[0, 1]]), [2]);
        assert_eq!(roots_of(&[&[], &[2], &[1], &[4], &[3]]), [0, 1, 3]);
    }
}
