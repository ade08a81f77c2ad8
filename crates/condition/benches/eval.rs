//! What one evaluation costs: `cargo bench -p perennial-condition`.

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Instant;

use perennial_condition::{Catalog, Contribution, Drift, FactKind, Field, FieldId, Name, Row, Series, Type, Value, check, parse};
use perennial_kernel::{Currency, Day, Money};

struct Member {
    today: Day,
    values: [Value; 5],
    series: Vec<Vec<Contribution>>,
}

impl Row for Member {
    fn today(&self) -> Day {
        self.today
    }

    fn field(&self, id: FieldId) -> Value {
        self.values[id.0].clone()
    }

    fn series(&self, series: &Series) -> Cow<'_, [Contribution]> {
        Cow::Borrowed(&self.series[series.slot])
    }
}

fn main() {
    let field = |name, ty| Field::new(name, ty, Drift::Fixed, name, name);
    let catalog = Catalog {
        fields: vec![
            field("r_days", Type::Int),
            field("f_total", Type::Int),
            field("m_total", Type::Money),
            field("city", Type::Text),
            field("score", Type::Decimal),
        ],
        facts: vec![FactKind {
            name: "order".into(),
            label: Name::default(),
            fields: vec![field("money", Type::Money), field("channel", Type::Text)],
        }],
        currency: Currency::parse("CNY").unwrap(),
    };
    let today = Day(20_000);
    let orders: Vec<Contribution> = (0..12).map(|n| Contribution { day: today - 350 + n * 30, count: 1, sum: 10_000 }).collect();
    let member = Member {
        today,
        values: [Value::Int(12), Value::Int(7), Value::Money(Money(81_000)), Value::text("Shanghai"), Value::Decimal(0.7)],
        series: vec![orders.clone(), orders],
    };
    for text in [
        "r_days < 90 and f_total >= 2 and m_total >= 212.50 and score > 0.5 and f_total between 3 and 50 and r_days is not null",
        "r_days < 90 and f_total >= 2 and m_total >= 212.50 and city in ('Suzhou', 'Shanghai', 'Wuxi') and score > 0.5 and city like 'Sh%'",
        "r_days < 90 and f_total >= 2 and m_total >= 212.50 and city = 'Shanghai' and count(order within 90 days) >= 3 \
         and sum(order.money where channel = 'shop' within 30 days ending 30 days ago) > 50",
    ] {
        let checked = check(&parse(text, &catalog).unwrap(), &catalog).unwrap();
        assert!(checked.selects(&member), "every clause must be reached");
        // The best of many short batches: a busy machine only ever adds.
        let batch = || {
            let start = Instant::now();
            for _ in 0..1_000 {
                black_box(checked.eval(black_box(&member)));
            }
            start.elapsed().as_secs_f64() * 1e6
        };
        let best = (0..2_000).map(|_| batch()).fold(f64::INFINITY, f64::min);
        eprintln!("{best:>6.1} ns  {text}");
    }
}
