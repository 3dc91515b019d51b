//! The pass: encode, sign, parse, verify; trust list, status list and verdict. Pure: no I/O, no clock, no randomness.
