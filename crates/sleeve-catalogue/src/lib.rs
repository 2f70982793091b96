//! Stored objects of the local Spotify: documents with holes, kept in SQLite
