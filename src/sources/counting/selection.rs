//! Selections: which files of a checkout a rule reads.

use crate::domain::rule::{BadGlob, Files, Globs};
use crate::sources::git::Selects;

/// Files that globs include and none excludes.
#[derive(Debug, Clone)]
pub(crate) struct FileSelection {
    include: Globs,
    /// Patterns without special characters: files, or folders with all that is in them.
    names: Vec<String>,
    exclude: Globs,
    excluded_names: Vec<String>,
    /// The folders in which every included file is.
    beginnings: Vec<String>,
    takes_all: bool,
    /// Whether links and submodules that globs include are listed, too.
    takes_links: bool,
    pathspecs: Vec<String>,
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
        })
    }

    /// Lists links and submodules, too, so that what they hide can be named.
    pub(crate) fn with_links(self) -> Self {
        Self { takes_links: true, ..self }
    }

    /// Returns pathspecs of Git for all of its files, and perhaps a few more.
    pub(crate) fn pathspecs(&self) -> &[String] {
        &self.pathspecs
    }

    /// Whether a file is only lost because its folder was renamed: the rule says nothing of the new place.
    pub(crate) fn loses(&self, from: &str, to: &str) -> bool {
        let has_same_name = from.rsplit('/').next() == to.rsplit('/').next();
        has_same_name && self.takes(from) && !self.takes(to) && !self.excludes(to)
    }

    fn excludes(&self, path: &str) -> bool {
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

    fn takes_link(&self, path: &str) -> bool {
        self.takes_links && self.takes(path)
    }

    fn takes_submodule(&self, path: &str) -> bool {
        self.takes_links && self.takes(path)
    }
}

/// Writes globs as Git does; braces, which it does not know, stand for all in the folder before them.
fn pathspecs(files: &Files) -> Vec<String> {
    let spec = |glob: &String| {
        if glob.contains(['{', '\\']) {
            format!(":(top,literal){}", beginning(glob))
        } else if is_glob(glob) {
            format!(":(top,glob){glob}")
        } else {
            format!(":(top,literal){}", glob.trim_end_matches('/'))
        }
    };
    let excluded = files.exclude.iter().filter(|glob| !glob.contains(['{', '\\']));
    let excluded = excluded.map(|glob| format!(":(top,exclude,glob){}", glob.trim_end_matches('/')));
    let root = files.include.is_empty().then(|| ":(top)".to_owned());
    files.include.iter().map(spec).chain(root).chain(excluded).collect()
}

/// Returns the patterns that name one path, without a slash at the end.
fn names(globs: &[String]) -> Vec<String> {
    let plain = globs.iter().filter(|glob| !is_glob(glob));
    plain.map(|glob| glob.trim_end_matches('/').to_owned()).filter(|name| !name.is_empty()).collect()
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

/// Returns the steps of a glob before the first that has special characters.
fn beginning(glob: &str) -> String {
    let steps: Vec<&str> = glob.trim_end_matches('/').split('/').collect();
    let plain = steps.iter().take_while(|step| !is_glob(step)).count();
    // A brace can hold a slash: what is before it counts only up to the step that it is in.
    steps.get(..plain).unwrap_or_default().join("/")
}

/// Whether a path is a folder or something below it; the root holds everything.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A link among the configs that was followed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FollowedLink {
    /// The folder or file that it leads to, without links.
    pub(crate) target: String,
    /// Its own path, as the rule sees it.
    pub(crate) name: String,
}

/// Links that are followed in a commit. Folders with links to each other have names without end.
pub(crate) const MOST_FOLLOWED: usize = 1_000;

/// Job configs: YAML files in some folders.
#[derive(Debug, Clone)]
pub(crate) struct ConfigSelection {
    /// Folders or files.
    pub(crate) roots: Vec<String>,
    globs: Globs,
    beginnings: Vec<String>,
    /// What a link leads to has the names that the link gives it, too.
    pub(crate) links: Vec<FollowedLink>,
}

impl ConfigSelection {
    /// Compiles the folders that a rule names.
    pub(crate) fn new(config: &[String]) -> Result<Self, BadGlob> {
        let globs: Vec<String> = config.iter().filter(|name| is_glob(name)).cloned().collect();
        Ok(Self {
            roots: names(config),
            beginnings: globs.iter().map(|glob| beginning(glob)).collect(),
            globs: Globs::new(&globs)?,
            links: Vec::new(),
        })
    }

    /// Follows a link; `false` where there are too many.
    pub(crate) fn follow(&mut self, link: FollowedLink) -> bool {
        if self.links.contains(&link) {
            return true;
        }
        let is_followed = self.links.len() < MOST_FOLLOWED;
        self.links.extend(Some(link).filter(|_| is_followed));
        is_followed
    }

    /// Returns the names of a path: its own, and those that links give it.
    pub(crate) fn names_of(&self, path: &str) -> Vec<String> {
        let by_link = |link: &FollowedLink| {
            let rest = path.strip_prefix(link.target.as_str()).filter(|_| is_within(path, &link.target))?;
            Some(format!("{}{rest}", link.name))
        };
        std::iter::once(path.to_owned()).chain(self.links.iter().filter_map(by_link)).collect()
    }

    /// Whether one of the names of a path makes something true.
    fn has_name(&self, path: &str, is_true: impl Fn(&str) -> bool) -> bool {
        is_true(path) || (!self.links.is_empty() && self.names_of(path).iter().any(|name| is_true(name)))
    }

    /// Whether a folder, or a folder around it, is one of those.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.has_name(path, |name| {
            let mut parents = std::iter::successors(Some(name), |name| name.rsplit_once('/').map(|(parent, _)| parent));
            self.roots.iter().any(|root| is_within(name, root))
                || (!self.globs.is_empty() && parents.any(|parent| self.globs.match_any(parent)))
        })
    }

    /// Whether it names folders by globs.
    pub(crate) fn has_globs(&self) -> bool {
        !self.globs.is_empty()
    }
}

impl Selects for ConfigSelection {
    fn enters(&self, folder: &str) -> bool {
        let is_on_the_way = |name: &str| {
            self.roots.iter().any(|root| is_within(root, name))
                || self.beginnings.iter().any(|start| is_within(name, start) || is_within(start, name))
        };
        self.has_name(folder, is_on_the_way)
            || self.links.iter().any(|link| is_within(&link.target, folder))
            || self.holds(folder)
    }

    fn takes(&self, path: &str) -> bool {
        is_config(path) && self.holds(path)
    }

    fn takes_link(&self, path: &str) -> bool {
        self.takes(path) || self.enters(path)
    }

    fn takes_submodule(&self, path: &str) -> bool {
        self.enters(path)
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
        FileSelection::new(&Files { include: list(include), exclude: list(exclude) }).unwrap()
    }

    #[test]
    fn globs_folders_and_files_are_included_and_excluded() {
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
    fn job_configs_are_in_folders_or_globs_of_folders() {
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
