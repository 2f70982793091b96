//! Documents and exports from outside, taken apart into objects.
//!
//! [`read()`] goes through [`Input`]s one after the other (JSON in any arrangement, playlist exporters' CSVs, packed or
//! not), and hands each object that it finds to a sink as a [`Piece`]. What cannot be read is counted, named by file and
//! line, and skipped. Nothing here stores anything, and no more than one record and a few batches is in memory.

pub mod exportify;
mod flatten;
mod format;
mod input;
mod read;
mod records;
mod tally;

pub use flatten::{Flattener, Hint, Piece};
pub use input::Input;
pub use read::{Progress, read};
pub use tally::{Bad, PassedOver, Tally};
