//! The metrics against what others computed: published tables, a second implementation, and by hand.

mod acquisition;
mod baskets;
mod demand;
mod everyone;
mod hand;
mod peers;
mod products;
mod random;
mod simulated;
