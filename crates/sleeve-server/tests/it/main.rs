//! The local Spotify from outside: real sockets, literal HTTP.

mod proxy;
