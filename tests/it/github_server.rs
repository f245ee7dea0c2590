//! A GitHub on 127.0.0.1 that can misbehave in every way, and counts what it is asked.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};

/// Vouches for `localhost` to whoever trusts it; made for these tests, as its key is.
pub(crate) const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tls/certificate.pem");

/// How long a test waits for a request that must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
    /// How many came before it.
    pub(crate) number: usize,
}

impl Seen {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// A value of the query, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let query = self.target.split_once('?')?.1;
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        let mut bytes = value.bytes();
        let mut plain = Vec::new();
        while let Some(byte) = bytes.next() {
            if byte == b'%' {
                let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
                plain.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
            } else {
                plain.push(byte);
            }
        }
        Some(String::from_utf8(plain).unwrap())
    }
}

/// What the server does with a request.
pub(crate) enum Reply {
    /// A proper answer.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// These bytes, then nothing for as long as the server lives.
    Stall(Vec<u8>),
}

impl Reply {
    pub(crate) fn json(value: &Value) -> Self {
        Self::Answer(200, Vec::new(), value.to_string().into_bytes())
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Answer(status, Vec::new(), body.as_bytes().to_vec())
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let Self::Answer(status, mut headers, body) = self else { return self };
        headers.push((name.to_owned(), value.to_owned()));
        Self::Answer(status, headers, body)
    }
}

type Handler = dyn Fn(&Seen) -> Reply + Send + Sync;

/// The server; ends when it is dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    most_at_once: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn new(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(handler, None)
    }

    /// Speaks TLS, with the certificate at [`CERTIFICATE`].
    pub(crate) fn secure(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let key = PrivateKeyDer::from_pem_file(CERTIFICATE.replace("certificate", "key")).unwrap();
        let certificate = CertificateDer::from_pem_file(CERTIFICATE).unwrap();
        let config = rustls::ServerConfig::builder().with_no_client_auth();
        Self::start(handler, Some(Arc::new(config.with_single_cert(vec![certificate], key).unwrap())))
    }

    fn start(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let url = match tls {
            None => format!("http://{address}"),
            Some(_) => format!("https://localhost:{}", address.port()),
        };
        let (seen, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let most_at_once = Arc::new(AtomicUsize::new(0));
        let served = Served {
            handler: Arc::new(handler),
            seen: seen.clone(),
            over: over.clone(),
            now: Arc::default(),
            most: most_at_once.clone(),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if served.over.load(Ordering::SeqCst) {
                    return;
                }
                let (served, tls) = (served.clone(), tls.clone());
                // A client that goes away in the middle is what some tests are about.
                std::thread::spawn(move || match tls {
                    None => drop(served.connection(stream)),
                    Some(config) => {
                        let session = rustls::ServerConnection::new(config).unwrap();
                        drop(served.connection(rustls::StreamOwned::new(session, stream)));
                    }
                });
            }
        });
        Self { url, address, seen, most_at_once, over }
    }

    /// What was asked so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until that was asked, and gives up rather than wait for ever.
    pub(crate) fn until(&self, has_asked: impl Fn(&[Seen]) -> bool) {
        let start = Instant::now();
        while !has_asked(&self.seen()) {
            assert!(start.elapsed() < PATIENCE, "asked so far: {:#?}", self.seen());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Forgets what was asked so far.
    pub(crate) fn forget(&self) {
        self.seen.lock().unwrap().clear();
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

#[derive(Clone)]
struct Served {
    handler: Arc<Handler>,
    seen: Arc<Mutex<Vec<Seen>>>,
    over: Arc<AtomicBool>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Served {
    fn connection(&self, stream: impl Read + Write) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        while let Some(request) = self.read(&mut reader)? {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let reply = (self.handler)(&request);
            self.now.fetch_sub(1, Ordering::SeqCst);
            let writer = reader.get_mut();
            match reply {
                Reply::Answer(status, headers, body) => {
                    let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
                    for (name, value) in headers {
                        head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
                    }
                    writer.write_all(format!("{head}\r\n").as_bytes())?;
                    writer.write_all(&body)?;
                    writer.flush()?;
                }
                Reply::Raw(bytes) => {
                    writer.write_all(&bytes)?;
                    return writer.flush();
                }
                Reply::Stall(bytes) => {
                    writer.write_all(&bytes)?;
                    writer.flush()?;
                    while !self.over.load(Ordering::SeqCst) {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn read(&self, reader: &mut BufReader<impl Read>) -> std::io::Result<Option<Seen>> {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        let target = words.nth(1).unwrap_or_default().to_owned();
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body = String::from_utf8_lossy(&body).into_owned();
        let mut all = self.seen.lock().unwrap();
        let seen = Seen { target, headers, body, number: all.len() };
        all.push(seen.clone());
        Ok(Some(seen))
    }
}

/// The moment at which the server lives: 2026-11-24 02:00:00 UTC.
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

    /// Says something under an issue now.
    pub(crate) fn say(&self, number: u64, login: &str, text: &str) {
        let count = self.issues.lock().unwrap()[&number]["comments"].as_u64().unwrap();
        self.change(number, "comments", json!(count + 1));
        let now = rfc3339(self.now());
        self.comments.lock().unwrap().push(json!({
            "user": {"login": login}, "body": text, "created_at": now, "updated_at": now,
            "issue_url": format!("https://api.github.com/repos/kubernetes/k8s.io/issues/{number}"),
        }));
    }

    /// Answers as GitHub does.
    pub(crate) fn answer(&self, seen: &Seen) -> Reply {
        let date = offramp::domain::Timestamp(self.now()).utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        self.route(seen).header("Date", &date)
    }

    fn route(&self, seen: &Seen) -> Reply {
        let parts: Vec<&str> = seen.path().trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["graphql"] if self.has_graphql.load(Ordering::SeqCst) => self.graphql(seen),
            ["search", "issues"] => self.search(seen),
            ["repos", "kubernetes", "k8s.io", "issues"] => {
                Self::list(seen, self.issues.lock().unwrap().values().cloned().collect())
            }
            ["repos", "kubernetes", "k8s.io", "issues", "comments"] => {
                Self::list(seen, self.comments.lock().unwrap().clone())
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
                    |issue| marked(seen, &issue, None),
                )
            }
            _ => Reply::status(404, "{\"message\": \"Not Found\"}"),
        }
    }

    /// A list by number, whatever order is asked for.
    pub(crate) fn list_by_number(&self, seen: &Seen) -> Reply {
        let mut all: Vec<Value> = self.issues.lock().unwrap().values().cloned().collect();
        let since = seen.query("since").unwrap_or_default();
        all.retain(|issue| issue["updated_at"].as_str().unwrap_or_default() >= since.as_str());
        Self::page(seen, all)
    }

    fn list(seen: &Seen, mut all: Vec<Value>) -> Reply {
        let since = seen.query("since").unwrap_or_default();
        let time = |issue: &Value| issue["updated_at"].as_str().unwrap_or_default().to_owned();
        all.retain(|issue| time(issue) >= since);
        all.sort_by_key(time);
        if seen.query("direction").as_deref() == Some("desc") {
            all.reverse();
        }
        Self::page(seen, all)
    }

    fn page(seen: &Seen, all: Vec<Value>) -> Reply {
        let page: usize = seen.query("page").map_or(1, |page| page.parse().unwrap());
        let rest: Vec<Value> = all.into_iter().skip((page - 1) * 100).collect();
        let next = (rest.len() > 100).then(|| {
            let bare: Vec<&str> = seen.target.split('&').filter(|pair| !pair.starts_with("page=")).collect();
            format!("<http://{}{}&page={}>; rel=\"next\"", seen.headers["host"], bare.join("&"), page + 1)
        });
        marked(seen, &json!(rest.into_iter().take(100).collect::<Vec<_>>()), next)
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

/// Adds a mark, and answers 304 where it is known.
fn marked(seen: &Seen, value: &Value, next: Option<String>) -> Reply {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    value.to_string().hash(&mut hasher);
    let mark = format!("W/\"{:x}\"", hasher.finish());
    if seen.headers.get("if-none-match") == Some(&mark) {
        return Reply::Answer(304, Vec::new(), Vec::new());
    }
    let reply = Reply::json(value).header("ETag", &mark);
    match next {
        Some(next) => reply.header("Link", &next),
        None => reply,
    }
}
