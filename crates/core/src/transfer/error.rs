//! Why an import or an export ended early.

use std::io;
use std::path::PathBuf;

use crate::refusal::Refusal;

/// Why an import wrote nothing, or not everything.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file for bad lines cannot be written.
    #[error("the file for bad lines cannot be written: {0}")]
    SkipFile(io::Error),
    /// Told to stop while it was checking; nothing was written.
    #[error("stopped; nothing was written")]
    Stopped,
    /// The database failed. What earlier blocks stored stays; running it again goes on.
    #[error("{0}")]
    Refused(#[from] Refusal),
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file cannot be written.
    #[error("{}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Told to stop.
    #[error("stopped; no file was written")]
    Stopped,
    /// The database failed.
    #[error("{0}")]
    Refused(#[from] Refusal),
}
