//! Travel documents: kinds, numbers, names and machine-readable zones. Pure: no I/O, no clock, no randomness.
