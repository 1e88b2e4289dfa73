//! The address of a database, as people write it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::OpenError;

/// Where the data is. `Display` leaves the password out.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`: a file, made when it is missing.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`, as libpq understands it.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<DatabaseUrl, OpenError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(DatabaseUrl::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or_default();
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(":memory:") {
            return Err(OpenError::Address(without_password(text)));
        }
        Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Drops `:password` before the last `@` of the authority, and a `password=` among the parameters.
fn without_password(url: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let mut shown = match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((account, host))) => {
            let account = account.get(scheme.len() + 3..).unwrap_or_default();
            let user = account.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        _ => address.to_owned(),
    };
    let kept: Vec<&str> = parameters.split('&').filter(|p| !p.is_empty() && !p.starts_with("password=")).collect();
    if !kept.is_empty() {
        shown = format!("{shown}?{}", kept.join("&"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |text: &str| text.parse::<DatabaseUrl>().unwrap().to_string();
        assert_eq!(shown("postgres://me:se@cr:et@host:5433/db?a=b"), "postgres://me@host:5433/db?a=b");
        assert_eq!(shown("postgresql:///db?host=/tmp&password=x&user=me"), "postgresql:///db?host=/tmp&user=me");
        assert_eq!(shown("sqlite:data/kailing.db"), "sqlite:data/kailing.db");
        assert_eq!(shown("sqlite:///var/lib/kailing.db"), "sqlite:/var/lib/kailing.db");
    }

    #[test]
    fn other_texts_are_refused_in_one_line_that_shows_the_forms() {
        for text in ["", "kailing.db", "mysql://u:pw@h/d", "sqlite:", "sqlite::memory:"] {
            let error = text.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(error.contains("sqlite:PATH") && !error.contains("pw"), "{error}");
        }
    }
}
