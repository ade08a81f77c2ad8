//! `audit`, `doctor` and `sweep`.

use perennial_app::audit::{self, Replayed, Report};
use perennial_app::engine::announce;
use perennial_app::port::journal::LaneHead;
use perennial_app::port::trail::AuditRow;
use serde_json::{Value, json};

use super::{Scene, policy};
use crate::args::{AuditCommand, DoctorArguments};
use crate::failure::{Failure, Outcome};
use crate::print;
use crate::say::say;

pub fn run(scene: &Scene, command: &AuditCommand) -> Outcome {
    match command {
        AuditCommand::Replay => replay(scene),
        AuditCommand::Log { limit } => log(scene, *limit),
    }
}

fn replay(scene: &Scene) -> Outcome {
    scene.place.must_exist()?;
    let documents = scene.place.desk()?.documents()?;
    let replayed = audit::replay(scene.place.store()?.as_mut(), &documents, &mut |_| {})?;
    if scene.json {
        print::json(&told(&replayed));
    }
    let Replayed { members, facts, effects, difference_count, .. } = &replayed;
    say(
        &format!("{members} members, {facts} facts, {effects} recorded effects: {difference_count} differences"),
        &format!("{members} 位会员、{facts} 条事实、{effects} 条记录的结果：{difference_count} 处不一致"),
    );
    differences(&replayed);
    if replayed.difference_count == 0 { Ok(()) } else { Err(unsound()) }
}

fn unsound() -> Failure {
    Failure::failed("this brand's data is not sound", "数据存在问题")
}

fn differences(replayed: &Replayed) {
    for difference in replayed.differences.iter().take(20) {
        let at = difference.position.map_or_else(String::new, |at| format!(" {}:{}", at.lane().0, at.seq().0));
        eprintln!("  {}{at}: {}", difference.member, difference.what);
    }
}

fn told(replayed: &Replayed) -> Value {
    let difference = |difference: &audit::Difference| {
        json!({
            "member": difference.member.to_string(),
            "lane": difference.position.map(|at| at.lane().0),
            "seq": difference.position.map(|at| at.seq().0),
            "what": difference.what,
        })
    };
    json!({
        "members": replayed.members, "facts": replayed.facts, "effects": replayed.effects, "differences": replayed.difference_count,
        "first": replayed.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}

fn log(scene: &Scene, limit: usize) -> Outcome {
    let house = scene.place.read()?;
    let rows = house.desk().audit(limit)?;
    if scene.json {
        let row = |row: &AuditRow| {
            json!({
                "id": row.id, "at": row.at.to_string(), "who": row.who, "what": row.what, "about": row.about, "detail": row.detail,
            })
        };
        print::json(&Value::Array(rows.iter().map(row).collect()));
        return Ok(());
    }
    let cells = |row: &AuditRow| vec![row.at.to_string(), row.who.clone(), row.what.clone(), row.about.clone(), row.detail.clone()];
    print::table(&["at", "who", "what", "about", "detail"], &[], &rows.iter().map(cells).collect::<Vec<_>>());
    Ok(())
}

pub fn doctor(scene: &Scene, arguments: &DoctorArguments) -> Outcome {
    scene.place.must_exist()?;
    let place = &scene.place;
    let _lock = if arguments.rebuild || arguments.accept_loss { Some(place.lock()?) } else { None };
    let mut store = place.store()?;
    let documents = place.desk()?.documents()?;
    if arguments.accept_loss {
        accept_loss(scene)?;
    }
    let secrets = place.secrets()?;
    let mut rebuilt = None;
    if arguments.rebuild {
        rebuilt = Some(audit::rebuild(store.as_mut(), &documents)?);
    }
    let mut report = audit::examine(store.as_mut(), &documents, &place.witness()?, &secrets)?;
    report.trail = audit::examine_trail(place.desk()?.as_mut(), place.key_store()?.as_mut(), &secrets)?;
    let chain: Vec<String> = report.chain.iter().map(|b| format!("lane {}, fact {}: {}", b.lane.0, b.seq.0, b.why)).collect();
    if scene.json {
        print::json(&json!({
            "sound": report.is_sound(), "storage": report.storage, "chain": chain, "witness": report.witness,
            "doubled": report.doubled, "trail": report.trail, "replay": told(&report.replayed), "rebuilt": rebuilt,
        }));
    }
    if let Some(members) = rebuilt {
        say(&format!("{members} snapshots were rebuilt"), &format!("已重建 {members} 份快照"));
    }
    for line in report.storage.iter().chain(&chain).chain(&report.witness).chain(&report.doubled).chain(&report.trail) {
        eprintln!("  {line}");
    }
    differences(&report.replayed);
    verdict(scene, &report)
}

fn verdict(scene: &Scene, report: &Report) -> Outcome {
    if report.is_sound() {
        let (members, facts) = (report.replayed.members, report.replayed.facts);
        say(&format!("sound: {members} members, {facts} facts"), &format!("数据完好：{members} 位会员、{facts} 条事实"));
        return Ok(());
    }
    // A loss that is not accepted has an exit code of its own, as at any start.
    if !report.witness.is_empty() {
        audit::check_at_start(scene.place.store()?.as_mut(), &mut scene.place.witness()?, scene.place.url.is_none())?;
    }
    Err(unsound())
}

/// From here on the head file vouches for what is left; what was given up stands in the audit trail.
fn accept_loss(scene: &Scene) -> Outcome {
    let heads = scene.place.store()?.heads()?;
    // A head file that cannot be read vouches for nothing; it is kept beside the new one.
    let lost: Vec<LaneHead> = if let Ok(witness) = scene.place.witness() {
        witness.heads().to_vec()
    } else {
        let path = scene.place.head();
        std::fs::rename(&path, path.with_extension("damaged")).map_err(|error| Failure::file(&path, &error))?;
        Vec::new()
    };
    let mut witness = scene.place.witness()?;
    witness.write(&heads).map_err(|error| Failure::file(&scene.place.head(), &error))?;
    let house = scene.place.read()?;
    let epoch = announce(house.desk().as_mut())?;
    let given_up: Vec<String> = lost
        .iter()
        .filter_map(|was| {
            let now = heads.iter().find(|head| head.lane == was.lane).map_or(0, |head| head.seq.0);
            (was.seq.0 > now).then(|| format!("lane {}: {} to {}", was.lane.0, now + 1, was.seq.0))
        })
        .collect();
    house.audit("cli", "loss_accepted", &format!("epoch {epoch}; {}", given_up.join(", ")))?;
    drop(house);
    // Its opening writes the epoch into the chain, which also puts it into the head file.
    scene.place.open_locked()?.close();
    say(
        &format!("accepted; given up: {}", if given_up.is_empty() { "nothing".to_owned() } else { given_up.join(", ") }),
        &format!("已接受，放弃：{}", if given_up.is_empty() { "无".to_owned() } else { given_up.join("，") }),
    );
    Ok(())
}

pub fn sweep(scene: &Scene) -> Outcome {
    let house = scene.place.open()?;
    policy::finish(&house)?;
    let mut written = 0;
    loop {
        let swept = house.queue().call(perennial_app::engine::Engine::sweep)?;
        written += swept.written;
        if !swept.more {
            break;
        }
    }
    if scene.json {
        print::json(&json!({ "written": written }));
    }
    say(&format!("{written} decisions that had fallen due were written"), &format!("已写入 {written} 条到期判定"));
    Ok(())
}
