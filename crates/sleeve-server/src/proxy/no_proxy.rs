//! `NO_PROXY`: the hosts that a user wants reached without a proxy.

use std::net::IpAddr;

/// A list of hosts, as programs commonly read `NO_PROXY`: names that cover what is below them, addresses, networks in
/// CIDR form, `*`; each with a port where only that one is meant. Entries are kept as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoProxy(Vec<String>);

impl NoProxy {
    /// Reads a list whose entries stand between commas or white space.
    pub fn parse(text: &str) -> Self {
        let entries = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        Self(entries.map(str::to_owned).collect())
    }

    /// Whether any entry covers a host and port.
    pub fn covers(&self, host: &str, port: u16) -> bool {
        self.0.iter().any(|entry| covers(entry, host, port))
    }

    /// The entries that cover none of these hosts on port 443, and those that cover one.
    pub fn split_off(self, hosts: &[&str]) -> (Self, Self) {
        let covers_one = |entry: &String| hosts.iter().any(|host| covers(entry, host, 443));
        let (covering, others) = self.0.into_iter().partition(covers_one);
        (Self(others), Self(covering))
    }

    /// The entries.
    pub fn entries(&self) -> &[String] {
        &self.0
    }
}

fn covers(entry: &str, host: &str, port: u16) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let address = host.parse::<IpAddr>().ok();
    if let Some((network, bits)) = entry.split_once('/') {
        return match (network.parse(), bits.parse(), address) {
            (Ok(network), Ok(bits), Some(address)) => contains(network, bits, address),
            _ => false,
        };
    }
    // An IPv6 address without brackets has colons and no port.
    if let Ok(listed) = entry.parse::<IpAddr>() {
        return address == Some(listed);
    }
    let with_port = entry.rsplit_once(':').and_then(|(name, port)| Some((name, port.parse::<u16>().ok()?)));
    if with_port.is_some_and(|(_, only)| only != port) {
        return false;
    }
    let name = with_port.map_or(entry, |(name, _)| name);
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name == "*" {
        return true;
    }
    let literal = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(listed) = literal.parse::<IpAddr>() {
        return address == Some(listed);
    }
    let name = name.trim_start_matches("*.").trim_start_matches('.');
    if name.is_empty() || address.is_some() {
        return false;
    }
    host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
}

fn contains(network: IpAddr, bits: u32, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::NoProxy;

    #[test]
    fn an_entry_covers_its_host_and_what_is_below() {
        for (entry, host, expected) in [
            ("*", "api.spotify.com", true),
            ("com", "api.spotify.com", true),
            (".com", "api.spotify.com", true),
            ("spotify.com", "api.spotify.com", true),
            (".Spotify.COM", "api.spotify.com.", true),
            ("*.spotify.com", "api.spotify.com", true),
            ("api.spotify.com", "API.spotify.com", true),
            ("api.spotify.com:443", "api.spotify.com", true),
            ("api.spotify.com:8443", "api.spotify.com", false),
            ("accounts.spotify.com", "api.spotify.com", false),
            ("potify.com", "api.spotify.com", false),
            ("spotify.com.example.org", "api.spotify.com", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("0.0.0.0/0", "11.1.2.3", true),
            ("0.0.0.0/0", "api.spotify.com", false),
            ("10.0.0.0/99", "10.0.0.0", false),
            ("fd00::/8", "fd12::1", true),
            ("::1", "::1", true),
            ("[::1]:443", "::1", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("1", "10.0.0.1", false),
            (".", "example.org", false),
        ] {
            assert_eq!(NoProxy::parse(entry).covers(host, 443), expected, "{entry} {host}");
        }
    }

    #[test]
    fn entries_are_split_by_what_they_cover_and_stay_as_typed() {
        let list = NoProxy::parse(" Example.org, .spotify.com,10.0.0.0/8 * api.spotify.com:80");
        let (kept, dropped) = list.split_off(&["api.spotify.com", "accounts.spotify.com"]);
        assert_eq!(kept.entries(), ["Example.org", "10.0.0.0/8", "api.spotify.com:80"]);
        assert_eq!(dropped.entries(), [".spotify.com", "*"]);
    }

    proptest! {
        #[test]
        fn any_text_is_a_list(text in ".*", host in ".*", port in any::<u16>()) {
            let _ = NoProxy::parse(&text).covers(&host, port);
        }
    }
}
