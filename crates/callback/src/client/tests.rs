use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::seal::open;

const APP: &str = "wloa0123456789abcdef0123456789abcdef";

fn secrets() -> (Token, AesKey) {
    (Token::parse("WlTestToken1234567890").expect("a token"), AesKey::parse(&"k".repeat(43)).expect("a key"))
}

fn client(limit: Duration) -> Client {
    Client::new(&Settings { time_limit: limit, ..Settings::default() }).expect("a client")
}

async fn attempt(client: &Client, url: &str) -> Attempt {
    let (token, key) = secrets();
    let message = Outgoing {
        app_id: APP,
        event_id: "XE2NDkHKOgUvHf3ITx1QaGTQ4Oy07TzgdWs4fCaEzyc",
        seq: 42,
        text: r#"{"event":{},"header":{}}"#,
        token: &token,
        key: &key,
        now: 1_745_818_723_565,
    };
    client.deliver(&Target::parse(url).expect("a target"), &message).await
}

/// A subscriber that does something with each connection: its URL.
async fn subscriber<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook?a=1", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    url
}

/// Reads a request: its head in small letters, and its body.
async fn request(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let n = stream.read(&mut piece).await.expect("a request");
        bytes.extend(&piece[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if n == 0 || body.len() >= length.unwrap_or(0) {
            return (head.to_owned(), body.to_owned());
        }
    }
}

/// A subscriber that gives everybody the same answer.
async fn answering(answer: &str) -> String {
    let answer: Arc<str> = Arc::from(answer);
    subscriber(move |mut stream| {
        let answer = Arc::clone(&answer);
        async move {
            request(&mut stream).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await
}

fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nlocation: http://127.0.0.1:1/\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn an_attempt_is_signed_encrypted_and_says_what_it_is() {
    let (sender, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let url = subscriber(move |mut stream| {
        let sender = sender.clone();
        async move {
            for _ in 0..2 {
                sender.send(request(&mut stream).await).expect("a test that waits");
                stream.write_all(http("200 OK", "success").as_bytes()).await.expect("an answer");
            }
        }
    })
    .await;
    let client = client(Duration::from_secs(5));
    let mut all = Vec::new();
    for _ in 0..2 {
        assert!(attempt(&client, &url).await.delivered);
        let (head, body) = seen.recv().await.expect("a request");
        let query = head.split([' ', '?']).nth(2).expect("a query").to_owned();
        let (url, pairs) =
            (Url::parse(&format!("http://x/?{query}")).expect("a query"), ["msg_signature", "timestamp", "nonce"]);
        let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let [signature, time, nonce] = pairs.map(|name| value(name).expect(name));
        assert_eq!((value("a"), time.as_str(), nonce.len()), (Some("1".to_owned()), "1745818723", 16));
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let text = body["encrypt_msg"].as_str().expect("a text").to_owned();
        assert_eq!(body["to_app"], APP);
        assert_eq!(sign(["WlTestToken1234567890", &time, &nonce, &text]), signature);
        let opened = open(&secrets().1, &text).expect("a message");
        assert_eq!((opened.message.as_str(), opened.trailing.as_str()), (r#"{"event":{},"header":{}}"#, APP));
        for line in [
            "content-type: application/json; charset=utf-8",
            "x-kailing-event-id: XE2NDkHKOgUvHf3ITx1QaGTQ4Oy07TzgdWs4fCaEzyc",
            "x-kailing-sequence: 42",
            concat!("user-agent: Kailing/", env!("CARGO_PKG_VERSION")),
        ] {
            assert!(head.lines().any(|seen| seen == line), "{line}: {head}");
        }
        all.push((signature, nonce, text));
    }
    assert!(all[0].0 != all[1].0 && all[0].1 != all[1].1 && all[0].2 != all[1].2, "{all:?}");
}

#[tokio::test]
async fn only_success_is_success_and_everything_else_is_told_in_words() {
    let client = client(Duration::from_secs(5));
    let long = "x".repeat(2000);
    for (status, body, outcome) in [
        ("200 OK", "success", "delivered"),
        ("204 No Content", "", "answered 204 but the body was empty, not `success`"),
        ("201 Created", " success\r\n", "delivered"),
        ("200 OK", "\"success\"\n", "delivered"),
        ("200 OK", "ok", "answered 200 but the body was `ok`, not `success`"),
        ("200 OK", "Success", "answered 200 but the body was `Success`, not `success`"),
        ("200 OK", "\"success", "answered 200 but the body was `\"success`, not `success`"),
        ("200 OK", "a\nb\u{1b}", "answered 200 but the body was `a\\nb\\u{1b}`, not `success`"),
        ("200 OK", &long, "answered 200 with a body of more than 1024 bytes"),
        ("302 Found", "success", "answered 302; redirects are not followed"),
        ("307 Temporary Redirect", "", "answered 307; redirects are not followed"),
        ("500 Internal Server Error", "success", "answered 500 with the body `success`"),
        ("404 Not Found", "", "answered 404"),
    ] {
        let attempt = attempt(&client, &answering(&http(status, body)).await).await;
        assert_eq!(attempt.outcome, outcome);
        assert_eq!(attempt.delivered, outcome == "delivered");
    }
}

#[tokio::test]
async fn connections_that_fail_are_told_apart() {
    let client = client(Duration::from_secs(5));
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    };
    let plain = subscriber(|mut stream| async move {
        let _ = stream.write_all(http("400 Bad Request", "").as_bytes()).await;
    });
    let secure = plain.await.replace("http:", "https:");
    for (url, part) in [
        (format!("http://{gone}/"), "connection refused"),
        (answering("").await, "connection closed before"),
        (answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsucc").await, "closed before the end"),
        (answering("HELLO\r\n\r\n").await, "invalid HTTP"),
        ("http://no-such-host.invalid/".to_owned(), "the name no-such-host.invalid could not be resolved"),
        ("http://169.254.169.254/".to_owned(), "169.254.169.254 is a link-local address"),
        ("http://[::ffff:169.254.169.254]/".to_owned(), "is a link-local address"),
        (secure, "TLS"),
    ] {
        let attempt = attempt(&client, &url).await;
        assert!(!attempt.delivered && attempt.outcome.contains(part), "{url}: {}", attempt.outcome);
    }
}

#[tokio::test]
async fn private_networks_can_be_forbidden_by_address_and_by_name() {
    let settings = Settings { private_networks: false, ..Settings::default() };
    let client = Client::new(&settings).expect("a client");
    let url = answering(&http("200 OK", "success")).await;
    assert_eq!(attempt(&client, &url).await.outcome, "127.0.0.1 is a loopback address, which the settings forbid");
    let outcome = attempt(&client, &url.replace("127.0.0.1", "localhost")).await.outcome;
    assert!(outcome.starts_with("the name localhost leads to ") && outcome.ends_with("forbid"), "{outcome}");
}

#[tokio::test]
async fn a_subscriber_that_is_silent_or_drips_is_left_after_the_limit() {
    let client = client(Duration::from_millis(300));
    let silent = subscriber(|stream| async move {
        let _stream = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let drips = subscriber(|mut stream| async move {
        request(&mut stream).await;
        for byte in http("200 OK", "success").bytes() {
            let _ = stream.write_all(&[byte]).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    for url in [silent, drips] {
        let attempt = attempt(&client, &url).await;
        assert_eq!((attempt.delivered, attempt.outcome.as_str()), (false, "no answer within 0.3 s"));
        assert!(attempt.took >= Duration::from_millis(300) && attempt.took < Duration::from_secs(2), "{attempt:?}");
    }
}

#[tokio::test]
async fn a_gigabyte_is_not_read() {
    let client = client(Duration::from_secs(5));
    let (sender, sent) = tokio::sync::oneshot::channel();
    let sender = Arc::new(std::sync::Mutex::new(Some(sender)));
    let url = subscriber(move |mut stream| {
        let sender = sender.lock().expect("a lock").take();
        async move {
            request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n").await.expect("a head");
            let mut written = 0usize;
            while let Ok(n) = stream.write(&[b' '; 16_384]).await {
                written += n;
            }
            let _ = sender.expect("one request").send(written);
        }
    })
    .await;
    let attempt = attempt(&client, &url).await;
    assert_eq!(attempt.outcome, "answered 200 with a body of more than 1024 bytes");
    assert!(sent.await.expect("how much") < 64 << 20, "no more than the system has buffered");
}

#[tokio::test]
async fn certificates_are_verified_and_the_operator_can_add_a_ca() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, made.cert.pem()).expect("written");
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let server = server.expect("versions").with_no_client_auth();
    let server = server.with_single_cert(vec![made.cert.der().clone()], key).expect("a server");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    let url = subscriber(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            request(&mut stream).await;
            stream.write_all(http("200 OK", "success").as_bytes()).await.expect("an answer");
            let _ = stream.shutdown().await;
        }
    })
    .await;
    let url = url.replace("http://127.0.0.1", "https://localhost");
    let refused = attempt(&client(Duration::from_secs(5)), &url).await;
    assert!(refused.outcome.starts_with("TLS: invalid peer certificate"), "{}", refused.outcome);
    let settings = Settings { ca_file: Some(file), ..Settings::default() };
    let trusting = Client::new(&settings).expect("a client");
    assert_eq!(attempt(&trusting, &url).await.outcome, "delivered");
    let elsewhere = url.replace("localhost", "127.0.0.1");
    assert!(attempt(&trusting, &elsewhere).await.outcome.starts_with("TLS: invalid peer certificate"));
}
