//! The data of the local server: issues of one repository, which change during a sync.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::github_server::{Reply, Seen, Server};

/// The server's start time: 2026-11-24 02:00:00 UTC.
pub(crate) const NOW: i64 = 1_795_485_600;

pub(crate) fn rfc3339(seconds: i64) -> String {
    offramp::domain::Timestamp(seconds).rfc3339()
}

/// The issues of one repository, `kubernetes/k8s.io`.
#[derive(Default)]
pub(crate) struct Site {
    pub(crate) issues: Mutex<BTreeMap<u64, Value>>,
    pub(crate) comments: Mutex<Vec<Value>>,
    /// Seconds since [`NOW`].
    pub(crate) clock: Mutex<i64>,
    pub(crate) has_graphql: AtomicBool,
}

impl Site {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn now(&self) -> i64 {
        NOW + *self.clock.lock().unwrap()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        *self.clock.lock().unwrap() += seconds;
    }

    /// Adds an open issue.
    pub(crate) fn open(&self, number: u64, title: &str, body: &str, updated: i64) {
        let issue = json!({
            "number": number, "title": title, "body": body, "state": "open", "user": {"login": "ann"}, "comments": 0,
            "labels": [{"name": "sig/testing"}], "assignees": [], "created_at": rfc3339(updated - 86_400), "updated_at": rfc3339(updated),
            "repository_url": "https://api.github.com/repos/kubernetes/k8s.io",
        });
        self.issues.lock().unwrap().insert(number, issue);
    }

    /// Changes a field now.
    pub(crate) fn change(&self, number: u64, field: &str, value: Value) {
        let now = rfc3339(self.now());
        let mut issues = self.issues.lock().unwrap();
        let issue = issues.get_mut(&number).unwrap();
        issue[field] = value;
        issue["updated_at"] = json!(now);
    }

    /// Makes an issue one that was completed at a time.
    pub(crate) fn complete(&self, number: u64, at: i64) {
        let mut issues = self.issues.lock().unwrap();
        let issue = issues.get_mut(&number).unwrap();
        issue["state"] = json!("closed");
        issue["state_reason"] = json!("completed");
        issue["closed_at"] = json!(rfc3339(at));
    }

    /// Adds a comment to an issue now.
    pub(crate) fn say(&self, number: u64, login: &str, text: &str) {
        let count = self.issues.lock().unwrap()[&number]["comments"].as_u64().unwrap();
        self.change(number, "comments", json!(count + 1));
        let now = rfc3339(self.now());
        self.comments.lock().unwrap().push(json!({
            "user": {"login": login}, "body": text, "created_at": now, "updated_at": now,
            "issue_url": format!("https://api.github.com/repos/kubernetes/k8s.io/issues/{number}"),
        }));
    }

    /// Returns a server that answers with the issues.
    pub(crate) fn serve(self: &Arc<Self>) -> Server {
        let site = Arc::clone(self);
        Server::new(move |seen| site.answer(seen))
    }

    /// Answers as GitHub does.
    pub(crate) fn answer(&self, seen: &Seen) -> Reply {
        self.route(seen).dated(self.now())
    }

    fn route(&self, seen: &Seen) -> Reply {
        let parts: Vec<&str> = seen.path().trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["graphql"] if self.has_graphql.load(Ordering::SeqCst) => self.graphql(seen),
            ["search", "issues"] => self.search(seen),
            ["repos", "kubernetes", "k8s.io", "issues"] => {
                Reply::list(seen, self.issues.lock().unwrap().values().cloned().collect())
            }
            ["repos", "kubernetes", "k8s.io", "issues", "comments"] => {
                Reply::list(seen, self.comments.lock().unwrap().clone())
            }
            ["repos", "kubernetes", "k8s.io", "pulls"] => Reply::json(&json!([])),
            ["repos", "kubernetes", "k8s.io", "issues", number, "comments"] => {
                let ending = format!("/issues/{number}");
                let all = self.comments.lock().unwrap();
                let own: Vec<&Value> =
                    all.iter().filter(|comment| comment["issue_url"].as_str().unwrap().ends_with(&ending)).collect();
                Reply::json(&json!(own))
            }
            ["repos", "kubernetes", "k8s.io", "issues", number] => {
                let issue =
                    number.parse().ok().and_then(|number: u64| self.issues.lock().unwrap().get(&number).cloned());
                issue.map_or_else(
                    || Reply::status(404, "{\"message\": \"Not Found\"}"),
                    |issue| Reply::tagged(seen, &issue),
                )
            }
            _ => Reply::status(404, "{\"message\": \"Not Found\"}"),
        }
    }

    fn search(&self, seen: &Seen) -> Reply {
        let query = seen.query("q").unwrap();
        let text = query.split('"').nth(1).unwrap().to_lowercase();
        let field = if query.contains("in:title") { "title" } else { "body" };
        let issues = self.issues.lock().unwrap();
        let fits = |issue: &&Value| issue[field].as_str().unwrap_or_default().to_lowercase().contains(&text);
        let is_pull = query.contains("is:pr");
        let found: Vec<&Value> =
            issues.values().filter(fits).filter(|issue| issue.get("pull_request").is_some() == is_pull).collect();
        Reply::json(&json!({"total_count": found.len(), "items": found}))
    }

    fn graphql(&self, seen: &Seen) -> Reply {
        let request: Value = serde_json::from_str(&seen.body).unwrap();
        let query = request["query"].as_str().unwrap();
        let issues = self.issues.lock().unwrap();
        let mut data = serde_json::Map::new();
        for part in query.split(" issueOrPullRequest(number: ").skip(1).enumerate() {
            let number: u64 = part.1.split(')').next().unwrap().parse().unwrap();
            data.insert(format!("i{}", part.0), json!({"issueOrPullRequest": issues.get(&number).map(node)}));
        }
        for part in query.split("search(query: ").skip(1).enumerate() {
            let text = part.1.split("\\\"").nth(1).unwrap().to_lowercase();
            let field = if part.1.contains("in:title") { "title" } else { "body" };
            let found = issues.values().filter(|issue| issue[field].as_str().unwrap().to_lowercase().contains(&text));
            data.insert(format!("s{}", part.0), json!({"nodes": found.map(node).collect::<Vec<_>>()}));
        }
        Reply::json(&json!({"data": data}))
    }
}

fn node(issue: &Value) -> Value {
    json!({
        "__typename": "Issue", "number": issue["number"], "title": issue["title"], "body": issue["body"],
        "state": issue["state"].as_str().unwrap().to_uppercase(), "repository": {"nameWithOwner": "kubernetes/k8s.io"},
        "createdAt": issue["created_at"], "updatedAt": issue["updated_at"], "author": {"login": "ann"},
        "labels": {"nodes": issue["labels"]}, "comments": {"totalCount": issue["comments"], "nodes": []},
    })
}
