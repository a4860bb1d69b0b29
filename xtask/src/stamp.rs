//! Stamps: has anything changed since this was last made?

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// FNV-1a over the contents and names of a set of files.
#[derive(Debug)]
pub(crate) struct Stamp {
    hash: u64,
}

impl Stamp {
    pub(crate) fn new() -> Self {
        Self {
            hash: 0xcbf2_9ce4_8422_2325,
        }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    /// Adds a file, or every file under a directory that `wanted` lets through.
    pub(crate) fn add_tree(&mut self, path: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<()> {
        for file in files_under(path, wanted)? {
            self.add(file.as_os_str().as_encoded_bytes());
            let bytes = fs::read(&file);
            self.add(&bytes.with_context(|| format!("cannot read {}", file.display()))?);
        }
        Ok(())
    }

    pub(crate) fn text(&self) -> String {
        format!("{:016x}", self.hash)
    }

    /// Whether the stamp in `file` is this one.
    pub(crate) fn is_in(&self, file: &Path) -> bool {
        fs::read_to_string(file).is_ok_and(|text| text.trim() == self.text())
    }

    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        fs::write(file, self.text()).with_context(|| format!("cannot write {}", file.display()))
    }
}

/// The files under `path`, sorted; a missing one is simply not there.
pub(crate) fn files_under(path: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(next) = open.pop() {
        if !wanted(&next) || !next.exists() {
            continue;
        }
        if next.is_dir() {
            let entries = fs::read_dir(&next);
            for entry in entries.with_context(|| format!("cannot list {}", next.display()))? {
                open.push(entry?.path());
            }
        } else {
            found.push(next);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_boundary_changes_the_stamp() {
        let (mut one, mut two) = (Stamp::new(), Stamp::new());
        one.add(b"ab");
        one.add(b"c");
        two.add(b"a");
        two.add(b"bc");
        assert_ne!(one.text(), two.text());
    }
}
