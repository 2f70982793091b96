//! Documents and exports from outside, taken apart into objects.
//!
//! [`import()`] reads inputs into a store, [`read()`] into whatever takes objects: it goes through [`Input`]s one after
//! the other (JSON in any arrangement, playlist exporters' CSVs, packed or not), and hands each object that it finds over
//! as a [`Piece`]. What cannot be read is counted, named by file and line, and skipped; the rest of its
//! record comes. No more than one record and a few
//! batches is in memory.

pub mod exportify;
mod flatten;
mod format;
mod input;
mod into;
mod parse;
mod rationed;
mod read;
mod records;
mod tally;

pub use flatten::{Flattened, Flattener, Hint, Piece};
pub use input::Input;
pub use into::{Imported, Stage, import};
pub use read::{Progress, read};
pub use tally::{Bad, PassedOver, Tally};
