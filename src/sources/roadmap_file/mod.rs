//! Parses the roadmap file, reports all of its faults at once, and edits it in place.
//!
//! The parsed values are defined in `domain::roadmap`.

mod account;
pub(in crate::sources) mod condition;
mod counter;
mod cycles;
mod document;
pub mod edit;
mod faults;
pub(in crate::sources) mod fields;
mod groups;
mod hidden;
mod item_keys;
mod links;
mod owner;
mod page_links;
mod project;
pub(in crate::sources) mod reader;
mod rule;
mod syntax;
pub(in crate::sources) mod text;
pub(in crate::sources) mod tree;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::domain::{Counter, CounterId, Date, Groups, Place, Roadmap};
use crate::sources::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::sources::disk;
use crate::sources::readings;

pub use item_keys::slug;
pub use text::{LARGEST, read_text};

pub(in crate::sources) use document::MOST_PROJECTS;
pub(in crate::sources) use links::MOST_WAITS;
pub(in crate::sources) use project::MOST_ITEMS;

use reader::{RoadmapReader, head};
use tree::NodeKind;

/// The JSON Schema of roadmap files, for editors.
pub const SCHEMA: &str = include_str!("../../../data/roadmap.schema.json");

/// A roadmap read from disk, with its source text.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedRoadmap {
    /// The parsed roadmap.
    pub roadmap: Roadmap,
    /// The text of the file.
    pub text: String,
    /// The roadmap file, and the files for groups and readings that it names.
    pub files: Vec<PathBuf>,
    /// Readings files that the roadmap names and that do not exist or are empty.
    pub absent: Vec<String>,
    /// Valid YAML that is most likely a mistake, such as text cut off by a comment.
    pub warnings: Vec<Diagnostic>,
}

/// Parses the text of a roadmap; messages call it `name`. Readings files are left to the caller.
///
/// `groups` are the built-in groups; without any groups, neither built in nor in the file, every name is a valid
/// owner. A file that `groups:` names is not read. Past events dated after `today` are rejected.
pub fn read(text: &str, name: &str, groups: &Groups, today: Date) -> Result<Roadmap, Diagnostics> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    read_with(&mut RoadmapReader::new(text, name, groups, today))
}

fn read_with(reader: &mut RoadmapReader<'_>) -> Result<Roadmap, Diagnostics> {
    if reader.text.len() > LARGEST {
        return Err(text::too_large(reader.file).into());
    }
    match read_tree(reader) {
        Some(roadmap) if reader.faults.is_empty() => Ok(roadmap),
        Some(_) | None => Err(reader.take_faults()),
    }
}

fn read_tree(reader: &mut RoadmapReader<'_>) -> Option<Roadmap> {
    let text = reader.text;
    let root = match tree::parse(text) {
        Ok(Some(root)) if !root.is_null() => root,
        Ok(_) => {
            let start = Span { line: 1, column: 1, ..Span::default() };
            return reader.reject(start, "the file is empty", "`offramp init` writes a roadmap to begin with");
        }
        Err(broken) => {
            reader.fault_with(broken.span, broken.message, broken.hint);
            return None;
        }
    };
    if !matches!(root.kind, NodeKind::Map(..)) {
        let hint = "a roadmap begins with `version: 1`; `offramp init` writes one to begin with";
        return reader.reject(head(&root), "this is not a roadmap", hint);
    }
    reader.roadmap(&root)
}

/// Reads a roadmap and its readings from disk.
pub fn load(path: &Path, groups: &Groups, today: Date) -> Result<LoadedRoadmap, Diagnostics> {
    let name = path.display().to_string();
    let text = read_text(path, &name)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let files = RefCell::new(vec![path.to_owned()]);
    let beside = |file: &str| {
        files.borrow_mut().push(folder.join(file));
        groups_text(folder, file)
    };
    let plain = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = RoadmapReader::new(plain, &name, groups, today);
    reader.load = Some(&beside);
    let mut roadmap = read_with(&mut reader)?;
    let warnings = std::mem::take(&mut reader.warnings);
    let files = files.take();
    let mut loader =
        ReadingsLoader { folder, name: &name, text: plain, files, absent: Vec::new(), faults: Diagnostics::default() };
    loader.counters(&mut roadmap.counters, today)?;
    for account in &mut roadmap.accounts {
        let Some(file) = account.readings_file.clone() else { continue };
        account.readings = loader.rows(&file, account.place, |text, name| readings::parse_account(text, name, today));
    }
    let ReadingsLoader { files, absent, faults, .. } = loader;
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(LoadedRoadmap { roadmap, text, files, absent, warnings })
}

/// Reads the readings files of a roadmap.
struct ReadingsLoader<'t> {
    folder: &'t Path,
    /// The name and the text of the roadmap.
    name: &'t str,
    text: &'t str,
    files: Vec<PathBuf>,
    absent: Vec<String>,
    faults: Diagnostics,
}

impl ReadingsLoader<'_> {
    /// Reads the readings of counters. Fails if they have too many together.
    fn counters(&mut self, counters: &mut [Counter], today: Date) -> Result<(), Diagnostics> {
        // Two paths may be the same file: by a symbolic link, or spelled differently.
        let mut counter_of: HashMap<PathBuf, CounterId> = HashMap::new();
        let mut count = 0;
        for counter in counters {
            let Some(file) = counter.readings_file.clone() else { continue };
            if let Ok(real) = readings::place(self.folder, &file)
                && let Some(other) = counter_of.insert(real, counter.id.clone())
            {
                let message = format!("`{file}` is the file that the readings of `{other}` are in");
                let hint = format!("give `{}` a file of its own", counter.id);
                self.faults.extend(Diagnostic::of_file(self.name, message, Some(hint)).into());
                continue;
            }
            let rows = self.rows(&file, counter.place, |text, name| readings::parse(text, name, today));
            count += rows.len();
            if count > MOST_READINGS {
                let message = format!("the counters of this roadmap have more than {MOST_READINGS} readings together");
                return Err(Diagnostic::of_file(self.name, message, None).into());
            }
            readings::attach(counter, rows);
        }
        Ok(())
    }

    /// Reads a file that a counter or an account names; no rows if it does not exist, is empty, or has faults.
    fn rows<T>(
        &mut self,
        file: &str,
        place: Place,
        parse: impl Fn(&str, &str) -> Result<Vec<T>, Diagnostics>,
    ) -> Vec<T> {
        self.files.push(self.folder.join(file));
        match rows_of(self.folder, file, parse) {
            Ok(Some(rows)) => return rows,
            Ok(None) => self.absent.push(file.to_owned()),
            Err(more) => self.faults.extend(faults::of_readings(more, file, (self.name, self.text), place)),
        }
        Vec::new()
    }
}

/// The maximum number of readings of all counters: a reading a day of forty counters for ten years.
const MOST_READINGS: usize = 150_000;

/// The name of a file beside the roadmap, as messages show it.
fn name_beside(folder: &Path, file: &str) -> String {
    let path = folder.join(file);
    path.strip_prefix(".").unwrap_or(&path).display().to_string()
}

/// Reads a groups file below the roadmap's folder.
fn groups_text(folder: &Path, file: &str) -> Result<(String, String), Diagnostics> {
    let name = name_beside(folder, file);
    let real = disk::below(folder, file).map_err(|error| {
        let hint = "groups are only read below the folder of the roadmap".to_owned();
        Diagnostics::from(Diagnostic::of_file(&name, error.to_string(), Some(hint)))
    })?;
    if matches!(real.try_exists(), Ok(false)) {
        let hint = "`groups` of the roadmap names it".to_owned();
        return Err(Diagnostic::of_file(&name, "there is no such file", Some(hint)).into());
    }
    read_text(&real, &name).map(|text| (name, text))
}

/// Reads a readings file below the roadmap's folder; `None` if it does not exist or is empty.
fn rows_of<T>(
    folder: &Path,
    file: &str,
    parse: impl Fn(&str, &str) -> Result<Vec<T>, Diagnostics>,
) -> Result<Option<Vec<T>>, Diagnostics> {
    let name = name_beside(folder, file);
    let real = readings::place(folder, file)?;
    if matches!(real.try_exists(), Ok(false)) {
        return Ok(None);
    }
    let text = read_text(&real, &name)?;
    let is_empty = text.trim_start_matches('\u{feff}').trim().is_empty();
    if is_empty { Ok(None) } else { parse(&text, &name).map(Some) }
}

#[cfg(test)]
pub(in crate::sources) mod tests;
