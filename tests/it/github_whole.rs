//! A whole repository in many pages at once: how many requests, and that nothing is lost while pages shift.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use offramp::sources::github::{Policy, SyncOutcome, SyncRequest};
use serde_json::{Value, json};

use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, Site, rfc3339};
use super::github_sync::{again, first, large, policy, request, with_token};

const LIST: &str = "/repos/kubernetes/k8s.io/issues";

fn all(url: &str) -> SyncRequest {
    SyncRequest { all: true, ..with_token(request(url, [1, 2])) }
}

fn numbers(outcome: &SyncOutcome) -> Vec<u64> {
    outcome.snapshot.issues.iter().map(|issue| issue.id.number).collect()
}

/// Serves lists that name their last page, as GitHub does; before each the site may change.
fn naming_the_last(site: &Arc<Site>, change: impl Fn(&Site, usize) + Send + Sync + 'static) -> Server {
    let (inner, asked, naming) = (site.clone(), AtomicUsize::new(0), naming_the_last_of(site));
    Server::new(move |seen| {
        if seen.path() == LIST {
            change(&inner, asked.fetch_add(1, Ordering::SeqCst));
        }
        naming(seen)
    })
}

fn naming_the_last_of(site: &Arc<Site>) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    let site = site.clone();
    move |seen| {
        if seen.path() != LIST {
            return site.answer(seen);
        }
        let since = seen.query("since").unwrap_or_default();
        let is_later = |issue: &&Value| issue["updated_at"].as_str() >= Some(&since);
        let last = site.issues.lock().unwrap().values().filter(is_later).count().div_ceil(100);
        let Reply::Answer(status, mut headers, body) = site.answer(seen) else { panic!("an answer") };
        for (name, value) in headers.iter_mut().filter(|(name, _)| name == "Link") {
            let end = value.replace("\"next\"", "\"last\"");
            let (before, number) = end.rsplit_once("page=").unwrap();
            let (_, behind) = number.split_once('>').unwrap();
            *value = format!("{value}, {before}page={last}>{behind}");
            assert_eq!(name, "Link");
        }
        Reply::Answer(status, headers, body)
    }
}

#[test]
fn a_whole_repository_takes_a_request_a_page_and_a_few_at_its_ends() {
    let site = large(2_050);
    let server = naming_the_last(&site, |_, _| {});
    let outcome = first(&all(&server.url));
    assert_eq!((outcome.trouble.clone(), numbers(&outcome)), (None, (1..=2_050).collect()));
    // The newest page before and after, the first, the seventh and the last page again, and what changed meanwhile; GraphQL
    // is not there, nor is a search needed.
    let lists = server.seen().iter().filter(|seen| seen.path() == LIST).count();
    assert_eq!(lists, 21 + 6);
    assert!(server.most_at_once() <= 8);
    server.forget();
    again(&all(&server.url), outcome);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_change_between_any_two_pages_loses_nobody() {
    for at in 0..16 {
        let site = large(1_000);
        let server = naming_the_last(&site, move |site, asked| {
            if asked == at {
                site.change(150, "title", json!("changed"));
            }
        });
        let outcome = first(&all(&server.url));
        assert_eq!((outcome.trouble.clone(), numbers(&outcome)), (None, (1..=1_000).collect()), "{at}");
    }
}

/// Answers the pages that are asked for with the first one only when all have come, in an order of its own, and lets the
/// site change between two of them.
fn opening_in_order(
    site: &Arc<Site>,
    order: Vec<u32>,
    at: usize,
    change: impl Fn(&Site) + Send + Sync + 'static,
) -> Server {
    let (inner, turn) = (site.clone(), (Mutex::new(0), Condvar::new()));
    let naming = naming_the_last_of(site);
    Server::new(move |seen| {
        // Those that are asked for once more have a mark.
        let is_early = seen.path() == LIST && !seen.headers.contains_key("if-none-match");
        let number = match seen.query("direction").as_deref() {
            Some("desc") => 0,
            _ => seen.query("page").map_or(1, |page| page.parse().unwrap()),
        };
        let place = order.iter().position(|it| *it == number).filter(|_| is_early && seen.query("since").is_none());
        let Some(place) = place else { return naming(seen) };
        let mut served = turn.1.wait_while(turn.0.lock().unwrap(), |served| *served < place).unwrap();
        if place == at && *served == place {
            change(&inner);
        }
        let reply = naming(seen);
        *served = (*served).max(place + 1);
        drop(served);
        turn.1.notify_all();
        reply
    })
}

#[test]
fn a_change_while_the_first_pages_come_in_any_order_loses_nobody() {
    let orders = [vec![7, 6, 5, 4, 3, 2, 1, 0], vec![3, 6, 0, 1, 7, 2, 5, 4], vec![4, 2, 6, 1, 3, 5, 7, 0]];
    for order in orders {
        for at in 0..8 {
            for number in [50, 250, 450] {
                let site = large(1_000);
                let server = opening_in_order(&site, order.clone(), at, move |site| {
                    site.change(number, "title", json!("changed"));
                });
                let outcome = first(&all(&server.url));
                assert_eq!(
                    (outcome.trouble.clone(), numbers(&outcome)),
                    (None, (1..=1_000).collect()),
                    "{number} before place {at} of {order:?}"
                );
            }
        }
    }
}

#[test]
fn a_deletion_behind_the_first_pages_loses_nobody_else() {
    for number in [50, 250, 650] {
        let site = large(1_000);
        let server = opening_in_order(&site, (0..10).collect(), 8, move |site| {
            site.issues.lock().unwrap().remove(&number);
        });
        let outcome = first(&all(&server.url));
        let others = numbers(&outcome).into_iter().filter(|it| *it != number).count();
        assert_eq!((outcome.trouble, others), (None, 999), "{number}");
    }
}

#[test]
fn pages_behind_the_end_are_no_fault_whatever_comes() {
    for refusal in [None, Some(422), Some(404), Some(500)] {
        for count in [0, 1, 99, 101, 350, 700] {
            let site = large(count);
            let naming = naming_the_last_of(&site);
            let server = Server::new(move |seen| {
                let page: u64 = seen.query("page").map_or(1, |page| page.parse().unwrap());
                let is_behind = seen.path() == LIST && page > 1 && (page - 1) * 100 >= count;
                match refusal.filter(|_| is_behind) {
                    Some(status) => Reply::status(status, "{\"message\": \"no such page\"}"),
                    None => naming(seen),
                }
            });
            let outcome = first(&SyncRequest { linked: Vec::new(), ..all(&server.url) });
            assert_eq!(
                (outcome.trouble.clone(), numbers(&outcome)),
                (None, (1..=count).collect()),
                "{refusal:?} {count}"
            );
            assert!(server.most_at_once() <= 8, "{}", server.most_at_once());
        }
    }
}

#[test]
fn an_early_page_that_is_refused_once_is_asked_for_again() {
    let site = large(1_250);
    let (naming, refused) = (naming_the_last_of(&site), AtomicUsize::new(0));
    let server = Server::new(move |seen| {
        let is_early = seen.query("page").as_deref() == Some("4") && refused.fetch_add(1, Ordering::SeqCst) == 0;
        if is_early { Reply::status(422, "{}") } else { naming(seen) }
    });
    let outcome = first(&all(&server.url));
    assert_eq!((outcome.trouble.clone(), numbers(&outcome)), (None, (1..=1_250).collect()));
    assert_eq!(server.seen().iter().filter(|seen| seen.query("page").as_deref() == Some("4")).count(), 2);
}

/// Returns the rounds that a server saw which answers eight requests together, or fewer where no more come for a while.
fn rounds(pages: u64, has_graphql: bool) -> usize {
    let site = large(pages * 100);
    site.has_graphql.store(has_graphql, Ordering::SeqCst);
    let naming = naming_the_last_of(&site);
    // Rounds that are over, and requests that wait for the end of this one.
    let state = Arc::new((Mutex::new((0, 0)), Condvar::new()));
    let gate = state.clone();
    let server = Server::new(move |seen| {
        let mut now = gate.0.lock().unwrap();
        let round = now.0;
        now.1 += 1;
        if now.1 < 8 {
            let patience = Duration::from_secs(2);
            now = gate.1.wait_timeout_while(now, patience, |now| now.0 == round).unwrap().0;
        }
        if now.0 == round {
            *now = (round + 1, 0);
            gate.1.notify_all();
        }
        drop(now);
        naming(seen)
    });
    let outcome = first(&all(&server.url));
    assert_eq!((outcome.trouble.clone(), numbers(&outcome).len() as u64), (None, pages * 100));
    assert!(server.most_at_once() <= 8);
    state.0.lock().unwrap().0
}

#[test]
fn a_whole_repository_takes_as_many_rounds_as_arithmetic_asks_for() {
    // The first page does not come alone, and GraphQL takes a place that is left.
    assert_eq!((rounds(15, true), rounds(20, true)), (3, 4));
    // Where GraphQL refuses that late, one more asks for what it would have told.
    assert_eq!(rounds(15, false), 4);
}

#[test]
fn a_change_that_no_clock_agrees_with_loses_nobody() {
    for at in 0..16 {
        let site = large(1_000);
        let (inner, asked) = (site.clone(), AtomicUsize::new(0));
        // The date of the server is years after its changes, and no page is named as the last.
        let server = Server::new(move |seen| {
            if seen.path() == LIST && asked.fetch_add(1, Ordering::SeqCst) == at {
                let newest = NOW - 90_000_000 + 20_000_000 + 1;
                inner.issues.lock().unwrap().get_mut(&150).unwrap()["updated_at"] = json!(rfc3339(newest));
            }
            inner.answer(seen)
        });
        let outcome = first(&all(&server.url));
        assert_eq!((outcome.trouble.clone(), numbers(&outcome)), (None, (1..=1_000).collect()), "{at}");
    }
}

#[test]
fn a_deletion_between_any_two_pages_loses_nobody_else() {
    for at in 0..16 {
        let site = large(1_000);
        let server = naming_the_last(&site, move |site, asked| {
            if asked == at {
                site.issues.lock().unwrap().remove(&50);
            }
        });
        let outcome = first(&all(&server.url));
        let others: Vec<u64> = numbers(&outcome).into_iter().filter(|number| *number != 50).collect();
        assert_eq!((outcome.trouble, others.len()), (None, 999), "{at}");
    }
}

#[test]
fn where_high_numbers_are_refused_the_rest_is_read_by_time() {
    let site = large(2_050);
    let inner = site.clone();
    let server = Server::new(move |seen| {
        let page: u32 = seen.query("page").map_or(1, |page| page.parse().unwrap());
        let refusal = "{\"message\": \"Pagination with the page parameter is not supported for large datasets\"}";
        if page > 10 { Reply::status(422, refusal) } else { inner.answer(seen) }
    });
    let outcome = first(&all(&server.url));
    assert_eq!((outcome.trouble.clone(), numbers(&outcome)), (None, (1..=2_050).collect()));
}

/// Pages without a word of other pages, by a server that may know nothing of them.
fn without_links(count: u64, knows_pages: bool) -> Server {
    let site = large(count);
    Server::new(move |seen| {
        let target = if knows_pages { seen.target.as_str() } else { seen.target.split("&page=").next().unwrap() };
        let target = target.to_owned();
        let Reply::Answer(status, mut headers, body) = site.answer(&Seen { target, ..seen.clone() }) else {
            panic!("an answer")
        };
        headers.retain(|(name, _)| name != "Link");
        Reply::Answer(status, headers, body)
    })
}

#[test]
fn without_links_full_pages_lead_on_by_number() {
    for (count, token) in [(1_050, true), (1_000, true), (450, false)] {
        let server = without_links(count, true);
        let mut request = all(&server.url);
        if !token {
            request.access.token = None;
        }
        let outcome = first(&request);
        assert_eq!((outcome.trouble.clone(), numbers(&outcome).len() as u64), (None, count), "{count}");
    }
}

#[test]
fn a_server_that_knows_neither_links_nor_pages_is_left_in_the_end() {
    let server = without_links(250, false);
    let outcome = first(&all(&server.url));
    assert_eq!(outcome.trouble, None);
    assert!(server.seen().len() < 60, "{}", server.seen().len());
}

#[test]
fn a_server_that_ignores_times_is_not_read_twice() {
    let site = large(1_250);
    let inner = site.clone();
    let server = Server::new(move |seen| {
        let target = seen.target.split('&').filter(|pair| !pair.starts_with("since=")).collect::<Vec<_>>().join("&");
        inner.answer(&Seen { target, ..seen.clone() })
    });
    let outcome = first(&all(&server.url));
    assert_eq!(numbers(&outcome).len(), 1_250);
    assert!(server.seen().len() <= 13 + 8 + 8, "{}", server.seen().len());
    server.forget();
    let outcome = again(&all(&server.url), outcome);
    assert_eq!(server.seen().len(), 1);
    site.pass(5_000);
    site.change(7, "title", json!("changed"));
    let outcome = again(&all(&server.url), outcome);
    assert_eq!(outcome.snapshot.issue(&super::github_sync::id(7)).unwrap().title, "changed");
    assert!(server.seen().len() <= 5, "{}", server.seen().len());
}

#[test]
fn without_a_token_one_reader_is_enough() {
    let server = naming_the_last(&large(450), |_, _| {});
    let request = SyncRequest { all: true, policy: Policy { budget: 40, ..policy() }, ..request(&server.url, [1]) };
    assert_eq!(numbers(&first(&request)).len(), 450);
    assert_eq!(server.most_at_once(), 1);
}
