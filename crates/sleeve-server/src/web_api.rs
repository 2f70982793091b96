//! The Web API under `/v1`.
