//! Scopes: what a token may be used for.

use std::collections::BTreeSet;

use api::gateway::UserRole;

use crate::domain::account::{self, ACCOUNT};

/// Asks for an id token and userinfo.
pub(crate) const OPENID: &str = "openid";
/// Asks for a refresh token that outlives the sign-in.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// What any person can let a client see.
const STANDARD: [&str; 4] = [OPENID, "profile", "email", OFFLINE_ACCESS];

/// Scopes that a client of the platform or of somebody else can be registered with.
pub(crate) fn registrable(first_party: bool) -> BTreeSet<&'static str> {
    let roles = account::scopes(UserRole::Admin).iter().copied();
    let all = STANDARD.into_iter().chain(roles);
    all.filter(|scope| first_party || *scope != ACCOUNT).collect()
}

/// Scopes of the platform's own client. It asks for nothing that outlives the sign-in: what acts
/// without one is asked for no fresh proof of who its user is.
pub(crate) fn of_console() -> impl Iterator<Item = &'static str> {
    registrable(true).into_iter().filter(|scope| *scope != OFFLINE_ACCESS)
}

/// Whether any person can let a client have it.
pub(crate) fn is_standard(scope: &str) -> bool {
    STANDARD.contains(&scope)
}

/// What of the wanted scopes a client gets for a person: those it is registered with, as far as
/// the person's role goes. Nothing is said about the others (RFC 6749, 3.3).
pub(crate) fn for_person(wanted: &[String], registered: &[String], role: UserRole) -> Vec<String> {
    let of_role = account::scopes(role);
    let grantable = |scope: &str| is_standard(scope) || of_role.contains(&scope);
    intersect(wanted, |scope| registered.iter().any(|own| own == scope) && grantable(scope))
}

/// What of the wanted scopes a client gets for itself; all it can have when it names none.
pub(crate) fn for_client(wanted: &[String], registered: &[String]) -> Vec<String> {
    let platform = |scope: &str| !is_standard(scope) && scope != ACCOUNT;
    let all = if wanted.is_empty() { registered } else { wanted };
    intersect(all, |scope| registered.iter().any(|own| own == scope) && platform(scope))
}

/// Narrows scopes that were granted to those that are asked for now; `None` when more is asked.
pub(crate) fn narrowed(granted: &[String], wanted: &[String]) -> Option<Vec<String>> {
    if wanted.is_empty() {
        return Some(granted.to_vec());
    }
    wanted.iter().all(|scope| granted.contains(scope)).then(|| wanted.to_vec())
}

fn intersect(scopes: &[String], keep: impl Fn(&str) -> bool) -> Vec<String> {
    let mut seen = BTreeSet::new();
    scopes.iter().filter(|scope| keep(scope) && seen.insert(scope.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use api::gateway::UserRole;

    use super::{for_client, for_person, narrowed};

    fn list(scopes: &[&str]) -> Vec<String> {
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }

    #[test]
    fn a_client_gets_no_more_than_registered_and_than_the_person_has() {
        let registered = list(&["openid", "streams:read", "audit:read"]);
        let wanted = list(&["openid", "email", "audit:read", "streams:read", "openid", "nonsense"]);
        let admin = for_person(&wanted, &registered, UserRole::Admin);
        assert_eq!(admin, ["openid", "audit:read", "streams:read"]);
        assert_eq!(for_person(&wanted, &registered, UserRole::Viewer), ["openid"]);
    }

    #[test]
    fn a_client_by_itself_sees_nobody() {
        let registered = list(&["openid", "streams:read", "streams:write"]);
        assert_eq!(for_client(&[], &registered), ["streams:read", "streams:write"]);
        assert_eq!(for_client(&list(&["openid", "streams:read"]), &registered), ["streams:read"]);
    }

    #[test]
    fn a_refresh_may_ask_for_less_and_never_for_more() {
        let granted = list(&["openid", "streams:read"]);
        assert_eq!(narrowed(&granted, &list(&["openid"])), Some(list(&["openid"])));
        assert_eq!(narrowed(&granted, &[]), Some(granted.clone()));
        assert_eq!(narrowed(&granted, &list(&["openid", "email"])), None);
    }
}
