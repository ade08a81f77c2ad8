//! `policy`: documents in and out, and what putting one in force brings with it.

use std::sync::atomic::Ordering;

use perennial_app::house::House;
use perennial_app::policy::{self, Active, BRAND, CONSENTS, FIELDS, JOIN_FORM, LIFECYCLE, VALUE};
use perennial_app::port::ScanRange;
use perennial_app::port::desk::DocumentRow;
use perennial_rules::lifecycle::document::Document;
use perennial_rules::lifecycle::model::Model;
use serde_json::{Value, json};

use super::Scene;
use crate::args::{AddArguments, PolicyCommand};
use crate::bar::Bar;
use crate::failure::{Failure, Outcome, of, problems_of};
use crate::say::say;
use crate::{print, stop};

pub fn run(scene: &Scene, command: PolicyCommand) -> Outcome {
    match command {
        PolicyCommand::List => list(scene),
        PolicyCommand::Show { policy, version_number } => show(scene, &policy, version_number),
        PolicyCommand::Add(arguments) => add(scene, &arguments),
        PolicyCommand::Activate { policy, version_number } => activate(scene, &policy, version_number),
    }
}

fn list(scene: &Scene) -> Outcome {
    let house = scene.place.read()?;
    let active = active(&house)?;
    let documents = house.desk().documents()?;
    let in_force = |row: &DocumentRow| active.get(&row.policy) == Some(&row.version);
    if scene.json {
        let row = |row: &DocumentRow| {
            json!({
                "policy": row.policy, "version": row.version, "active": in_force(row), "author": row.author, "reason": row.reason,
                "created_at": row.created_at.to_string(),
            })
        };
        print::json(&Value::Array(documents.iter().map(row).collect()));
        return Ok(());
    }
    let row = |row: &DocumentRow| {
        let state = if in_force(row) { "active" } else { "" };
        vec![
            row.policy.clone(),
            row.version.to_string(),
            state.to_owned(),
            row.created_at.to_string(),
            row.author.clone(),
            row.reason.clone(),
        ]
    };
    print::table(&["policy", "version", "", "created", "by", "why"], &[1], &documents.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

fn show(scene: &Scene, name: &str, version: Option<i64>) -> Outcome {
    let house = scene.place.read()?;
    let documents = house.desk().documents()?;
    let wanted = version.or(active(&house)?.get(name).copied());
    let found = documents.iter().rfind(|row| row.policy == name && wanted.is_none_or(|version| row.version == version));
    let row = found.ok_or_else(|| Failure::refused(format!("there is no such version of {name}"), format!("没有 {name} 的该版本")))?;
    if scene.json {
        print::json(&json!({ "policy": row.policy, "version": row.version, "yaml": row.body }));
    } else {
        print::text(&row.body);
    }
    Ok(())
}

fn add(scene: &Scene, arguments: &AddArguments) -> Outcome {
    let house = scene.place.open()?;
    let yaml = std::fs::read_to_string(&arguments.file).map_err(|error| Failure::file(&arguments.file, &error))?;
    let name = match &arguments.policy {
        Some(name) if [BRAND, FIELDS, CONSENTS, JOIN_FORM, VALUE].contains(&name.as_str()) => name.clone(),
        asked => {
            let own = format!("{LIFECYCLE}{}", checked(&house, &yaml)?);
            if asked.as_ref().is_some_and(|asked| *asked != own) {
                return Err(Failure::refused(format!("the document calls itself {own}"), format!("文档自身的标识为 {own}")));
            }
            own
        }
    };
    let version = house.add_version(&name, &yaml, "cli", &arguments.reason)?;
    house.audit("cli", "policy_added", &format!("{name} {version}"))?;
    if scene.json {
        print::json(&json!({ "policy": name, "version": version }));
    }
    say(
        &format!("{name} version {version} is kept as a draft; `policy activate {name} {version}` puts it in force"),
        &format!("{name} 第 {version} 版已存为草案，可用 `policy activate {name} {version}` 使其生效"),
    );
    Ok(())
}

/// The document's id, after every problem of it was told.
fn checked(house: &House, yaml: &str) -> Outcome<String> {
    let brand = &house.reference().brand;
    let model = Model::from_yaml(yaml, 1, brand).map_err(|problems| problems_of(problems.into_iter().map(Into::into).collect()))?;
    let id = Document::parse(yaml).map_or(model.id, |document| document.id);
    Ok(id)
}

fn activate(scene: &Scene, name: &str, version: i64) -> Outcome {
    let house = scene.place.open()?;
    let pending = pending(&house)?;
    let again = pending.as_ref() == Some(&(name.to_owned(), version));
    if active(&house)?.get(name) == Some(&version) {
        if !again {
            say(&format!("{name} version {version} is in force already"), &format!("{name} 第 {version} 版已生效"));
            return Ok(());
        }
    } else {
        let bytes = serde_json::to_vec(&(name, version)).map_err(|error| of(&error))?;
        house.activate_as(name, version, "cli", "")?;
        house.desk().set_setting(policy::REDECIDING, &bytes)?;
        house.audit("cli", "policy_activated", &format!("{name} {version}"))?;
    }
    let done = redecide(&house, name, version)?;
    if scene.json {
        print::json(&json!({ "policy": name, "version": version, "members": done }));
    }
    say(
        &format!("{name} version {version} is in force, {done} members were decided by it"),
        &format!("{name} 第 {version} 版已生效，已重新判定 {done} 位会员"),
    );
    Ok(())
}

/// Finishes an activation that was cut short before everyone was decided anew.
pub fn finish(house: &House) -> Outcome {
    let Some((name, version)) = pending(house)? else { return Ok(()) };
    say(&format!("the activation of {name} version {version} goes on"), &format!("继续激活 {name} 第 {version} 版"));
    redecide(house, &name, version).map(|_| ())
}

fn redecide(house: &House, name: &str, version: i64) -> Outcome<u64> {
    let mut all = 0;
    house.scan()?.scan(ScanRange::ALL, &mut |_, _| {
        all += 1;
        true
    })?;
    let (asked, mut bar, mut looked_at) = (stop::on_signal(), Bar::new(), 0);
    house.redecide(name, version, &mut |done| {
        looked_at = done;
        bar.steps(done, all);
        !asked.load(Ordering::Relaxed)
    })?;
    if looked_at < all && asked.load(Ordering::Relaxed) {
        return Err(Failure::failed("stopped: the same command goes on from here", "已停止，重新运行同一命令可继续"));
    }
    house.desk().set_setting(policy::REDECIDING, b"")?;
    Ok(looked_at)
}

fn pending(house: &House) -> Outcome<Option<(String, i64)>> {
    let bytes = house.desk().setting(policy::REDECIDING)?.unwrap_or_default();
    Ok(serde_json::from_slice(&bytes).ok())
}

fn active(house: &House) -> Outcome<Active> {
    let reference = house.reference();
    let mut active: Active = reference.models().iter().map(|model| (format!("{LIFECYCLE}{}", model.id), model.version)).collect();
    // The brand's other documents carry no version in memory: what is noted beside the models says it.
    let noted = house.desk().setting("active")?.unwrap_or_default();
    let noted: Active = serde_json::from_slice(&noted).unwrap_or_default();
    active.extend(noted.into_iter().filter(|(name, _)| !name.starts_with(LIFECYCLE)));
    Ok(active)
}
