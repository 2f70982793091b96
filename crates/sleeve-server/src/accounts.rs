//! The accounts service: `POST /api/token`.
