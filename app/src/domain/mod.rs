//! The words of the product as types, and the rules that need nothing but them.
//!
//! Everything here is pure: no Leptos, no I/O, no clock. It compiles for the browser and for the
//! server, so that a form and the service behind it obey the same parser.

mod account;
mod connection;
mod data;
mod delivery;
mod export;
mod ids;
mod page;
mod reason;
mod run;
mod text;
mod theme;

pub use account::{Email, Me, NewPassword, Role};
pub use connection::{
    Audience, ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionRef,
    ConnectionSummary, ConnectionType, ConnectionTypeInfo, Publishing, TestOutcome, TypeField,
};
pub use data::{
    ChangedField, PreviewRows, RefreshStatus, SchemaChange, SchemaField, SourceDraft, SourceKind,
    SourceSummary, TableDetails, TableSummary, TableUpdate,
};
pub use delivery::{
    Compression, DEFAULT_TEMPLATE, Delimiter, DeliveryOptions, FileFormat, HeldLimits, LineEnd,
    Preset, Quoting, Renewal,
};
pub use export::{
    ExportDetails, ExportDraft, ExportItem, ExportItemDraft, ExportListRow, ExportQuery,
    ExportSort, ExportStatus, FieldMapping, Mode, Permission, RunStarted, Started,
};
pub use ids::{ConnectionId, ExportId, IdError, RunId, SourceId, TableId, TokenId, UserId};
pub use page::{Cursor, Limit, Page};
pub use reason::{FieldError, FieldErrors, Reason};
pub use run::{
    DeliveredFile, ItemCounts, Refused, RunDetails, RunItem, RunQuery, RunStatus, RunSummary,
    Trigger, Waybill, WaybillTable,
};
pub use text::{DisplayName, TextError};
pub use theme::Theme;

/// Instants on the wire and in the store: microseconds since the epoch, UTC.
pub type Micros = i64;
/// A version of an export or connection; every save makes the next one.
pub type Version = i64;
