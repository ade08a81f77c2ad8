//! 90 % ranges of predictions: against draws of the parameters, on small bases, and for customers nobody would think of.

use perennial_value::fit::{self, Kind};
use perennial_value::{Band, Base, Customer, Purchases, Uncertainty};

use crate::cdnow::customers;

/// A stream that is the same everywhere: Knuth's linear congruence, and Box and Muller's normals from it.
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// The model with parameters drawn from the normal distribution of their logarithms.
fn drawn(model: &Purchases, known: &Uncertainty, draws: &mut Draws) -> Purchases {
    let rows = known.rows();
    let n = rows.len();
    let mut factor = vec![vec![0.0_f64; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let rest = rows[i][j] - (0..j).map(|k| factor[i][k] * factor[j][k]).sum::<f64>();
            factor[i][j] = if i == j { rest.sqrt() } else { rest / factor[j][j] };
        }
    }
    let normals: Vec<f64> = (0..n).map(|_| draws.normal()).collect();
    let by: Vec<f64> = (0..n).map(|i| (0..=i).map(|k| factor[i][k] * normals[k]).sum::<f64>().exp()).collect();
    match *model {
        Purchases::Geometric(mut held) => {
            (held.r, held.alpha, held.a, held.b) = (held.r * by[0], held.alpha * by[1], held.a * by[2], held.b * by[3]);
            Purchases::Geometric(held)
        }
        Purchases::ParetoNbd(mut held) => {
            (held.r, held.alpha, held.s, held.beta) = (held.r * by[0], held.alpha * by[1], held.s * by[2], held.beta * by[3]);
            Purchases::ParetoNbd(held)
        }
        Purchases::Nbd(mut held) => {
            (held.r, held.alpha) = (held.r * by[0], held.alpha * by[1]);
            Purchases::Nbd(held)
        }
    }
}

fn percentiles(mut found: Vec<f64>) -> Band {
    found.sort_unstable_by(f64::total_cmp);
    Band { low: found[found.len() / 20], high: found[found.len() - found.len() / 20 - 1] }
}

const SOME: [(u32, f64, f64); 5] = [(0, 0.0, 38.0), (1, 4.0, 30.0), (2, 30.0, 38.0), (7, 36.0, 38.0), (12, 20.0, 38.0)];

#[test]
fn ranges_are_those_of_drawn_parameters() {
    let base = Base::new(customers("CDNOW_sample.txt"));
    for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd, Kind::Nbd] {
        let fit = fit::purchases(kind, &base);
        let known = fit.report.uncertainty.unwrap();
        let mut draws = Draws(1);
        let models: Vec<Purchases> = (0..2_000).map(|_| drawn(&fit.model, &known, &mut draws)).collect();
        for (x, t_x, t) in SOME {
            let customer = Customer::new(x, t_x, t);
            let told = fit.model.p_alive_band(&known, &customer).unwrap();
            let found = percentiles(models.iter().map(|model| model.p_alive(&customer)).collect());
            assert!(
                (told.low - found.low).abs() < 0.02 && (told.high - found.high).abs() < 0.02,
                "{kind:?} {customer:?} {told:?} {found:?}"
            );
            let told = fit.model.band(&known, |model| model.expected(&customer, 39.0)).unwrap();
            let found = percentiles(models.iter().map(|model| model.expected(&customer, 39.0)).collect());
            // To first order: each end within a fifth of the range's length, as logarithms.
            let length = (found.high / found.low).ln();
            let near = |told: f64, found: f64| (told / found).ln().abs() < 0.2 * length;
            assert!(near(told.low, found.low) && near(told.high, found.high), "{kind:?} {customer:?} {told:?} {found:?}");
            let middle = fit.model.expected(&customer, 39.0);
            assert!(told.low < middle && middle < told.high, "{kind:?} {customer:?}");
        }
    }
}

#[test]
fn few_members_make_wide_ranges_and_never_none_at_all() {
    let whole = customers("CDNOW_sample.txt");
    let width = |customers: &[Customer], kind: Kind| {
        let fit = fit::purchases(kind, &Base::new(customers.iter().copied()));
        let known = fit.report.uncertainty.unwrap_or_else(|| panic!("{kind:?} {:?}", fit.report));
        let customer = Customer::new(2, 30.0, 38.0);
        let expected = fit.model.band(&known, |model| model.expected(&customer, 39.0)).unwrap();
        let alive = fit.model.p_alive_band(&known, &customer).unwrap();
        assert!((0.0..=1.0).contains(&alive.low) && alive.low <= alive.high && alive.high <= 1.0, "{alive:?}");
        (expected.high / expected.low, alive.high - alive.low)
    };
    for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd] {
        let (of_all, of_few, of_none) = (width(&whole, kind), width(&whole[..60], kind), width(&[], kind));
        assert!(of_few.0 > of_all.0 && of_few.1 > of_all.1, "{kind:?} {of_all:?} {of_few:?}");
        assert!(of_none.0 > of_few.0 && of_none.0 > 3.0, "{kind:?} {of_few:?} {of_none:?}");
    }
}

#[test]
fn no_customer_has_a_range_that_is_no_number() {
    let base = Base::new(customers("CDNOW_sample.txt"));
    for kind in Kind::ALL {
        let fit = fit::purchases(kind, &base);
        let known = fit.report.uncertainty.unwrap();
        for (x, t_x, t) in
            [(0, 0.0, 0.0), (0, 0.0, 1040.0), (1, 0.1, 1040.0), (10_000, 1040.0, 1040.0), (10_000, 500.0, 1040.0), (50, 1.0, 7300.0)]
        {
            let customer = Customer::new(x, t_x, t);
            let bands = [
                fit.model.p_alive_band(&known, &customer),
                fit.model.band(&known, |model| model.expected(&customer, 52.0)),
                fit.model.band(&known, |model| model.discounted(&customer, 0.002, 156.0, 36)),
            ];
            for band in bands.into_iter().flatten() {
                let is_number = band.low.is_finite() && band.high.is_finite();
                assert!(is_number && 0.0 <= band.low && band.low <= band.high, "{kind:?} {customer:?} {band:?}");
            }
        }
    }
}
