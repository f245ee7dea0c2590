//! A model of GitHub with one repository, whose issues, pull requests and comments change; it answers REST and GraphQL.

use std::collections::{BTreeMap, BTreeSet};

use offramp::domain::Timestamp;
use serde_json::{Value, json};

use super::github_server::{Reply, Seen};

const REPO: &str = "kubernetes/k8s.io";
/// The number of the umbrella; its children name it in their bodies.
pub(crate) const UMBRELLA: u64 = 1;

/// An issue or a pull request.
#[derive(Clone, Default)]
pub(crate) struct Thing {
    pub(crate) title: String,
    pub(crate) body: String,
    is_pull: bool,
    /// The issues that a pull request links to in its sidebar.
    links: BTreeSet<u64>,
    /// Time, reason and person.
    pub(crate) closed: Option<(i64, &'static str, &'static str)>,
    pub(crate) labels: BTreeSet<&'static str>,
    pub(crate) assignees: BTreeSet<&'static str>,
    /// Time, author, text, and time of the last edit.
    pub(crate) comments: Vec<(i64, &'static str, String, i64)>,
    pub(crate) sub_issues: BTreeSet<u64>,
    pub(crate) blocked_by: BTreeSet<u64>,
    created: i64,
    updated: i64,
}

/// The repository at the time of its clock.
#[derive(Clone, Default)]
pub(crate) struct Model {
    pub(crate) clock: i64,
    things: BTreeMap<u64, Thing>,
    /// Issues that exist but that no answer contains.
    hidden: BTreeMap<u64, Thing>,
    /// Whether every change shows in the list, so that nothing is deleted.
    pub(crate) is_listed: bool,
}

fn time(seconds: i64) -> Value {
    json!(Timestamp(seconds).rfc3339())
}

impl Model {
    /// Returns a repository with an umbrella, children, linked issues and unrelated ones.
    pub(crate) fn new(clock: i64) -> Self {
        let mut model = Self { clock, ..Self::default() };
        model.add(UMBRELLA, "Umbrella", "- [ ] #2\n- [x] #3\n", false);
        for number in 2..=8 {
            model.add(number, &format!("issue {number}"), "Part of #1\n- [ ] a\n- [x] b", false);
        }
        for number in 9..=14 {
            model.add(number, &format!("other {number}"), "", false);
        }
        model.add(15, "fix", "Fixes #4", true);
        model
    }

    fn add(&mut self, number: u64, title: &str, body: &str, is_pull: bool) {
        self.clock += 61;
        let (created, updated) = (self.clock, self.clock);
        let thing = Thing { title: title.into(), body: body.into(), is_pull, created, updated, ..Thing::default() };
        self.things.insert(number, thing);
    }

    /// Changes an issue now.
    pub(crate) fn edit(&mut self, number: u64, change: impl FnOnce(&mut Thing)) {
        let thing = self.things.get_mut(&number).unwrap();
        change(thing);
        thing.updated = self.clock;
    }

    /// Hides an issue from every answer.
    pub(crate) fn hide(&mut self, number: u64) {
        self.hidden.extend(self.things.remove_entry(&number));
    }

    /// Shows a hidden issue again.
    pub(crate) fn show(&mut self, number: u64) {
        self.things.extend(self.hidden.remove_entry(&number));
    }

    /// Deletes an issue.
    pub(crate) fn remove(&mut self, number: u64) {
        self.things.remove(&number);
        for thing in self.things.values_mut() {
            thing.sub_issues.remove(&number);
            thing.blocked_by.remove(&number);
        }
    }

    /// Changes something at random.
    pub(crate) fn change(&mut self, random: &mut fastrand::Rng) {
        self.clock += random.i64(0..40);
        let numbers: Vec<u64> = self.things.keys().copied().collect();
        let number = numbers[random.usize(..numbers.len())];
        let other = numbers[random.usize(..numbers.len())];
        let person = ["ann", "bob"][random.usize(..2)];
        let next = numbers.last().copied().unwrap_or(0) + 1;
        let kind = random.u8(..20);
        if kind == 0 {
            return self.add(next, &format!("new {next}"), "Part of #1", false);
        }
        if kind == 1 {
            return self.add(next, "pull", &format!("Fixes #{number}"), true);
        }
        if kind == 2 && number != UMBRELLA && !self.is_listed {
            return self.remove(number);
        }
        if kind >= 18 {
            return self.change_links(next, number, kind == 18);
        }
        let clock = self.clock;
        let Some(thing) = self.things.get_mut(&number) else { return };
        thing.updated = clock;
        let say = |thing: &mut Thing, login, text: String| thing.comments.push((clock, login, text, clock));
        match kind {
            3 => thing.title = format!("renamed at {clock}"),
            4 => thing.body = ["Part of #1", "", "Part of #1\n- [x] a", "- [ ] c\n- [ ] #5"][random.usize(..4)].into(),
            5 => {
                let closer = ["ann", "k8s-ci-robot"][random.usize(..2)];
                thing.closed = Some((clock, ["completed", "not_planned", "duplicate"][random.usize(..3)], closer));
            }
            6 => thing.closed = None,
            7 => drop(thing.labels.insert(["lifecycle/rotten", "sig/testing"][random.usize(..2)])),
            8 => drop(thing.labels.remove("lifecycle/rotten")),
            9 => drop(thing.assignees.insert(person)),
            10 => drop(thing.assignees.remove(person)),
            11 => say(thing, person, format!("I say something at {clock}")),
            12 => (0..25).for_each(|_| say(thing, "k8s-ci-robot", "beep".into())),
            13 => say(thing, person, ["/close", "- [ ] in a comment\n- [x] done"][random.usize(..2)].into()),
            14 if clock % 2 == 0 && !thing.comments.is_empty() => {
                let last = thing.comments.len() - 1;
                (thing.comments[last].2, thing.comments[last].3) = (format!("- [ ] edited at {clock}"), clock);
            }
            14 => drop(thing.comments.pop()),
            15 if !thing.is_pull && number != other => drop(thing.sub_issues.insert(other)),
            16 => drop(thing.sub_issues.pop_first()),
            17 if !thing.is_pull && number != other => {
                if !thing.blocked_by.remove(&other) {
                    thing.blocked_by.insert(other);
                }
            }
            _ => thing.body.push_str("\nmore"),
        }
    }

    /// Links a new pull request to an issue in its sidebar, or removes such a link.
    fn change_links(&mut self, next: u64, number: u64, is_new: bool) {
        let linked = |(pull, thing): (&u64, &Thing)| Some((*pull, *thing.links.first()?));
        let gone = if is_new { None } else { self.things.iter().find_map(linked) };
        if let Some((pull, issue)) = gone {
            self.unlink(pull, issue);
        } else if !self.things[&number].is_pull {
            self.add(next, "pull", "no text", true);
            self.link(next, number);
        }
    }

    /// Links a pull request to an issue in its sidebar.
    pub(crate) fn link(&mut self, pull: u64, issue: u64) {
        self.edit(pull, |pull| pull.links.extend([issue]));
        self.edit(issue, |_| {});
    }

    /// Removes a sidebar link; both ends that still exist count as changed.
    pub(crate) fn unlink(&mut self, pull: u64, issue: u64) {
        self.edit(pull, |pull| pull.links.retain(|link| *link != issue));
        let clock = self.clock;
        self.things.get_mut(&issue).into_iter().for_each(|thing| thing.updated = clock);
    }

    /// Whether an issue or a pull request exists and is open.
    pub(crate) fn is_open(&self, number: u64) -> bool {
        self.things.get(&number).is_some_and(|thing| thing.closed.is_none())
    }

    /// Answers as GitHub does.
    pub(crate) fn answer(&self, seen: &Seen) -> Reply {
        self.route(seen).dated(self.clock)
    }

    fn route(&self, seen: &Seen) -> Reply {
        let parts: Vec<&str> = seen.path().trim_matches('/').split('/').collect();
        let missing = || Reply::status(404, "{\"message\": \"Not Found\"}");
        match parts.as_slice() {
            ["graphql"] => self.graphql(seen),
            ["search", "issues"] => self.search(seen),
            ["repos", _, _, "issues"] => {
                Reply::list(seen, self.things.iter().map(|(number, thing)| rest(*number, thing)).collect())
            }
            ["repos", _, _, "pulls"] => {
                let open = self.things.iter().filter(|(_, it)| it.is_pull && it.closed.is_none());
                Reply::page(seen, open.map(|(number, it)| rest(*number, it)).collect())
            }
            ["repos", _, _, "issues", "comments"] => {
                let all =
                    self.things.iter().flat_map(|(number, it)| it.comments.iter().map(|own| comment(*number, own)));
                Reply::list(seen, all.collect())
            }
            ["repos", _, _, "issues", number, rest_of @ ..] => {
                let number: u64 = number.parse().unwrap();
                let Some(thing) = self.things.get(&number) else { return missing() };
                match rest_of {
                    ["comments"] => Reply::page(seen, thing.comments.iter().map(|it| comment(number, it)).collect()),
                    ["sub_issues"] => {
                        let children =
                            thing.sub_issues.iter().filter_map(|child| Some((*child, self.things.get(child)?)));
                        Reply::page(seen, children.map(|(number, thing)| rest(number, thing)).collect())
                    }
                    _ => {
                        let mut issue = rest(number, thing);
                        issue["closed_by"] = thing.closed.map_or(Value::Null, |it| json!({"login": it.2}));
                        Reply::tagged(seen, &issue)
                    }
                }
            }
            _ => missing(),
        }
    }

    fn found(&self, query: &str) -> Vec<(u64, &Thing)> {
        let text = query.split('"').nth(1).unwrap().to_lowercase();
        let number = text.rsplit(['/', '#']).next().and_then(|number| number.parse::<u64>().ok());
        let is_pull = query.contains("is:pr");
        let fits = |thing: &Thing| {
            let by_title = query.contains("in:title") && thing.title.to_lowercase().contains(&text);
            // GitHub expands a short reference to a link before it searches.
            let by_body = number.is_some_and(|number| thing.body.contains(&format!("Part of #{number}")));
            thing.is_pull == is_pull && (by_title || by_body || (is_pull && thing.closed.is_none()))
        };
        self.things.iter().filter(|(_, thing)| fits(thing)).map(|(number, thing)| (*number, thing)).collect()
    }

    fn search(&self, seen: &Seen) -> Reply {
        let items: Vec<Value> =
            self.found(&seen.query("q").unwrap()).into_iter().map(|(number, thing)| rest(number, thing)).collect();
        Reply::json(&json!({"total_count": items.len(), "incomplete_results": false, "items": items}))
    }

    fn graphql(&self, seen: &Seen) -> Reply {
        let request: Value = serde_json::from_str(&seen.body).unwrap();
        let query = request["query"].as_str().unwrap();
        let mut data = serde_json::Map::new();
        for (at, part) in query.split(" issueOrPullRequest(number: ").skip(1).enumerate() {
            let number: u64 = part.split(')').next().unwrap().parse().unwrap();
            let with_timeline = part.split('}').next().unwrap().contains("...T");
            let node = self.things.get(&number).map(|thing| self.node(number, thing, with_timeline));
            data.insert(format!("i{at}"), json!({"issueOrPullRequest": node}));
        }
        for (at, part) in query.split("search(query: ").skip(1).enumerate() {
            let text = part.split(", type: ISSUE").next().unwrap();
            let text: String = serde_json::from_str(text).unwrap();
            let nodes: Vec<Value> =
                self.found(&text).into_iter().map(|(number, thing)| self.node(number, thing, false)).collect();
            data.insert(format!("s{at}"), json!({"pageInfo": {"hasNextPage": false}, "nodes": nodes}));
        }
        Reply::json(&json!({"data": data}))
    }

    fn node(&self, number: u64, thing: &Thing, with_timeline: bool) -> Value {
        let talk = |count: usize| {
            let from = thing.comments.len().saturating_sub(count);
            let nodes: Vec<Value> = thing.comments[from..]
                .iter()
                .map(|(at, by, text, _)| json!({"author": {"__typename": "User", "login": by}, "createdAt": time(*at), "body": text}))
                .collect();
            json!({"totalCount": thing.comments.len(), "nodes": nodes})
        };
        let reference = |it: &u64| json!({"number": it, "repository": {"nameWithOwner": REPO}});
        let names = |it: &Thing| fixes(&it.body) == Some(number) || it.links.contains(&number);
        let links = self.things.iter().filter(|(_, it)| it.is_pull && names(it));
        let links: Vec<Value> = links
            .map(|(pull, it)| {
                let state = if it.closed.is_some() { "CLOSED" } else { "OPEN" };
                json!({"number": pull, "state": state, "author": {"login": "ann"}, "repository": {"nameWithOwner": REPO},
                    "title": it.title, "body": it.body, "updatedAt": time(it.updated)})
            })
            .collect();
        let mut node = json!({
            "__typename": if thing.is_pull { "PullRequest" } else { "Issue" }, "number": number, "title": thing.title,
            "body": thing.body, "locked": false, "createdAt": time(thing.created), "updatedAt": time(thing.updated),
            "closedAt": thing.closed.map(|it| time(it.0)), "repository": {"nameWithOwner": REPO}, "author": {"login": "ann"},
            "labels": {"nodes": thing.labels.iter().map(|name| json!({"name": name})).collect::<Vec<_>>()},
            "assignees": {"nodes": thing.assignees.iter().map(|login| json!({"login": login})).collect::<Vec<_>>()},
            "milestone": null, "comments": talk(20),
        });
        let state = if thing.closed.is_some() { "CLOSED" } else { "OPEN" };
        node[if thing.is_pull { "pullState" } else { "state" }] = json!(state);
        if !thing.is_pull {
            node["stateReason"] = json!(thing.closed.map(|it| it.1.to_uppercase()));
            node["subIssues"] = json!({"nodes": thing.sub_issues.iter().map(reference).collect::<Vec<_>>()});
            node["blockedBy"] = json!({"nodes": thing.blocked_by.iter().map(reference).collect::<Vec<_>>()});
            node["blocking"] = json!({"nodes": []});
            node["closedBy"] = json!({"nodes": thing.closed.map(|it| json!({"actor": {"login": it.2}})).into_iter().collect::<Vec<_>>()});
            node["closedByPullRequestsReferences"] = json!({"nodes": links});
            node["mentions"] = json!({"nodes": []});
            if with_timeline {
                node["talk"] = talk(100);
                let sources: Vec<Value> = links.iter().map(|link| json!({"source": link})).collect();
                node["linking"] = json!({"nodes": sources});
            }
        }
        node
    }
}

/// Returns the issue that the body of a pull request says it fixes.
fn fixes(body: &str) -> Option<u64> {
    let (_, rest) = body.split_once("Fixes #")?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

fn rest(number: u64, thing: &Thing) -> Value {
    let mut issue = json!({
        "number": number, "title": thing.title, "body": thing.body, "user": {"login": "ann"},
        "state": if thing.closed.is_some() { "closed" } else { "open" }, "state_reason": thing.closed.map(|it| it.1),
        "closed_at": thing.closed.map(|it| time(it.0)), "created_at": time(thing.created), "updated_at": time(thing.updated),
        "labels": thing.labels.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "assignees": thing.assignees.iter().map(|login| json!({"login": login})).collect::<Vec<_>>(),
        "comments": thing.comments.len(), "locked": false, "repository_url": format!("https://api.github.com/repos/{REPO}"),
        "sub_issues_summary": {"total": thing.sub_issues.len()},
        "issue_dependencies_summary": {"total_blocked_by": thing.blocked_by.len(), "total_blocking": 0},
    });
    if thing.is_pull {
        issue["pull_request"] = json!({"merged_at": null});
    }
    issue
}

fn comment(number: u64, (at, by, text, edited): &(i64, &'static str, String, i64)) -> Value {
    json!({"user": {"login": by}, "body": text, "created_at": time(*at), "updated_at": time(*edited),
        "issue_url": format!("https://api.github.com/repos/{REPO}/issues/{number}")})
}
