//! The way from one file to another, as a policy writes it.

/// The shortest way from the folder of a file to another file; none where the names of folders on it are not known.
pub(super) fn way(from: &str, to: &str) -> Option<String> {
    let folder: Vec<&str> = from.split('/').collect();
    let folder = folder.split_last().map_or(&[][..], |(_, folder)| folder);
    let target: Vec<&str> = to.split('/').collect();
    let (_, target_folder) = target.split_last()?;
    let shared = folder.iter().zip(target_folder).take_while(|(one, other)| one == other).count();
    let up = folder.get(shared..)?;
    let is_absolute = |path: &str| path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
    let is_far = is_absolute(to) && shared == 0;
    if is_far || is_absolute(to) != is_absolute(from) || up.contains(&"..") {
        return None;
    }
    let down = target.get(shared..)?.iter().copied();
    Some(up.iter().map(|_| "..").chain(down).collect::<Vec<_>>().join("/"))
}
