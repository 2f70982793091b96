//! Rows that name music in, the same rows with track metadata out
