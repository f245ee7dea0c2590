//! A local HTTP server on 127.0.0.1 that records its requests and can misbehave in every way.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use offramp::domain::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;

/// The self-signed certificate for `localhost`, made for these tests.
pub(crate) const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tls/certificate.pem");

/// How long a test waits for a request that is certain to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request that the server received.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
    /// The number of requests before it.
    pub(crate) number: usize,
}

impl Seen {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// Returns a decoded query parameter.
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

/// The reaction of the server to a request.
pub(crate) enum Reply {
    /// A complete answer.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// These bytes, then silence with the connection open.
    Stall(Vec<u8>),
}

impl Reply {
    pub(crate) fn json(value: &Value) -> Self {
        Self::Answer(200, Vec::new(), value.to_string().into_bytes())
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Answer(status, Vec::new(), body.as_bytes().to_vec())
    }

    /// A list as GitHub gives it: what changed since a time, by the time of the change, one page of it.
    pub(crate) fn list(seen: &Seen, mut all: Vec<Value>) -> Self {
        let since = seen.query("since").unwrap_or_default();
        let time = |entry: &Value| entry["updated_at"].as_str().unwrap_or_default().to_owned();
        all.retain(|entry| time(entry) >= since);
        all.sort_by_key(time);
        if seen.query("direction").as_deref() == Some("desc") {
            all.reverse();
        }
        Self::page(seen, all)
    }

    /// One page of a list, with links to the next and the last one.
    pub(crate) fn page(seen: &Seen, all: Vec<Value>) -> Self {
        let number = |name: &str, usual: usize| seen.query(name).map_or(usual, |value| value.parse().unwrap());
        let (page, size) = (number("page", 1), number("per_page", 30));
        let count = all.len();
        let shown: Vec<Value> = all.into_iter().skip((page - 1) * size).take(size).collect();
        let reply = Self::tagged(seen, &Value::Array(shown));
        if page * size >= count {
            return reply;
        }
        let bare: Vec<&str> = seen.target.split('&').filter(|pair| !pair.starts_with("page=")).collect();
        let to = |page, rel| format!("<http://{}{}&page={page}>; rel=\"{rel}\"", seen.headers["host"], bare.join("&"));
        reply.header("Link", &format!("{}, {}", to(page + 1, "next"), to(count.div_ceil(size), "last")))
    }

    /// A value with its entity tag, or 304 if the client sent that.
    pub(crate) fn tagged(seen: &Seen, value: &Value) -> Self {
        let mut hasher = DefaultHasher::new();
        value.to_string().hash(&mut hasher);
        let tag = format!("W/\"{:x}\"", hasher.finish());
        if seen.headers.get("if-none-match") == Some(&tag) {
            return Self::Answer(304, Vec::new(), Vec::new());
        }
        Self::json(value).header("ETag", &tag)
    }

    /// Adds the time of the server.
    pub(crate) fn dated(self, now: i64) -> Self {
        self.header("Date", &Timestamp(now).utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string())
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let Self::Answer(status, mut headers, body) = self else { return self };
        headers.push((name.to_owned(), value.to_owned()));
        Self::Answer(status, headers, body)
    }
}

type Handler = dyn Fn(&Seen) -> Reply + Send + Sync;

/// The server; stops when dropped.
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

    /// Starts a server that speaks TLS with [`CERTIFICATE`].
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
                // Some tests end the client in the middle of an answer.
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

    /// Returns the requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until the requests fulfil a condition; fails after [`PATIENCE`].
    pub(crate) fn until(&self, has_asked: impl Fn(&[Seen]) -> bool) {
        let start = Instant::now();
        while !has_asked(&self.seen()) {
            assert!(start.elapsed() < PATIENCE, "asked so far: {:#?}", self.seen());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Clears the recorded requests.
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
