//! Connections, as a client without manners sees them.

use std::sync::Arc;
use std::time::Duration;

use kailing_core::context::Profile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::serve::serve;
use crate::testing::House;

struct Served {
    house: House,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

async fn start() -> Served {
    let house = House::open(Profile::Open).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, Arc::clone(&house.app), stopped));
    Served { house, address, stop, server }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        until_the_end(&mut stream).await
    }
}

async fn until_the_end(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    timeout(Duration::from_secs(5), stream.read_to_end(&mut heard)).await.unwrap().unwrap();
    String::from_utf8(heard).unwrap()
}

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut heard = String::new();
    while !heard.contains(end) {
        let mut piece = [0; 1024];
        let n = timeout(Duration::from_secs(5), stream.read(&mut piece)).await.unwrap().unwrap();
        assert_ne!(n, 0, "{heard}");
        heard.push_str(std::str::from_utf8(&piece[..n]).unwrap());
    }
    heard
}

#[tokio::test]
async fn a_large_body_of_a_stranger_is_not_read_and_the_stranger_is_told_so() {
    let served = start().await;
    let mut request = b"POST /openapi/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 8000000\r\n\r\n".to_vec();
    request.resize(request.len() + 8_000_000, b'x');
    let heard = served.exchange(&request).await;
    assert!(heard.contains("access_token is required") && heard.contains("connection: close"), "{heard}");
}

#[tokio::test]
async fn a_small_body_of_a_stranger_does_not_cost_the_connection() {
    let served = start().await;
    let mut stream = served.connect().await;
    for _ in 0..2 {
        stream.write_all(b"POST /openapi/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        stream.write_all(b"abcd").await.unwrap();
        until(&mut stream, "1000}").await;
    }
}

#[tokio::test]
async fn a_body_without_announced_length_is_cut_off_at_the_limit() {
    let served = start().await;
    let token = served.house.token().await;
    let request =
        format!("POST /openapi/echo?access_token={token} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
    let mut request = request.into_bytes();
    for _ in 0..20 {
        request.extend_from_slice(b"100000\r\n");
        request.resize(request.len() + 0x0010_0000, b' ');
        request.extend_from_slice(b"\r\n");
    }
    let heard = served.exchange(&request).await;
    assert!(heard.contains("\"code\":1012"), "{heard}");
}

#[tokio::test]
async fn a_connection_lives_on_after_a_body_in_chunks() {
    let served = start().await;
    let token = served.house.token().await;
    let mut stream = served.connect().await;
    for _ in 0..2 {
        let request = format!(
            "POST /openapi/echo?access_token={token} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        stream.write_all(format!("{request}c\r\n{{\"name\":\"a\"}}\r\n0\r\n\r\n").as_bytes()).await.unwrap();
        until(&mut stream, r#""data":"a"}"#).await;
    }
}

#[tokio::test]
async fn a_connection_lives_through_a_panic() {
    let served = start().await;
    let token = served.house.token().await;
    let mut stream = served.connect().await;
    for _ in 0..2 {
        let request = format!("POST /openapi/obj/a/panic?access_token={token} HTTP/1.1\r\nhost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        until(&mut stream, "\"code\":500}").await;
    }
}

#[tokio::test]
async fn stopping_finishes_what_runs_and_closes_what_is_idle() {
    let served = start().await;
    let token = served.house.token().await;
    let (mut idle, mut busy) = (served.connect().await, served.connect().await);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    until(&mut idle, "ok\n").await;
    let request = format!(
        "POST /openapi/echo?access_token={token} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 12\r\n\r\n"
    );
    busy.write_all(request.as_bytes()).await.unwrap();
    until(&mut busy, "100 Continue").await;
    served.stop.send(()).unwrap();
    assert_eq!(until_the_end(&mut idle).await, "");
    busy.write_all(br#"{"name":"a"}"#).await.unwrap();
    let heard = until_the_end(&mut busy).await;
    assert!(heard.contains(r#""data":"a"}"#), "{heard}");
    drop((idle, busy));
    timeout(Duration::from_secs(5), served.server).await.unwrap().unwrap();
}
