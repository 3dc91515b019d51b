//! The words of the service: ids, states, evidence, colours, `Clock` and `Entropy`. Pure: no I/O, no clock, no randomness.
