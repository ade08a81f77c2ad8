//! SQL over small histories made by hand, over the published sample, and from those who would do more than ask.

mod gate;
mod kit;
mod sample;
mod views;
mod wire;
