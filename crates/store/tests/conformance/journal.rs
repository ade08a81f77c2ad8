//! Appending, loading, reading back.

use perennial_app::port::journal::{Ask, Chain, Loaded, Whom};
use perennial_app::port::{Journal, PortError, Turn};
use perennial_kernel::{ImportId, Instant, Lane, Origin, Position, Seq, SubjectId};

use crate::support::{Batch, Stores, held, key, last_lane, members, order_ref, order_row, owner, seen, token, write};

pub fn a_new_store_has_every_lane_at_its_beginning(stores: &impl Stores) {
    let mut journal = stores.journal();
    let heads = journal.heads().unwrap();
    assert_eq!(heads.len(), usize::from(journal.lane_count()));
    for (at, head) in heads.iter().enumerate() {
        assert_eq!((head.lane, head.seq, head.subjects, head.chain), (Lane(at as u16), Seq(0), 0, Chain::ROOT));
    }
    assert_eq!(journal.integrity().unwrap(), Vec::<String>::new());
}

pub fn facts_and_effects_come_back_as_they_were_written(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let written = write(journal.as_mut(), &[lane], |batch| {
        for (at, origin) in Origin::ALL.into_iter().enumerate() {
            let position = batch.fact(lane, [i64::MIN, -1, 1, i64::MAX, 0][at], at as i64);
            let fact = batch.set.facts.last_mut().unwrap();
            fact.origin = origin;
            batch.effect(position, 0, 1);
            batch.effect(position, u16::MAX, 1);
        }
        let fact = &mut batch.set.facts[0];
        fact.kind = "一 kind nobody knows yet".into();
        fact.version = u16::MAX;
        fact.recorded_at = Instant(i64::MIN);
        fact.occurred_at = Instant(i64::MAX);
        fact.import = Some(ImportId(7));
        fact.source = "'; DROP TABLE facts; --".into();
        fact.object = "订单 №1".into();
        fact.object_version = "2026-11-22T10:00:00Z".into();
        fact.payload = (0..=255).cycle().take(100_000).collect();
        fact.sealed = vec![0; 40];
        batch.new_subject(lane);
    });
    // Another handle sees it, and after opening again it is still there.
    for mut journal in [journal, stores.journal()] {
        assert_eq!(journal.tail(lane, Seq(0), 100).unwrap(), written.facts);
        assert_eq!(journal.effects_between(lane, Seq(0), Seq(100)).unwrap(), written.effects);
        assert_eq!(journal.effects_of(&[SubjectId(1)]).unwrap(), written.effects);
        assert_eq!(journal.heads().unwrap()[usize::from(lane.0)], written.heads[0]);
        assert_eq!(written.heads[0].subjects, 1);
    }
}

pub fn a_lane_is_read_in_pages_without_gap(stores: &impl Stores) {
    let mut journal = stores.journal();
    let (first, lane) = (Lane(0), last_lane(journal.as_ref()));
    for _ in 0..3 {
        write(journal.as_mut(), &[lane], |batch| {
            for at in 0..5 {
                let position = batch.fact(lane, at, at);
                batch.effect(position, 0, at);
            }
        });
    }
    if first != lane {
        write(journal.as_mut(), &[first], |batch| {
            batch.fact(first, 1, 1);
        });
        assert_eq!(journal.tail(first, Seq(0), 9).unwrap().len(), 1);
    }
    let (mut after, mut all) = (Seq(0), Vec::new());
    loop {
        let page = journal.tail(lane, after, 4).unwrap();
        let Some(last) = page.last() else { break };
        let effects = journal.effects_between(lane, after, last.position.seq()).unwrap();
        assert!(effects.iter().map(|effect| effect.position).eq(page.iter().map(|fact| fact.position)));
        after = last.position.seq();
        all.extend(page.into_iter().map(|fact| fact.position.seq().0));
    }
    assert_eq!(all, (1..=15).collect::<Vec<_>>());
    assert!(journal.tail(lane, Seq(15), 9).unwrap().is_empty());
    assert!(journal.tail(lane, Seq(0), 0).unwrap().is_empty());
}

pub fn what_would_tear_a_lane_is_refused(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    type Harm = fn(&mut perennial_app::port::Append);
    let harms: [Harm; 7] = [
        |set| set.facts[1].position = Position(set.facts[1].position.0 + 1),
        |set| set.facts.swap(0, 1),
        |set| set.heads[0].seq = Seq(9),
        |set| set.heads[0].chain = Chain::ROOT,
        |set| set.heads.clear(),
        |set| set.effects[0].position = Position(set.effects[0].position.0 + 2),
        |set| set.facts[0].position = Position::new(Lane(99), Seq(1)),
    ];
    for (at, harm) in harms.into_iter().enumerate() {
        let mut tx = journal.begin(&held(&[lane])).unwrap();
        let mut batch = Batch::on(tx.as_ref());
        let position = batch.fact(lane, 1, 1);
        batch.fact(lane, 1, 2);
        batch.effect(position, 0, 1);
        let mut set = batch.finish();
        harm(&mut set);
        assert!(matches!(tx.append(&set), Err(PortError::Failed(_))), "harm {at} went unseen");
        assert!(tx.commit().is_err(), "a batch that was refused cannot be committed");
    }
    assert!(journal.tail(lane, Seq(0), 9).unwrap().is_empty());
    let beyond = journal.begin(&held(&[lane, Lane(lane.0 + 1)])).map(drop);
    assert!(matches!(beyond, Err(PortError::Failed(_))), "{beyond:?}");
    write(journal.as_mut(), &[lane], |_| {});
}

pub fn a_dropped_batch_leaves_nothing(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    let position = batch.fact(lane, 1, 1);
    batch.effect(position, 0, 1);
    batch.set.seen.push((key(1), seen(1, position)));
    batch.set.states.push((SubjectId(1), b"state".to_vec()));
    batch.set.orders.push((order_ref(1), order_row(1, lane, "order")));
    batch.set.sources.push(("shop".to_owned(), Instant(1)));
    batch.timer(1, "lifecycle/rf", Some(5));
    tx.claim(&[(token(1), owner(1, lane))], &[]).unwrap();
    tx.append(&batch.finish()).unwrap();
    assert_eq!(tx.heads()[&lane].seq, Seq(1), "the batch itself sees its heads move");
    drop(tx);
    assert_eq!(journal.heads().unwrap()[usize::from(lane.0)].seq, Seq(0));
    assert!(journal.tail(lane, Seq(0), 9).unwrap().is_empty());
    assert!(journal.effects_of(&[SubjectId(1)]).unwrap().is_empty());
    assert_eq!(journal.owner(token(1)).unwrap(), None);
    assert!(journal.timers().unwrap().is_empty());
    assert_eq!(load(journal.as_mut(), &everything()), Loaded::default());
    write(journal.as_mut(), &[lane], |batch| assert_eq!(batch.fact(lane, 1, 1).seq(), Seq(1)));
}

pub fn a_command_key_keeps_its_first_answer_until_it_is_forgotten(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let written = write(journal.as_mut(), &[lane], |batch| {
        let position = batch.fact(lane, 1, 1);
        // Not in order of their keys.
        batch.set.seen.extend([9, 1, 5].map(|n| (key(n), seen(n, position))));
    });
    let known = load(journal.as_mut(), &everything()).seen;
    assert_eq!(known, written.seen.iter().copied().collect());
    write(journal.as_mut(), &[lane], |batch| {
        let position = batch.fact(lane, 1, 1);
        batch.set.forget.extend([key(9), key(5)]);
        batch.set.seen.push((key(5), seen(50, position)));
    });
    let known = load(journal.as_mut(), &everything()).seen;
    assert_eq!(known.keys().copied().collect::<Vec<_>>(), [key(1), key(5)]);
    assert_eq!(known[&key(5)], seen(50, Position::new(lane, Seq(2))));
    // The same key twice is a mistake above, and takes the whole batch with it.
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    let position = batch.fact(lane, 1, 1);
    batch.set.seen.push((key(1), seen(1, position)));
    assert!(tx.append(&batch.finish()).is_err());
    assert!(tx.commit().is_err(), "nor what was written of it before");
    assert_eq!(journal.tail(lane, Seq(0), 9).unwrap().len(), 2);
}

pub fn a_token_stays_with_its_first_owner(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let tokens = [token(1), token(2), token(3)];
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    assert!(tx.resolve(&tokens.into()).unwrap().is_empty());
    // Within one set too, the first stands.
    let claims = [(token(2), owner(22, lane)), (token(1), owner(11, lane)), (token(1), owner(12, lane))];
    let held_by = tx.claim(&claims, &[]).unwrap();
    assert_eq!(held_by, [(token(1), owner(11, lane)), (token(2), owner(22, lane))].into());
    tx.commit().unwrap();
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    let held_by = tx.claim(&[(token(1), owner(99, lane)), (token(3), owner(33, lane))], &[]).unwrap();
    assert_eq!(held_by, [(token(1), owner(11, lane)), (token(3), owner(33, lane))].into());
    assert_eq!(tx.resolve(&tokens.into()).unwrap().len(), 3);
    tx.commit().unwrap();
    assert_eq!(journal.owner(token(3)).unwrap(), Some(owner(33, lane)));
    assert_eq!(journal.owner(token(4)).unwrap(), None);
    assert_eq!(journal.peek(&Whom { tokens: tokens.into(), ..Whom::default() }).unwrap(), held(&[lane]));
}

pub fn states_orders_timers_and_sources_are_replaced_and_cleared(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    write(journal.as_mut(), &[lane], |batch| {
        batch.set.states.extend([(SubjectId(-4), b"a".to_vec()), (SubjectId(3), b"b".to_vec())]);
        batch.set.orders.extend([(order_ref(2), order_row(3, lane, "x")), (order_ref(1), order_row(0, lane, ""))]);
        batch.set.sources.extend([("shop".to_owned(), Instant(10)), ("微店".to_owned(), Instant(20))]);
        batch.timer(3, "lifecycle/rf", Some(100));
        batch.timer(-4, "lifecycle/rf", Some(50));
        batch.timer(-4, "activity", Some(60));
    });
    write(journal.as_mut(), &[lane], |batch| {
        batch.set.states.push((SubjectId(3), b"bb".to_vec()));
        batch.set.drop_orders.extend([order_ref(2), order_ref(1)]);
        batch.set.orders.push((order_ref(1), order_row(3, Lane(0), "linked")));
        batch.set.sources.push(("shop".to_owned(), Instant(11)));
        batch.timer(3, "lifecycle/rf", Some(101));
        batch.timer(-4, "lifecycle/rf", None);
        batch.timer(-5, "lifecycle/rf", None);
    });
    let known = load(journal.as_mut(), &everything());
    assert_eq!(known.states, [(SubjectId(-4), b"a".to_vec()), (SubjectId(3), b"bb".to_vec())].into());
    assert_eq!(known.orders, [(order_ref(1), order_row(3, Lane(0), "linked"))].into());
    assert_eq!(known.sources, [("shop".to_owned(), Instant(11)), ("微店".to_owned(), Instant(20))].into());
    assert_eq!(journal.states(&[SubjectId(3), SubjectId(8)]).unwrap(), [(SubjectId(3), b"bb".to_vec())].into());
    assert_eq!(journal.order(order_ref(1)).unwrap(), Some(order_row(3, Lane(0), "linked")));
    assert_eq!(journal.order(order_ref(2)).unwrap(), None);
    assert_eq!(journal.peek(&Whom { orders: [order_ref(1)].into(), ..Whom::default() }).unwrap(), held(&[Lane(0)]));
    let timers = journal.timers().unwrap();
    let timers: Vec<_> = timers.iter().map(|timer| (timer.member.0, timer.policy.as_str(), timer.due.unwrap().0)).collect();
    assert_eq!(timers, [(-4, "activity", 60), (3, "lifecycle/rf", 101)]);
}

pub fn of_two_rows_under_one_key_the_later_stands(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    write(journal.as_mut(), &[lane], |batch| {
        batch.set.states.extend(["a", "b", "c"].map(|body| (SubjectId(3), body.as_bytes().to_vec())));
        batch.set.orders.extend(["a", "b"].map(|body| (order_ref(1), order_row(3, lane, body))));
        batch.set.sources.extend([1, 2].map(|at| ("shop".to_owned(), Instant(at))));
        batch.timer(3, "set", None);
        batch.timer(3, "set", Some(1));
        batch.timer(3, "set", Some(2));
        batch.timer(3, "cleared", Some(1));
        batch.timer(3, "cleared", None);
    });
    let known = load(journal.as_mut(), &everything());
    assert_eq!(known.states[&SubjectId(3)], b"c");
    assert_eq!(known.orders[&order_ref(1)], order_row(3, lane, "b"));
    assert_eq!(known.sources["shop"], Instant(2));
    let timers = journal.timers().unwrap();
    assert!(timers.iter().map(|timer| (timer.policy.as_str(), timer.due)).eq([("set", Some(Instant(2)))]));
}

pub fn timers_come_by_due_time_then_member_then_policy(stores: &impl Stores) {
    let mut journal = stores.journal();
    write(journal.as_mut(), &[Lane(0)], |batch| {
        for (member, policy, due) in [(5, "b", 10), (5, "a", 10), (-7, "z", 10), (9, "a", 3), (1, "a", 11), (5, "B", 10)] {
            batch.timer(member, policy, Some(due));
        }
    });
    let mut due = |now, limit| -> Vec<(i64, i64, String)> {
        let timers = journal.due(Instant(now), limit).unwrap();
        timers.into_iter().map(|timer| (timer.due.unwrap().0, timer.member.0, timer.policy)).collect()
    };
    let row = |due, member, policy: &str| (due, member, policy.to_owned());
    let all = [row(3, 9, "a"), row(10, -7, "z"), row(10, 5, "B"), row(10, 5, "a"), row(10, 5, "b"), row(11, 1, "a")];
    assert_eq!(due(10, 100), all[..5]);
    assert_eq!(due(i64::MAX, usize::MAX), all);
    assert_eq!(due(11, 2), all[..2]);
    assert!(due(2, 100).is_empty());
    assert!(due(11, 0).is_empty());
}

pub fn waiting_facts_come_back_with_their_order_until_they_are_given_out(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let written = write(journal.as_mut(), &[lane], |batch| {
        let (first, second, third) = (batch.fact(lane, 0, 9), batch.fact(lane, 0, 8), batch.fact(lane, 0, 7));
        batch.set.wait.extend([(order_ref(1), second), (order_ref(2), third), (order_ref(1), first)]);
    });
    let known = load(journal.as_mut(), &everything()).waiting;
    assert_eq!(known, [(order_ref(1), written.facts[..2].to_vec()), (order_ref(2), written.facts[2..].to_vec())].into());
    write(journal.as_mut(), &[lane], |batch| batch.set.waited.push(order_ref(1)));
    let known = load(journal.as_mut(), &everything()).waiting;
    assert_eq!(known, [(order_ref(2), written.facts[2..].to_vec())].into());
}

pub fn the_past_of_members_is_theirs_alone(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let written = write(journal.as_mut(), &[lane], |batch| {
        for (subject, occurred_at) in [(7, 30), (-2, 20), (7, 10), (5, 5)] {
            let position = batch.fact(lane, subject, occurred_at);
            batch.effect(position, 1, subject);
            batch.effect(position, 2, 5);
        }
    });
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    let (facts, effects) = tx.past(&members([7, -2, 100])).unwrap();
    assert_eq!(facts, written.facts[..3]);
    assert!(effects.iter().map(|effect| (effect.position.seq().0, effect.ordinal)).eq([(1, 1), (2, 1), (3, 1)]));
    drop(tx);
    let facts = journal.facts_of(&[SubjectId(7), SubjectId(-2), SubjectId(7)]).unwrap();
    assert_eq!(facts, written.facts[..3], "ascending by position, nothing twice");
    let effects = journal.effects_of(&[SubjectId(5), SubjectId(5)]).unwrap();
    assert!(effects.iter().map(|effect| (effect.position.seq().0, effect.ordinal)).eq([(1, 2), (2, 2), (3, 2), (4, 1), (4, 2)]));
}

pub fn empty_questions_have_empty_answers(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    assert_eq!(tx.heads().len(), 1);
    assert!(tx.resolve(&[].into()).unwrap().is_empty());
    assert!(tx.claim(&[], &[]).unwrap().is_empty());
    assert_eq!(tx.load(&Ask::default()).unwrap(), Loaded::default());
    assert_eq!(tx.past(&[].into()).unwrap(), (Vec::new(), Vec::new()));
    let set = Batch::on(tx.as_ref()).finish();
    tx.append(&set).unwrap();
    tx.commit().unwrap();
    assert!(journal.facts_of(&[]).unwrap().is_empty());
    assert!(journal.states(&[]).unwrap().is_empty());
}

fn everything() -> Ask {
    Ask {
        keys: (0..20).map(key).collect(),
        members: (-10..10).map(SubjectId).collect(),
        orders: (0..20).map(order_ref).collect(),
        sources: ["shop".to_owned(), "微店".to_owned(), "none".to_owned()].into(),
    }
}

fn load(journal: &mut dyn Journal, ask: &Ask) -> Loaded {
    let lane = last_lane(journal);
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    tx.load(ask).unwrap()
}

pub fn a_turn_raises_the_fence_of_every_lane_with_its_settings(stores: &impl Stores) {
    let (mut journal, mut desk) = (stores.journal(), stores.desk());
    let all: Vec<Lane> = (0..journal.lane_count()).map(Lane).collect();
    assert_eq!(journal.fence().unwrap(), 0);
    let turn = |fence, value: &str| Some(Turn { fence, settings: vec![("active".to_owned(), value.as_bytes().to_vec())] });
    write(journal.as_mut(), &all, |batch| batch.set.turn = turn(1, "first"));
    assert_eq!(journal.fence().unwrap(), 1);
    assert_eq!(desk.setting("active").unwrap().unwrap(), b"first");
    // Read under the locks, on whichever lane.
    let lane = last_lane(journal.as_ref());
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    assert_eq!(tx.fence(), 1);
    let (setting, documents) = tx.documents("active").unwrap();
    assert_eq!((setting.as_deref(), documents.len()), (Some(b"first".as_slice()), 0));
    assert_eq!(tx.documents("nothing").unwrap().0, None);
    drop(tx);
    // A fence never falls, and what is not committed has not risen it.
    let mut tx = journal.begin(&held(&all)).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    batch.set.turn = turn(1, "again");
    assert!(matches!(tx.append(&batch.finish()), Err(PortError::Failed(_))));
    drop(tx);
    let mut tx = journal.begin(&held(&all)).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    batch.set.turn = turn(2, "dropped");
    tx.append(&batch.finish()).unwrap();
    drop(tx);
    assert_eq!((journal.fence().unwrap(), desk.setting("active").unwrap().unwrap()), (1, b"first".to_vec()));
    if all.len() > 1 {
        let mut tx = journal.begin(&held(&all[1..])).unwrap();
        let mut batch = Batch::on(tx.as_ref());
        batch.set.turn = turn(3, "with a lane not held");
        assert!(matches!(tx.append(&batch.finish()), Err(PortError::Failed(_))));
    }
}
