//! Which of several files are policies of their own, and which are parts of others.

use std::collections::BTreeSet;

/// Which files are policies of their own: those that no other one includes, and of files that include each other in a circle
/// the first.
///
/// `included` says for each file which of the others it includes, by their numbers; those that these include need not be
/// named. Takes time in the order of what is named.
pub fn roots(included: &[BTreeSet<usize>]) -> Vec<bool> {
    let mut roots = vec![true; included.len()];
    for (position, includes) in included.iter().enumerate() {
        for other in includes.iter().filter(|other| **other != position) {
            if let Some(root) = roots.get_mut(*other) {
                *root = false;
            }
        }
    }
    let mut reached = vec![false; included.len()];
    let policies: Vec<usize> = positions(&roots).collect();
    for position in policies {
        reach(position, included, &mut reached);
    }
    for position in 0..included.len() {
        if reach(position, included, &mut reached)
            && let Some(root) = roots.get_mut(position)
        {
            *root = true;
        }
    }
    roots
}

fn positions(roots: &[bool]) -> impl Iterator<Item = usize> {
    roots.iter().enumerate().filter(|(_, root)| **root).map(|(position, _)| position)
}

/// Marks a file and all that it includes. Says whether the file was not marked before.
fn reach(position: usize, included: &[BTreeSet<usize>], reached: &mut [bool]) -> bool {
    let mut mark =
        |position: usize| reached.get_mut(position).is_some_and(|r| !std::mem::replace(r, true));
    if !mark(position) {
        return false;
    }
    let mut left = vec![position];
    while let Some(position) = left.pop() {
        let includes = included.get(position).into_iter().flatten().copied();
        left.extend(includes.filter(|other| mark(*other)));
    }
    true
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
        assert_eq!(roots_of(&[&[1], &[2], &[1], &[4], &[5], &[3]]), [0, 3]);
    }
}
