//! HTTPS with a certificate from files: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.

mod files;
mod listener;

pub use files::{CertificateFiles, TlsError};
pub use listener::TlsListener;
