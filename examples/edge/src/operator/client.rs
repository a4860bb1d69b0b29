//! One request to the admin listener.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use bytes::Bytes;
use hedgerow::config::edge::{Token, TokenSource};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, IF_MATCH};
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::command::{Operate, Order};
use crate::reload;

/// The proxy is on this machine, or near.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where to ask, and by which right.
#[derive(Debug)]
pub(super) struct Client {
    address: SocketAddr,
    token: Option<Token>,
    if_epoch: Option<String>,
}

impl Client {
    pub(super) fn new(operate: &Operate) -> Result<Client> {
        let (address, source) = match &operate.config {
            Some(file) => {
                let edge = reload::read(file)?.edge;
                let admin = edge.admin.context("the document has no `admin`")?;
                (admin.address, admin.token)
            }
            None => (
                operate.address,
                operate.token_file.clone().map(TokenSource::File),
            ),
        };
        let token = match &source {
            Some(source) => Some(crate::admin::read_token(source)?),
            None => match std::env::var("HEDGEROW_ADMIN_TOKEN") {
                Ok(text) => {
                    Some(Token::new(&text).context("HEDGEROW_ADMIN_TOKEN has no such token")?)
                }
                Err(_) => None,
            },
        };
        Ok(Client {
            address,
            token,
            if_epoch: operate.if_epoch.clone(),
        })
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        self.ask(Method::GET, path, &Value::Null).await
    }

    pub(super) async fn send(&self, order: &Order) -> Result<Value> {
        let Order { method, path, body } = order;
        self.ask(method.clone(), path, body).await
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        let asking = self.exchange(method, path, body);
        tokio::time::timeout(PATIENCE, asking)
            .await
            .map_err(|_| anyhow!("{} does not answer", self.address))?
    }

    async fn exchange(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        let address = self.address;
        let stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("no proxy answers at {address}; is --address its `admin`?"))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender.
        tokio::spawn(connection);
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, address.to_string())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(text)))
            .context("an id has characters that no id has")?;
        let headers = request.headers_mut();
        if let Some(token) = &self.token {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.as_str()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(epoch) = &self.if_epoch {
            headers.insert(IF_MATCH, HeaderValue::try_from(format!("\"{epoch}\""))?);
        }
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        let answer: Value = serde_json::from_slice(&body)
            .with_context(|| format!("{address} answers {status}, but no JSON"))?;
        if !status.is_success() {
            let detail = answer["detail"].as_str().unwrap_or("no reason given");
            bail!("{status}: {detail}");
        }
        ensure!(answer.is_object(), "{address} answers no JSON object");
        Ok(answer)
    }
}
