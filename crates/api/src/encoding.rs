//! Compression of answers, for clients that accept it and are far away.

use std::io::Write as _;
use std::net::IpAddr;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::{HeaderMap, header};

use crate::address::is_near;
use crate::answer::AnswerBody;
use crate::app::Compress;

/// Smaller answers fit into one packet anyway.
const WORTHWHILE: u64 = 1_024;

/// Larger answers are compressed on a thread that may be busy for a while.
const LONG_WORK: u64 = 32 * 1024;

/// Whether an answer may be compressed for this caller.
pub(crate) fn is_wanted(setting: Compress, address: IpAddr, headers: &HeaderMap) -> bool {
    let allowed = match setting {
        Compress::On => true,
        Compress::Off => false,
        Compress::Auto => !is_near(address),
    };
    allowed && accepts_gzip(headers)
}

/// Compresses an answer if that pays; `None` leaves it as it is.
pub(crate) async fn compress(body: &AnswerBody) -> Option<AnswerBody> {
    match body.len() {
        ..WORTHWHILE => None,
        WORTHWHILE..LONG_WORK => gzip(body),
        LONG_WORK.. => {
            let pieces = body.clone();
            tokio::task::spawn_blocking(move || gzip(&pieces)).await.ok().flatten()
        }
    }
}

fn gzip(body: &AnswerBody) -> Option<AnswerBody> {
    let guess = usize::try_from(body.len() / 4).unwrap_or(0);
    let mut encoder = GzEncoder::new(Vec::with_capacity(guess), Compression::fast());
    body.pieces().try_for_each(|piece| encoder.write_all(piece)).ok()?;
    encoder.finish().ok().map(AnswerBody::one)
}

/// Whether `Accept-Encoding` names gzip (or everything) with a weight above 0.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut any) = (None, None);
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    for coding in lines.flat_map(|line| line.split(',')) {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or("");
        let refused = parts.any(|part| {
            let weight = part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
            weight.is_some_and(|(_, weight)| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            gzip = Some(!refused);
        } else if name == "*" {
            any = Some(!refused);
        }
    }
    gzip.or(any).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn gzip_is_accepted_only_where_its_weight_is_above_zero() {
        for (line, expected) in [
            ("gzip", true),
            ("GZIP", true),
            ("deflate, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*", true),
            ("*;q=0", false),
            ("identity", false),
            ("br, deflate", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
            assert_eq!(accepts_gzip(&headers), expected, "{line}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn what_is_compressed_comes_out_the_same() {
        for size in [2_000, 200_000] {
            let text: String = ('a'..='z').cycle().take(size).collect();
            let compressed = compress(&AnswerBody::one(text.clone())).await.unwrap();
            let bytes: Vec<u8> = compressed.pieces().flat_map(|piece| piece.to_vec()).collect();
            let mut plain = String::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut plain).unwrap();
            assert!(bytes.len() < size / 2 && plain == text);
        }
        assert!(compress(&AnswerBody::one("short")).await.is_none());
    }
}
