//! Selections: the files of a checkout that a rule reads.

use std::collections::BTreeMap;

use crate::domain::rule::{BadGlob, Files, Globs};
use crate::sources::git::Selects;

/// The maximum number of pathspecs for a glob with braces.
const MOST_ALTERNATIVES: usize = 100;

/// Files picked by include globs, except those that match an exclude glob.
#[derive(Debug, Clone)]
pub(crate) struct FileSelection {
    include: Globs,
    /// Patterns without special characters: files, or folders with everything below them.
    pub(crate) names: Vec<String>,
    exclude: Globs,
    excluded_names: Vec<String>,
    /// The fixed leading folders of the include globs, so that others need not be entered.
    beginnings: Vec<String>,
    takes_all: bool,
    /// Whether links and submodules are listed, too.
    takes_links: bool,
    /// Git pathspecs, which may match a few more files.
    pub(crate) pathspecs: Vec<String>,
    /// The globs as written, and the roadmap's own files.
    pub(crate) written: Files,
}

impl FileSelection {
    /// Compiles globs.
    pub(crate) fn new(files: &Files) -> Result<Self, BadGlob> {
        Ok(Self {
            takes_links: false,
            pathspecs: pathspecs(files),
            include: Globs::new(&files.include)?,
            names: names(&files.include),
            exclude: Globs::new(&files.exclude)?,
            excluded_names: names(&files.exclude),
            beginnings: files.include.iter().map(|glob| beginning(glob)).collect(),
            takes_all: files.include.is_empty(),
            written: files.clone(),
        })
    }

    /// Splits the selection by the fixed leading folders of its include globs, if there are several.
    pub(crate) fn parts(&self) -> Vec<Self> {
        let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for glob in
            self.written.include.iter().flat_map(|glob| alternatives(glob).unwrap_or_else(|| vec![glob.clone()]))
        {
            parts.entry(beginning(&glob)).or_default().push(glob);
        }
        let part = |include| Self::new(&Files { include, ..self.written.clone() }).ok();
        if parts.len() > 1 { parts.into_values().filter_map(part).collect() } else { Vec::new() }
    }

    /// Returns the exclude globs that cannot match a file, since they lie outside the included folders.
    pub(crate) fn useless_excludes(&self) -> impl Iterator<Item = &String> {
        let overlaps = |glob: &str| {
            let own = beginning(glob);
            self.takes_all || self.beginnings.iter().any(|other| is_within(&own, other) || is_within(other, &own))
        };
        self.written.exclude.iter().filter(move |glob| !overlaps(glob))
    }

    /// Lists links and submodules, too, so that they can be reported.
    pub(crate) fn with_links(self) -> Self {
        Self { takes_links: true, ..self }
    }

    /// Excludes a file.
    pub(crate) fn leave_out(&mut self, path: &str) {
        self.excluded_names.push(path.to_owned());
        self.pathspecs.push(format!(":(top,exclude,literal){path}"));
    }

    /// Whether a path is excluded, whatever is included.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.exclude.match_any(path) || self.excluded_names.iter().any(|name| is_within(path, name))
    }
}

impl Selects for FileSelection {
    fn enters(&self, folder: &str) -> bool {
        let overlaps = |beginning: &String| is_within(folder, beginning) || is_within(beginning, folder);
        (self.takes_all || self.beginnings.iter().any(overlaps))
            && !self.excluded_names.iter().any(|name| is_within(folder, name))
    }

    fn takes(&self, path: &str) -> bool {
        let is_named = || self.names.iter().any(|name| is_within(path, name));
        (self.takes_all || self.include.match_any(path) || is_named()) && !self.excludes(path)
    }

    fn takes_other(&self, path: &str) -> bool {
        self.takes_links && self.takes(path)
    }
}

/// Converts globs to Git pathspecs. Git has no braces, so a glob with braces becomes its alternatives, or else the folder
/// before them.
fn pathspecs(files: &Files) -> Vec<String> {
    let spec = |glob: &String| {
        let glob = glob.trim_end_matches('/');
        let kind = if is_glob(glob) { "glob" } else { "literal" };
        format!(":(top,{kind}){glob}")
    };
    let include = |glob: &String| match alternatives(glob) {
        Some(globs) => globs.iter().map(spec).collect(),
        None => vec![format!(":(top,literal){}", beginning(glob))],
    };
    let excluded = files.exclude.iter().filter_map(|glob| alternatives(glob)).flatten();
    let excluded = excluded.map(|glob| format!(":(top,exclude,glob){}", glob.trim_end_matches('/')));
    let root = files.include.is_empty().then(|| ":(top)".to_owned());
    files.include.iter().flat_map(include).chain(root).chain(excluded).collect()
}

/// Expands the braces of a glob; `None` if that takes too many alternatives or one of them is not a path in Git, and for
/// a glob in which a brace may be literal.
fn alternatives(glob: &str) -> Option<Vec<String>> {
    let classes = glob.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    if glob.contains('\\') || classes.into_iter().any(|class| class.contains(['{', '}', ','])) {
        return None;
    }
    let mut globs = vec![glob.to_owned()];
    while let Some(at) = globs.iter().position(|glob| glob.contains('{')) {
        let outer = globs.swap_remove(at);
        globs.extend(of_first_braces(&outer)?);
        (globs.len() <= MOST_ALTERNATIVES).then_some(())?;
    }
    let is_path =
        |glob: &String| !glob.is_empty() && !glob.starts_with('/') && glob.split('/').all(|step| step != "..");
    globs.iter().all(is_path).then_some(globs)
}

/// Replaces the first braces of a glob by each of their alternatives.
fn of_first_braces(glob: &str) -> Option<Vec<String>> {
    let (before, rest) = glob.split_once('{')?;
    let (mut depth, mut start, mut inner) = (1, 0, Vec::new());
    for (at, c) in rest.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 || (depth == 1 && c == ',') {
            inner.push(rest.get(start..at)?);
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    let behind = rest.get(start..).filter(|_| depth == 0)?;
    Some(inner.into_iter().map(|inner| format!("{before}{inner}{behind}")).collect())
}

/// Returns the patterns without special characters, without a trailing slash.
fn names(globs: &[String]) -> Vec<String> {
    let plain = globs.iter().filter(|glob| !is_glob(glob));
    plain.map(|glob| glob.trim_end_matches('/').to_owned()).filter(|name| !name.is_empty()).collect()
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

/// Returns the components of a glob before the first with special characters.
fn beginning(glob: &str) -> String {
    let steps: Vec<&str> = glob.trim_end_matches('/').split('/').collect();
    let plain = steps.iter().take_while(|step| !is_glob(step)).count();
    // Braces may contain slashes; the component in which they open already ends the prefix.
    steps.get(..plain).unwrap_or_default().join("/")
}

/// Whether a path is a folder or below it; everything is within the root, `""`.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Job configs: the YAML files in some folders.
#[derive(Debug, Clone)]
pub(crate) struct ConfigSelection {
    /// Folders or files named without globs.
    pub(crate) roots: Vec<String>,
    globs: Globs,
    beginnings: Vec<String>,
    /// All that the rule names: folders, files and globs.
    pub(crate) names: Vec<String>,
}

impl ConfigSelection {
    /// Compiles the folders that a rule names.
    pub(crate) fn new(config: &[String]) -> Result<Self, BadGlob> {
        let globs: Vec<String> = config.iter().filter(|name| is_glob(name)).cloned().collect();
        Ok(Self {
            roots: names(config),
            beginnings: globs.iter().map(|glob| beginning(glob)).collect(),
            globs: Globs::new(&globs)?,
            names: config.to_vec(),
        })
    }

    /// Returns Git pathspecs for the configs, which may match a few more files.
    pub(crate) fn pathspecs(&self) -> Vec<String> {
        let below = |name: &String| match name.trim_end_matches('/') {
            file if is_config(file) => vec![file.to_owned()],
            folder => ["yaml", "yml"].map(|ending| format!("{folder}/**/*.{ending}")).to_vec(),
        };
        pathspecs(&Files { include: self.names.iter().flat_map(below).collect(), ..Files::default() })
    }

    /// Whether a path is one of the config folders or below one.
    fn holds(&self, path: &str) -> bool {
        let mut parents = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(parent, _)| parent));
        self.roots.iter().any(|root| is_within(path, root))
            || (!self.globs.is_empty() && parents.any(|parent| self.globs.match_any(parent)))
    }

    /// Splits the selection by the folders, files and globs that it names, if there are several.
    pub(crate) fn parts(&self) -> Vec<Self> {
        let part = |name: &String| Self::new(std::slice::from_ref(name)).ok();
        if self.names.len() > 1 { self.names.iter().filter_map(part).collect() } else { Vec::new() }
    }

    /// Selects other folders in place of those named without globs.
    pub(crate) fn with_roots(&self, roots: Vec<String>) -> Self {
        Self { roots, ..self.clone() }
    }

    /// Whether some folders are selected by globs.
    pub(crate) fn has_globs(&self) -> bool {
        !self.globs.is_empty()
    }
}

impl Selects for ConfigSelection {
    fn enters(&self, folder: &str) -> bool {
        let is_on_the_way = |start: &String| is_within(folder, start) || is_within(start, folder);
        self.roots.iter().chain(&self.beginnings).any(is_on_the_way) || self.holds(folder)
    }

    fn takes(&self, path: &str) -> bool {
        is_config(path) && self.holds(path)
    }

    fn takes_other(&self, path: &str) -> bool {
        self.holds(path)
    }
}

/// Whether a file can hold jobs.
fn is_config(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "yaml" | "yml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(include: &[&str], exclude: &[&str]) -> FileSelection {
        let list = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        FileSelection::new(&Files { include: list(include), exclude: list(exclude), own: Vec::new() }).unwrap()
    }

    #[test]
    fn globs_folders_and_files_are_included_or_excluded() {
        let all = files(&["src/**/*.rs", "docs", "{a,b/c}/*.md"], &["src/gen/**", "docs/old/"]);
        for path in ["src/main.rs", "src/a/b.rs", "docs/x", "docs/y/z", "a/x.md", "b/c/x.md"] {
            assert!(all.takes(path), "{path}");
        }
        for path in ["src/gen/a.rs", "docs/old/x", "docsx", "a/b/x.md", "main.rs"] {
            assert!(!all.takes(path), "{path}");
        }
        assert!(all.enters("src/x") && all.enters("b/c"));
        assert!(!files(&["src/**"], &[]).enters("docs") && files(&["a/b/**"], &[]).enters("a"));
        assert!(!files(&[], &["vendor"]).enters("vendor/x") && files(&[], &[]).takes("x"));
    }

    #[test]
    fn an_exclude_outside_the_included_folders_is_useless() {
        let useless = |include: &[&str], exclude: &[&str]| {
            files(include, exclude).useless_excludes().map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(useless(&["src", "lib/*.rs"], &["scr/a.py", "src/a", "lib/b/", "libs/**"]), "scr/a.py libs/**");
        assert_eq!(useless(&["src/**", "{a,b}/x"], &["**/*.md", "c"]), "");
        assert_eq!(useless(&[], &["x"]), "");
    }

    #[test]
    fn braces_become_pathspecs() {
        let of = |glob: &str| files(&[glob], &[]).pathspecs.join(" ").replace(":(top,", "").replace(')', " ");
        assert_eq!(of("src/{a,b{c,d}}/*.js"), "glob src/a/*.js glob src/bc/*.js glob src/bd/*.js");
        assert_eq!(of("{src/,}lib"), "literal src/lib literal lib");
        assert_eq!(of("a/[bc]/{,d}"), "glob a/[bc] glob a/[bc]/d");
        for (glob, folder) in [("{,a}/b", ""), ("a/[{]*", "a"), ("{..,a}/b", "")] {
            assert_eq!(of(glob), format!("literal {folder}"), "{glob}");
        }
        assert_eq!(of(&"{a,b}".repeat(9)), "literal ");
    }

    #[test]
    fn job_configs_are_selected_by_folder_file_or_glob() {
        let named = |names: &[&str]| {
            ConfigSelection::new(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
        };
        let both = named(&["prow/jobs", "*/config"]);
        assert!(both.takes("prow/jobs/a/b.yaml") && both.takes("x/config/a/b.yml") && !both.takes("x/y/config/a.yml"));
        assert!(!both.takes("prow/jobs/README.md") && !both.takes("prow/jobsx/a.yaml"));
        assert!(both.enters("prow") && both.enters("x"));
        assert!(named(&["prow/config.yaml"]).takes("prow/config.yaml"));
        assert!(!named(&["prow/jobs"]).enters("pkg"));
    }
}
