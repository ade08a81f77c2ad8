//! What is known of each customer, and a whole base of them with equal ones collapsed to weighted points.

/// One customer's purchases in a unit of time of the caller's: day, week, month.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Customer {
    /// Repeat purchases: the first is not counted.
    pub x: u32,
    /// From the first purchase to the last; 0 while there is only one.
    pub t_x: f64,
    /// From the first purchase to the end of observation.
    pub t: f64,
}

impl Customer {
    /// Straightens what cannot be: a time before the first purchase, a last purchase after the end, the time of a repeat that never was.
    pub fn new(x: u32, t_x: f64, t: f64) -> Self {
        let within = |time: f64| if time.is_finite() { time.max(0.0) } else { 0.0 };
        let t_x = if x == 0 { 0.0 } else { within(t_x) };
        Self { x, t_x, t: within(t).max(t_x) }
    }
}

/// Repeat purchases of one customer and their mean worth.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spend {
    pub x: u32,
    pub mean: f64,
}

/// Customers of one number of repeats: a range of [`Base::points`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub x: u32,
    pub first: usize,
    pub end: usize,
    pub weight: f64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    /// Places of the two times among [`Base::times`].
    pub t_x: u32,
    pub t: u32,
    pub weight: f64,
}

/// Everyone. A likelihood is a sum over customers, so equal ones are one point with a weight.
#[derive(Clone, Debug, Default)]
pub struct Base {
    pub(crate) groups: Vec<Group>,
    pub(crate) points: Vec<Point>,
    /// Every time that occurs, ascending: a base known by the day has a few hundred, whose logarithms serve all points.
    pub(crate) times: Vec<f64>,
    n: u64,
    repeaters: u64,
    repeats: f64,
    time: f64,
}

impl Base {
    pub fn new(customers: impl IntoIterator<Item = Customer>) -> Self {
        let mut all: Vec<Customer> = customers.into_iter().collect();
        all.sort_unstable_by(|one, other| one.x.cmp(&other.x).then(one.t_x.total_cmp(&other.t_x)).then(one.t.total_cmp(&other.t)));
        let mut times: Vec<f64> = all.iter().flat_map(|one| [one.t_x, one.t]).collect();
        times.sort_unstable_by(f64::total_cmp);
        times.dedup();
        let mut base = Self { times, ..Self::default() };
        for equal in all.chunk_by(|one, other| one == other) {
            base.add(&equal[0], equal.len());
        }
        base
    }

    fn add(&mut self, one: &Customer, members: usize) {
        let place = |time: f64| self.times.partition_point(|held| *held < time) as u32;
        let (weight, end) = (members as f64, self.points.len() + 1);
        self.points.push(Point { t_x: place(one.t_x), t: place(one.t), weight });
        match self.groups.last_mut() {
            Some(group) if group.x == one.x => (group.end, group.weight) = (end, group.weight + weight),
            _ => self.groups.push(Group { x: one.x, first: end - 1, end, weight }),
        }
        self.n += members as u64;
        self.repeaters += if one.x > 0 { members as u64 } else { 0 };
        self.repeats += weight * f64::from(one.x);
        self.time += weight * one.t;
    }

    /// At most about so many points, taken evenly: enough to tell starts apart.
    pub(crate) fn thinned(&self, points: usize) -> Option<Self> {
        let step = self.points.len().div_ceil(points);
        if step < 2 {
            return None;
        }
        let mut thin = Self { times: self.times.clone(), ..Self::default() };
        for group in &self.groups {
            // The middle of a piece carries the weight of all of it, so that no kind of customer is lost.
            for piece in self.of(group).chunks(step) {
                let point = piece[piece.len() / 2];
                let weight: f64 = piece.iter().map(|point| point.weight).sum();
                let one = Customer { x: group.x, t_x: self.times[point.t_x as usize], t: self.times[point.t as usize] };
                thin.add(&one, weight as usize);
            }
        }
        Some(thin)
    }

    pub fn n(&self) -> u64 {
        self.n
    }

    /// A function of every time that occurs, by its place.
    pub(crate) fn by_time<T>(&self, of: impl Fn(f64) -> T) -> Vec<T> {
        self.times.iter().map(|time| of(*time)).collect()
    }

    /// Customers who bought again.
    pub fn repeaters(&self) -> u64 {
        self.repeaters
    }

    /// Different customers, as the likelihood sees them.
    pub fn points(&self) -> usize {
        self.points.len()
    }

    /// The mean time of observation; 1 where nobody was observed for any.
    pub(crate) fn mean_time(&self) -> f64 {
        let mean = self.time / (self.n as f64).max(1.0);
        if mean > 0.0 { mean } else { 1.0 }
    }

    /// Repeat purchases per unit of time, never zero: half a purchase is added to a mean time.
    pub(crate) fn rate(&self) -> f64 {
        (self.repeats + 0.5) / (self.time + self.mean_time())
    }

    pub(crate) fn of(&self, group: &Group) -> &[Point] {
        &self.points[group.first..group.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_customers_are_one_point_and_none_is_lost() {
        let base = Base::new(
            [(0, 0.0, 9.0), (2, 3.0, 9.0), (0, 7.0, 9.0), (2, 3.0, 9.0), (2, 4.0, 9.0)].map(|(x, t_x, t)| Customer::new(x, t_x, t)),
        );
        assert_eq!((base.n(), base.repeaters(), base.points()), (5, 3, 3), "the time of a repeat that never was is no difference");
        let weights: Vec<(u32, f64)> = base.groups.iter().map(|group| (group.x, group.weight)).collect();
        assert_eq!(weights, [(0, 2.0), (2, 3.0)]);
        assert_eq!(base.of(&base.groups[1]).iter().map(|point| point.weight).collect::<Vec<_>>(), [2.0, 1.0]);
    }

    #[test]
    fn what_cannot_be_is_straightened() {
        assert_eq!(Customer::new(1, 5.0, 3.0), Customer { x: 1, t_x: 5.0, t: 5.0 });
        assert_eq!(Customer::new(3, f64::NAN, f64::INFINITY), Customer { x: 3, t_x: 0.0, t: 0.0 });
        assert_eq!(Customer::new(0, 4.0, -1.0), Customer { x: 0, t_x: 0.0, t: 0.0 });
    }
}
