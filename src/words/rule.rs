//! Formatting of rules: what a counter counts.

use crate::domain::Rule;
use crate::domain::rule::{Condition, EntryTest, EntryValue, Files, IssueTest, JobTest, Source, TextMeasure, TextTest};

/// ``lines of files in src/** but tests/**; left: contains `TODO` ``
pub fn rule(rule: &Rule) -> String {
    let (_, many) = rule.nouns();
    match &rule.source {
        Source::Text(text) => {
            let what = if many == "files" { files(&text.files) } else { format!("{many} of {}", files(&text.files)) };
            parts(&what, measured(&text.measure).map(|(name, own)| (name, own.map(|own| condition(own, &text_test)))))
        }
        Source::Entries(entries) => {
            let what = format!("{many} of {} at `{}`", files(&entries.files), entries.each);
            let (done, left) = (entries.done.as_ref(), entries.left.as_ref());
            let (unknown, dropped) = (entries.unknown.as_ref(), entries.dropped.as_ref());
            let all = [("done", done), ("left", left), ("unknown", unknown), ("dropped", dropped)];
            parts(&what, all.map(|(name, own)| (name, own.map(|own| condition(own, &entry_test)))))
        }
        Source::Jobs(jobs) => {
            let all = [("in scope", jobs.scope.as_ref()), ("done", Some(&jobs.done))];
            let what = format!("{many} in {}", jobs.config.join(", "));
            parts(&what, all.map(|(name, own)| (name, own.map(|own| condition(own, &job_test)))))
        }
        Source::Issues(issues) => {
            let scope = issues.scope.as_ref().map(|own| condition(own, &issue_test));
            parts("issues that were fetched", [("in scope", scope)])
        }
    }
}

fn parts<const N: usize>(what: &str, conditions: [(&str, Option<String>); N]) -> String {
    let known = conditions.into_iter().filter_map(|(name, own)| Some(format!("; {name}: {}", own?)));
    known.fold(what.to_owned(), |text, part| text + &part)
}

fn files(files: &Files) -> String {
    let within = if files.include.is_empty() { String::new() } else { format!(" in {}", files.include.join(", ")) };
    let except = if files.exclude.is_empty() { String::new() } else { format!(" but {}", files.exclude.join(", ")) };
    format!("files{within}{except}")
}

fn measured(measure: &TextMeasure) -> [(&'static str, Option<&Condition<TextTest>>); 3] {
    let (total, done, left) = match measure {
        TextMeasure::Left(left) => (None, None, Some(left)),
        TextMeasure::Done(done) => (None, Some(done), None),
        TextMeasure::DoneAndLeft { done, left } => (None, Some(done), Some(left)),
        TextMeasure::TotalAndDone { total, done } => (Some(total), Some(done), None),
        TextMeasure::TotalAndLeft { total, left } => (Some(total), None, Some(left)),
    };
    [("in scope", total), ("done", done), ("left", left)]
}

fn condition<T>(own: &Condition<T>, test: &impl Fn(&T) -> String) -> String {
    let each = |inner: &[Condition<T>], by: &str| match inner {
        [] => "all".to_owned(),
        [one] => condition(one, test),
        several => format!("({})", several.iter().map(|one| condition(one, test)).collect::<Vec<_>>().join(by)),
    };
    match own {
        Condition::Is(own) => test(own),
        Condition::All(inner) => each(inner, " and "),
        Condition::Any(inner) => each(inner, " or "),
        Condition::Not(inner) => format!("not {}", condition(inner, test)),
    }
}

fn text_test(test: &TextTest) -> String {
    match test {
        TextTest::Contains(text) => format!("contains `{text}`"),
        TextTest::Regex(regex) => format!("matches `{regex}`"),
    }
}

fn entry_test(test: &EntryTest) -> String {
    let value = |value: &EntryValue| match value {
        EntryValue::Is(text) => text.clone(),
        EntryValue::Absent => "absent".to_owned(),
    };
    one_of(test.field.as_deref().unwrap_or("entry"), &test.values.iter().map(value).collect::<Vec<_>>())
}

fn job_test(test: &JobTest) -> String {
    match test {
        JobTest::Cluster(names) => one_of("cluster", names),
        JobTest::Image(names) => one_of("image", names),
        JobTest::Mentions(texts) => one_of("mentions", texts),
        JobTest::Type(types) => one_of("type", &types.iter().map(|own| own.word().to_owned()).collect::<Vec<_>>()),
        JobTest::Repo(names) => one_of("repo", names),
        JobTest::Path(globs) => one_of("path", globs),
        JobTest::Dashboard(names) => one_of("dashboard", names),
    }
}

fn issue_test(test: &IssueTest) -> String {
    match test {
        IssueTest::Label(names) => one_of("label", names),
        IssueTest::Milestone(names) => one_of("milestone", names),
        IssueTest::Author(names) => one_of("author", names),
        IssueTest::Title(texts) => one_of("title", texts),
        IssueTest::Repo(names) => one_of("repo", names),
    }
}

fn one_of(key: &str, values: &[String]) -> String {
    format!("{key} {}", values.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;
    use crate::domain::rule::{EntriesRule, TextRule, TextUnit};

    #[test]
    fn a_rule_is_described_by_what_it_counts() {
        let cluster = |name: &str| Condition::Is(JobTest::Cluster(vec![name.to_owned(), "b".to_owned()]));
        let done = Condition::All(vec![cluster("a"), Condition::Not(Box::new(cluster("c")))]);
        let jobs = Rule::of_jobs(1, None, done);
        assert_eq!(rule(&jobs), "jobs in config/jobs; done: (cluster a or b and not cluster c or b)");
        assert_eq!(rule(&fixtures::left_only()), "lines of files; left: contains `TODO`");
        let files = Files { include: vec!["src/**".into()], exclude: vec!["src/old/**".into()] };
        let done = Condition::Is(TextTest::Regex("^# typed".into()));
        let text = TextRule { files: files.clone(), count: TextUnit::Files, measure: TextMeasure::Done(done) };
        assert_eq!(rule(&Rule::new(1, Source::Text(text))), "files in src/** but src/old/**; done: matches `^# typed`");
        let left =
            EntryTest { field: Some("os".into()), values: vec![EntryValue::Is("20.04".into()), EntryValue::Absent] };
        let entries = EntriesRule {
            files,
            each: "$.jobs.*".into(),
            done: None,
            left: Some(Condition::Is(left)),
            unknown: None,
            dropped: None,
        };
        assert_eq!(
            rule(&Rule::new(1, Source::Entries(entries))),
            "entries of files in src/** but src/old/** at `$.jobs.*`; left: os 20.04 or absent"
        );
    }
}
