//! Members and conflicts are a function of the set of identity facts: whatever the order of delivery, the same people come out.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{FactId, Instant, Lane, Position, Seq, SubjectId};
use perennial_rules::member::people::{Named, People, Sight};
use perennial_rules::member::policy::IdentityPolicy;
use proptest::prelude::*;

/// A record: when it occurred, and what it names by (type, value).
type Record = (i64, Vec<(usize, u8)>);

const KINDS: [&str; 4] = ["number", "phone", "email", "anonymous"];
const UNLIMITED: &str = "types: [{type: number}, {type: phone}, {type: email}, {type: '*'}]";

/// Delivers records one by one and tells who came out: for each member the records and values it has.
struct Told {
    /// Records by member, as indices.
    records: BTreeSet<BTreeSet<usize>>,
    conflicts: BTreeSet<(BTreeSet<usize>, BTreeSet<usize>, String)>,
}

fn deliver(policy: &IdentityPolicy, records: &[Record], order: &[usize]) -> Told {
    let mut people = People::default();
    let mut subject_of: BTreeMap<usize, SubjectId> = BTreeMap::new();
    let mut seq = 0;
    let (mut count, none) = (0, BTreeSet::new());
    for &index in order {
        let (occurred_at, values) = &records[index];
        let mut named: Vec<Named> = Vec::new();
        let mut sorted = values.clone();
        sorted.sort_by_key(|(kind, _)| policy.rank(KINDS[*kind]));
        for (kind, value) in sorted {
            let mut token = [0; 16];
            (token[0], token[1]) = (kind as u8, value);
            if named.iter().all(|held| held.token != token) {
                named.push(Named { token, kind: KINDS[kind].to_owned() });
            }
        }
        // Distinct instants: at one and the same, arrival decides.
        let at = Instant(occurred_at * 1000 + index as i64);
        let sight = Sight { named: &named, holder: None, source: "till", occurred_at: at, import: None };
        let placed = people.place(&sight, || {
            count += 1;
            (SubjectId::nth(Lane(0), count), Lane(0))
        });
        people.settle(policy, &none, placed.subject);
        seq += 1;
        let fact = FactId { recorded_at: Instant(seq), position: Position::new(Lane(0), Seq(seq as u64)) };
        for one in &named {
            people.written(one.token, placed.subject, fact);
        }
        people.born(placed.subject, fact);
        subject_of.insert(index, placed.subject);
    }
    let mut by_member: BTreeMap<SubjectId, BTreeSet<usize>> = BTreeMap::new();
    for (index, subject) in &subject_of {
        by_member.entry(people.member_of(*subject)).or_default().insert(*index);
    }
    let conflicts = people.resolved.values().flatten().map(|conflict| {
        let side = |member| by_member.get(&member).cloned().unwrap_or_default();
        let (a, b) = (side(conflict.left), side(conflict.right));
        (a.clone().min(b.clone()), a.max(b), conflict.kind.clone())
    });
    Told { conflicts: conflicts.collect(), records: by_member.into_values().collect() }
}

/// Connected components by shared values.
fn reference(records: &[Record]) -> BTreeSet<BTreeSet<usize>> {
    let mut component: Vec<usize> = (0..records.len()).collect();
    for a in 0..records.len() {
        for b in 0..a {
            if records[a].1.iter().any(|value| records[b].1.contains(value)) && component[a] != component[b] {
                let (from, to) = (component[a], component[b]);
                component.iter_mut().filter(|of| **of == from).for_each(|of| *of = to);
            }
        }
    }
    let mut members: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (index, of) in component.into_iter().enumerate() {
        members.entry(of).or_default().insert(index);
    }
    members.into_values().collect()
}

fn records() -> impl Strategy<Value = (Vec<Record>, Vec<usize>)> {
    let record = (0..40_i64, proptest::collection::vec((0..KINDS.len(), 0..4_u8), 1..4));
    proptest::collection::vec(record, 1..14).prop_flat_map(|records| {
        let order: Vec<usize> = (0..records.len()).collect();
        (Just(records), Just(order).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_order_of_delivery_ends_in_the_same_members_and_the_same_conflicts((records, order) in records()) {
        let policy = IdentityPolicy::shipped();
        let straight: Vec<usize> = (0..records.len()).collect();
        let (one, two) = (deliver(&policy, &records, &straight), deliver(&policy, &records, &order));
        prop_assert_eq!(one.records, two.records);
        prop_assert_eq!(one.conflicts, two.conflicts);
    }

    #[test]
    fn without_limits_members_are_what_shared_values_connect((records, order) in records()) {
        let policy = IdentityPolicy::parse(UNLIMITED, 1).unwrap();
        let told = deliver(&policy, &records, &order);
        prop_assert_eq!(told.records, reference(&records));
        prop_assert!(told.conflicts.is_empty());
    }

    #[test]
    fn where_nothing_is_in_conflict_the_limits_change_nothing((records, order) in records()) {
        let mut document = IdentityPolicy::shipped().document.clone();
        document.types.retain(|rule| rule.kind != "anonymous");
        let policy = IdentityPolicy::parse(&serde_norway::to_string(&document).unwrap(), 1).unwrap();
        let told = deliver(&policy, &records, &order);
        // A second phone of one member waits for somebody else, and is no conflict until there is one.
        let limited = |kind: usize| policy.rule(KINDS[kind]).per_member.is_some();
        let reference = reference(&records);
        let fits = reference.iter().all(|member| {
            (0..KINDS.len()).filter(|kind| limited(*kind)).all(|kind| {
                let values: BTreeSet<u8> = member.iter().flat_map(|at| &records[*at].1).filter(|(of, _)| *of == kind).map(|(_, value)| *value).collect();
                values.len() <= 1
            })
        });
        if fits {
            prop_assert_eq!(told.records, reference);
            prop_assert!(told.conflicts.is_empty());
        }
    }
}

/// Two members with a phone each are never joined, whatever else they share.
#[test]
fn two_members_with_a_phone_each_stay_two_and_somebody_is_asked() {
    let policy = IdentityPolicy::shipped();
    let records = vec![(1, vec![(1, 1), (2, 7)]), (2, vec![(1, 2), (2, 7)])];
    let told = deliver(&policy, &records, &[1, 0]);
    assert_eq!(told.records.len(), 2);
    assert_eq!(told.conflicts.len(), 1);
    assert_eq!(told.conflicts.first().unwrap().2, "phone");
}
