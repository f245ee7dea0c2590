//! Validates filter values against the roadmap, so that a mistyped value is an error instead of an empty list.

use super::key::ME;
use super::word::{Facet, ProjectName, bare_group, is_same_owner};
use super::{Filter, FilterError, WordTest};
use crate::domain::nearest::nearest;
use crate::domain::{Groups, OwnerName, Project, Roadmap};

/// The values that can be filtered by.
#[derive(Debug, Clone, Copy)]
pub struct KnownValues<'a> {
    /// The roadmap with its projects, owners and kinds.
    pub roadmap: &'a Roadmap,
    /// The groups.
    pub groups: &'a Groups,
}

impl KnownValues<'_> {
    /// Replaces former names of groups and aliases of projects with their ids.
    #[must_use]
    pub fn resolve(&self, mut filter: Filter) -> Filter {
        for word in filter.alternatives.iter_mut().flatten() {
            if let WordTest::Facet(Facet::Owner(names)) = &mut word.test {
                for name in names.iter_mut() {
                    self.resolve_owner(name);
                }
            }
            if let WordTest::Facet(Facet::Project(names)) = &mut word.test {
                *names = names.iter().flat_map(|name| self.resolve_project(name)).collect();
            }
        }
        filter
    }

    fn resolve_owner(&self, name: &mut String) {
        let is_owner = name == ME || self.owners().iter().any(|known| is_same_owner(name, known));
        if let Some(group) = self.groups.find(name).filter(|_| !is_owner) {
            *name = bare_group(group.id.as_str());
        }
    }

    fn resolve_project(&self, name: &ProjectName) -> Vec<ProjectName> {
        let ProjectName::Part(part) = name else { return vec![name.clone()] };
        let projects = &self.roadmap.projects;
        let has_alias = |project: &&Project| project.aliases.iter().any(|own| own.to_lowercase().contains(part));
        let by_alias: Vec<_> =
            projects.iter().filter(has_alias).map(|project| ProjectName::Id(project.id.to_string())).collect();
        let is_id = projects.iter().any(|project| name.fits(project.id.as_str()));
        if is_id || by_alias.is_empty() { vec![name.clone()] } else { by_alias }
    }

    /// Returns an error for the first value that no project, group or item has.
    pub fn check(&self, filter: &Filter) -> Result<(), FilterError> {
        filter.alternatives.iter().flatten().try_for_each(|word| match &word.test {
            WordTest::Facet(facet) => self.check_facet(facet),
            WordTest::Text(_) => Ok(()),
        })
    }

    fn check_facet(&self, facet: &Facet) -> Result<(), FilterError> {
        match facet {
            Facet::Project(names) => {
                let part = |name: &_| if let ProjectName::Part(part) = name { Some(part.clone()) } else { None };
                let parts: Vec<_> = names.iter().filter_map(part).collect();
                unknown("project", &parts, &self.projects(), |known, name| known.to_lowercase().contains(name))
            }
            Facet::Owner(names) => {
                unknown("owner", names, &self.owners(), |known, name| name == ME || is_same_owner(name, known))
            }
            Facet::Kind(names) => unknown("kind", names, &self.kinds(), str::eq_ignore_ascii_case),
            // These are values of issues, which may not all be fetched.
            Facet::Type(_) | Facet::Label(_) | Facet::Assignee(_) | Facet::Milestone(_) => Ok(()),
            Facet::State(_) | Facet::Named(_) | Facet::Updated(_) | Facet::Issue(_) => Ok(()),
        }
    }

    fn projects(&self) -> Vec<String> {
        self.roadmap.projects.iter().map(|project| project.id.to_string()).collect()
    }

    fn owners(&self) -> Vec<String> {
        let groups = self.groups.list.iter().map(|group| group.id.as_str());
        groups.chain(self.roadmap.owners().into_iter().map(OwnerName::as_str)).map(bare_group).collect()
    }

    fn kinds(&self) -> Vec<String> {
        self.roadmap.items().filter_map(|item| item.kind.as_ref().map(ToString::to_string)).collect()
    }
}

fn unknown(
    key: &str,
    names: &[String],
    known: &[String],
    fits: impl Fn(&str, &str) -> bool,
) -> Result<(), FilterError> {
    let Some(name) = names.iter().find(|name| !known.iter().any(|own| fits(own, name))) else { return Ok(()) };
    let mut listed = known.to_vec();
    listed.sort();
    listed.dedup();
    let hint = match nearest(name, listed.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{key}:{near}`?"),
        None if listed.is_empty() => format!("the roadmap has no {key}"),
        None => format!("there are {}", shortened(&listed)),
    };
    Err(FilterError { word: format!("{key}:{name}"), message: format!("unknown {key} `{name}`"), hint })
}

/// The maximum number of names in a hint.
const LISTED_NAMES: usize = 12;

fn shortened(names: &[String]) -> String {
    let shown = names.iter().take(LISTED_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
