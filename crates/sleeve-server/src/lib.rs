//! A local Spotify: dashboard, accounts service and Web API as one service over http types
