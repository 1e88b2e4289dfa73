//! `kailing listen --json` as a child process, whose findings tests read.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::process::kailing;

/// The Token of the vectors of the event scheme.
pub const TOKEN: &str = "WlTestToken1234567890";

/// Their `EncodingAESKey`.
pub const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// A running `kailing listen`.
pub struct Listener {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    lines: Receiver<Value>,
}

impl Listener {
    /// Starts one on a free port, with the Token and key of the vectors and these further options.
    pub fn start(arguments: &[&str]) -> Listener {
        let mut command = kailing(&["listen", "--port", "0", "--token", TOKEN, "--aes-key", KEY, "--json"]);
        let mut child = command.args(arguments).spawn().expect("the program");
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().expect("its output")).lines();
        std::thread::spawn(move || {
            let mut values = stdout.map_while(Result::ok).map(|line| serde_json::from_str(&line).expect("JSON"));
            values.try_for_each(|value| sender.send(value))
        });
        let greeting: Value = lines.recv_timeout(Duration::from_secs(10)).expect("the first line");
        let base = greeting["url"].as_str().expect("its address").to_owned();
        Listener { child, base, lines }
    }

    /// The next line, within ten seconds.
    pub fn next(&self) -> Value {
        self.lines.recv_timeout(Duration::from_secs(10)).expect("another line")
    }

    /// Ends it politely; gives the lines that were not read, the last of which is the summary.
    pub fn stop(mut self) -> Vec<Value> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        assert!(self.child.wait().expect("its end").success());
        self.lines.iter().collect()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
