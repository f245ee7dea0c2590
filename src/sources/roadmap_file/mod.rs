//! The roadmap file: reading it, naming everything that is wrong with it, and changing it in place.
//!
//! What a roadmap is stands in `domain::roadmap`; this is about the YAML that people write.

mod account;
mod counter;
mod document;
pub mod edit;
mod item_keys;
mod links;
mod owner;
mod project;
mod reader;
pub(in crate::sources) mod text;
mod tree;

use std::path::Path;

use crate::domain::{Date, Groups, Repo, Roadmap};
use crate::sources::diagnostic::{Diagnostics, Span};
use crate::sources::readings;

pub use item_keys::slug;
pub use text::{LARGEST, read_text};

use reader::Reader;
use tree::Kind;

/// The JSON Schema of roadmap files, for editors.
pub const SCHEMA: &str = include_str!("../../../data/roadmap.schema.json");

/// A roadmap that was read from a file, with the text that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// What the file says.
    pub roadmap: Roadmap,
    /// The file as it was on disk.
    pub text: String,
    /// Readings files that the roadmap names and that do not exist (yet).
    pub absent: Vec<String>,
}

/// Reads a roadmap from text; `name` is how messages call it. Readings files are left to the caller.
///
/// Owners must be among `sigs`, unless that knows no group at all. Dates after `today` are refused
/// where they speak of the past.
pub fn read(text: &str, name: &str, groups: &Groups, today: Date) -> Result<Roadmap, Diagnostics> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > LARGEST {
        return Err(text::too_large(name).into());
    }
    let home = Repo::new(document::DEFAULT_REPO).expect("the default repository is owner/name");
    let mut reader = Reader { text, file: name, groups, today, home, account_ids: Vec::new(), faults: Vec::new() };
    let roadmap = read_with(&mut reader);
    match roadmap {
        Some(roadmap) if reader.faults.is_empty() => Ok(roadmap),
        Some(_) | None => {
            reader.faults.sort_by_key(|(span, _)| (span.line, span.column));
            Err(Diagnostics(reader.faults.into_iter().map(|(_, fault)| fault).collect()))
        }
    }
}

fn read_with(reader: &mut Reader<'_>) -> Option<Roadmap> {
    let text = reader.text;
    let root = match tree::parse(text) {
        Ok(Some(root)) if !root.is_null() => root,
        Ok(_) => {
            let hint = "`offramp init` writes a roadmap to begin with";
            reader.fault_with(Span { line: 1, column: 1, ..Span::default() }, "the file is empty", Some(hint));
            return None;
        }
        Err(broken) => {
            reader.fault_with(broken.span, broken.message, broken.hint);
            return None;
        }
    };
    if !matches!(root.kind, Kind::Map(..)) {
        reader.no_map(&root);
        return None;
    }
    reader.roadmap(&root)
}

/// Reads a roadmap and its readings from disk.
pub fn load(path: &Path, groups: &Groups, today: Date) -> Result<Loaded, Diagnostics> {
    let name = path.display().to_string();
    let text = read_text(path, &name)?;
    let mut roadmap = read(&text, &name, groups, today)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (mut faults, mut absent) = (Vec::new(), Vec::new());
    for counter in &mut roadmap.counters {
        let Some(file) = counter.readings_file.clone() else { continue };
        match readings_text(folder, &file) {
            Ok(Some((name, text))) => match readings::parse(&text, &name, today) {
                Ok(rows) => readings::attach(counter, rows),
                Err(Diagnostics(more)) => faults.extend(more),
            },
            Ok(None) => absent.push(file),
            Err(Diagnostics(more)) => faults.extend(more),
        }
    }
    if faults.is_empty() { Ok(Loaded { roadmap, text, absent }) } else { Err(Diagnostics(faults)) }
}

/// Reads a readings file below the roadmap's folder; `None` where there is none.
fn readings_text(folder: &Path, file: &str) -> Result<Option<(String, String)>, Diagnostics> {
    let name = folder.join(file).display().to_string();
    let real = readings::place(folder, file)?;
    match real.try_exists() {
        Ok(false) => Ok(None),
        Ok(true) | Err(_) => read_text(&real, &name).map(|text| Some((name, text))),
    }
}

#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;
