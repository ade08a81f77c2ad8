//! The text form: a SQL boolean expression. `lex` makes words, `parse` a tree, `print` the tree's shortest text.

mod lex;
mod parse;
mod print;

pub use lex::is_reserved;
pub(crate) use parse::{syntax, syntax_operand};
pub(crate) use print::{condition_text, operand_text};
pub use print::{print, print_operand};
