//! Connections: TLS, the proxy of the environment, and a time limit for connecting.
//!
//! Replaces octocrab's own transport, which supports neither proxies nor such limits.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::builderstates::WantsSchemes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo};
use octocrab::service::middleware::auth_header::AuthHeaderLayer;
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use tokio::net::TcpStream;
use tower_service::Service;

use super::Policy;
use super::access::{Access, Token};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Dialed<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Creates a client that adds the token to requests to the API's own host, and does not follow redirects.
pub(crate) fn client(access: &Access, policy: &Policy) -> Octocrab {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    let dial = Dial { http, proxies: std::sync::Arc::new(Matcher::from_env()) };
    let connector = match access.api.base.scheme_str() {
        // Without root certificates of the system, every certificate is rejected as untrusted.
        Some("https") => HttpsConnectorBuilder::new().with_native_roots().unwrap_or_else(|_| without_roots()),
        // Plain http never leads to https, and loading the system's certificates takes a while.
        _ => without_roots(),
    };
    let tls = connector.https_or_http().enable_http1().wrap_connector(dial);
    let service = Client::builder(TokioExecutor::new()).build(Limited { inner: tls, limit: policy.connect });
    let token = access.token.as_ref().map(Token::header);
    // Without its path, which octocrab would prepend to the path of GraphQL. All requests have absolute URLs.
    let base = access.api.origin();
    let Ok(client) = OctocrabBuilder::new_empty()
        .with_service(service)
        .with_layer(&BaseUriLayer::new(base.clone()))
        .with_layer(&AuthHeaderLayer::new(token, base.clone(), base))
        .with_auth(AuthState::None)
        .build();
    client
}

fn without_roots() -> HttpsConnectorBuilder<WantsSchemes> {
    let roots = rustls::RootCertStore::empty();
    let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    HttpsConnectorBuilder::new().with_tls_config(config)
}

/// Connects directly or through the proxy of the environment. Only https uses a proxy, since plain http is for this
/// machine.
#[derive(Clone)]
struct Dial {
    http: HttpConnector,
    proxies: std::sync::Arc<Matcher>,
}

impl Service<Uri> for Dial {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Dialed<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.http.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let proxy = Some(&target).filter(|target| target.scheme_str() == Some("https"));
        let Some(proxy) = proxy.and_then(|target| self.proxies.intercept(target)) else {
            let dialed = self.http.call(target);
            return Box::pin(async { dialed.await.map_err(Into::into) });
        };
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.http.clone());
        if let Some(auth) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(auth.clone());
        }
        let dialed = tunnel.call(target);
        Box::pin(async { dialed.await.map_err(|error| ProxyError(error.to_string()).into()) })
    }
}

/// The tunnel through a proxy failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ProxyError(pub(crate) String);

/// Connecting took too long.
#[derive(Debug, thiserror::Error)]
#[error("connecting took too long")]
pub(crate) struct ConnectLimit;

/// Limits the time for connecting.
#[derive(Clone)]
struct Limited {
    inner: HttpsConnector<Dial>,
    limit: Duration,
}

impl Service<Uri> for Limited {
    type Response = <HttpsConnector<Dial> as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Dialed<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let (dialed, limit) = (self.inner.call(target), self.limit);
        Box::pin(async move { tokio::time::timeout(limit, dialed).await.unwrap_or_else(|_| Err(ConnectLimit.into())) })
    }
}
