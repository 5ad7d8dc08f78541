//! The kernel's parts by themselves: records and their operations, lanes, cells.

mod lanes;
mod records;
