//! Organisations: who may do what in them.

use api::gateway::OrganisationRole;

/// The role's name in the database.
pub(crate) fn role_name(role: OrganisationRole) -> &'static str {
    match role {
        OrganisationRole::Owner => "owner",
        OrganisationRole::Admin => "admin",
        OrganisationRole::Member => "member",
    }
}

/// The role of that name; an unknown one may do nothing.
pub(crate) fn role_named(name: &str) -> OrganisationRole {
    match name {
        "owner" => OrganisationRole::Owner,
        "admin" => OrganisationRole::Admin,
        _ => OrganisationRole::Member,
    }
}

/// Whether somebody with this role may manage members and teams.
pub(crate) fn manages(role: OrganisationRole) -> bool {
    matches!(role, OrganisationRole::Owner | OrganisationRole::Admin)
}

/// Whether somebody with this role may give, change or take that one: only owners deal with owners.
pub(crate) fn may_assign(own: OrganisationRole, role: OrganisationRole) -> bool {
    match own {
        OrganisationRole::Owner => true,
        OrganisationRole::Admin => role != OrganisationRole::Owner,
        OrganisationRole::Member => false,
    }
}

#[cfg(test)]
mod tests {
    use api::gateway::OrganisationRole::{Admin, Member, Owner};

    use super::{manages, may_assign, role_name, role_named};

    #[test]
    fn only_owners_deal_with_owners() {
        for (own, role, may) in [
            (Owner, Owner, true),
            (Admin, Owner, false),
            (Admin, Admin, true),
            (Member, Member, false),
        ] {
            assert_eq!(may_assign(own, role), may, "{own:?} {role:?}");
        }
        for role in [Owner, Admin, Member] {
            assert_eq!(role_named(role_name(role)), role);
            assert_eq!(manages(role), role != Member);
        }
    }
}
