//! Accounts: rows of users, and their second factors.

use perennial_app::port::access::FactorRow;
use perennial_app::port::desk::UserRow;
use perennial_app::port::{Accounts, PortResult};

use super::Value::{Bytes, Int, Text};
use super::{DeskOn, Plain};
use crate::columns;

impl<S: Plain> Accounts for DeskOn<S> {
    fn users(&mut self) -> PortResult<Vec<UserRow>> {
        self.0.fetch("SELECT name, role, password, created_at, stores, active, must_change FROM users ORDER BY name", &[], columns::user)
    }

    fn update_user(&mut self, row: &UserRow) -> PortResult<()> {
        let stores = row.stores.join("\n");
        let (active, must_change) = (Int(i64::from(row.active)), Int(i64::from(row.must_change)));
        let sql = "UPDATE users SET role = $1, stores = $2, active = $3, must_change = $4 WHERE name = $5";
        self.run_one(sql, &[Text(&row.role), Text(&stores), active, must_change, Text(&row.name)], "the user")
    }

    fn factor(&mut self, user: &str) -> PortResult<Option<FactorRow>> {
        self.first("SELECT sealed, confirmed, step FROM second_factors WHERE name = $1", &[Text(user)], columns::factor)
    }

    fn set_factor(&mut self, user: &str, row: &FactorRow) -> PortResult<()> {
        let sql = "INSERT INTO second_factors (name, sealed, confirmed, step) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE \
                   SET sealed = excluded.sealed, confirmed = excluded.confirmed, step = excluded.step";
        self.0.run(sql, &[Text(user), Bytes(&row.sealed), Int(i64::from(row.confirmed)), Int(row.step)]).map(drop)
    }

    fn drop_factor(&mut self, user: &str) -> PortResult<bool> {
        Ok(self.0.run("DELETE FROM second_factors WHERE name = $1", &[Text(user)])? > 0)
    }

    fn take_step(&mut self, user: &str, step: i64) -> PortResult<bool> {
        // Read and written by one statement: of two at once the database lets one change the row.
        let sql = "UPDATE second_factors SET step = $1 WHERE step < $1 AND name = $2 AND confirmed = 1";
        Ok(self.0.run(sql, &[Int(step), Text(user)])? > 0)
    }
}
