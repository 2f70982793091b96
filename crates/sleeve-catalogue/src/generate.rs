//! An invented catalogue, the same for the same seed on every machine.
