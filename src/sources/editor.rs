//! Finds the user's editor, and builds the command that opens a file at a line.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::programs;
use crate::domain::Place;

/// The command line of the user's editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor(String);

impl Editor {
    /// Finds the editor: `VISUAL`, `EDITOR`, else `vi`.
    pub fn of_user() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self(set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".to_owned()))
    }

    /// Returns the command line.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Builds the command that opens a file, at a position if the editor supports it.
    ///
    /// The variable is run by the shell, as in Git; the file name is passed as an argument.
    pub fn command(&self, file: &Path, place: Option<Place>) -> Command {
        let mut command = programs::command("sh");
        command.arg("-c").arg(format!("{} \"$@\"", self.0)).arg("sh").args(arguments(&self.program(), file, place));
        command
    }

    /// Returns the name of the program, without folder, quotes, extension and prefixes such as `env`.
    fn program(&self) -> String {
        // An escaped space is part of a folder, whose name does not matter.
        let words = programs::words(&self.0.replace("\\ ", "_"));
        let is_prefix = |word: &&String| word.contains('=') || matches!(word.as_str(), "env" | "exec" | "command");
        let program = words.iter().find(|word| !is_prefix(word)).map(String::as_str).unwrap_or_default();
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
        name.trim_end_matches(".exe").trim_end_matches(".cmd").to_owned()
    }
}

/// Returns the arguments that open a file at a position.
fn arguments(program: &str, file: &Path, place: Option<Place>) -> Vec<OsString> {
    // Otherwise a file name with a leading `-` or `+` would be taken for an option.
    let is_option = file.as_os_str().as_encoded_bytes().first().is_some_and(|first| matches!(first, b'-' | b'+'));
    let file = if is_option { Path::new(".").join(file).into_os_string() } else { file.as_os_str().to_owned() };
    let Some(Place { line, column }) = place else { return vec![file] };
    let (before, appended) = place_of(program, line, column);
    let mut arguments: Vec<OsString> = before.into_iter().map(OsString::from).collect();
    let mut last = file;
    last.push(appended);
    arguments.push(last);
    arguments
}

/// Returns the arguments before the file and the suffix of its name, according to the editor's manual.
fn place_of(program: &str, line: u32, column: u32) -> (Vec<String>, String) {
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let behind = format!(":{line}:{column}");
    match program {
        "code" | "code-insiders" | "code-oss" | "codium" | "vscodium" | "cursor" | "windsurf" | "positron" | "trae"
        | "kiro" => (words(&["--wait", "--goto"]), behind),
        "zed" | "zeditor" | "zedit" | "zed-editor" | "subl" | "sublime_text" | "atom" | "pulsar" | "lapce" => {
            (words(&["--wait"]), behind)
        }
        "hx" | "helix" => (Vec::new(), behind),
        "emacs" | "emacsclient" | "kak" | "micro" | "gedit" | "xed" | "pluma" => {
            (vec![format!("+{line}:{column}")], String::new())
        }
        "nano" | "rnano" | "ne" => (vec![format!("+{line},{column}")], String::new()),
        "kate" | "kwrite" | "mousepad" => (words(&["-l", &line.to_string(), "-c", &column.to_string()]), String::new()),
        "mate" => (words(&["-w", "-l", &format!("{line}:{column}")]), String::new()),
        "idea" | "pycharm" | "goland" | "clion" | "webstorm" | "rubymine" | "phpstorm" | "rustrover" => {
            (words(&["--wait", "--line", &line.to_string(), "--column", &column.to_string()]), String::new())
        }
        "notepad++" => (words(&[&format!("-n{line}"), &format!("-c{column}")]), String::new()),
        // These cannot open a file at a line.
        "ed" | "notepad" | "gnome-text-editor" | "open" | "xdg-open" => (Vec::new(), String::new()),
        // vi and similar editors.
        _ => (vec![format!("+{line}")], String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(editor: &str, file: &str) -> Vec<OsString> {
        arguments(&Editor(editor.to_owned()).program(), Path::new(file), Some(Place { line: 12, column: 3 }))
    }

    #[test]
    fn every_editor_gets_the_position_in_its_own_syntax() {
        for (editor, expected) in [
            ("vim -u NONE", &["+12", "/r.yaml"][..]),
            ("nvim", &["+12", "/r.yaml"]),
            ("/usr/bin/hx", &["/r.yaml:12:3"]),
            ("code", &["--wait", "--goto", "/r.yaml:12:3"]),
            ("cursor --wait", &["--wait", "--goto", "/r.yaml:12:3"]),
            ("windsurf", &["--wait", "--goto", "/r.yaml:12:3"]),
            ("zeditor", &["--wait", "/r.yaml:12:3"]),
            ("emacsclient -t", &["+12:3", "/r.yaml"]),
            ("nano", &["+12,3", "/r.yaml"]),
            ("kate", &["-l", "12", "-c", "3", "/r.yaml"]),
            ("\"/opt/My/code.exe\" -n", &["--wait", "--goto", "/r.yaml:12:3"]),
            ("\"/opt/My Apps/code\" -n", &["--wait", "--goto", "/r.yaml:12:3"]),
            ("'/opt/My Apps/hx'", &["/r.yaml:12:3"]),
            ("/opt/My\\ Apps/hx", &["/r.yaml:12:3"]),
            ("env LANG=C subl", &["--wait", "/r.yaml:12:3"]),
            ("ed", &["/r.yaml"]),
        ] {
            assert_eq!(opened(editor, "/r.yaml"), expected, "{editor}");
        }
    }

    #[test]
    fn a_file_name_like_an_option_is_not_an_option() {
        assert_eq!(opened("vim", "-c.yaml"), ["+12", "./-c.yaml"]);
        assert_eq!(arguments("nano", Path::new("/r.yaml"), None), ["/r.yaml"]);
    }
}
