//! How fast a brand of a million members and ten million orders streams: `cargo bench -p perennial-synth`.

use perennial_kernel::{Body, Calendar, Currency, Day};
use perennial_synth::{Brand, Spec};

#[expect(clippy::print_stdout, reason = "a bench's result is what it prints")]
fn main() {
    let members = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(100_000);
    let brand = Brand::new(Spec {
        members,
        years: 3,
        seed: 1,
        end: Day::parse("2026-11-20").expect("a day"),
        calendar: Calendar::for_zone("Asia/Shanghai").expect("a zone"),
        currency: Currency::parse("CNY").expect("a currency"),
        source: "synthetic".to_owned(),
        purchase_rate: Spec::MANY_ORDERS,
    })
    .expect("a spec");
    let start = std::time::Instant::now();
    let (mut records, mut orders) = (0_u64, 0_u64);
    for record in brand.records() {
        records += 1;
        orders += u64::from(matches!(record.body, Body::OrderPlaced(_)));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{members} members, {orders} orders, {records} records in {seconds:.1} s: {:.0} records/s", records as f64 / seconds);
}
