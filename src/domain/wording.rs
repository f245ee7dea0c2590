//! Wordings that lead from a line to its owner, or to what it waits for: of boxes and of imported lists.

/// Labels before the name of an owner.
pub const OWNER_LABELS: [&str; 10] = [
    "owner:",
    "owners:",
    "owner -",
    "assignee:",
    "assignees:",
    "assigned to:",
    "responsible:",
    "dri:",
    "poc:",
    "point of contact:",
];

/// What makes an issue behind it one that comes first, also with words in between.
pub const WAITING: [&str; 12] = [
    "blocked by",
    "blocked on",
    "waiting on",
    "waiting for",
    "waits on",
    "waits for",
    "depends on",
    "depends upon",
    "depend on",
    "depending on",
    "dependent on",
    "pending",
];
