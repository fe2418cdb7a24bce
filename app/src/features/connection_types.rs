//! How the types of destination look, on every page.

use crate::domain::ConnectionType;

/// The icon of a type of connection.
pub(crate) const fn type_icon(kind: ConnectionType) -> &'static str {
    match kind {
        ConnectionType::LocalFolder => "folder",
        ConnectionType::Sftp => "server_link",
        ConnectionType::S3 | ConnectionType::AzureBlob => "cloud",
        ConnectionType::AdlsGen2 => "cloud_database",
        ConnectionType::Webhook => "link",
    }
}
