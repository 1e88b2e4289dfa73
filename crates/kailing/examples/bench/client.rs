//! A client that keeps one connection and parses no more than it must, so that it costs little beside the server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use crate::Result;

/// The days that hold all demo contacts.
const DAYS: &str = "start_day=2000-01-01&end_day=2099-12-31";

struct Client {
    stream: BufReader<TcpStream>,
    token: String,
    body: Vec<u8>,
}

impl Client {
    fn connect(address: &str, token: &str) -> Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let stream = BufReader::with_capacity(256 * 1024, stream);
        Ok(Client { stream, token: token.to_owned(), body: Vec::new() })
    }

    /// A page of `contact/list`; the cursor of the next one, empty after the last.
    fn page(&mut self, cursor: &str) -> Result<String> {
        let request = format!(
            "GET /openapi/contact/list?access_token={}&{DAYS}&cursor={cursor} HTTP/1.1\r\nhost: bench\r\n\r\n",
            self.token
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let length = self.head()?;
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        let body = std::str::from_utf8(&self.body)?;
        if !body.contains("\"code\":0,") {
            return Err(format!("contact/list answered {}", body.chars().take(200).collect::<String>()).into());
        }
        let (_, tail) = body.rsplit_once("\"cursor\":\"").ok_or("a page without a cursor")?;
        Ok(tail.split('"').next().unwrap_or_default().to_owned())
    }

    /// Reads the head of an answer; the length of its body.
    fn head(&mut self) -> Result<usize> {
        let mut length = None;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = Some(value.trim().parse()?);
                }
                None if line.trim().is_empty() => return length.ok_or_else(|| "an answer without a length".into()),
                _ => {}
            }
        }
    }

    /// The ids of the contacts of the last page.
    fn ids(&self) -> Result<Vec<String>> {
        let answer: serde_json::Value = serde_json::from_slice(&self.body)?;
        let rows = answer["data"]["contact_list"].as_array().ok_or("a page without contacts")?;
        Ok(rows.iter().filter_map(|row| row["contact_id"].as_str()).map(str::to_owned).collect())
    }
}

/// The body of a `contact/batch`.
pub(crate) fn ids(address: &str, token: &str, count: usize) -> Result<String> {
    let mut client = Client::connect(address, token)?;
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        cursor = client.page(&cursor)?;
        ids.extend(client.ids()?);
        if ids.len() >= count || cursor.is_empty() {
            ids.truncate(count);
            return Ok(serde_json::json!({ "contact_ids": ids }).to_string());
        }
    }
}

/// Walks all pages. Contacts are counted by a member that each row has once.
pub(crate) fn walk(address: &str, token: &str) -> Result<String> {
    let mut client = Client::connect(address, token)?;
    let (mut contacts, mut bytes, mut cursor) = (0, 0, String::new());
    let began = Instant::now();
    loop {
        cursor = client.page(&cursor)?;
        contacts += std::str::from_utf8(&client.body)?.matches("{\"contact_id\":").count();
        bytes += client.body.len();
        if cursor.is_empty() {
            return Ok(format!("{contacts} {bytes} {:.3}", began.elapsed().as_secs_f64()));
        }
    }
}
