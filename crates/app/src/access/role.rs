//! Who may do what: what operations ask for, which role and which key scope gives it. One table each, read by the door and by the console.

/// What an operation asks of its caller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Need {
    /// Nothing: anybody.
    Nothing,
    /// A source's own credential, a write key or a signature, which its door checks.
    Source,
    /// To be signed in, in person: one's own password, second factor and sessions.
    Person,
    /// To look at members one by one or in a list; whoever is bound to stores sees those of the stores only.
    Member,
    /// To ask about everyone: counts, flows, policies, sources, imports.
    Read,
    /// To ask anything about everyone in SQL.
    Sql,
    /// To record what happened.
    Write,
    /// To run the brand: imports, sources, policies, the catalogue.
    Operate,
    /// To see a phone, an email or a name in clear, with a reason that is written down.
    Reveal,
    /// To take data out as a file.
    Export,
    /// To read the audit trail.
    Audit,
    /// To see whether all is well: queues, disk, backups, metrics.
    Health,
    /// To change who may do what: the owner in person.
    Own,
}

impl Need {
    pub const ALL: [Self; 13] = [
        Self::Nothing,
        Self::Source,
        Self::Person,
        Self::Member,
        Self::Read,
        Self::Sql,
        Self::Write,
        Self::Operate,
        Self::Reveal,
        Self::Export,
        Self::Audit,
        Self::Health,
        Self::Own,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Source => "source",
            Self::Person => "person",
            Self::Member => "member",
            Self::Read => "read",
            Self::Sql => "sql",
            Self::Write => "write",
            Self::Operate => "operate",
            Self::Reveal => "reveal",
            Self::Export => "export",
            Self::Audit => "audit",
            Self::Health => "health",
            Self::Own => "own",
        }
    }
}

/// What somebody is to the brand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Everything, who may do what included.
    Owner,
    /// Runs the brand from day to day.
    Operator,
    /// Asks about everyone and takes data out, in masked form.
    Analyst,
    /// Serves members of some stores.
    Associate,
    /// Money and masked exports.
    Finance,
    /// Looks at everything that was done and changes nothing.
    Auditor,
}

impl Role {
    pub const ALL: [Self; 6] = [Self::Owner, Self::Operator, Self::Analyst, Self::Associate, Self::Finance, Self::Auditor];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Operator => "operator",
            Self::Analyst => "analyst",
            Self::Associate => "associate",
            Self::Finance => "finance",
            Self::Auditor => "auditor",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// What the role may do, beside what anybody signed in may.
    fn needs(self) -> &'static [Need] {
        use Need::{Audit, Export, Health, Member, Operate, Own, Read, Reveal, Sql, Write};
        match self {
            Self::Owner => &[Member, Read, Sql, Write, Operate, Reveal, Export, Audit, Health, Own],
            Self::Operator => &[Member, Read, Sql, Write, Operate, Reveal, Export, Health],
            Self::Analyst | Self::Finance => &[Member, Read, Sql, Export],
            Self::Associate => &[Member, Reveal],
            Self::Auditor => &[Member, Read, Audit, Health],
        }
    }

    pub fn may(self, need: Need) -> bool {
        matches!(need, Need::Nothing | Need::Person) || self.needs().contains(&need)
    }

    /// Associates see members of their stores only, also while they are given none; others are bound once they are given some.
    pub fn is_bound(self, stores: &[String]) -> bool {
        self == Self::Associate || !stores.is_empty()
    }
}

/// What is left to somebody bound to stores: what everyone adds up to is not theirs, nor is what concerns the whole brand.
pub(super) fn within_stores(need: Need) -> bool {
    match need {
        Need::Nothing | Need::Person | Need::Member | Need::Reveal | Need::Export => true,
        Need::Source | Need::Read | Need::Sql | Need::Write | Need::Operate | Need::Audit | Need::Health | Need::Own => false,
    }
}

/// What a key may be used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// To ask about members and everyone.
    Read,
    /// To record what happened.
    Write,
    Operate,
    Reveal,
    Export,
    Audit,
    Health,
    /// To ask anything about everyone in SQL.
    Sql,
}

impl Scope {
    pub const ALL: [Self; 8] = [Self::Read, Self::Write, Self::Operate, Self::Reveal, Self::Export, Self::Audit, Self::Health, Self::Sql];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Operate => "operate",
            Self::Reveal => "reveal",
            Self::Export => "export",
            Self::Audit => "audit",
            Self::Health => "health",
            Self::Sql => "sql",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    pub fn gives(self, need: Need) -> bool {
        match need {
            Need::Nothing => true,
            // A program is nobody in person, never changes who may do what, and is no source.
            Need::Source | Need::Person | Need::Own => false,
            Need::Member | Need::Read => self == Self::Read,
            Need::Write => self == Self::Write,
            Need::Operate => self == Self::Operate,
            Need::Reveal => self == Self::Reveal,
            Need::Export => self == Self::Export,
            Need::Audit => self == Self::Audit,
            Need::Health => self == Self::Health,
            Need::Sql => self == Self::Sql,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
        }
        assert_eq!((Role::parse("Owner"), Scope::parse("own")), (None, None));
    }

    #[test]
    fn what_changes_who_may_do_what_is_the_owners_alone() {
        assert_eq!(Role::ALL.into_iter().filter(|role| role.may(Need::Own)).collect::<Vec<_>>(), [Role::Owner]);
        assert!(!Scope::ALL.into_iter().any(|scope| scope.gives(Need::Own) || scope.gives(Need::Person)));
    }

    #[test]
    fn an_associate_is_bound_before_any_store_is_given() {
        assert!(Role::Associate.is_bound(&[]));
        assert!(!Role::Operator.is_bound(&[]));
        assert!(Role::Operator.is_bound(&["S1".to_owned()]));
    }
}
