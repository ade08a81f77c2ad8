//! The book is a function of the set of facts: the order of arrival, snapshots and undone imports leave no trace in it.

use perennial_kernel::{Fact, FactId, Instant, Lane, Origin, Position, Seq, SubjectId};
use perennial_rules::book::Book;
use perennial_rules::codec;
use perennial_rules::history::History;
use perennial_rules::reference::Reference;
use perennial_rules::state::State;
use perennial_testkit::oracle::{self, Told};
use perennial_testkit::random::{life, model};
use proptest::prelude::*;

use super::{cases, rf};

fn facts(told: &[&Told], order: &[usize]) -> Vec<Fact> {
    let fact = |(place, &index): (usize, &usize)| Fact {
        id: FactId { recorded_at: Instant(place as i64), position: Position::new(Lane(0), Seq(place as u64 + 1)) },
        subject: SubjectId::nth(Lane(0), 1),
        occurred_at: told[index].occurred_at,
        origin: Origin::Live,
        import: None,
        body: told[index].body.clone(),
    };
    order.iter().enumerate().map(fact).collect()
}

/// What conditions can read of a book; which fact brought an order's content is not part of it.
fn content(mut book: Book) -> Book {
    for order in book.orders.values_mut() {
        if let Some(content) = &mut order.content {
            content.rank.1 = FactId { recorded_at: Instant(0), position: Position(0) };
        }
    }
    book
}

fn arrived(reference: &Reference, facts: &[Fact]) -> Book {
    let mut book = Book::new(reference);
    for fact in facts {
        book.apply(reference, fact);
    }
    book
}

/// Of two attributes learned at one instant the later arrival wins: there the order matters, and should.
fn one_word_at_a_time(told: &[&Told]) -> bool {
    let mut learned: Vec<Instant> = told.iter().filter(|one| one.body.kind() == "member.updated").map(|one| one.occurred_at).collect();
    learned.sort_unstable();
    learned.windows(2).all(|pair| pair[0] != pair[1])
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn any_order_of_arrival_ends_in_the_same_book(life in life(1..16), a in model("a"), shuffle in any::<u64>()) {
        let reference = Reference::new(life.brand(), vec![rf(), a.compile(1)]);
        let all = life.told(&reference.calendar);
        let told: Vec<&Told> = oracle::standing(&all).into_iter().map(|(_, one)| one).collect();
        prop_assume!(one_word_at_a_time(&told));
        let straight: Vec<usize> = (0..told.len()).collect();
        let mut shuffled = straight.clone();
        shuffled.sort_by_key(|&at| (at as u64 + 1).wrapping_mul(shuffle | 1).rotate_left(29));
        let (a, b) = (facts(&told, &straight), facts(&told, &shuffled));
        let expected = content(arrived(&reference, &a));
        prop_assert_eq!(&content(arrived(&reference, &b)), &expected);
        prop_assert_eq!(&content(History::new(a).book(&reference, Instant::MAX)), &expected);
        prop_assert_eq!(&content(History::new(b).book(&reference, Instant::MAX)), &expected);
    }

    #[test]
    fn a_snapshot_rebuilt_from_history_has_equal_bytes(life in life(1..16), a in model("a")) {
        let drive = life.driven(vec![rf(), a.compile(1)]);
        if let Some((member, state)) = drive.member("member").and_then(|member| Some((member, member.whole_state()?))) {
            let book = History::new(member.facts.clone()).book(drive.reference(), Instant::MAX);
            prop_assert_eq!(&state.book, &book);
            let rebuilt = codec::encode_state(&State { book, ..state.clone() });
            prop_assert_eq!(&rebuilt, &codec::encode_state(&state));
            prop_assert_eq!(codec::decode_state(&rebuilt).map(|read| codec::encode_state(&read)), Some(rebuilt));
        }
    }

    #[test]
    fn an_import_undone_and_run_again_ends_in_the_book_of_one_that_never_was_undone(life in life(1..12)) {
        let reference = Reference::new(life.brand(), vec![rf()]);
        let calendar = &reference.calendar;
        let plain = perennial_testkit::random::Life { undone: Vec::new(), ..life.clone() };
        let before = plain.driven(vec![rf()]);
        // Each import is undone at the end, and everything of it sent once more under a new number.
        let mut again = before.clone();
        let mut at = plain.end(calendar);
        for import in 0..3 {
            at = at.plus_ms(60_000);
            again.retract(at, perennial_kernel::ImportId(import));
        }
        for (_, arrival) in plain.arrivals(calendar) {
            if let perennial_testkit::random::Arrival::Command { import: Some(import), incoming } = arrival {
                again.record(at, "member", Some(perennial_kernel::ImportId(import.0 + 10)), &incoming);
            }
        }
        let told = plain.told(calendar);
        let told: Vec<&Told> = told.iter().collect();
        prop_assume!(one_word_at_a_time(&told));
        let book = |drive: &perennial_testkit::drive::Drive| drive.member("member").and_then(|member| Some(content(member.whole_state()?.book)));
        prop_assert_eq!(book(&again), book(&before));
        // And the decisions that stand are those of the path again, where no two facts share an instant: of those the later to come is later.
        let moves = |drive: &perennial_testkit::drive::Drive| drive.member("member").map(|member| member.decisions("rf"));
        let tied = told.iter().enumerate().any(|(at, one)| told[..at].iter().any(|other| other.occurred_at == one.occurred_at));
        prop_assert!(tied || drive_begins_anew(&before, &again) || moves(&again) == moves(&before), "{:#?}\n{:#?}", moves(&before), moves(&again));
    }
}

/// Where nothing was left between, decisions are recorded from the second time on.
fn drive_begins_anew(before: &perennial_testkit::drive::Drive, again: &perennial_testkit::drive::Drive) -> bool {
    let opened = |drive: &perennial_testkit::drive::Drive| drive.member("member").and_then(|member| Some(member.whole_state()?.live_from));
    let left_alone = before
        .member("member")
        .is_some_and(|member| member.facts.iter().all(|fact| fact.import.is_some() || fact.body.kind() == "timer.due"));
    left_alone || opened(before) != opened(again)
}
