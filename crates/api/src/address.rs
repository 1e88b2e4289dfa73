//! Where a call comes from, and whether an application may be used from there.

use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;
use ipnet::IpNet;

/// The address of the caller: that of the connection, or what the outermost trusted proxy saw.
pub(crate) fn of_caller(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&address) {
        return address;
    }
    let hops = headers.get_all("x-forwarded-for").iter().rev().flat_map(|line| line.to_str().unwrap_or("").rsplit(','));
    for hop in hops {
        // What stands behind an unreadable entry cannot be believed either.
        let Some(next) = parse(hop.trim()) else { break };
        address = next;
        if !is_trusted(&address) {
            break;
        }
    }
    address
}

fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// The addresses that an application may be used from.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowList {
    nets: Vec<IpNet>,
    everywhere: bool,
}

impl AllowList {
    /// From the stored addresses and CIDR blocks; none allows all. An entry that is neither allows nothing.
    pub(crate) fn new(entries: &[String]) -> AllowList {
        let nets = entries.iter().filter_map(|entry| net(entry)).collect();
        AllowList { nets, everywhere: entries.is_empty() }
    }

    pub(crate) fn allows(&self, address: IpAddr) -> bool {
        self.everywhere || self.nets.iter().any(|net| net.contains(&address))
    }
}

fn net(entry: &str) -> Option<IpNet> {
    entry.parse().ok().or_else(|| entry.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical())))
}

/// Whether an address lies in the own network: loopback, private, link-local or unique-local.
pub(crate) fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        of_caller(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_may_say_who_calls() {
        assert_eq!(caller("9.9.9.9", &["1.2.3.4"]), "9.9.9.9");
        assert_eq!(caller("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(caller("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(caller("::ffff:10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
    }

    #[test]
    fn what_an_untrusted_hop_says_is_not_believed() {
        assert_eq!(caller("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"]), "1.2.3.4");
        assert_eq!(caller("10.0.0.1", &["6.6.6.6", "1.2.3.4", "10.0.0.2"]), "1.2.3.4");
        assert_eq!(caller("10.0.0.1", &["6.6.6.6, unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(caller("::1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(caller("::1", &["1.2.3.4:80"]), "1.2.3.4");
    }

    #[test]
    fn an_allow_list_holds_addresses_and_blocks_and_empty_allows_all() {
        let list = |entries: &[&str]| AllowList::new(&entries.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>());
        let from = |text: &str| text.parse().unwrap();
        assert!(list(&[]).allows(from("1.2.3.4")));
        assert!(list(&["1.2.3.4"]).allows(from("1.2.3.4")));
        assert!(!list(&["1.2.3.4"]).allows(from("1.2.3.5")));
        assert!(list(&["1.2.3.0/24", "2001:db8::/32"]).allows(from("2001:db8::7")));
        assert!(!list(&["nonsense"]).allows(from("1.2.3.4")));
    }

    #[test]
    fn private_addresses_are_near() {
        for (address, near) in
            [("127.0.0.1", true), ("192.168.1.1", true), ("fd00::1", true), ("fe80::1", true), ("8.8.8.8", false)]
        {
            assert_eq!(is_near(address.parse().unwrap()), near, "{address}");
        }
    }
}
