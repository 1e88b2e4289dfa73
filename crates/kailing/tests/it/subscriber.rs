//! A subscriber of events that remembers what it got and answers as a test wants: well, badly, or not at all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kailing_callback::seal::{self, AesKey};
use kailing_callback::signature;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The test vectors' Token and key.
pub const TOKEN: &str = "WlTestToken1234567890";
pub const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// An event as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub event_id: String,
    pub seq: i64,
    /// What was encrypted.
    pub text: String,
    /// `text` as JSON.
    pub message: Value,
    /// The query of the call: `(msg_signature, timestamp, nonce)`.
    pub signed: (String, String, String),
    /// The body, encrypted.
    pub body: Value,
    /// Lines of the head in lower case.
    pub head: Vec<String>,
    pub at: Instant,
}

impl Received {
    pub fn kind(&self) -> &str {
        self.message["header"]["event_type"].as_str().expect("an event type")
    }

    /// The contact, company … that the event is about, by the first id in its payload.
    pub fn object(&self) -> &str {
        let event = &self.message["event"];
        ["contact_id", "clue_id", "company_id", "customer_id", "business_id", "id"]
            .iter()
            .find_map(|name| event[name].as_str())
            .expect("an id")
    }
}

/// How to answer an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// As it should be.
    Success,
    /// A status and a body.
    Text(u16, &'static str),
    /// 302 to another path of ours.
    Redirect,
    /// As it should be, after a fifth of a second.
    Late,
    /// Never.
    Hang,
    /// By closing the connection.
    Close,
    /// With a body that does not end.
    Giant,
}

type Behaviour = Box<dyn FnMut(&Received) -> Reply + Send>;

/// A subscriber on a free port.
#[derive(Clone)]
pub struct Subscriber {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    behaviour: Arc<Mutex<Behaviour>>,
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Subscriber {
    /// One that answers as it should.
    pub async fn start() -> Subscriber {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook?tenant=1", listener.local_addr().expect("an address"));
        let behaviour: Behaviour = Box::new(|_| Reply::Success);
        let subscriber = Subscriber {
            url,
            received: Arc::default(),
            behaviour: Arc::new(Mutex::new(behaviour)),
            open: Arc::default(),
            most: Arc::default(),
        };
        let served = subscriber.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move { drop(served.serve(stream).await) });
            }
        });
        subscriber
    }

    /// Answers like this from now on.
    pub fn answer(&self, behaviour: impl FnMut(&Received) -> Reply + Send + 'static) {
        *self.behaviour.lock().expect("no panic in here") = Box::new(behaviour);
    }

    /// Everything that came, with repeats.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic in here").clone()
    }

    /// The most calls that were open at a time.
    pub fn most_at_once(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// Waits until so many calls came; what came.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let began = Instant::now();
        loop {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            let kinds: Vec<&str> = received.iter().map(Received::kind).collect();
            assert!(began.elapsed() < Duration::from_secs(20), "{count} expected, came {}: {kinds:?}", kinds.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some((head, body)) = read(&mut stream).await? {
            let received = open(head, &body);
            let reply = self.behaviour.lock().expect("no panic in here")(&received);
            self.received.lock().expect("no panic in here").push(received);
            let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
            self.most.fetch_max(open, Ordering::Relaxed);
            let goes_on = write(&mut stream, reply).await;
            self.open.fetch_sub(1, Ordering::Relaxed);
            if !goes_on? {
                return Ok(());
            }
        }
        Ok(())
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<(Vec<String>, Vec<u8>)>> {
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.parse().expect("a length");
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Some((head, body)))
}

/// Writes an answer; whether the connection stays open.
async fn write(stream: &mut BufReader<TcpStream>, reply: Reply) -> std::io::Result<bool> {
    let text = |status: u16, head: &str, body: &str| {
        format!("HTTP/1.1 {status} Status\r\n{head}content-length: {}\r\n\r\n{body}", body.len())
    };
    match reply {
        Reply::Success => stream.write_all(text(200, "", "success").as_bytes()).await?,
        Reply::Text(status, body) => stream.write_all(text(status, "", body).as_bytes()).await?,
        Reply::Redirect => stream.write_all(text(302, "location: /elsewhere\r\n", "success").as_bytes()).await?,
        Reply::Late => {
            tokio::time::sleep(Duration::from_millis(200)).await;
            stream.write_all(text(200, "", "success").as_bytes()).await?;
        }
        Reply::Hang => tokio::time::sleep(Duration::from_secs(60)).await,
        Reply::Close => return Ok(false),
        Reply::Giant => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n").await?;
            for _ in 0..64 * 1024 {
                stream.write_all(&[b' '; 16 * 1024]).await?;
            }
        }
    }
    Ok(true)
}

/// Checks and decrypts a call as a subscriber must.
fn open(head: Vec<String>, body: &[u8]) -> Received {
    let first = head.first().expect("a request line").clone();
    let target = first.split(' ').nth(1).expect("a target");
    let url = reqwest::Url::parse(&format!("http://subscriber{target}")).expect("a URL");
    let query = |name: &str| {
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).expect("a parameter")
    };
    let signed = (query("msg_signature"), query("timestamp"), query("nonce"));
    assert_eq!(query("tenant"), "1", "the query of the URL is kept");
    let body: Value = serde_json::from_slice(body).expect("JSON");
    let encrypted = body["encrypt_msg"].as_str().expect("a text");
    assert_eq!(signed.0, signature::sign([TOKEN, &signed.1, &signed.2, encrypted]), "the signature");
    let opened = seal::open(&AesKey::parse(AES_KEY).expect("a key"), encrypted).expect("a sealed text");
    assert_eq!(body["to_app"], opened.trailing, "the trailing id");
    let header = |name: &str| {
        let prefix = format!("{name}: ");
        head.iter()
            .find_map(|line| line.to_ascii_lowercase().starts_with(&prefix).then(|| line[prefix.len()..].to_owned()))
            .unwrap_or_else(|| panic!("no {name} in {head:#?}"))
    };
    Received {
        event_id: header("x-kailing-event-id"),
        seq: header("x-kailing-sequence").parse().expect("a number"),
        message: serde_json::from_str(&opened.message).expect("JSON"),
        text: opened.message,
        signed,
        body,
        head,
        at: Instant::now(),
    }
}
