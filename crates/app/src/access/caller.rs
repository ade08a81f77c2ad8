//! Who asks, and what they may.

use super::role::within_stores;
use super::{Need, Role, Scope};

/// What somebody signed in has to do before anything else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// The password was given by somebody else.
    Password,
    /// The role must have a second factor, and this account has none yet.
    SecondFactor,
}

impl Due {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
        }
    }
}

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Caller {
    /// Somebody signed in. `session` is its id, as [`super::Session::id`].
    User { name: String, role: Role, stores: Vec<String>, session: String, due: Option<Due> },
    /// A program with an API key. With a source it records for that source and no other.
    Key { name: String, id: String, scopes: Vec<Scope>, source: Option<String> },
}

impl Caller {
    /// As audit rows name the caller.
    pub fn name(&self) -> String {
        match self {
            Self::User { name, .. } => name.clone(),
            Self::Key { name, .. } => format!("key:{name}"),
        }
    }

    /// What tells this caller from others where requests are counted.
    pub fn id(&self) -> &str {
        match self {
            Self::User { session, .. } => session,
            Self::Key { id, .. } => id,
        }
    }

    pub fn may(&self, need: Need) -> bool {
        match self {
            Self::User { due: Some(_), .. } => matches!(need, Need::Nothing | Need::Person),
            Self::User { role, stores, due: None, .. } => role.may(need) && (!role.is_bound(stores) || within_stores(need)),
            Self::Key { scopes, .. } => scopes.iter().any(|scope| scope.gives(need)),
        }
    }

    /// The stores whose members this caller may see; `None` where it may see all.
    pub fn stores(&self) -> Option<&[String]> {
        match self {
            Self::User { role, stores, .. } => role.is_bound(stores).then_some(stores.as_slice()),
            Self::Key { .. } => None,
        }
    }

    /// Whether the caller may record what this source tells.
    pub fn may_speak_for(&self, told: &str) -> bool {
        match self {
            Self::User { .. } | Self::Key { source: None, .. } => true,
            Self::Key { source: Some(source), .. } => source == told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(role: Role, stores: &[&str], due: Option<Due>) -> Caller {
        let stores = stores.iter().map(|store| (*store).to_owned()).collect();
        Caller::User { name: "li".into(), role, stores, session: "s_1".into(), due }
    }

    #[test]
    fn somebody_bound_to_stores_asks_about_their_members_and_not_about_everyone() {
        let bound = user(Role::Operator, &["S1"], None);
        assert!(bound.may(Need::Member) && bound.may(Need::Export) && bound.may(Need::Reveal));
        for need in [Need::Read, Need::Sql, Need::Write, Need::Operate, Need::Audit, Need::Health, Need::Own] {
            assert!(!bound.may(need), "{need:?}");
        }
        assert_eq!(bound.stores(), Some(["S1".to_owned()].as_slice()));
        assert_eq!(user(Role::Associate, &[], None).stores(), Some([].as_slice()));
        assert_eq!(user(Role::Analyst, &[], None).stores(), None);
    }

    #[test]
    fn whoever_has_something_to_do_first_may_do_only_that() {
        for due in [Due::Password, Due::SecondFactor] {
            let waiting = user(Role::Owner, &[], Some(due));
            let left: Vec<Need> = Need::ALL.into_iter().filter(|need| waiting.may(*need)).collect();
            assert_eq!(left, [Need::Nothing, Need::Person]);
        }
    }

    #[test]
    fn a_key_of_one_source_speaks_for_no_other() {
        let key = |source: Option<&str>| Caller::Key {
            name: "shop".into(),
            id: "k_1".into(),
            scopes: vec![Scope::Write],
            source: source.map(str::to_owned),
        };
        assert!(key(Some("shop")).may_speak_for("shop"));
        assert!(!key(Some("shop")).may_speak_for("pos"));
        assert!(key(None).may_speak_for("pos"));
    }
}
