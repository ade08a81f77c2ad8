//! What would be if more came back (SPEC ME-4): members, orders and sales from conversions and order values, by two models.
//!
//! *By step*: each order number has a value of its own. Of `buyers` first orders, the share c₁ makes a second, c₂ of those a third, and so
//! on; the last conversion holds for every later step, so that the orders from there on are the sum 1/(1 − c). *By bucket*: the value of an
//! order depends on how often its buyer bought in the end; who bought as often as there are values or more often did so m + c/(1 − c) times
//! on average. The pool carried over from before are members who have made their first order already: of theirs only the orders after it count.
//! Conversions need not rise.

/// How order values are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Model {
    Step,
    Bucket,
}

impl Model {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Bucket => "bucket",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Step, Self::Bucket].into_iter().find(|model| model.as_str() == text)
    }
}

/// What is put in. Checked by [`Plan::problems`].
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    pub model: Model,
    /// Members who make their first order.
    pub buyers: f64,
    /// From the first order to the second, from the second to the third, …; the last for every later step.
    pub conversions: Vec<f64>,
    /// Of the first order, the second, …, the last for every later one; or of orders of members who buy once, twice, …, as often or more
    /// often. In any unit of money.
    pub values: Vec<f64>,
    /// One-time buyers from before, who may make their second order now.
    pub carried_over: f64,
}

/// What comes out for one order number, or for one number of orders; the last row holds all beyond.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Row {
    /// By step: the order's number. By bucket: how often these members bought in the end.
    pub number: usize,
    /// By step: members who make this order. By bucket: members who bought so often.
    pub members: f64,
    pub orders: f64,
    pub sales: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    pub model: Model,
    pub rows: Vec<Row>,
    pub orders: f64,
    pub sales: f64,
}

/// A number that makes no sense, by the field it stands in and its place there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// Not a finite number of zero or more.
    Buyers,
    CarriedOver,
    Value(usize),
    /// None, or more than [`STEPS_MAX`].
    ValueCount,
    ConversionCount,
    /// Not between 0 and 1.
    Conversion(usize),
    /// The last conversion repeats for ever: it must stay below 1.
    Endless(usize),
    /// By bucket there are as many values as conversions.
    Unequal,
}

/// More order numbers than this are told apart by nobody.
pub const STEPS_MAX: usize = 50;

impl Plan {
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let is_amount = |number: f64| number.is_finite() && number >= 0.0;
        found.extend((!is_amount(self.buyers)).then_some(Problem::Buyers));
        found.extend((!is_amount(self.carried_over)).then_some(Problem::CarriedOver));
        found.extend((!(1..=STEPS_MAX).contains(&self.values.len())).then_some(Problem::ValueCount));
        found.extend((!(1..=STEPS_MAX).contains(&self.conversions.len())).then_some(Problem::ConversionCount));
        found.extend((0..self.values.len()).filter(|at| !is_amount(self.values[*at])).map(Problem::Value));
        let is_share = |at: &usize| (0.0..=1.0).contains(&self.conversions[*at]);
        found.extend((0..self.conversions.len()).filter(|at| !is_share(at)).map(Problem::Conversion));
        found.extend(
            self.conversions.last().is_some_and(|last| *last == 1.0).then_some(Problem::Endless(self.conversions.len().max(1) - 1)),
        );
        found.extend((self.model == Model::Bucket && self.values.len() != self.conversions.len()).then_some(Problem::Unequal));
        found
    }

    /// `None` where there are problems.
    pub fn run(&self) -> Option<Outcome> {
        if !self.problems().is_empty() {
            return None;
        }
        let rows = match self.model {
            Model::Step => self.by_step(),
            Model::Bucket => self.by_bucket(),
        };
        let sum = |of: fn(&Row) -> f64| rows.iter().map(of).sum();
        Some(Outcome { model: self.model, orders: sum(|row| row.orders), sales: sum(|row| row.sales), rows })
    }

    /// The share of those who made order `number` that makes the next; `number` counts from 1.
    fn conversion(&self, number: usize) -> f64 {
        self.conversions[number.min(self.conversions.len()) - 1]
    }

    fn value(&self, number: usize) -> f64 {
        self.values[number.min(self.values.len()) - 1]
    }

    /// Members who make order `number`, of those who begin now and of the pool.
    fn reach(&self, number: usize) -> f64 {
        if number == 1 {
            return self.buyers;
        }
        (1..number).fold(self.buyers + self.carried_over, |members, step| members * self.conversion(step))
    }

    fn by_step(&self) -> Vec<Row> {
        // From this order number on every conversion and every value is the last one.
        let open = self.conversions.len().max(self.values.len());
        let later = self.conversion(open);
        (1..=open)
            .map(|number| {
                let members = self.reach(number);
                let pool = if number == 1 { self.carried_over } else { 0.0 };
                let beyond = if number == open { (members + pool) * later / (1.0 - later) } else { 0.0 };
                let orders = members + beyond;
                Row { number, members, orders, sales: orders * self.value(number) }
            })
            .collect()
    }

    fn by_bucket(&self) -> Vec<Row> {
        let open = self.values.len();
        let row = |number: usize| {
            let (new, old) = (self.ending(self.buyers, number), self.ending(self.carried_over, number));
            let times = if number == open { number as f64 + self.conversion(open) / (1.0 - self.conversion(open)) } else { number as f64 };
            // Who was carried over and bought no more stands in no bucket; the first order of the others was made before.
            let old = if number == 1 && open > 1 { 0.0 } else { old };
            let orders = new * times + old * (times - 1.0);
            Row { number, members: new + old, orders, sales: orders * self.value(number) }
        };
        (1..=open).map(row).collect()
    }

    /// Of so many members, those who buy exactly `number` times in the end; of the last number, as often or more often.
    fn ending(&self, members: f64, number: usize) -> f64 {
        let reached = (1..number).fold(members, |members, step| members * self.conversion(step));
        if number == self.values.len() { reached } else { reached * (1.0 - self.conversion(number)) }
    }
}
