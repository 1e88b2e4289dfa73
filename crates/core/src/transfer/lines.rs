//! The lines of the files: one object each, empty ones and those that begin with `#` left out.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

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

/// Some lines that follow each other, in one piece of memory.
#[derive(Debug, Default)]
pub(super) struct Block {
    text: String,
    /// Number, and where the line stands in the text or why it cannot be read.
    lines: Vec<(u64, Result<Range<usize>, &'static str>)>,
}

/// A line as it stands in its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: u64,
    /// The text, or why it cannot be read.
    pub(super) text: Result<&'a str, &'static str>,
}

impl Block {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines.iter().map(|(number, place)| {
            let text = place.clone().map(|place| self.text.get(place).unwrap_or_default());
            Line { number: *number, text }
        })
    }

    /// The lines that can be read.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.lines().filter_map(|line| line.text.ok())
    }
}

/// Reads a file line by line.
pub(super) struct Lines {
    reader: BufReader<File>,
    number: u64,
    /// Bytes read so far.
    pub(super) bytes: u64,
    /// The line that is being read.
    raw: Vec<u8>,
}

impl Lines {
    pub(super) fn open(path: &Path) -> io::Result<Lines> {
        let reader = BufReader::with_capacity(256 * 1024, File::open(path)?);
        Ok(Lines { reader, number: 0, bytes: 0, raw: Vec::new() })
    }

    /// The next lines, at most `most` and about 4 MiB; none at the end of the file.
    pub(super) fn block(&mut self, most: usize) -> io::Result<Block> {
        let mut block = Block::default();
        while block.lines.len() < most && block.text.len() < BLOCK_BYTES {
            let Some(is_whole) = self.read()? else { break };
            self.number += 1;
            if !is_whole {
                block.lines.push((self.number, Err("is longer than 16 MiB")));
                continue;
            }
            let Ok(text) = std::str::from_utf8(&self.raw) else {
                block.lines.push((self.number, Err("is not UTF-8")));
                continue;
            };
            let text = if self.number == 1 { text.trim_start_matches('\u{feff}') } else { text }.trim();
            if !text.is_empty() && !text.starts_with('#') {
                let begin = block.text.len();
                block.text.push_str(text);
                block.lines.push((self.number, Ok(begin..block.text.len())));
            }
        }
        Ok(block)
    }

    /// Reads up to the next line end; none at the end of the file. `false` for a line that is too long, which is
    /// read over without keeping it.
    fn read(&mut self) -> io::Result<Option<bool>> {
        let mut is_whole = true;
        self.raw.clear();
        loop {
            let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
            let read = (&mut self.reader).take(most).read_until(b'\n', &mut self.raw)?;
            self.bytes += u64::try_from(read).unwrap_or(0);
            if read == 0 {
                return Ok((!self.raw.is_empty() || !is_whole).then_some(is_whole));
            }
            if self.raw.ends_with(b"\n") {
                return Ok(Some(is_whole));
            }
            if self.raw.len() >= LONGEST {
                is_whole = false;
                self.raw.clear();
            }
        }
    }
}

/// The blocks of a file, each with the bytes read so far; one or two are read ahead.
pub(super) fn ahead(path: &Path, most: usize) -> impl Iterator<Item = io::Result<(Block, u64)>> {
    let (path, (sender, receiver)) = (path.to_owned(), mpsc::sync_channel(1));
    std::thread::spawn(move || {
        let mut lines = match Lines::open(&path) {
            Ok(lines) => lines,
            Err(error) => return drop(sender.send(Err(error))),
        };
        loop {
            let block = match lines.block(most) {
                Ok(block) if block.is_empty() => return,
                block => block.map(|block| (block, lines.bytes)),
            };
            let is_last = block.is_err();
            // Nobody listens any more when the import ends before the file.
            if sender.send(block).is_err() || is_last {
                return;
            }
        }
    });
    receiver.into_iter()
}

/// Whether a file holds a word, which is quicker to find out than to read its lines.
pub(super) fn mentions(path: &Path, word: &str) -> io::Result<bool> {
    let (finder, mut file) = (memchr::memmem::Finder::new(word), File::open(path)?);
    let (mut buffer, mut kept) = (vec![0; 1024 * 1024], 0);
    loop {
        let read = file.read(buffer.get_mut(kept..).unwrap_or_default())?;
        let text = buffer.get(..kept + read).unwrap_or_default();
        let found = finder.find(text).is_some();
        if found || read == 0 {
            return Ok(found);
        }
        // The word may stand across the end of a piece.
        let all = kept + read;
        kept = word.len().min(all);
        buffer.copy_within(all - kept..all, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Vec<(u64, Result<String, &'static str>)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let mut lines = Lines::open(file.path()).unwrap();
        let mut all = Vec::new();
        loop {
            let block = lines.block(2).unwrap();
            if block.is_empty() {
                return all;
            }
            all.extend(block.lines().map(|line| (line.number, line.text.map(str::to_owned))));
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
        assert_eq!(lines[0], (1, Err("is not UTF-8")));
        assert_eq!(lines[1], (2, Err("is longer than 16 MiB")));
        assert_eq!(lines[2], (3, Ok("{}".into())));
    }

    #[test]
    fn a_word_is_found_across_the_pieces_of_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for before in [0, 5, 1024 * 1024 - 3, 1024 * 1024, 3 * 1024 * 1024] {
            std::fs::write(file.path(), format!("{}\"field\"", "\"f".repeat(before / 2))).unwrap();
            assert!(mentions(file.path(), "\"field\"").unwrap(), "{before}");
            assert!(!mentions(file.path(), "\"tenant\"").unwrap());
        }
    }
}
