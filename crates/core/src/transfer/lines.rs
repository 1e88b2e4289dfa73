//! The lines of the files: one object each, empty ones and those that begin with `#` left out.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The longest line, in bytes. Nothing that the API stores comes near it.
pub const LONGEST: usize = 16 * 1024 * 1024;

/// Lines that are worked on together hold about so many bytes at most.
const BLOCK_BYTES: usize = 4 * 1024 * 1024;

/// A file of an import.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Its size when the import began, for the progress.
    pub(super) bytes: u64,
}

/// A line as it stands in its file.
#[derive(Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// The text, or why it cannot be read.
    pub(super) text: Result<String, String>,
}

/// Reads a file line by line.
pub(super) struct Lines {
    reader: BufReader<File>,
    number: u64,
    /// Bytes read so far.
    pub(super) bytes: u64,
}

impl Lines {
    pub(super) fn open(path: &Path) -> io::Result<Lines> {
        Ok(Lines { reader: BufReader::with_capacity(256 * 1024, File::open(path)?), number: 0, bytes: 0 })
    }

    /// The next lines, at most `most` and about 4 MiB; none at the end of the file.
    pub(super) fn block(&mut self, most: usize) -> io::Result<Vec<Line>> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while lines.len() < most && bytes < BLOCK_BYTES {
            let Some(line) = self.line()? else { break };
            bytes += line.text.as_ref().map_or(0, String::len);
            lines.push(line);
        }
        Ok(lines)
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        loop {
            let Some(bytes) = self.raw()? else { return Ok(None) };
            self.number += 1;
            let text = match bytes {
                Raw::TooLong => Err(format!("is longer than {} MiB", LONGEST / 1024 / 1024)),
                Raw::Bytes(bytes) => String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned()),
            };
            let text = match text {
                Ok(text) => {
                    let text = if self.number == 1 { text.trim_start_matches('\u{feff}') } else { &text };
                    let text = text.trim();
                    if text.is_empty() || text.starts_with('#') {
                        continue;
                    }
                    Ok(text.to_owned())
                }
                Err(reason) => Err(reason),
            };
            return Ok(Some(Line { number: self.number, text }));
        }
    }

    /// Bytes up to the next line end. A line that is too long is read over without keeping it.
    fn raw(&mut self) -> io::Result<Option<Raw>> {
        let (mut line, mut too_long, mut any) = (Vec::new(), false, false);
        loop {
            let available = self.reader.fill_buf()?;
            if available.is_empty() {
                break;
            }
            any = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
            if line.len() + part.len() > LONGEST {
                too_long = true;
                line = Vec::new();
            } else if !too_long {
                line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            self.bytes += u64::try_from(used).unwrap_or(0);
            if end.is_some() {
                break;
            }
        }
        Ok(match (any, too_long) {
            (false, _) => None,
            (true, true) => Some(Raw::TooLong),
            (true, false) => Some(Raw::Bytes(line)),
        })
    }
}

enum Raw {
    Bytes(Vec<u8>),
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let mut lines = Lines::open(file.path()).unwrap();
        let mut all = Vec::new();
        loop {
            let block = lines.block(2).unwrap();
            if block.is_empty() {
                return all;
            }
            all.extend(block.into_iter().map(|line| (line.number, line.text)));
        }
    }

    #[test]
    fn empty_lines_and_comments_are_counted_but_left_out() {
        let lines = read("\u{feff}{}\r\n\n# a comment\n  {\"a\":1}\n{}".as_bytes());
        assert_eq!(lines, [(1, Ok("{}".into())), (4, Ok("{\"a\":1}".into())), (5, Ok("{}".into()))]);
    }

    #[test]
    fn bytes_that_are_no_text_and_endless_lines_spoil_only_themselves() {
        let mut content = vec![b'{', 0xff, b'}', b'\n'];
        content.extend(std::iter::repeat_n(b'x', 20 * 1024 * 1024));
        content.extend_from_slice(b"\n{}\n");
        let lines = read(&content);
        assert_eq!(lines[0], (1, Err("is not UTF-8".into())));
        assert_eq!(lines[1], (2, Err("is longer than 16 MiB".into())));
        assert_eq!(lines[2], (3, Ok("{}".into())));
    }
}
