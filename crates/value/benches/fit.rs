//! Fits of a base of customers, timed: `cargo bench --package perennial-value --bench fit -- [customers | file.csv]`.
//!
//! A file has the columns x, t_x, T. Without one, customers are drawn who buy and are lost as the Pareto/NBD says of CDNOW, known for up to 78
//! weeks by the day, from a fixed seed. One JSON line for each model, so that `bench/peers/value.py` can run this beside its peers.

use std::time::Instant;

use perennial_value::{Base, Customer, Fit, Kind, Purchases, fit};

fn main() {
    let argument = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let customers = match argument {
        Some(text) => text.parse().map_or_else(|_| read(&text), drawn),
        None => drawn(1_000_000),
    };
    for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd] {
        // The time of a fit includes collapsing equal customers: who fits has a list of customers, not of points.
        let mut times: Vec<f64> = Vec::new();
        let mut found = None;
        for _ in 0..5 {
            let begun = Instant::now();
            let base = Base::new(customers.iter().copied());
            let fit = fit::purchases(kind, &base);
            times.push(begun.elapsed().as_secs_f64());
            found = Some((base.points(), fit));
        }
        times.sort_by(f64::total_cmp);
        let (points, fit) = found.expect("five were run");
        eprintln!("{}", line(kind, customers.len(), points, times[2], &fit));
    }
}

fn line(kind: Kind, n: usize, points: usize, seconds: f64, fit: &Fit<Purchases>) -> String {
    let params: Vec<String> = fit.report.parameters.iter().map(|one| format!("\"{}\":{}", one.name, one.value)).collect();
    format!(
        "{{\"model\":\"{}\",\"customers\":{n},\"points\":{points},\"seconds\":{seconds:.4},\"log_likelihood\":{},\"converged\":{},\"params\":{{{}}}}}",
        kind.as_str(),
        fit.report.log_likelihood,
        fit.report.convergence.converged,
        params.join(",")
    )
}

fn read(path: &str) -> Vec<Customer> {
    let text = std::fs::read_to_string(path).expect("the file is there");
    let row = |line: &str| {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.trim().parse().expect("a number")).collect();
        Customer::new(cells[0] as u32, cells[1], cells[2])
    };
    text.lines().skip(1).map(row).collect()
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Chance(u64);

impl Chance {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, rate: f64) -> f64 {
        -(1.0 - self.unit()).ln() / rate
    }

    /// Marsaglia, Tsang 2000; for a shape under one, one above it and a power.
    fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0, rate) * (1.0 - self.unit()).powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let normal = (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
            let cube = (1.0 + c * normal).powi(3);
            if cube > 0.0 && (1.0 - self.unit()).ln() < 0.5 * normal * normal + d * (1.0 - cube + cube.ln()) {
                return d * cube / rate;
            }
        }
    }
}

fn drawn(n: usize) -> Vec<Customer> {
    let mut chance = Chance(4);
    (0..n).map(|_| one(&mut chance)).collect()
}

fn one(chance: &mut Chance) -> Customer {
    let known = 546 - (chance.unit() * 84.0) as i32;
    let (rate, end) = (chance.gamma(0.553, 10.578 * 7.0), chance.gamma(0.606, 11.669 * 7.0));
    let alive = chance.exponential(end).min(f64::from(known));
    let (mut at, mut days, mut last) = (0.0, 0, 0);
    loop {
        at += chance.exponential(rate);
        if at >= alive {
            break;
        }
        let day = at as i32;
        if day > last {
            (days, last) = (days + 1, day);
        }
    }
    Customer::new(days, f64::from(last) / 7.0, f64::from(known) / 7.0)
}
