//! Path lookup in a commit: follows symbolic links within the repository, as on the way to job configs.

use super::problem::{Problem, ProblemKind};
use super::selection::ConfigSelection;
use crate::sources::git::{EntryKind, GitError, GitObject, ObjectKind, Objects, Oid, Trees, join};

/// The maximum number of links in a chain.
const MOST_LINKS: usize = 16;

/// What a path resolves to.
pub(crate) enum ConfigPath {
    /// A folder or a file: its resolved path.
    Found(String),
    /// Nothing is there.
    Nothing,
    /// Something on the path cannot be followed.
    Problem(Problem),
}

/// Looks up paths in the trees of a commit.
pub(crate) struct Lookup<'a> {
    pub(crate) trees: &'a mut Trees,
    pub(crate) objects: &'a mut Objects,
    pub(crate) root: Oid,
}

impl Lookup<'_> {
    /// Resolves a path from the root.
    pub(crate) fn find(&mut self, path: &str) -> Result<ConfigPath, GitError> {
        let lost = |path: &str| ConfigPath::Problem(Problem::new(path, ProblemKind::LostLink));
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let (mut at, mut place, mut links) = (self.root, String::new(), 0);
        while let Some(step) = rest.pop() {
            if step.is_empty() || step == "." {
                continue;
            }
            let here = join(&place, &step);
            let Ok(entry) = self.trees.step(self.objects, at, &step)? else {
                return Ok(ConfigPath::Problem(Problem::new(&here, ProblemKind::Missing(at.to_string()))));
            };
            match entry {
                None if links > 0 => return Ok(lost(path)),
                None => return Ok(ConfigPath::Nothing),
                Some((id, None)) => (at, place) = (id, here),
                Some((_, Some(EntryKind::File))) if rest.is_empty() => return Ok(ConfigPath::Found(here)),
                Some((_, Some(EntryKind::File))) => return Ok(ConfigPath::Nothing),
                Some((id, Some(EntryKind::Link))) => {
                    links += 1;
                    let target = self.target(id)?.and_then(|target| target_of(&place, &target));
                    let Some(target) = target.filter(|_| links <= MOST_LINKS) else { return Ok(lost(&here)) };
                    rest.extend(target.split('/').rev().map(str::to_owned));
                    (at, place) = (self.root, String::new());
                }
                Some((id, Some(kind))) => {
                    let kind = ProblemKind::of_entry(kind, id).unwrap_or(ProblemKind::LostLink);
                    return Ok(ConfigPath::Problem(Problem::new(&here, kind)));
                }
            }
        }
        Ok(ConfigPath::Found(place))
    }

    /// Reads the target of a link.
    fn target(&mut self, id: Oid) -> Result<Option<String>, GitError> {
        Ok(match self.objects.get(&id.to_string())? {
            GitObject::Found(ObjectKind::Blob, _, bytes) if bytes.len() < 4096 => String::from_utf8(bytes).ok(),
            GitObject::Found(..) | GitObject::Missing | GitObject::TooLarge(..) => None,
        })
    }

    /// Resolves the config folders of a selection. Also returns those that do not exist, and the problems with others.
    pub(crate) fn resolve(
        &mut self,
        configs: &ConfigSelection,
    ) -> Result<(ConfigSelection, Vec<String>, Vec<Problem>), GitError> {
        let (mut roots, mut absent, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for name in &configs.roots {
            match self.find(name)? {
                ConfigPath::Found(path) => roots.push(path),
                ConfigPath::Nothing => absent.push(name.clone()),
                ConfigPath::Problem(problem) => problems.push(problem),
            }
        }
        Ok((configs.with_roots(roots), absent, problems))
    }
}

/// Resolves the target of a link in a folder; `None` if it is outside the repository.
fn target_of(folder: &str, target: &str) -> Option<String> {
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    (!target.starts_with('/')).then_some(())?;
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()?),
            step => path.push(step),
        }
    }
    Some(path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::target_of;

    #[test]
    fn a_link_out_of_the_repository_has_no_target() {
        assert_eq!(target_of("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(target_of("", "files").as_deref(), Some("files"));
        assert_eq!((target_of("a", "../../x"), target_of("a", "/etc")), (None, None));
    }
}
