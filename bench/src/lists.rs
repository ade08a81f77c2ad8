//! What a person waits for at a million members: a page of the list, a search, a member's page. In the process, without HTTP's share, which the
//! `http` bench shows. Aim: p95 under 300 ms.

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use perennial_app::clock::ManualClock;
use perennial_app::house::House;
use perennial_app::query::board::{Board, Listing, Room, Sort};
use perennial_app::query::{QueryError, QueryResult, explain, member, timeline};
use perennial_kernel::MemberId;
use perennial_synth::contact;
use perennial_synth::random::Random;

use crate::stats::percentile;
use crate::{Arguments, base, brand};

const PAGE: usize = 50;
/// Pages turned before one deep in the list is asked for.
const DEEP: usize = 40;

pub fn run(arguments: &Arguments) {
    let members = arguments.members();
    let folder = base::copy(&base::base(members));
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let house = Arc::new(House::open(brand::ports(folder.path(), &clock, &perennial_store::SqliteOptions::default())).expect("a brand"));
    let board = Board::start(Arc::clone(&house), Room::default());
    let began = Stopwatch::now();
    let first = patiently(|| board.list(&Listing::default(), PAGE, None));
    println!("the list of {} members was read in {:.1} s", first.total, began.elapsed().as_secs_f64());
    let times = if arguments.quick { 20 } else { 200 };
    lists(&board, times);
    searches(&board, members, times);
    let many = board.list(&Listing::default(), times, None).expect("members");
    let all: Vec<MemberId> = many.items.iter().map(|one| one.member).collect();
    pages(&house, &all, times);
}

fn lists(board: &Board, times: usize) {
    let listing = |sort, descending, stage: Option<&str>, condition: Option<&str>| Listing {
        sort,
        descending,
        stage: stage.map(str::to_owned),
        condition: condition.map(str::to_owned),
        ..Listing::default()
    };
    let asked = [
        ("first page, by recency", listing(Sort::Recency, false, None, None)),
        ("first page, by money, most first", listing(Sort::Money, true, None, None)),
        ("first page of a stage", listing(Sort::Orders, true, Some("regular.loyal"), None)),
        ("first page of a condition on rows", listing(Sort::Recency, false, None, Some("recency < 90 AND f_total >= 3"))),
    ];
    for (what, listing) in &asked {
        told(what, times, |_| drop(board.list(listing, PAGE, None).expect("a page")));
    }
    let mut cursor = None;
    for _ in 0..DEEP {
        cursor = board.list(&asked[0].1, PAGE, cursor.as_deref()).expect("a page").next;
    }
    told(&format!("page {DEEP}"), times, |_| drop(board.list(&asked[0].1, PAGE, cursor.as_deref()).expect("a page")));
    let histories = listing(Sort::Recency, false, None, Some("count(order within 365 days) >= 3 AND recency < 90"));
    let began = Stopwatch::now();
    let found = patiently(|| board.list(&histories, PAGE, None)).total;
    println!("a condition on histories, {found} members: {:.2} s the first time", began.elapsed().as_secs_f64());
    told("a page of it afterwards", times, |_| drop(board.list(&histories, PAGE, None).expect("a page")));
}

fn searches(board: &Board, members: u64, times: usize) {
    let mut random = Random::stream(5, members);
    let phones: Vec<String> = (0..times).map(|_| contact::phone(random.below(members))).collect();
    told("search by a full phone", times, |at| drop(board.search(&phones[at], 10).expect("hits")));
    told("search by the last four digits", times, |at| drop(board.search(&phones[at][phones[at].len() - 4..], 10).expect("hits")));
    told("search by an exact name", times, |_| drop(board.search("王伟", 10).expect("hits")));
}

fn pages(house: &House, members: &[MemberId], times: usize) {
    let of = |at: usize| members[at % members.len()];
    told("a member's page: identity, timeline, why", times, |at| {
        member::detail(house, of(at)).expect("a member");
        timeline::timeline(house, of(at), 50, None).expect("a timeline");
        explain::explain(house, of(at), None, None, None).expect("a reason");
    });
}

/// Milliseconds at the 50th and the 95th percentile.
fn told(what: &str, times: usize, mut ask: impl FnMut(usize)) {
    let mut taken = Vec::with_capacity(times);
    for at in 0..times {
        let began = Stopwatch::now();
        ask(at);
        taken.push(began.elapsed().as_secs_f64() * 1e3);
    }
    println!("{what}: p50 {:.1} ms, p95 {:.1} ms", percentile(&taken, 0.5), percentile(&taken, 0.95));
}

fn patiently<T>(ask: impl Fn() -> QueryResult<T>) -> T {
    loop {
        match ask() {
            Err(QueryError::Building { .. } | QueryError::Selecting { .. }) => std::thread::sleep(Duration::from_millis(20)),
            answer => return answer.expect("an answer"),
        }
    }
}
