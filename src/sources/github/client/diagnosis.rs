//! Classifies transport errors by their chain of causes.

use std::error::Error;

use super::error::GithubError;
use super::transport::{ConnectLimit, ProxyError};
use crate::domain::clean;

/// Converts an error of the HTTP libraries.
pub(crate) fn diagnose(host: String, error: &(dyn Error + 'static)) -> GithubError {
    let causes: Vec<&(dyn Error + 'static)> = std::iter::successors(Some(error), |cause| (*cause).source()).collect();
    let why = innermost(error);
    let text = causes.iter().map(ToString::to_string).collect::<Vec<_>>().join(": ");
    let is_refused = |cause: &&(dyn Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused)
    };
    if causes.iter().any(|cause| cause.is::<ConnectLimit>()) || text.contains("timed out") {
        GithubError::Slow { host, what: "connecting" }
    } else if causes.iter().any(|cause| cause.is::<ProxyError>()) {
        GithubError::Proxy { host, why }
    } else if causes.iter().any(is_refused) {
        GithubError::Refused(host)
    } else if text.contains("dns error") {
        GithubError::Dns(host)
    } else if text.contains("NoApplicationProtocol") {
        GithubError::Http2Only(host)
    } else if text.contains("invalid HTTP version") {
        GithubError::NotHttp(host)
    } else if text.contains("tls handshake") || causes.iter().any(|cause| is_tls(*cause)) {
        GithubError::Tls { host, why }
    } else if causes.iter().any(|cause| is_handshake(*cause)) {
        GithubError::Handshake { host, why }
    } else {
        GithubError::Broken { host, why }
    }
}

fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    // An I/O error may wrap another error that is not in its source chain.
    let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || inner.is_some_and(|inner| is_tls(inner))
}

/// Whether an I/O error wraps another one, as after a failed handshake.
fn is_handshake(cause: &(dyn Error + 'static)) -> bool {
    let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    inner.and_then(|inner| inner.downcast_ref::<std::io::Error>()).is_some()
}

/// Returns the innermost cause, cleaned, on one line.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let last = std::iter::successors(Some(error), |cause| (*cause).source()).last();
    let text = last.map_or_else(String::new, ToString::to_string);
    clean::clean_line(&text).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Error as Io, ErrorKind};

    use super::*;

    #[test]
    fn a_failed_handshake_is_distinguished_from_a_broken_connection() {
        let of = |error: Io| diagnose("h".to_owned(), &error);
        let why = Io::from(ErrorKind::ConnectionReset).to_string();
        let later = of(ErrorKind::ConnectionReset.into());
        assert_eq!(later, GithubError::Broken { host: "h".to_owned(), why: why.clone() });
        let handshake = of(Io::other(Io::from(ErrorKind::ConnectionReset)));
        assert_eq!(handshake, GithubError::Handshake { host: "h".to_owned(), why });
        assert!(handshake.to_string().starts_with("no secure connection to h: "), "{handshake}");
        assert!(handshake.hint().contains("proxy") && handshake.is_worth_a_retry() && later.is_worth_a_retry());
        let refused = of(Io::other(rustls::Error::DecryptError));
        assert!(matches!(refused, GithubError::Tls { .. }) && !refused.is_worth_a_retry(), "{refused}");
    }
}
