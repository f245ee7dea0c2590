//! TLS and proxies with the real binary: trust, routing, and error messages.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::github_program::{ROADMAP, again, exported, program, site};
use super::github_server::{CERTIFICATE, Reply, Seen, Server};
use super::program::Program;

fn server() -> Server {
    let site = site();
    Server::secure(move |seen| site.answer(seen))
}

fn trusting(url: &str) -> Program {
    program(url).env("SSL_CERT_FILE", CERTIFICATE).env("GH_TOKEN", "very-secret")
}

/// A local proxy that records the heads of its requests.
struct Proxy {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

/// The answer with which a proxy opens a tunnel.
const PROMISE: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

impl Proxy {
    /// Starts a proxy that opens tunnels.
    fn new() -> Self {
        Self::with(None)
    }

    /// Starts a proxy that gives every request the same answer.
    fn answering(answer: &'static str) -> Self {
        Self::with(Some(answer))
    }

    fn with(answer: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = heads.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let noted = noted.clone();
                std::thread::spawn(move || serve(stream, answer, &noted));
            }
        });
        Self { url, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: Option<&str>, noted: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    noted.lock().unwrap().push(head.clone());
    if let Some(answer) = answer {
        stream.write_all(answer.as_bytes()).ok()?;
        if answer == PROMISE {
            // Closing a connection with unread data would reset it.
            stream.peek(&mut [0]).ok()?;
        }
        return None;
    }
    let server = TcpStream::connect(head.split_whitespace().nth(1)?).ok()?;
    stream.write_all(PROMISE.as_bytes()).ok()?;
    let (mut from, mut to) = (server.try_clone().ok()?, stream.try_clone().ok()?);
    std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    std::io::copy(&mut stream, &mut &server).ok()?;
    server.shutdown(std::net::Shutdown::Both).ok()
}

#[test]
fn the_token_is_sent_over_tls_to_the_api() {
    let server = server();
    let output = again(&mut trusting(&server.url), &["sync"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{output:?}");
    assert!(server.seen().iter().all(|seen| seen.headers["authorization"] == "Bearer very-secret"));
}

/// Returns a GitHub Enterprise server: REST below `/api/v3`, GraphQL at `/api/graphql`.
fn enterprise() -> Server {
    let site = site();
    site.has_graphql.store(true, std::sync::atomic::Ordering::SeqCst);
    Server::secure(move |seen| {
        let Some(route) = seen.target.strip_prefix("/api") else { return Reply::status(404, "{}") };
        let target = route.strip_prefix("/v3").unwrap_or(route).to_owned();
        let is_there = route.starts_with("/v3/repos/") || route == "/graphql";
        if is_there { site.answer(&Seen { target, ..seen.clone() }) } else { Reply::status(404, "{}") }
    })
}

#[test]
fn gh_host_takes_an_enterprise_host_with_a_port() {
    let server = enterprise();
    let host = server.url.trim_start_matches("https://").to_owned();
    let mut program =
        trusting("").env("GH_HOST", &host).env("GH_ENTERPRISE_TOKEN", "very-secret").env("GH_TOKEN", "of-github.com");
    let output = again(&mut program, &["sync"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{output:?}");
    let seen = server.seen();
    assert!(seen.iter().any(|seen| seen.target == "/api/graphql"), "{seen:?}");
    assert!(seen.iter().any(|seen| seen.target.starts_with("/api/v3/repos/kubernetes/k8s.io/issues?")), "{seen:?}");
    assert!(seen.iter().all(|seen| seen.headers["authorization"] == "Bearer very-secret"));
    assert_eq!(exported(&mut program).len(), 2);
    // The tokens of github.com are not sent to this host.
    let mut program = Program::new().file("offramp.yaml", ROADMAP).env("GH_HOST", &host).env("PATH", "");
    program = program
        .env("SSL_CERT_FILE", CERTIFICATE)
        .env("GITHUB_ENTERPRISE_TOKEN", "another")
        .env("GITHUB_TOKEN", "unread");
    server.forget();
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    assert!(server.seen().iter().all(|seen| seen.headers["authorization"] == "Bearer another"));
}

#[test]
fn an_invalid_gh_host_is_reported() {
    for host in ["a b", "me@example.com", "http://example.com"] {
        let output = again(&mut trusting("").env("GH_HOST", host), &["sync"]);
        assert_eq!(output.code, 2, "{host}: {output:?}");
        assert!(output.stderr.contains("GH_HOST"), "{output:?}");
    }
}

#[test]
fn an_untrusted_certificate_is_reported_and_nothing_is_sent() {
    let server = server();
    let output = again(&mut program(&server.url).env("GH_TOKEN", "very-secret"), &["sync"]);
    assert_eq!(output.code, 1, "{output:?}");
    assert!(output.stderr.contains("no secure connection to localhost"), "{output:?}");
    assert!(output.stderr.contains("hint: check the clock and the certificates"), "{output:?}");
    assert!(server.seen().is_empty());
}

#[test]
fn https_goes_through_the_proxy_without_showing_it_the_token() {
    let (server, proxy) = (server(), Proxy::new());
    let mut program = trusting(&server.url).env("HTTPS_PROXY", &proxy.url);
    let output = again(&mut program, &["sync"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{output:?}");
    let heads = proxy.heads();
    let wanted = format!("CONNECT {} HTTP/1.1\r\n", server.url.trim_start_matches("https://"));
    assert!(!heads.is_empty() && heads.iter().all(|head| head.starts_with(&wanted)), "{heads:?}");
    assert!(!heads.concat().contains("very-secret"));
    assert!(!server.seen().is_empty());
}

#[test]
fn no_proxy_and_loopback_bypass_the_proxy() {
    let (server, proxy) = (server(), Proxy::answering("HTTP/1.1 500 no\r\n\r\n"));
    let mut around = trusting(&server.url).env("HTTPS_PROXY", &proxy.url).env("NO_PROXY", "localhost");
    assert_eq!(again(&mut around, &["sync"]).code, 0);
    let site = site();
    let plain = site.serve();
    let mut plainly = program(&plain.url).env("HTTP_PROXY", &proxy.url).env("ALL_PROXY", &proxy.url);
    assert_eq!(again(&mut plainly, &["sync"]).code, 0);
    assert!(proxy.heads().is_empty());
}

#[test]
fn a_proxy_gets_the_password_in_its_address() {
    let (server, proxy) = (server(), Proxy::new());
    let address = proxy.url.replace("http://", "http://ann:opensesame@");
    let output = again(&mut trusting(&server.url).env("HTTPS_PROXY", address), &["sync", "-vv"]);
    assert_eq!(output.code, 0, "{output:?}");
    // ann:opensesame
    assert!(proxy.heads().concat().contains("Basic YW5uOm9wZW5zZXNhbWU="), "{:?}", proxy.heads());
    assert!(!format!("{output:?}").contains("opensesame"), "{output:?}");
}

#[test]
fn a_refusing_proxy_is_named() {
    let server = server();
    let page = "<html><body>Please log in</body></html>";
    let refusing = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (address, words) in [
        (format!("http://{refusing}"), "the proxy"),
        (Proxy::answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").url, "the proxy"),
        (
            Proxy::answering(
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 39\r\n\r\n<html><body>Please log in</body></html>",
            )
            .url,
            "the proxy",
        ),
        (Proxy::answering("").url, "the proxy"),
        // This proxy promises a tunnel, then sends something other than a TLS handshake.
        (
            Proxy::answering("HTTP/1.1 200 OK\r\nContent-Length: 39\r\n\r\n<html><body>Please log in</body></html>")
                .url,
            "no secure connection",
        ),
        (Proxy::answering(PROMISE).url, "no secure connection"),
    ] {
        let output = again(&mut trusting(&server.url).env("HTTPS_PROXY", &address), &["sync"]);
        assert_eq!(output.code, 1, "{address}: {output:?}");
        assert!(output.stderr.contains(words), "{address}: {output:?}");
        assert!(output.stderr.contains("hint: ") && output.stderr.contains("proxy") | output.stderr.contains("PROXY"));
        assert!(!output.stderr.contains(page), "{output:?}");
    }
    assert!(server.seen().is_empty());
}
