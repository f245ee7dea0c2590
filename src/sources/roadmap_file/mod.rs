//! The roadmap file: reading it, naming everything that is wrong with it, and changing it in place.
//!
//! What a roadmap is stands in `domain::roadmap`; this is about the YAML that people write.

mod counter;
mod document;
pub mod edit;
mod item_keys;
mod links;
mod owner;
mod project;
mod reader;
mod tree;

use std::io::Read;
use std::path::Path;

use crate::domain::{Date, Repo, Roadmap, Sigs};
use crate::sources::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::sources::readings;

pub use item_keys::slug;
pub(in crate::sources) use reader::{is_future, parse_date};

use reader::Reader;
use tree::Kind;

/// The JSON Schema of roadmap files, for editors.
pub const SCHEMA: &str = include_str!("../../../data/roadmap.schema.json");

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 16 << 20;
const TOO_LARGE: &str = "a roadmap is what people write; is this the right file?";

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
pub fn read(text: &str, name: &str, sigs: &Sigs, today: Date) -> Result<Roadmap, Diagnostics> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > LARGEST {
        return Err(Diagnostic::of_file(name, "the file is larger than 16 MB", Some(TOO_LARGE.to_owned())).into());
    }
    let home = Repo::new(document::DEFAULT_REPO).expect("the default repository is owner/name");
    let mut reader = Reader { text, file: name, sigs, today, home, faults: Vec::new() };
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
pub fn load(path: &Path, sigs: &Sigs, today: Date) -> Result<Loaded, Diagnostics> {
    let name = path.display().to_string();
    let text = read_text(path, &name)?;
    let mut roadmap = read(&text, &name, sigs, today)?;
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

/// Reads a text file of the user's; says why not.
pub fn read_text(path: &Path, name: &str) -> Result<String, Diagnostics> {
    let fault = |message: String, hint: Option<&str>| Diagnostic::of_file(name, message, hint.map(str::to_owned));
    let is_folder = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_dir());
    if is_folder {
        return Err(fault("this is a folder".to_owned(), Some("name the file in it")).into());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path);
    let read = file.and_then(|file| file.take(LARGEST as u64 + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        let hint =
            (error.kind() == std::io::ErrorKind::NotFound).then_some("`offramp init` writes a roadmap to begin with");
        return Err(fault(format!("cannot be read: {}", reason(&error)), hint).into());
    }
    if bytes.len() > LARGEST {
        return Err(fault("the file is larger than 16 MB".to_owned(), Some(TOO_LARGE)).into());
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to()))
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Diagnostics {
    let text = String::from_utf8_lossy(bytes);
    let broken = Span::of(&text, valid, valid + 1);
    let hint = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16: save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    let spot = Some(crate::sources::diagnostic::Spot::of(&text, broken));
    let message = "this is not UTF-8".to_owned();
    Diagnostic { file: name.to_owned(), spot, message, hint: Some(hint.to_owned()) }.into()
}

/// Reads a readings file that lies in the roadmap's folder, links followed; `None` where there is none.
fn readings_text(folder: &Path, file: &str) -> Result<Option<(String, String)>, Diagnostics> {
    let path = folder.join(file);
    let name = path.display().to_string();
    let Ok(real) = path.canonicalize() else { return Ok(None) };
    let inside = folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
    if !inside {
        let hint = "readings are only read below the folder of the roadmap".to_owned();
        return Err(Diagnostic::of_file(&name, "this leads outside the roadmap's folder", Some(hint)).into());
    }
    read_text(&real, &name).map(|text| Some((name, text)))
}

#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;
