//! JSON, as the server writes and the browser reads it: the bodies of server functions, and what stands in a page.
//!
//! Both pass through text and through one codec. With those of the libraries there would be two readers, one of bytes
//! and one of text, and with them every type's reading twice in the module that browsers load.

#[cfg(any(not(feature = "ssr"), test))]
mod reader;

use bytes::Bytes;
use codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::{Serialize, de::DeserializeOwned};

/// Reads as browsers do.
#[cfg(all(feature = "ssr", test))]
pub use reader::read as read_in_the_browser;
#[cfg(not(feature = "ssr"))]
pub use reader::{NotReadable, read};

/// Arguments and answers as JSON in bodies of POST.
pub(super) type Json = Post<JsonText>;

/// JSON through text.
pub struct JsonText;

/// A text that is no JSON of the type that is expected. On the server it is a stranger's.
#[cfg(feature = "ssr")]
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NotReadable(#[from] serde_json::Error);

#[cfg(feature = "ssr")]
fn read<T: DeserializeOwned>(text: &str) -> Result<T, NotReadable> {
    Ok(serde_json::from_str(text)?)
}

/// A body that is no JSON of the type that is expected.
#[derive(Debug, thiserror::Error)]
pub enum JsonTextError {
    #[error("not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),
    #[error(transparent)]
    Json(#[from] NotReadable),
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
        Ok(read(std::str::from_utf8(&body)?)?)
    }
}

impl<T: Serialize> Encoder<T> for JsonText {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for JsonText {
    type Error = NotReadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        read(text)
    }
}
