//! The real program as a child process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

use crate::harness::client;

/// A running `kailing serve`.
pub struct Server {
    child: Child,
    log: Option<JoinHandle<String>>,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// The ready line.
    pub ready: String,
    lines: Receiver<String>,
}

/// The program with these arguments and no settings from outside.
pub fn kailing(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kailing"));
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Server {
    /// Starts a server on a free port and waits until it is ready.
    pub fn start(arguments: &[&str]) -> Server {
        let mut command = kailing(&["serve", "--listen", "127.0.0.1:0"]);
        Server::spawn(command.args(arguments))
    }

    /// Starts a command that ends in a server.
    pub fn spawn(command: &mut Command) -> Server {
        let mut child = command.spawn().expect("the program");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut stderr = child.stderr.take().expect("its log");
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("its log");
            text
        });
        let Some(Ok(ready)) = lines.next() else {
            panic!("the server did not start: {}", log.join().expect("its log"));
        };
        let (sender, later) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let base = ready.split_whitespace().find(|word| word.starts_with("http://")).expect("its address").to_owned();
        Server { child, log: Some(log), base, ready, lines: later }
    }

    /// Lines that it prints after the ready line, up to the one that contains `last`.
    pub fn lines_until(&self, last: &str) -> Vec<String> {
        let mut lines = Vec::new();
        while !lines.last().is_some_and(|line: &String| line.contains(last)) {
            lines.push(self.lines.recv_timeout(Duration::from_secs(10)).expect("another line"));
        }
        lines
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name: TERM, INT, KILL.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(status.expect("kill").success());
    }

    /// A token for an application.
    pub async fn token(&self, app_id: &str, app_secret: &str) -> String {
        let url = format!("{}/openapi/auth/access_token/get", self.base);
        let call = client().get(url).query(&[("app_id", app_id), ("app_secret", app_secret)]);
        let answer: Value = serde_json::from_str(&call.send().await.unwrap().text().await.unwrap()).unwrap();
        answer["data"]["access_token"].as_str().expect("a token").to_owned()
    }

    /// Waits for the end; gives the exit status and what it logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("its end");
        (status, self.log.take().expect("its log").join().expect("its log"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end: exit code, stdout, stderr.
pub fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = kailing(arguments).output().expect("the program");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// Claims that the program ends with this code and one line on stderr that holds `part`.
#[track_caller]
pub fn assert_fails(arguments: &[&str], code: i32, part: &str) {
    let (actual, _, stderr) = run(arguments);
    assert_eq!((actual, stderr.lines().count()), (code, 1), "{arguments:?}: {stderr}");
    assert!(stderr.contains(part), "{arguments:?}: {stderr:?} does not contain {part:?}");
}
