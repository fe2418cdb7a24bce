//! JSON, as server functions send and read it.
//!
//! `server_fn` has a codec for JSON that reads bytes, while what the server writes into a page is read
//! from text: two readers, and with them every type's reading twice in the module that browsers load.
//! This one reads text.

use bytes::Bytes;
use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::{Serialize, de::DeserializeOwned};

/// Arguments and answers as JSON in bodies of POST.
pub(super) type Json = Post<JsonText>;

/// JSON through text.
pub struct JsonText;

/// A body that is no JSON of the type that is expected.
#[derive(Debug, thiserror::Error)]
pub enum JsonTextError {
    #[error("not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_string(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = JsonTextError;

    fn decode(body: Bytes) -> Result<T, Self::Error> {
        Ok(serde_json::from_str(std::str::from_utf8(&body)?)?)
    }
}
