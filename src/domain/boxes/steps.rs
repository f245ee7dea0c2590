//! Steps: boxes that a template repeats in several issues, such as "Tests pass". They are one piece of work.

use std::collections::HashMap;

use crate::domain::{Issue, Task};

/// The longest list of steps.
const MAX_STEPS: usize = 12;

/// The number of issues from which on a list counts as repeated: two may be the same work for two versions.
const MIN_ISSUES: u32 = 3;

/// The task lists of issues, counted by their texts.
#[derive(Debug, Default)]
pub struct TaskLists<'a>(HashMap<Vec<&'a str>, u32>);

impl<'a> TaskLists<'a> {
    /// Counts the task lists of issues.
    pub fn of(issues: impl IntoIterator<Item = &'a Issue>) -> Self {
        let mut lists = HashMap::new();
        for texts in issues.into_iter().filter_map(texts) {
            *lists.entry(texts).or_insert(0) += 1;
        }
        Self(lists)
    }

    /// Whether other issues have the same boxes as this one.
    pub fn are_steps(&self, issue: &Issue) -> bool {
        texts(issue).and_then(|texts| self.0.get(&texts)).is_some_and(|count| *count >= MIN_ISSUES)
    }
}

/// The texts of a short list whose boxes link to no issues.
fn texts(issue: &Issue) -> Option<Vec<&str>> {
    let tasks = Some(&issue.tasks).filter(|tasks| (1..=MAX_STEPS).contains(&tasks.len()))?;
    tasks.iter().map(|task: &Task| Some(task.text.as_str()).filter(|_| task.issues.is_empty())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TaskState;
    use crate::domain::fixtures::{id, issue, task};

    #[test]
    fn a_list_that_three_issues_repeat_holds_steps() {
        let with = |number: u64, tasks: &[(&str, TaskState)]| Issue {
            tasks: tasks.iter().map(|(text, state)| task(text, *state)).collect(),
            ..issue(number)
        };
        let (open, done) = (TaskState::Open, TaskState::Done);
        let steps = |number, state| with(number, &[("Module moved", state), ("Tests pass", open)]);
        let all = [steps(1, open), steps(2, done), steps(3, open), with(4, &[("a", open)]), with(5, &[("a", open)])];
        let lists = TaskLists::of(&all);
        assert_eq!(all.each_ref().map(|issue| lists.are_steps(issue)), [true, true, true, false, false]);
        let mut linked = [steps(1, open), steps(2, open), steps(3, open)];
        for issue in &mut linked {
            issue.tasks[0].issues = vec![id(9)];
        }
        assert!(!TaskLists::of(&linked).are_steps(&linked[0]));
    }
}
