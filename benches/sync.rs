//! Benchmark of syncs against a local server with a fixed latency, each compared with its floor: the number of requests
//! times the latency. The goals: a whole repository in half the time of `gh`,
//! one conditional request if nothing changed, and 1 + ceil(k / 100) requests if k issues did.
//! `cargo bench --bench sync`; `-- --smoke` is quick and only checks the counts.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program of its own")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use offramp::domain::{Repo, Snapshot, Timestamp};
use offramp::sources::cache::SyncState;
use offramp::sources::github::{Access, Api, Policy, Robots, SyncOutcome, SyncRequest, Token, sync};

/// 2026-11-24 02:00:00 UTC, for server and client.
const NOW: i64 = 1_795_485_600;
const PAGE: usize = 100;
/// The time of `gh issue list` for 5,500 issues at 80 ms.
const GH: Duration = Duration::from_millis(9_900);

fn main() {
    let is_smoke = std::env::args().any(|argument| argument == "--smoke");
    let (issues, latency) = if is_smoke { (1_200, 5) } else { (5_500, 80) };
    let latency = Duration::from_millis(latency);
    let server = Server::start(issues, latency);
    println!("{issues} issues, {} ms a request", latency.as_millis());
    println!("{:<34} {:>8} {:>9} {:>9} {:>6}", "", "requests", "time", "floor", "ratio");

    let whole = server.measure("all, the first time", None);
    whole.show(latency);
    assert_eq!(whole.outcome.snapshot.issues.len(), issues);
    if !is_smoke {
        let faster = GH.as_secs_f64() / whole.time.as_secs_f64();
        let verdict = if faster >= 2.0 { "holds" } else { "DOES NOT HOLD" };
        println!("{:<34} {faster:.2}x faster than gh (9.9 s), goal 2x: {verdict}", "");
    }

    let unchanged = server.measure("nothing changed", Some(whole.outcome));
    unchanged.show(latency);
    assert_eq!((unchanged.requests, unchanged.bytes), (1, 0), "one conditional request and no issue");

    let mut before = unchanged.outcome;
    for changed in [1, 100, 250] {
        server.change(changed);
        let measured = server.measure(&format!("{changed} changed"), Some(before));
        measured.show(latency);
        assert_eq!(measured.outcome.summary.changed, changed);
        assert!(measured.requests <= 1 + changed.div_ceil(PAGE), "{} requests", measured.requests);
        before = measured.outcome;
    }

    *server.site.clock.lock().unwrap() += 86_400;
    let next_day = server.measure("nothing changed, a day later", Some(before));
    next_day.show(latency);
    assert_eq!(next_day.requests, 2, "once a day the issues are counted, since no list names what was deleted");
}

/// A sync and its cost.
struct Measured {
    name: String,
    outcome: SyncOutcome,
    time: Duration,
    requests: usize,
    bytes: usize,
}

impl Measured {
    /// Prints a line with the time as a multiple of the floor.
    fn show(&self, latency: Duration) {
        let floor = latency * self.requests as u32;
        let ratio = self.time.as_secs_f64() / floor.as_secs_f64();
        let (requests, time, floor) = (self.requests, self.time.as_millis(), floor.as_millis());
        println!("{:<34} {requests:>8} {time:>6} ms {floor:>6} ms {ratio:>6.2}", self.name);
    }
}

/// A local server in place of GitHub, with one repository and a fixed latency.
struct Server {
    url: String,
    site: Arc<Site>,
}

struct Site {
    latency: Duration,
    /// Time of the last change and number of each issue, the oldest change first.
    order: Mutex<Vec<(i64, usize)>>,
    /// The fields that all issues have in common.
    rest: String,
    clock: Mutex<i64>,
    requests: AtomicUsize,
    bytes: AtomicUsize,
}

impl Server {
    fn start(issues: usize, latency: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // As in real repositories, changes are rare at first and frequent at last.
        let at = |number: usize| NOW - 200_000_000 + (number as f64 * 37.0).powf(1.5) as i64;
        let site = Arc::new(Site {
            latency,
            order: Mutex::new((0..issues).map(|number| (at(number), number + 1)).collect()),
            rest: rest(),
            clock: Mutex::new(NOW),
            requests: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        });
        let served = site.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let site = served.clone();
                // The connection ends when the client closes it after a sync.
                std::thread::spawn(move || drop(site.connection(stream)));
            }
        });
        Self { url, site }
    }

    /// Changes some issues, one a second, and advances the clock by an hour.
    fn change(&self, count: usize) {
        let mut clock = self.site.clock.lock().unwrap();
        let mut order = self.site.order.lock().unwrap();
        for (updated, _) in order.iter_mut().filter(|(_, number)| *number <= count) {
            *clock += 1;
            *updated = *clock;
        }
        order.sort_unstable();
        *clock += 3_600;
    }

    fn measure(&self, name: &str, before: Option<SyncOutcome>) -> Measured {
        let token = Token::new("no-secret", "GH_TOKEN").unwrap();
        let request = SyncRequest {
            roadmap: String::new(),
            access: Access::new(Api::new(Some(&self.url), None).unwrap(), Some(token)),
            policy: Policy::default(),
            now: Timestamp(*self.site.clock.lock().unwrap()),
            home: Repo::new("kubernetes/k8s.io").unwrap(),
            umbrellas: Vec::new(),
            linked: Vec::new(),
            searches: Vec::new(),
            counted: Vec::new(),
            robots: Robots::default(),
            all: before.is_none(),
            is_asked_for: true,
            stop: Arc::default(),
        };
        let (snapshot, state) =
            before.map_or_else(|| (Snapshot::default(), SyncState::default()), |it| (it.snapshot, it.state));
        self.site.requests.store(0, Ordering::SeqCst);
        self.site.bytes.store(0, Ordering::SeqCst);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let start = Instant::now();
        let outcome = runtime.block_on(sync(&request, snapshot, state, &|_| {}));
        let time = start.elapsed();
        assert_eq!(outcome.error, None);
        let (requests, bytes) = (self.site.requests.load(Ordering::SeqCst), self.site.bytes.load(Ordering::SeqCst));
        Measured { name: name.to_owned(), outcome, time, requests, bytes }
    }
}

impl Site {
    fn connection(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        loop {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                if reader.by_ref().read_until(b'\n', &mut head)? == 0 {
                    return Ok(());
                }
            }
            let came = Instant::now();
            self.requests.fetch_add(1, Ordering::SeqCst);
            let answer = self.answer(&String::from_utf8_lossy(&head));
            std::thread::sleep(self.latency.saturating_sub(came.elapsed()));
            reader.get_mut().write_all(&answer)?;
        }
    }

    /// Builds answers cheaply, so that the time measured is the client's.
    fn answer(&self, head: &str) -> Vec<u8> {
        let target = head.split_whitespace().nth(1).unwrap();
        let value = |name: &str| target.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let since =
            value("since").and_then(|since| Timestamp::parse(&since.replace("%3A", ":"))).map_or(i64::MIN, |it| it.0);
        let number = |name: &str, other: usize| value(name).map_or(other, |number| number.parse().unwrap());
        let (page, size) = (number("page", 1), number("per_page", PAGE));
        let order = self.order.lock().unwrap();
        let from = order.partition_point(|(at, _)| *at < since);
        let found = order.get(from..).unwrap_or_default();
        let pages = found.len().div_ceil(size);
        let of_page = |place: &usize| *place >= (page - 1) * size && *place < page * size;
        let issues: Vec<String> = match value("direction") {
            Some("desc") => found
                .iter()
                .rev()
                .enumerate()
                .filter(|(place, _)| of_page(place))
                .map(|(_, it)| self.issue(*it))
                .collect(),
            _ => found.iter().enumerate().filter(|(place, _)| of_page(place)).map(|(_, it)| self.issue(*it)).collect(),
        };
        drop(order);
        let body = format!("[{}]", issues.join(","));
        let mark = {
            let mut hasher = DefaultHasher::new();
            body.hash(&mut hasher);
            format!("\"{:x}\"", hasher.finish())
        };
        let date = Timestamp(*self.clock.lock().unwrap()).utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if head.to_ascii_lowercase().contains(&format!("if-none-match: {mark}")) {
            return format!("HTTP/1.1 304 Not Modified\r\nDate: {date}\r\nETag: {mark}\r\n\r\n").into_bytes();
        }
        let bare = target.split("&page=").next().unwrap();
        let host =
            head.split("host: ").nth(1).or_else(|| head.split("Host: ").nth(1)).unwrap().split("\r\n").next().unwrap();
        let link = |number: usize, rel: &str| format!("<http://{host}{bare}&page={number}>; rel=\"{rel}\"");
        let link = if page < pages {
            format!("Link: {}, {}\r\n", link(page + 1, "next"), link(pages, "last"))
        } else {
            String::new()
        };
        self.bytes.fetch_add(body.len(), Ordering::SeqCst);
        let head =
            format!("HTTP/1.1 200 OK\r\nDate: {date}\r\nETag: {mark}\r\n{link}Content-Length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body.as_bytes()].concat()
    }

    /// Returns an issue of typical size.
    fn issue(&self, (updated, number): (i64, usize)) -> String {
        let updated = Timestamp(updated).rfc3339();
        format!("{{\"number\":{number},\"updated_at\":\"{updated}\",{}", self.rest)
    }
}

/// Returns the fields that all issues have in common.
fn rest() -> String {
    let issue = serde_json::json!({
        "title": "Move a thing to community-owned infrastructure", "state": "open",
        "body": "It runs in a project that nobody of the community can reach.\r\n\r\n- [ ] move it\r\n- [x] say so\r\n\r\n".repeat(12),
        "user": {"login": "ann"}, "labels": [{"name": "sig/testing"}, {"name": "area/infra"}], "assignees": [], "comments": 0,
        "created_at": "2019-05-01T10:00:00Z",
    });
    issue.to_string().split_off(1)
}
