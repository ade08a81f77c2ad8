//! `keys rotate`: a new master key. Whoever serves is stopped first; a rotation that was cut short is finished by running it again.

use perennial_app::rotate;
use serde_json::json;

use super::Scene;
use crate::failure::{Outcome, of};
use crate::print;
use crate::say::say;

pub fn rotate(scene: &Scene) -> Outcome {
    let place = &scene.place;
    place.must_stand()?;
    let lock = place.lock()?;
    let (old, next) = (place.master()?, place.next_master()?);
    let count = rotate::rotate(place.key_store()?.as_mut(), &old, &next.key).map_err(|error| of(&error))?;
    place.take_next_master(&next)?;
    drop(lock);
    place.read_with(&next.key)?.audit("cli", "keys_rotated", &format!("{count} data keys"))?;
    if scene.json {
        print::json(&json!({ "keys": count, "from_environment": next.from_environment }));
    }
    say(&format!("{count} data keys were wrapped anew"), &format!("已用新主密钥重新加密 {count} 个数据密钥"));
    if next.from_environment {
        say(
            "from now on give the new key by PERENNIAL_MASTER_KEY; the old one opens nothing",
            "此后请通过 PERENNIAL_MASTER_KEY 提供新密钥，旧密钥已失效",
        );
    } else {
        say(
            "keep a copy of the new keys/master.key; backups taken before still open with the old one",
            "请保存新的 keys/master.key；此前的备份仍需旧密钥才能打开",
        );
    }
    Ok(())
}
