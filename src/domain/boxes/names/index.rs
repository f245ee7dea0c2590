//! Builds the index of names and aliases of an issue's boxes.

use std::collections::BTreeSet;

use super::BoxNames;
use crate::domain::boxes::words::{self, MAX_BOXES, TextWord, is_distinctive};
use crate::domain::boxes::{aliases, hints, line};
use crate::domain::{Task, TaskState};

impl BoxNames {
    /// Indexes the boxes of an issue by their names; `words` are those of each box.
    pub(in super::super) fn of(tasks: &[Task], words: &[Vec<TextWord>]) -> Self {
        let mut names = Self { shared: aliases::shared_words(words), ..Self::default() };
        let mut written = Vec::new();
        for (at, task) in tasks.iter().take(MAX_BOXES).enumerate() {
            written.extend(names.add(at, task));
            names.children.push(below(tasks, at));
            names.numbers.extend(leading_number(&task.text).map(|number| (number, at)));
            if task.state == TaskState::Open {
                names.open.push(at);
            }
        }
        names.add_unshared(&written);
        names.add_sections(tasks);
        names.add_folders();
        for (at, word) in aliases::proper(words) {
            names.add_short(at, [word]);
        }
        names
    }

    fn add_short(&mut self, at: usize, names: impl IntoIterator<Item = String>) {
        for name in names {
            self.short.entry(name).or_default().insert(at);
        }
    }

    /// Adds a box; returns its names as written.
    fn add(&mut self, at: usize, task: &Task) -> Vec<(usize, String)> {
        for link in &task.issues {
            self.links.entry(link.clone()).or_default().insert(at);
        }
        let all = words::of(line::without_note(&task.text));
        self.whole.entry(whole(&all)).or_default().insert(at);
        let says = |word: &&TextWord| !self.shared.contains(&word.key) && is_distinctive(word);
        let distinctive: Vec<_> = all.iter().filter(says).collect();
        let different: BTreeSet<_> = distinctive.iter().map(|word| words::stem(&word.key).to_owned()).collect();
        let mut written = Vec::new();
        for word in &distinctive {
            self.by_word.entry(words::stem(&word.key).to_owned()).or_default().insert(at);
            if words::is_identifier(&word.raw) || different.len() == 1 {
                self.name(at, word);
                written.push((at, word.raw.clone()));
            }
        }
        let is_short = (2..=3).contains(&distinctive.len());
        let joined = is_short.then(|| distinctive.iter().map(|word| word.key.as_str()).collect());
        self.add_short(at, aliases::numbered(&all).into_iter().chain(joined).chain(aliases::initials_of_words(&all)));
        self.distinctive.push(different);
        written
    }

    fn name(&mut self, at: usize, word: &TextWord) {
        if word.raw.starts_with(char::is_uppercase) {
            self.capitals.insert(word.raw.clone());
        }
        self.exact.entry(word.key.clone()).or_default().insert(at);
        let shorter = aliases::of(&word.raw).into_iter().filter(|alias| !words::is_common(alias));
        self.add_short(at, shorter.chain(aliases::initials(&word.raw)));
        for folder in aliases::folders(&word.raw) {
            self.folders.entry(folder).or_default().insert(at);
        }
    }

    /// Adds the parts that siblings do not share: `aws` for `provider-aws`.
    fn add_unshared(&mut self, written: &[(usize, String)]) {
        let names: Vec<&str> = written.iter().map(|(_, name)| name.as_str()).collect();
        for (at, name) in written {
            let rests = [aliases::unshared_suffix(name, &names), aliases::unshared_prefix(name, &names)];
            let rests = rests.into_iter().flatten().flat_map(|rest| [Some(rest), aliases::without_ending(rest)]);
            let rests = rests.flatten().flat_map(|rest| [Some(rest), rest.rsplit_once('/').map(|(_, last)| last)]);
            let rests = rests.flatten().map(words::key);
            let is_name = |rest: &String| rest.len() > 1 && !words::is_common(rest) && !hints::is_of_speech(rest);
            self.add_short(*at, rests.filter(is_name));
        }
    }

    /// Adds headings and bullets as folders of the boxes below: a claim of `examples/svm` covers them all.
    fn add_sections(&mut self, tasks: &[Task]) {
        for (at, task) in tasks.iter().take(MAX_BOXES).enumerate() {
            let words = words::of(&task.section);
            if let [word] = words.as_slice() {
                self.sections.entry(word.key.clone()).or_default().insert(at);
            }
            for word in words.iter().filter(|word| is_distinctive(word)) {
                let ends = word.key.match_indices('/').filter_map(|(cut, _)| word.key.get(cut + 1..));
                for key in ends.chain([word.key.as_str()]) {
                    self.folders.entry(key.to_owned()).or_default().insert(at);
                }
            }
        }
        let count = tasks.len().min(MAX_BOXES);
        self.folders.retain(|_, boxes| boxes.len() < count);
    }

    /// Adds the folder of a single box as an alias of that box.
    fn add_folders(&mut self) {
        for (folder, boxes) in &self.folders {
            let is_new = !self.exact.contains_key(folder) && !self.short.contains_key(folder);
            if boxes.len() == 1 && is_new && !words::is_common(folder) {
                self.short.insert(folder.clone(), boxes.clone());
            }
        }
    }
}

/// A name as a whole, without spaces and ending.
pub(super) fn whole(words: &[TextWord]) -> String {
    let whole: String = words.iter().map(|word| word.key.as_str()).collect();
    words::stem(&whole).to_owned()
}

/// The number at the start of a line: 6 for `06. Modules`.
fn leading_number(text: &str) -> Option<usize> {
    let (number, _) = text.split_once(['.', ')', ':'])?;
    number.trim().parse().ok()
}

/// The boxes nested below a box.
fn below(tasks: &[Task], at: usize) -> Vec<usize> {
    let Some(own) = tasks.get(at) else { return Vec::new() };
    let behind = tasks.iter().enumerate().take(MAX_BOXES).skip(at + 1);
    behind.take_while(|(_, task)| task.depth > own.depth).map(|(at, _)| at).collect()
}
