//! Roles: what a list or map of a job config is for.

use crate::domain::JobType;

/// What a list or map is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The whole file.
    Root,
    /// `presubmits:` or `postsubmits:`, a map of repository to list.
    Repos(JobType),
    /// A list of jobs.
    Jobs,
    /// One of them.
    Job,
    /// `spec:`
    Spec,
    /// `containers:` or `initContainers:`
    Containers,
    /// One of them.
    Container,
    /// `annotations:`
    Annotations,
    /// `decoration_config:`
    Decoration,
    /// `utility_images:`
    UtilityImages,
    /// `extra_refs:`
    ExtraRefs,
    /// The first of them.
    ExtraRef,
    /// Nothing that is read.
    Other,
}

/// A text that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// `name:` of a job.
    Name,
    /// `cluster:` of a job.
    Cluster,
    /// `org:` of its first extra reference.
    Org,
    /// `repo:` of its first extra reference.
    Repo,
    /// An image.
    Image,
    /// `testgrid-dashboards:`
    Dashboards,
}

/// What may stand at a place: a list or map with a role, or a text that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Where a list or map stands there.
    pub(crate) role: Role,
    /// Where a text stands there.
    pub(crate) field: Option<Field>,
}

impl Slot {
    /// Expects a list or map.
    pub(crate) fn of(role: Role) -> Self {
        Self { role, field: None }
    }

    fn text(field: Field) -> Self {
        Self { role: Role::Other, field: Some(field) }
    }
}

impl Role {
    /// Returns the role of a list or map that stands where this role was expected.
    pub(crate) fn in_shape(self, is_list: bool) -> Self {
        let fits = match self {
            Self::Jobs | Self::Containers | Self::ExtraRefs => is_list,
            Self::Other => true,
            Self::Root
            | Self::Repos(_)
            | Self::Job
            | Self::Spec
            | Self::Container
            | Self::Annotations
            | Self::Decoration
            | Self::UtilityImages
            | Self::ExtraRef => !is_list,
        };
        if fits { self } else { Self::Other }
    }

    /// Tells whether it is an entry of a list that is read.
    pub(crate) fn is_entry(self) -> bool {
        matches!(self, Self::Job | Self::Container | Self::ExtraRef)
    }

    /// Returns what a key means, and a bit for each key that means something.
    pub(crate) fn key(self, key: &str) -> (Slot, u16) {
        let (slot, number) = match (self, key) {
            (Self::Root, "presubmits") => (Slot::of(Self::Repos(JobType::Presubmit)), 0),
            (Self::Root, "postsubmits") => (Slot::of(Self::Repos(JobType::Postsubmit)), 1),
            (Self::Root, "periodics") => (Slot::of(Self::Jobs), 2),
            (Self::Job, "name") => (Slot::text(Field::Name), 0),
            (Self::Job, "cluster") => (Slot::text(Field::Cluster), 1),
            (Self::Job, "spec") => (Slot::of(Self::Spec), 2),
            (Self::Job, "annotations") => (Slot::of(Self::Annotations), 3),
            (Self::Job, "decoration_config") => (Slot::of(Self::Decoration), 4),
            (Self::Job, "extra_refs") => (Slot::of(Self::ExtraRefs), 5),
            (Self::Spec, "containers") => (Slot::of(Self::Containers), 0),
            (Self::Spec, "initContainers") => (Slot::of(Self::Containers), 1),
            (Self::Container, "image") => (Slot::text(Field::Image), 0),
            (Self::Annotations, "testgrid-dashboards") => (Slot::text(Field::Dashboards), 0),
            (Self::Decoration, "utility_images") => (Slot::of(Self::UtilityImages), 0),
            (Self::UtilityImages, "clonerefs") => (Slot::text(Field::Image), 0),
            (Self::UtilityImages, "initupload") => (Slot::text(Field::Image), 1),
            (Self::UtilityImages, "entrypoint") => (Slot::text(Field::Image), 2),
            (Self::UtilityImages, "sidecar") => (Slot::text(Field::Image), 3),
            (Self::UtilityImages, _) => (Slot::text(Field::Image), 4),
            (Self::ExtraRef, "org") => (Slot::text(Field::Org), 0),
            (Self::ExtraRef, "repo") => (Slot::text(Field::Repo), 1),
            _ => return (Slot::of(Self::Other), 0),
        };
        (slot, 1 << number)
    }
}

impl super::Block {
    /// Returns what the next entry of this list is.
    pub(super) fn entry_slot(&mut self) -> Slot {
        let is_first = self.seen == 0;
        self.seen = 1;
        Slot::of(match self.role {
            Role::Jobs => Role::Job,
            Role::Containers => Role::Container,
            Role::ExtraRefs if is_first => Role::ExtraRef,
            _ => Role::Other,
        })
    }
}
