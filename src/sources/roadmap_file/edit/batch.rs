//! Batch edits: applies many remedies while parsing the file only a few times.
//!
//! All changes are located in one tree, made together, and checked once. If the result is wrong, the halves are tried
//! one after the other, down to single remedies.

use super::growth::{name_of, plan_on};
use super::splice::{ScalarBody, Splice, by_hand};
use super::{EditContext, EditError, check};
use crate::domain::edit::RoadmapEdit as Remedy;

const MOST_CHECKS: usize = 200;

/// The result of applying remedies to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditBatch {
    /// The whole new file.
    pub new_text: String,
    /// The remedies that could not be applied safely, by index, with the reason.
    pub refused: Vec<(usize, EditError)>,
}

/// Applies remedies to a text, without touching the disk.
pub fn plan_remedies(text: &str, remedies: &[&Remedy], around: &EditContext<'_>) -> EditBatch {
    let all: Vec<(usize, &Remedy)> = remedies.iter().copied().enumerate().collect();
    let mut planner = Planner { around, refused: Vec::new(), checks: 0 };
    let new_text = planner.settle(text.to_owned(), &all);
    planner.refused.sort_by_key(|(index, _)| *index);
    EditBatch { new_text, refused: planner.refused }
}

struct Planner<'a> {
    around: &'a EditContext<'a>,
    refused: Vec<(usize, EditError)>,
    checks: usize,
}

impl Planner<'_> {
    /// Returns the text with every remedy that can be applied.
    fn settle(&mut self, text: String, remedies: &[(usize, &Remedy)]) -> String {
        if remedies.is_empty() {
            return text;
        }
        if self.checks >= MOST_CHECKS {
            let error = || EditError::refused("too many changes do not fit together", "run it again for the rest");
            self.refused.extend(remedies.iter().map(|(index, _)| (*index, error())));
            return text;
        }
        self.checks += 1;
        match (self.together(&text, remedies), remedies) {
            (Ok((new_text, refused)), _) => {
                self.refused.extend(refused);
                new_text
            }
            (Err(error), [(index, _)]) => {
                self.refused.push((*index, error));
                text
            }
            (Err(_), several) => {
                let (first, second) = several.split_at(several.len() / 2);
                let text = self.settle(text, first);
                self.settle(text, second)
            }
        }
    }

    /// Applies several remedies with one check of the result. Fails if together they do not have the same effect as one
    /// after the other.
    fn together(&self, text: &str, remedies: &[(usize, &Remedy)]) -> Result<Together, EditError> {
        let mut expected = super::super::read(text, self.around.name, self.around.groups, self.around.today)?;
        let body = ScalarBody::parse(text)?;
        let (mut splices, mut changed, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for (index, remedy) in remedies {
            match plan_on(&body, &mut expected, remedy, self.around) {
                Ok(Some((splice, place))) => {
                    splices.push(splice);
                    changed.push(place);
                }
                Ok(None) => {}
                Err(error) => refused.push((*index, error)),
            }
        }
        let new_text = spliced(text, splices).ok_or_else(by_hand)?;
        let first = remedies.first().map(|(_, remedy)| name_of(remedy)).unwrap_or_default();
        check(&new_text, expected, &changed, self.around, &first)?;
        Ok((new_text, refused))
    }
}

type Together = (String, Vec<(usize, EditError)>);

/// Applies all changes; `None` if two of them overlap.
fn spliced(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|splice| splice.range.start);
    let mut new_text =
        String::with_capacity(text.len() + splices.iter().map(|splice| splice.text.len()).sum::<usize>());
    let mut from = 0;
    for Splice { range, text: put } in splices {
        new_text.push_str(text.get(from..range.start)?);
        new_text.push_str(&put);
        from = range.end;
    }
    new_text.push_str(text.get(from..)?);
    Some(new_text)
}
