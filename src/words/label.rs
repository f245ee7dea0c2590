//! Labels of facts that are shown both by commands and on screens.

/// The assignees of an issue.
pub const ASSIGNEES: &str = "Assignees";
/// The newest comment of a person.
pub const LAST_COMMENT: &str = "Last comment";
/// The parents of an issue.
pub const PARENTS: &str = "Part of";
/// The sub-issues, and issues that name it as their parent.
pub const CHILDREN: &str = "Children";
/// The issue that it duplicates.
pub const DUPLICATE_OF: &str = "Duplicate of";
/// The blockers.
pub const BLOCKED_BY: &str = "Waits for";
/// The issues that it blocks.
pub const BLOCKING: &str = "Blocks";
/// The open pull requests that link to it.
pub const OPEN_PULLS: &str = "Open PRs";
/// The other names of a project.
pub const ALIASES: &str = "Also called";
/// The issues that track a project.
pub const ISSUES: &str = "Issues";
