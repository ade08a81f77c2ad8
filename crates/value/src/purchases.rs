//! A fitted model of purchases, whichever it is.

use crate::base::Customer;
use crate::geometric::Geometric;
use crate::maths::exp;
use crate::nbd::Nbd;
use crate::pareto::ParetoNbd;

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Purchases {
    /// BG/NBD or MBG/NBD.
    Geometric(Geometric),
    ParetoNbd(ParetoNbd),
    /// Nobody is ever lost.
    Nbd(Nbd),
}

impl Purchases {
    pub fn ln_likelihood(&self, customer: &Customer) -> f64 {
        match self {
            Self::Geometric(model) => model.ln_likelihood(customer),
            Self::ParetoNbd(model) => model.ln_likelihood(customer),
            Self::Nbd(model) => model.ln_likelihood(customer),
        }
    }

    /// Its logarithm tells apart what as a probability is 0 in any number of digits.
    pub fn ln_p_alive(&self, customer: &Customer) -> f64 {
        match self {
            Self::Geometric(model) => model.ln_p_alive(customer),
            Self::ParetoNbd(model) => model.ln_p_alive(customer),
            Self::Nbd(_) => 0.0,
        }
    }

    /// Probability of being alive at the end of observation.
    pub fn p_alive(&self, customer: &Customer) -> f64 {
        exp(self.ln_p_alive(customer))
    }

    /// Purchases in a time ahead, of a customer who is alive.
    pub fn expected_if_alive(&self, customer: &Customer, ahead: f64) -> f64 {
        let ahead = ahead.max(0.0);
        match self {
            Self::Geometric(model) => model.expected_if_alive(customer, ahead),
            Self::ParetoNbd(model) => model.expected_if_alive(customer, ahead),
            Self::Nbd(model) => model.expected(customer, ahead),
        }
    }

    /// Purchases expected in a time ahead.
    pub fn expected(&self, customer: &Customer, ahead: f64) -> f64 {
        self.p_alive(customer) * self.expected_if_alive(customer, ahead)
    }

    /// Purchases expected in (from, to], both counted from the end of observation.
    pub fn expected_between(&self, customer: &Customer, from: f64, to: f64) -> f64 {
        let within = self.expected_if_alive(customer, to) - self.expected_if_alive(customer, from);
        self.p_alive(customer) * within.max(0.0)
    }

    /// Repeat purchases expected of somebody new within a time.
    pub fn expected_new(&self, ahead: f64) -> f64 {
        let ahead = ahead.max(0.0);
        match self {
            Self::Geometric(model) => model.expected_new(ahead),
            Self::ParetoNbd(model) => model.expected_new(ahead),
            Self::Nbd(model) => model.r / model.alpha * ahead,
        }
    }

    /// Purchases expected within a horizon, each discounted at a continuous rate per unit of time. Pareto/NBD by its integral; the others
    /// by `steps` equal stretches, what falls into one discounted from its middle.
    pub fn discounted(&self, customer: &Customer, rate: f64, horizon: f64, steps: u32) -> f64 {
        let if_alive = match self {
            Self::ParetoNbd(model) => model.discounted_if_alive(customer, rate, horizon),
            Self::Geometric(_) | Self::Nbd(_) => {
                let step = horizon / f64::from(steps.max(1));
                let mut before = 0.0;
                let stretch = |at: u32| {
                    let until = self.expected_if_alive(customer, step * f64::from(at + 1));
                    let within = until - before;
                    before = until;
                    within.max(0.0) * exp(-rate * step * (f64::from(at) + 0.5))
                };
                (0..steps.max(1)).map(stretch).sum()
            }
        };
        self.p_alive(customer) * if_alive
    }
}
