//! Stands between a program and its PostgreSQL server, and can be taken away or fall silent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use ::postgres::Config;
use ::postgres::config::Host;

use crate::place::pause;

/// What the proxy does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    /// Connections are closed, new ones too.
    Stopped,
    /// Connections stay, new ones are accepted, but nothing passes.
    Silent,
}

pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Mutex<(State, Vec<TcpStream>)>>,
}

impl Proxy {
    /// Listens on a free port for the server of an address.
    pub(crate) fn start(url: &str) -> Proxy {
        let config: Config = url.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new((State::Open, Vec::new())));
        let proxy = Proxy { port, shared: Arc::clone(&shared) };
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut state = shared.lock().unwrap();
                if state.0 != State::Stopped {
                    state.1.push(client.try_clone().unwrap());
                    connect(&client, &config, &shared);
                }
            }
        });
        proxy
    }

    /// The address of the same database through the proxy.
    pub(crate) fn address(&self, url: &str) -> String {
        let config: Config = url.parse().unwrap();
        let password = config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        format!("postgres://{user}:{}@127.0.0.1:{}/{database}", password.unwrap_or_default(), self.port)
    }

    pub(crate) fn set(&self, state: State) {
        let mut shared = self.shared.lock().unwrap();
        shared.0 = state;
        if state == State::Stopped {
            for stream in shared.1.drain(..) {
                // It may be closed already.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

type Shared = Arc<Mutex<(State, Vec<TcpStream>)>>;

fn connect(client: &TcpStream, config: &Config, shared: &Shared) {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first().unwrap() {
        Host::Unix(folder) => {
            let path = PathBuf::from(folder).join(format!(".s.PGSQL.{port}"));
            let server = UnixStream::connect(path).unwrap();
            forward(client, server.try_clone().unwrap(), server, shared);
        }
        Host::Tcp(name) => {
            let server = TcpStream::connect((name.as_str(), port)).unwrap();
            forward(client, server.try_clone().unwrap(), server, shared);
        }
    }
}

fn forward<S: Read + Write + Send + 'static>(client: &TcpStream, reading: S, writing: S, shared: &Shared) {
    let (from, to) = (client.try_clone().unwrap(), client.try_clone().unwrap());
    for (from, to) in [
        (Box::new(from) as Box<dyn Read + Send>, Box::new(writing) as Box<dyn Write + Send>),
        (Box::new(reading), Box::new(to)),
    ] {
        let shared = Arc::clone(shared);
        std::thread::spawn(move || pass(from, to, &shared));
    }
}

fn pass(mut from: Box<dyn Read + Send>, mut to: Box<dyn Write + Send>, shared: &Shared) {
    let mut buffer = [0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        while shared.lock().unwrap().0 == State::Silent {
            pause(20);
        }
        if to.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}
