//! Commit dates that contradict the order of commits.

use super::*;

/// Returns the day and the number of jobs of each commit in a monthly history.
fn history(repo: &Repo, args: &[&str]) -> Vec<(String, u64)> {
    let output = count(&[&["--repo", repo.arg(), "--history", "--every", "day", "-o", "json"], args].concat());
    let page = json(&output);
    let rows = page["counts"].as_array().or(page["readings"].as_array()).unwrap_or_else(|| panic!("{output:?}"));
    rows.iter().map(|row| (row["date"].as_str().unwrap().to_owned(), row["total"].as_u64().unwrap())).collect()
}

#[test]
fn a_wrong_date_hides_no_other_commit() {
    for wrong in ["1970-01-01", "2001-09-09", "2020-01-05", "2033-05-18"] {
        let repo = Repo::new();
        for (number, day) in ["2020-02-10", "2020-03-10", wrong, "2020-04-10"].iter().enumerate() {
            repo.file(&format!("{number}.yaml"), &format!("periodics:\n{JOB}")).commit(day);
        }
        let expected =
            [("2020-02-10", 2), ("2020-03-10", 4), ("2020-04-10", 8)].map(|(day, jobs)| (day.to_owned(), jobs));
        assert_eq!(history(&repo, &[]), expected, "{wrong}");
        assert_eq!(figures(&count(&["--repo", repo.arg(), "-o", "json", "--at", "2020-03-31"])).1, 4, "{wrong}");
        assert_eq!(figures(&count(&["--repo", repo.arg(), "-o", "json", "--at", "HEAD~1"])).1, 6, "{wrong}");
    }
}

#[test]
fn a_history_ends_with_the_head_or_as_of_a_day() {
    let repo = Repo::new();
    for (number, day) in ["2020-02-10", "2020-03-10", "2020-04-10", "2020-01-05"].iter().enumerate() {
        repo.file(&format!("{number}.yaml"), &format!("periodics:\n{JOB}")).commit(day);
    }
    let days =
        |more: &[&str]| history(&repo, more).into_iter().map(|(day, jobs)| format!("{day} {jobs}")).collect::<Vec<_>>();
    assert_eq!(days(&[]), ["2020-01-05 8", "2020-02-10 2", "2020-03-10 4", "2020-04-10 6"]);
    assert_eq!(days(&["--since", "2020-02"]), ["2020-02-10 2", "2020-03-10 4", "2020-04-10 6"]);
    assert_eq!(days(&["--as-of", "2020-03-20"]), ["2020-02-10 2", "2020-03-10 4"]);
}
