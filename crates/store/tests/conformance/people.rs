//! Who is whom: families found by any of their values, links, rulings, the queue of conflicts, and everyone read by family.

use perennial_app::port::journal::{ConflictRow, KinRow, LinkRow, RulingRow, Whom};
use perennial_app::port::{Journal, ScanRange};
use perennial_kernel::{FactId, ImportId, Instant, Lane, Position, SubjectId};

use crate::support::{Batch, Stores, held, last_lane, order_ref, order_row, owner, token, write};

fn fact(n: i64) -> FactId {
    FactId { recorded_at: Instant(n), position: Position(n) }
}

fn link(n: u8, subject: i64, is_root: bool) -> LinkRow {
    LinkRow {
        token: token(n),
        subject: SubjectId(subject),
        kind: "phone".to_owned(),
        source: "till".to_owned(),
        occurred_at: Instant(i64::from(n)),
        fact: fact(i64::from(n)),
        import: (!is_root).then_some(ImportId(3)),
        is_root,
    }
}

fn kin(subject: i64, member: i64, family: i64, lane: Lane) -> KinRow {
    KinRow { subject: SubjectId(subject), lane, member: SubjectId(member), family: SubjectId(family), born: fact(subject) }
}

/// Subjects 1 and 2 are one member, 3 is in their family, 4 is alone; values 1 to 4 are their own, and 9 is linked to 1 and 3.
fn filled(stores: &impl Stores) -> (Box<dyn Journal>, Lane) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    let claims = [1, 2, 3, 4].map(|n| (token(n), owner(i64::from(n), lane)));
    let mut links: Vec<LinkRow> = [1, 2, 3, 4].map(|n| link(n, i64::from(n), true)).into();
    links.extend([link(9, 1, false), link(9, 3, false)]);
    tx.claim(&claims, &links).unwrap();
    tx.claim(&[(token(9), owner(0, lane))], &[]).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    batch.set.kin = vec![kin(3, 3, 1, lane), kin(1, 1, 1, lane), kin(2, 1, 1, lane)];
    batch.set.rulings = vec![RulingRow { a: SubjectId(1), b: SubjectId(2), together: true, fact: fact(7) }];
    batch.set.orders.push((order_ref(5), order_row(4, lane, "o")));
    tx.append(&batch.finish()).unwrap();
    tx.commit().unwrap();
    (journal, lane)
}

pub fn a_family_is_found_by_any_of_its_values_and_subjects(stores: &impl Stores) {
    let (mut journal, lane) = filled(stores);
    let by_token = |n| Whom { tokens: [token(n)].into(), ..Whom::default() };
    let by_subject = |subject| Whom { subjects: [SubjectId(subject)].into(), ..Whom::default() };
    for whom in [by_token(1), by_token(2), by_token(3), by_token(9), by_subject(2), by_subject(3)] {
        let found = journal.families(&whom).unwrap();
        assert_eq!(found.kin, [kin(1, 1, 1, lane), kin(2, 1, 1, lane), kin(3, 3, 1, lane)], "{whom:?}");
        assert_eq!(found.claims.len(), 4, "{whom:?}");
        assert_eq!(found.claims[&token(9)], owner(0, lane), "nobody's own");
        let mut links = found.links.clone();
        links.sort_by_key(|link| (link.token, link.subject));
        assert_eq!(links, [link(1, 1, true), link(2, 2, true), link(3, 3, true), link(9, 1, false), link(9, 3, false)]);
        assert_eq!(found.rulings.len(), 1);
        assert_eq!(journal.peek(&whom).unwrap(), held(&[lane]));
        let mut tx = journal.begin(&held(&[lane])).unwrap();
        assert_eq!(tx.families(&whom).unwrap(), found, "a batch sees the same");
    }
    // An order leads to its holder; who is alone has no kin.
    let alone = journal.families(&Whom { orders: [order_ref(5)].into(), ..Whom::default() }).unwrap();
    assert_eq!((alone.kin.len(), alone.claims.len(), alone.links.len()), (0, 1, 1));
    assert_eq!(journal.families(&by_token(77)).unwrap(), perennial_app::port::journal::Families::default());
    assert_eq!(journal.kin(&[SubjectId(2), SubjectId(4)]).unwrap().len(), 3);
    assert_eq!(journal.all_kin().unwrap().len(), 3);
}

pub fn what_is_nobodys_own_becomes_somebodys_once(stores: &impl Stores) {
    let (mut journal, lane) = filled(stores);
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    // Whoever claims it as new has not seen who links it, and hears so.
    assert_eq!(tx.claim(&[(token(9), owner(5, lane))], &[]).unwrap()[&token(9)], owner(0, lane));
    tx.commit().unwrap();
    write(journal.as_mut(), &[lane], |batch| batch.set.roots.push((token(9), owner(5, lane))));
    assert_eq!(journal.owner(token(9)).unwrap(), Some(owner(5, lane)));
    write(journal.as_mut(), &[lane], |batch| batch.set.roots.push((token(9), owner(6, lane))));
    assert_eq!(journal.owner(token(9)).unwrap(), Some(owner(5, lane)), "the first stands");
}

pub fn links_are_dated_back_and_forgotten_with_their_import(stores: &impl Stores) {
    let (mut journal, lane) = filled(stores);
    let earlier = LinkRow { occurred_at: Instant(-5), fact: fact(50), ..link(9, 1, false) };
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    tx.claim(&[], std::slice::from_ref(&earlier)).unwrap();
    tx.commit().unwrap();
    let whom = Whom { tokens: [token(9)].into(), ..Whom::default() };
    assert!(journal.families(&whom).unwrap().links.contains(&earlier));
    write(journal.as_mut(), &[lane], |batch| batch.set.unlink.push(earlier.clone()));
    assert!(!journal.families(&whom).unwrap().links.iter().any(|link| link.token == token(9) && link.subject == SubjectId(1)));
}

pub fn the_conflicts_of_a_family_are_replaced_together_and_read_in_pages(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let row = |family, left, right| ConflictRow {
        family: SubjectId(family),
        left: SubjectId(left),
        right: SubjectId(right),
        kind: "phone".to_owned(),
        by: "email".to_owned(),
    };
    write(journal.as_mut(), &[lane], |batch| {
        batch.set.conflicts.push((SubjectId(1), vec![row(1, 1, 2), row(1, 1, 3)]));
        batch.set.conflicts.push((SubjectId(-5), vec![row(-5, -5, 7)]));
    });
    let first = journal.conflicts(None, 2).unwrap();
    assert_eq!(first, [row(-5, -5, 7), row(1, 1, 2)]);
    assert_eq!(journal.conflicts(Some((SubjectId(1), SubjectId(1), SubjectId(2))), 9).unwrap(), [row(1, 1, 3)]);
    write(journal.as_mut(), &[lane], |batch| batch.set.conflicts.push((SubjectId(1), vec![row(1, 2, 3)])));
    assert_eq!(journal.conflicts(None, 9).unwrap(), [row(-5, -5, 7), row(1, 2, 3)]);
    write(journal.as_mut(), &[lane], |batch| batch.set.conflicts.push((SubjectId(1), Vec::new())));
    assert_eq!(journal.conflicts(None, 9).unwrap(), [row(-5, -5, 7)]);
}

pub fn what_was_parted_is_kept_until_it_is_whole_again(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    write(journal.as_mut(), &[lane], |batch| batch.set.parted.extend([(SubjectId(1), vec![1]), (SubjectId(2), vec![2])]));
    assert_eq!(journal.parted(&[SubjectId(1), SubjectId(9)]).unwrap(), [(SubjectId(1), vec![1])].into());
    write(journal.as_mut(), &[lane], |batch| batch.set.parted.extend([(SubjectId(1), Vec::new()), (SubjectId(2), vec![3])]));
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    assert_eq!(tx.parted(&[SubjectId(1), SubjectId(2)].into()).unwrap(), [(SubjectId(2), vec![3])].into());
}

pub fn everyone_is_told_by_family_once_in_any_number_of_parts(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    // A hundred people of ten subjects each, and as many who are alone; the family's name is not its first subject by number.
    write(journal.as_mut(), &[lane], |batch| {
        for subject in 1..=1100 {
            for at in [2, 1] {
                batch.fact(lane, subject, at * 10_000 + subject);
            }
        }
        batch.set.kin = (1..=1000).map(|subject| kin(subject, subject, (subject - 1) / 10 * 10 + 7, lane)).collect();
    });
    let mut scan = stores.scan();
    for parts in [1, 3, 64] {
        let mut seen = Vec::new();
        for range in ScanRange::split(parts) {
            scan.scan(range, &mut |family, facts| {
                assert!(facts.is_sorted_by_key(|fact| (fact.occurred_at, fact.position)));
                let subjects: std::collections::BTreeSet<i64> = facts.iter().map(|fact| fact.subject.0).collect();
                let wanted = if family.0 <= 1000 { ((family.0 - 7)..(family.0 + 3)).map(|n| n + 1).collect() } else { [family.0].into() };
                assert_eq!((subjects, facts.len()), (wanted, if family.0 <= 1000 { 20 } else { 2 }));
                seen.push(family.0);
                true
            })
            .unwrap();
        }
        assert!(seen.is_sorted());
        assert_eq!(seen.len(), 200, "{parts} parts");
    }
    // Told to stop, it stops.
    let mut count = 0;
    scan.scan(ScanRange::ALL, &mut |_, _| {
        count += 1;
        count < 5
    })
    .unwrap();
    assert_eq!(count, 5);
}
