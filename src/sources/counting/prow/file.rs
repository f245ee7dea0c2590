//! One file: its bytes become facts, by the fast reader where it is sure, else by the full one.

use std::borrow::Cow;

use super::facts::{Broken, FileFacts};
use super::scan::Outcome;
use super::texts::Texts;
use super::{scan, tree};

/// How a Git LFS pointer begins.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Reads a file. Never panics, whatever the bytes are.
pub fn read(bytes: &[u8], texts: &Texts) -> FileFacts {
    if bytes.len() < 1024 && bytes.starts_with(POINTER) {
        return FileFacts::Pointer;
    }
    match decode(bytes).and_then(|text| jobs(&text, texts)) {
        Ok(jobs) => FileFacts::Jobs(jobs),
        Err(broken) => FileFacts::Broken(broken),
    }
}

fn jobs(text: &str, texts: &Texts) -> Result<Vec<super::facts::JobFacts>, Broken> {
    let look = Look::at(text);
    if let Some(at) = look.forbidden {
        return Err(Broken {
            line: line_of(text, at),
            reason: "a control character is not allowed in YAML".to_owned(),
        });
    }
    if look.has_old_breaks {
        // In YAML 1.1 these end a line, and job configs are YAML 1.1.
        return tree::read(&text.replace(['\u{85}', '\u{2028}', '\u{2029}'], "\n"), texts);
    }
    if !look.is_simple || !texts.is_simple() {
        return tree::read(text, texts);
    }
    match scan::scan(text, texts.hits(text)) {
        Outcome::Jobs(jobs) => Ok(jobs),
        Outcome::Tab(line) => Err(Broken { line, reason: "a tab cannot indent".to_owned() }),
        Outcome::Unsure => tree::read(text, texts),
    }
}

/// YAML comes in UTF-8, or in UTF-16 with a byte order mark (YAML 1.2.2, 5.2).
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Broken> {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units = bytes
            .chunks(2)
            .map(move |pair| unit([pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)]));
        let text: Result<String, _> = char::decode_utf16(units.skip(1)).collect();
        text.map(Cow::Owned).map_err(|_| Broken { line: 1, reason: "not valid UTF-16".to_owned() })
    };
    match bytes {
        [0xFF, 0xFE, ..] => return wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => return wide(u16::from_be_bytes),
        _ => {}
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        Broken { line: u32::try_from(line).unwrap_or(u32::MAX), reason: "not valid UTF-8".to_owned() }
    })?;
    Ok(Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)))
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    u32::try_from(memchr::memchr_iter(b'\n', before).count() + 1).unwrap_or(u32::MAX)
}

/// What the characters of a file allow.
struct Look {
    /// Only characters that the fast reader knows.
    is_simple: bool,
    /// Line ends that YAML 1.2 no longer knows.
    has_old_breaks: bool,
    /// Where the first character stands that YAML forbids (YAML 1.2.2, 5.1).
    forbidden: Option<usize>,
}

impl Look {
    fn at(text: &str) -> Self {
        let is_odd = |byte: u8| (byte < b' ' && byte != b'\n' && byte != b'\t') || byte >= 0x7f;
        // Without an early end this loop runs on many bytes at once.
        let has_odd = text.bytes().fold(false, |odd, byte| odd | is_odd(byte));
        if !has_odd {
            return Self { is_simple: true, has_old_breaks: false, forbidden: None };
        }
        Self {
            is_simple: !text.contains(['\r', '\u{feff}']),
            has_old_breaks: text.contains(['\u{85}', '\u{2028}', '\u{2029}']),
            forbidden: text.char_indices().find(|(_, c)| is_forbidden(*c)).map(|(at, _)| at),
        }
    }
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}
