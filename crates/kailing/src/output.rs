//! What commands print for people and scripts. A reader that has gone (`kailing … | head`) is no panic.

use std::io::{self, Write as _};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Writes one line to stdout, at once.
pub(crate) fn line(text: impl AsRef<str>) -> io::Result<()> {
    offer(text).map(drop)
}

/// Writes one line to stdout, at once, and says whether somebody still reads: for what would not end by itself.
pub(crate) fn offer(text: impl AsRef<str>) -> io::Result<bool> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{}", text.as_ref()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true),
    }
}

/// Whether somebody still reads, found out without writing.
pub(crate) fn is_read() -> bool {
    let stdout = io::stdout();
    let mut end = [PollFd::new(&stdout, PollFlags::empty())];
    let gone = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
    poll(&mut end, Some(&Timespec::default())).is_err() || !end.iter().any(|end| end.revents().intersects(gone))
}

/// Writes one line to stderr. Nothing can be done when that fails.
pub(crate) fn complain(text: impl AsRef<str>) {
    let _ = writeln!(io::stderr().lock(), "{}", text.as_ref());
}

/// Writes rows as a table, columns as wide as their widest cell.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
    let all = || std::iter::once(&header).chain(rows);
    let widths: Vec<usize> = (0..header.len())
        .map(|i| all().filter_map(|row| row.get(i)).map(|c| c.chars().count()).max().unwrap_or(0))
        .collect();
    for row in all() {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
