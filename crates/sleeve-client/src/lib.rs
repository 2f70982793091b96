//! A client for Spotify's Web API
