//! Labels of facts that both the commands and the screens show: one fact has one name.

/// Who an issue is assigned to.
pub const ASSIGNEES: &str = "Assignees";
/// The newest comment of a person.
pub const LAST_COMMENT: &str = "Last comment";
/// Its parents.
pub const PARENTS: &str = "Part of";
/// Its sub-issues, and issues that name it as their parent.
pub const CHILDREN: &str = "Children";
/// The issue that it duplicates.
pub const DUPLICATE_OF: &str = "Duplicate of";
/// What must come first.
pub const BLOCKED_BY: &str = "Waits for";
/// What waits for it.
pub const BLOCKING: &str = "Blocks";
/// Open pull requests that link to it.
pub const OPEN_PULLS: &str = "Open PRs";
/// Other names of a project.
pub const ALIASES: &str = "Also called";
/// The issues that track a project.
pub const ISSUES: &str = "Issues";
