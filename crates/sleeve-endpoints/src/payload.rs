//! What stands in the body of a call.

use bytes::Bytes;

use crate::Refusal;

/// The body of a call.
pub trait Payload: Sized + Send + Sync {
    /// The `Content-Type`, where there is a body.
    const CONTENT_TYPE: Option<&'static str>;

    /// The bytes to send.
    fn to_bytes(&self) -> Bytes;

    /// Reads the bytes that came.
    ///
    /// # Errors
    /// The [`Refusal`] that a server words.
    fn read(bytes: &[u8]) -> Result<Self, Refusal>;
}

impl Payload for () {
    const CONTENT_TYPE: Option<&'static str> = None;

    fn to_bytes(&self) -> Bytes {
        Bytes::new()
    }

    fn read(_: &[u8]) -> Result<Self, Refusal> {
        Ok(())
    }
}
