//! Slows down who guesses stream keys: a bounded count of refusals per address.

use std::{collections::BTreeMap, net::IpAddr};

/// Refusals within the window after which an address is turned away unheard.
const LIMIT: u32 = 10;
/// Microseconds after which refusals are forgotten.
const WINDOW: i64 = 60_000_000;
/// Addresses remembered at most; the oldest give way.
const REMEMBERED: usize = 4_096;

/// Refusals per address. An IPv6 address counts as its /64.
#[derive(Debug, Default)]
pub struct Attempts {
    by_address: BTreeMap<IpAddr, Window>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    since: i64,
    refused: u32,
}

impl Attempts {
    /// Seconds until `address` may try again, if it must wait. `now` in microseconds.
    pub fn blocked_for(&self, address: IpAddr, now: i64) -> Option<i64> {
        let window = self.by_address.get(&network(address))?;
        let left = window.since + WINDOW - now;
        (window.refused >= LIMIT && left > 0).then_some((left + 999_999) / 1_000_000)
    }

    /// Counts a refusal.
    pub fn refuse(&mut self, address: IpAddr, now: i64) {
        if self.by_address.len() >= REMEMBERED {
            self.forget(now);
        }
        let window = self
            .by_address
            .entry(network(address))
            .and_modify(|window| {
                if now - window.since > WINDOW {
                    *window = Window { since: now, refused: 0 };
                }
            })
            .or_insert(Window { since: now, refused: 0 });
        window.refused += 1;
    }

    fn forget(&mut self, now: i64) {
        self.by_address.retain(|_, window| now - window.since <= WINDOW);
        if self.by_address.len() >= REMEMBERED {
            let oldest = self.by_address.iter().min_by_key(|(_, window)| window.since);
            if let Some(address) = oldest.map(|(address, _)| *address) {
                self.by_address.remove(&address);
            }
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_none() => {
            IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into())
        }
        other => other.to_canonical(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn ten_refusals_block_for_the_rest_of_a_minute() {
        let mut attempts = Attempts::default();
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        for n in 0..10 {
            assert_eq!(attempts.blocked_for(address, n * SECOND), None);
            attempts.refuse(address, n * SECOND);
        }
        assert_eq!(attempts.blocked_for(address, 10 * SECOND), Some(50));
        assert_eq!(attempts.blocked_for("192.0.2.8".parse().unwrap(), 10 * SECOND), None);
        assert_eq!(attempts.blocked_for(address, 60 * SECOND), None);
    }

    #[test]
    fn an_ipv6_network_counts_once() {
        let mut attempts = Attempts::default();
        for n in 0..10_u8 {
            attempts.refuse(format!("2001:db8::{n:x}").parse().unwrap(), 0);
        }
        assert!(attempts.blocked_for("2001:db8::ffff".parse().unwrap(), 0).is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let mut attempts = Attempts::default();
        for n in 0..10_000_u32 {
            attempts.refuse(IpAddr::V4(n.into()), 0);
        }
        assert!(attempts.by_address.len() <= REMEMBERED);
    }
}
