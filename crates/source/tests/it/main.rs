//! Files as they come, read through the public interface.

mod cdnow;
mod generic;
mod kit;
