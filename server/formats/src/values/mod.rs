//! Values as text: telling which type they have, parsing them, and building Arrow arrays of them.

mod builder;
mod evidence;
mod parse;

pub(crate) use builder::ColumnBuilder;
pub(crate) use evidence::Evidence;
