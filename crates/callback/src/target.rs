//! Where events may be sent to (chapter 21, section 1): which URLs, and which addresses behind them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

/// Longest URL, bytes.
const LONGEST: usize = 1024;

/// Where clouds tell the machine in which they run about itself, beside the link-local addresses.
const METADATA: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// A URL that events can be sent to: http or https, with a host, without user, password and fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

/// What is wrong with a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadTarget(String);

/// Which addresses may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Whether loopback and private networks are allowed.
    pub private_networks: bool,
}

impl Target {
    /// Reads a URL, of at most 1024 bytes.
    pub fn parse(text: &str) -> Result<Target, BadTarget> {
        let refuse = |reason: &str| Err(BadTarget(reason.to_owned()));
        if text.len() > LONGEST {
            return refuse("the URL is longer than 1024 bytes");
        }
        // The parser would mend these, each client in its own way.
        if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
            return refuse("the URL has a blank, a control character or a backslash in it");
        }
        let Some(rest) = without_scheme(text) else { return refuse("the URL does not begin with http:// or https://") };
        if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
            return refuse("the URL has a user or a password in it");
        }
        if rest.contains('#') {
            return refuse("the URL has a fragment (#…)");
        }
        match Url::parse(text) {
            Ok(url) if rest.starts_with('/') || !url.has_host() => refuse("the URL has no host"),
            Ok(url) => Ok(Target(url)),
            Err(error) => Err(BadTarget(format!("the URL is malformed: {error}"))),
        }
    }

    /// The URL with more parameters, which are percent-encoded already.
    pub(crate) fn with_query(&self, parameters: &str) -> Url {
        let mut url = self.0.clone();
        match url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&{parameters}")) {
            Some(query) => url.set_query(Some(&query)),
            None => url.set_query(Some(parameters)),
        }
        url
    }

    /// The address, where the host is one. However it was written (`2852039166`, `0xa9.254.43518`), the parser has made
    /// dotted numbers of it.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.0.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }
}

fn without_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)).then_some(rest)
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.0)
    }
}

impl Guard {
    /// Whether an address may be connected to.
    pub fn allows(self, address: IpAddr) -> bool {
        self.objection(address).is_none()
    }

    /// Why an address may not be connected to: what kind of address it is.
    pub fn objection(self, address: IpAddr) -> Option<&'static str> {
        let address = plain(address);
        let never = match address {
            _ if METADATA.contains(&address) => Some("a cloud metadata address"),
            IpAddr::V4(v4) => never_v4(v4),
            IpAddr::V6(v6) => never_v6(v6),
        };
        let private = || (!self.private_networks).then(|| kind_of_private(address)).flatten();
        never.or_else(private)
    }
}

fn never_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [169, 254, ..] => Some("a link-local address"),
        [0, ..] => Some("no address of a host"),
        [255, 255, 255, 255] => Some("the broadcast address"),
        [224..=239, ..] => Some("a multicast address"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

fn never_v6(address: Ipv6Addr) -> Option<&'static str> {
    match address.segments() {
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("no address of a host"),
        _ => None,
    }
}

fn kind_of_private(address: IpAddr) -> Option<&'static str> {
    let private = match address {
        _ if address.is_loopback() => return Some("a loopback address, which the settings forbid"),
        IpAddr::V4(v4) => {
            v4.is_private() || matches!(v4.octets(), [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18..=19, ..])
        }
        IpAddr::V6(v6) => matches!(v6.segments(), [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..]),
    };
    private.then_some("a private address, which the settings forbid")
}

/// The IPv4 address inside an IPv6 address that routers or the system turn into it.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let (high, low) = match v6.segments() {
        // ::1 and :: are addresses of their own.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => return address,
        // Mapped or compatible; translated; the two prefixes of NAT64; 6to4.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [0x2002, high, low, ..] => (high, low),
        _ => return address,
    };
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OPEN: Guard = Guard { private_networks: true };
    const CLOSED: Guard = Guard { private_networks: false };

    fn target(text: &str) -> Target {
        Target::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn http_and_https_with_path_and_query_are_targets() {
        for good in [
            "http://a",
            "HTTPS://a.example:8443/x/y?z=1&w=%20",
            "http://127.0.0.1:1",
            "http://[::1]:1/",
            "http://开瓴.example/回调",
        ] {
            target(good);
        }
        assert!(Target::parse(&format!("http://a/{}", "x".repeat(1015))).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_url_is_told() {
        let long = format!("http://a/{}", "x".repeat(1016));
        for (wrong, part) in [
            ("", "begin with http"),
            ("a.example/x", "begin with http"),
            ("ftp://a/", "begin with http"),
            ("file:///etc/passwd", "begin with http"),
            ("http:/a", "begin with http"),
            ("http://", "malformed"),
            ("http:///a", "no host"),
            ("http://me:geheim@a/", "user or a password"),
            ("http://@a/", "user or a password"),
            ("http://a/#x", "fragment"),
            ("http://a/#", "fragment"),
            (" http://a/", "blank"),
            ("http://a\\b/", "backslash"),
            ("http://a/\r\nX: y", "blank"),
            ("http://[fe80::1%25eth0]/", "malformed"),
            ("http://a:99999/", "malformed"),
            ("http://256.1.1.1/", "malformed"),
            (long.as_str(), "1024"),
        ] {
            let error = Target::parse(wrong).expect_err(wrong).to_string();
            assert!(error.contains(part), "{wrong}: {error}");
        }
    }

    #[test]
    fn parameters_are_appended_to_those_that_are_there() {
        let with = |url| target(url).with_query("n=1%2B2").to_string();
        assert_eq!(with("http://a/x"), "http://a/x?n=1%2B2");
        assert_eq!(with("http://a/x?"), "http://a/x?n=1%2B2");
        assert_eq!(with("http://a/x?b=%2F&c"), "http://a/x?b=%2F&c&n=1%2B2");
    }

    #[test]
    fn an_address_is_seen_however_it_is_written() {
        for form in
            ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "169.254.169.254."]
        {
            let address = target(&format!("http://{form}/")).address().expect(form);
            assert_eq!(OPEN.objection(address), Some("a link-local address"), "{form}");
        }
        assert_eq!(target("http://a.example/").address(), None);
    }

    #[test]
    fn link_local_and_metadata_addresses_are_never_allowed() {
        for address in [
            "169.254.0.1",
            "169.254.169.254",
            "100.100.100.200",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "::ffff:169.254.169.254",
            "::ffff:0:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::169.254.169.254",
            "2002:a9fe:a9fe::1",
            "::ffff:100.100.100.200",
            "0.0.0.0",
            "0.1.2.3",
            "::",
            "::ffff:0.0.0.0",
            "224.0.0.1",
            "239.255.255.255",
            "ff02::1",
            "255.255.255.255",
            "240.0.0.1",
        ] {
            assert!(!OPEN.allows(address.parse().expect(address)), "{address}");
        }
    }

    #[test]
    fn private_networks_are_allowed_unless_they_are_forbidden() {
        for address in [
            "127.0.0.1",
            "127.1.2.3",
            "::1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "fc00::1",
            "fdff::1",
            "fec0::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "198.18.0.1",
        ] {
            let address = address.parse().expect(address);
            assert!(OPEN.allows(address) && !CLOSED.allows(address), "{address}");
        }
    }

    #[test]
    fn public_addresses_are_allowed() {
        for address in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "169.253.1.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(CLOSED.allows(address.parse().expect(address)), "{address}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,100}", host in "[0-9a-fx.:%\\[\\]@-]{0,20}") {
            let _ = Target::parse(&text);
            if let Ok(target) = Target::parse(&format!("http://{host}/")) {
                let _ = target.address().map(|address| OPEN.allows(address));
            }
        }
    }
}
