//! Pictures: covers, portraits.

use serde::{Deserialize, Serialize};

use crate::lenient;

/// A picture at one size. Lists of them are sent widest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Image {
    /// Where the picture is.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub url: String,
    /// Height in pixels; `None` where the service does not know it.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub height: Option<u32>,
    /// Width in pixels; `None` where the service does not know it.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub width: Option<u32>,
}
