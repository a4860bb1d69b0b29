//! What was installed under a prefix, so that it can be removed, and nothing
//! else with it.

use crate::problem::Problem;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// Where it is kept.
const PLACE: &str = "share/hedgerow/installed";

/// Files, and folders that were made for them; all relative to the prefix.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Manifest {
    /// What is installed under `prefix`, if anything is.
    pub(super) fn read(prefix: &Path) -> Result<Option<Manifest>> {
        let place = prefix.join(PLACE);
        match fs::read_to_string(&place) {
            Ok(text) => Ok(Some(Manifest::parse(&text).ok_or_else(|| {
                Problem::new("this is not the list of what was installed")
                    .at(place.display().to_string())
                    .remedy("remove it and what it names by hand, or install anew")
            })?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| place.display().to_string()),
        }
    }

    /// `None` unless every line names something under the prefix.
    fn parse(text: &str) -> Option<Manifest> {
        let mut manifest = Manifest::default();
        for line in text.lines() {
            let (kind, path) = line.split_once(' ')?;
            let path = Path::new(path);
            let below = |part: Component<'_>| matches!(part, Component::Normal(_));
            if !path.components().all(below) {
                return None;
            }
            match kind {
                "file" => manifest.files.insert(path.to_path_buf()),
                "folder" => manifest.folders.insert(path.to_path_buf()),
                _ => return None,
            };
        }
        Some(manifest)
    }

    /// Keeps it under `prefix`, beside what it names.
    pub(super) fn write(&mut self, prefix: &Path) -> Result<()> {
        let place = self.room(prefix, PLACE)?;
        let line = |kind: &str, path: &PathBuf| format!("{kind} {}\n", path.display());
        let files = self.files.iter().map(|path| line("file", path));
        let folders = self.folders.iter().map(|path| line("folder", path));
        fs::write(&place, files.chain(folders).collect::<String>())
            .with_context(|| format!("cannot write {}", place.display()))
    }

    /// Where a file goes; its folder is made, and both are noted.
    pub(super) fn room(&mut self, prefix: &Path, file: &str) -> Result<PathBuf> {
        let file = Path::new(file);
        let folder = file.parent().context("a file without a folder")?;
        let outermost_first = folder.ancestors().collect::<Vec<_>>().into_iter().rev();
        for folder in outermost_first.filter(|folder| !prefix.join(folder).exists()) {
            fs::create_dir_all(prefix.join(folder))
                .with_context(|| format!("cannot make {}", prefix.join(folder).display()))?;
            self.folders.insert(folder.to_path_buf());
        }
        self.files.insert(file.to_path_buf());
        Ok(prefix.join(file))
    }

    /// Removes the files, and those of the folders in which nothing else is.
    /// Gives the files that were there.
    pub(super) fn remove(&self, prefix: &Path) -> Result<Vec<PathBuf>> {
        let mut removed = Vec::new();
        for file in self.files.iter().map(|file| prefix.join(file)) {
            match fs::remove_file(&file) {
                Ok(()) => removed.push(file),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot remove {}", file.display()));
                }
            }
        }
        // The innermost first.
        for folder in self.folders.iter().rev() {
            // One that somebody else has put something into stays.
            let _ = fs::remove_dir(prefix.join(folder));
        }
        Ok(removed)
    }
}

/// Removes what was installed under `prefix`.
pub(super) fn uninstall(prefix: &Path) -> Result<Vec<PathBuf>> {
    let manifest = Manifest::read(prefix)?.ok_or_else(|| {
        Problem::new("nothing was installed here")
            .at(prefix.display().to_string())
            .remedy("name the folder that was given when it was installed")
    })?;
    manifest.remove(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    /// A folder of this test's own, which is not there.
    fn nowhere(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("hedgerow-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn install(prefix: &Path, files: &[&str]) {
        let mut manifest = Manifest::read(prefix).unwrap().unwrap_or_default();
        for file in files {
            fs::write(manifest.room(prefix, file).unwrap(), "").unwrap();
        }
        manifest.write(prefix).unwrap();
    }

    #[test]
    fn nothing_is_left() {
        let prefix = nowhere("nothing");
        install(
            &prefix,
            &["lib/libhedgerow.so.0.1.0", "lib/pkgconfig/hedgerow.pc"],
        );
        // A later release, installed over it.
        install(
            &prefix,
            &["lib/libhedgerow.so.0.2.0", "lib/pkgconfig/hedgerow.pc"],
        );
        assert_eq!(uninstall(&prefix).unwrap().len(), 4, "with the list");
        assert!(!prefix.exists());
        assert!(uninstall(&prefix).is_err());
    }

    #[test]
    fn what_others_have_put_there_stays() {
        let prefix = nowhere("others");
        fs::create_dir_all(prefix.join("include")).unwrap();
        install(&prefix, &["include/hedgerow.h", "lib/libhedgerow.a"]);
        fs::write(prefix.join("lib/libother.a"), "").unwrap();
        uninstall(&prefix).unwrap();
        assert!(prefix.join("include").exists(), "it was there before");
        assert!(prefix.join("lib/libother.a").exists());
        assert!(!prefix.join("lib/libhedgerow.a").exists() && !prefix.join("share").exists());
        fs::remove_dir_all(&prefix).unwrap();
    }

    #[test]
    fn a_list_that_leads_elsewhere_is_none() {
        for line in [
            "file /etc/passwd",
            "file ../other",
            "folder a/../../b",
            "link a",
            "file",
        ] {
            assert_eq!(Manifest::parse(line), None, "{line}");
        }
        assert!(Manifest::parse("file a/b\nfolder a\nfolder \n").is_some());
    }
}
