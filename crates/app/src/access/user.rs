//! Users: who there is, as what, for which stores. A user is never deleted, because the audit trail names them; accounts are closed.

use std::collections::BTreeSet;

use perennial_kernel::Instant;

use super::{Access, AccessError, Role, not_found, password, refused};
use crate::port::desk::UserRow;

const NAME_CHARS_MAX: usize = 64;
pub const STORES_MAX: usize = 200;

/// A user as listed: without anything that opens a door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    pub name: String,
    pub role: Role,
    pub stores: Vec<String>,
    pub active: bool,
    pub second_factor: bool,
    /// The password was given by somebody else and is to be changed.
    pub must_change: bool,
    pub created_at: Instant,
}

#[derive(Clone, Debug)]
pub struct NewUser {
    pub name: String,
    pub role: Role,
    pub stores: Vec<String>,
    /// Without one a random one is made and answered.
    pub password: Option<String>,
}

/// What is to be different; what is absent stays.
#[derive(Clone, Default, Debug)]
pub struct UserChange {
    pub role: Option<Role>,
    pub stores: Option<Vec<String>>,
    pub active: Option<bool>,
}

impl Access {
    pub fn users(&self) -> Result<Vec<User>, AccessError> {
        let rows = self.house.desk().users()?;
        rows.into_iter().map(|row| self.listed(row)).collect()
    }

    fn listed(&self, row: UserRow) -> Result<User, AccessError> {
        let second_factor = self.has_factor(&row.name)?;
        // A role this program does not know (of a newer one) may do nothing here; it is shown as the role that may do least.
        let role = Role::parse(&row.role).unwrap_or(Role::Associate);
        let UserRow { name, stores, active, must_change, created_at, .. } = row;
        Ok(User { name, role, stores, active, second_factor, must_change, created_at })
    }

    /// Answers the user, and the password where one was made.
    pub fn create_user(&self, by: &str, new: NewUser) -> Result<(User, Option<String>), AccessError> {
        let name = named(&new.name)?;
        if self.house.desk().user(&name)?.is_some() {
            return Err(refused("user.held", "there is a user of this name already", "该用户名已存在"));
        }
        let random = match &new.password {
            Some(_) => None,
            None => Some(password::random()?),
        };
        let given = new.password.as_deref().or(random.as_deref()).unwrap_or_default();
        let row = UserRow {
            password: password::checked(&name, given)?,
            name,
            role: new.role.as_str().to_owned(),
            created_at: self.house.now(),
            stores: tidied(new.stores)?,
            active: true,
            must_change: true,
        };
        self.house.desk().add_user(&row)?;
        self.house.audit(by, "user_created", &described(&row))?;
        Ok((self.listed(row)?, random))
    }

    /// Another role, other stores, closed or opened again. What is changed holds from the user's next request on.
    pub fn change_user(&self, by: &str, name: &str, change: UserChange) -> Result<User, AccessError> {
        let before = self.user_row(name)?;
        let mut after = before.clone();
        after.role = change.role.map_or(after.role, |role| role.as_str().to_owned());
        after.active = change.active.unwrap_or(after.active);
        if let Some(stores) = change.stores {
            after.stores = tidied(stores)?;
        }
        let still_owner = after.active && after.role == Role::Owner.as_str() && after.stores.is_empty();
        if !still_owner && !self.others_own(name)? {
            let zh = "至少须保留一位不限门店的启用中的所有者";
            return Err(refused("user.last_owner", "the brand keeps at least one active owner who is bound to no store", zh));
        }
        self.house.desk().update_user(&after)?;
        self.house.audit(by, "user_changed", &described(&after))?;
        if !after.active {
            self.end_sessions(by, name, None)?;
        }
        self.listed(after)
    }

    fn others_own(&self, name: &str) -> Result<bool, AccessError> {
        let rows = self.house.desk().users()?;
        let owns = |row: &UserRow| row.active && row.role == Role::Owner.as_str() && row.stores.is_empty();
        Ok(rows.iter().any(|row| row.name != name && owns(row)))
    }

    pub(super) fn user_row(&self, name: &str) -> Result<UserRow, AccessError> {
        let row = self.house.desk().user(name)?;
        row.ok_or_else(|| not_found("user.unknown", format!("there is no user {name}"), format!("没有名为 {name} 的用户")))
    }
}

/// As audit rows tell a user's state.
fn described(row: &UserRow) -> String {
    let stores = if row.stores.is_empty() { String::new() } else { format!("; {}", row.stores.join(", ")) };
    let closed = if row.active { "" } else { "; closed" };
    format!("{}: {}{stores}{closed}", row.name, row.role)
}

/// Letters and digits of any script, and `. _ - @`: names stand in addresses and in the audit trail, where `key:…` and `cli` are not people.
fn named(name: &str) -> Result<String, AccessError> {
    let name = name.trim();
    let good = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || !name.chars().all(good) || name == "cli" {
        let en = format!("a user's name has 1 to {NAME_CHARS_MAX} letters, digits or . _ - @");
        return Err(refused("user.name", en, format!("用户名为 1 到 {NAME_CHARS_MAX} 个字母、汉字、数字或 . _ - @")));
    }
    Ok(name.to_owned())
}

fn tidied(stores: Vec<String>) -> Result<Vec<String>, AccessError> {
    let stores: BTreeSet<String> = stores.iter().map(|store| store.trim().to_owned()).filter(|store| !store.is_empty()).collect();
    if stores.len() > STORES_MAX || stores.iter().any(|store| store.chars().any(char::is_control)) {
        let en = format!("at most {STORES_MAX} stores, each on one line");
        return Err(refused("user.stores", en, format!("最多 {STORES_MAX} 个门店，且名称不含换行")));
    }
    Ok(stores.into_iter().collect())
}
