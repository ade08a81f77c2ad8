//! `init`.

use std::sync::Arc;

use perennial_app::access::{Access, OWNER, Owner};
use perennial_app::policy::{BrandDocument, CountingText};
use serde_json::json;

use super::Scene;
use crate::args::InitArguments;
use crate::failure::{Failure, Outcome, REFUSED};
use crate::print;
use crate::say::say;

/// As the account's own check; told before anything is made.
const PASSWORD_CHARS_MIN: usize = 8;

pub fn run(scene: &Scene, arguments: InitArguments) -> Outcome {
    let password = arguments.owner_password.as_deref();
    if password.is_some_and(|password| password.chars().count() < PASSWORD_CHARS_MIN) {
        return Err(Failure::refused("a password has at least 8 characters", "密码至少 8 个字符"));
    }
    let counting = if arguments.each_order { CountingText::Orders } else { CountingText::Days };
    let brand = BrandDocument {
        name: arguments.brand,
        time_zone: arguments.time_zone,
        currency: arguments.currency,
        life_gap_days: arguments.life_gap,
        counting,
    };
    brand.compile()?;
    let house = match scene.place.init(&brand) {
        Ok(house) => house,
        // An init that was cut short may have left the brand without its owner.
        Err(failure) if failure.code == REFUSED => {
            let house = scene.place.open().map_err(|_| failure.clone())?;
            if house.desk().user(OWNER)?.is_some() {
                return Err(failure);
            }
            house
        }
        Err(failure) => return Err(failure),
    };
    let owner = Access::new(Arc::clone(&house)).ensure_owner(password)?;
    house.audit(OWNER, "brand_initialised", &brand.name)?;
    let shown = match &owner {
        Owner::MadeWith(password) => Some(password.as_str()),
        Owner::Made | Owner::Held => None,
    };
    if scene.json {
        print::json(&json!({ "brand": brand.name, "owner": OWNER, "password": shown }));
    } else if let Some(password) = shown {
        say("the account is `owner`; its password follows and is not shown again", "账号为 `owner`，密码如下，仅显示一次");
        print::line(password);
    }
    let folder = scene.place.folder.display();
    say(&format!("{} lives in {folder}", brand.name), &format!("{} 已建立于 {folder}", brand.name));
    if scene.place.url.is_none() {
        say(
            "keep a copy of keys/master.key apart from backups: without it personal values cannot be read",
            "请将 keys/master.key 与备份分开保存：没有它将无法读取个人信息",
        );
    }
    Ok(())
}
