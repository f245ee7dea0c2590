//! Texts of the user's as they are on disk, and the days in them.

use std::io::Read;
use std::path::Path;

use crate::domain::Date;
use crate::sources::diagnostic::{Diagnostic, Diagnostics, Span};

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 16 << 20;

/// Reads a text file of the user's; says why not.
pub fn read_text(path: &Path, name: &str) -> Result<String, Diagnostics> {
    let fault = |message: String, hint: Option<&str>| Diagnostic::of_file(name, message, hint.map(str::to_owned));
    let about = std::fs::metadata(path);
    if about.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
        return Err(fault("this is a folder".to_owned(), Some("name the file in it")).into());
    }
    // One byte more: then the end is seen without asking for more room.
    let mut bytes = Vec::with_capacity(about.map_or(0, |about| (about.len() as usize).min(LARGEST) + 1));
    let file = std::fs::File::open(path);
    let read = file.and_then(|file| file.take(LARGEST as u64 + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        let hint =
            (error.kind() == std::io::ErrorKind::NotFound).then_some("`offramp init` writes a roadmap to begin with");
        return Err(fault(format!("cannot be read: {}", reason(&error)), hint).into());
    }
    if bytes.len() > LARGEST {
        return Err(too_large(name).into());
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to()))
}

/// What is said of a file that no person wrote.
pub(super) fn too_large(name: &str) -> Diagnostic {
    let hint = "a roadmap is what people write; is this the right file?".to_owned();
    Diagnostic::of_file(name, "the file is larger than 16 MB", Some(hint))
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

/// Reads `2020-12-10`; says why it is no day otherwise.
pub(in crate::sources) fn parse_date(text: &str) -> Result<Date, String> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return Err(format!("`{}` is not a date", shorten(text)));
    }
    text.parse().map_err(|_| format!("{text} is no day of the calendar"))
}

/// Tells whether a day has not begun anywhere on Earth: dates are UTC, people are ahead of it.
pub(in crate::sources) fn is_future(date: Date, today: Date) -> bool {
    today.succ_opt().is_some_and(|tomorrow| date > tomorrow)
}

pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
