//! The words of the product as types, and the rules that need nothing but them.
//!
//! Everything here is pure: no Leptos, no I/O, no clock. It compiles for the browser and for the
//! server, so that a form and the service behind it obey the same parser.

mod account;
mod audit;
mod bulk;
mod codes;
mod connection;
mod cron;
mod data;
mod delivery;
mod delivery_preview;
mod difference;
mod export;
mod export_about;
mod export_filter;
mod factor;
mod history;
mod identity;
mod ids;
mod listed_export;
mod next_attempt;
mod notice;
mod operation;
mod page;
mod people;
mod profile;
mod reason;
mod run;
mod schedule;
mod segment;
mod storage;
mod strip;
mod system;
mod table_preferences;
mod tellable;
mod text;
mod theme;
mod view;

pub use account::{Email, Me, NewPassword, Role};
pub use audit::{AuditDays, AuditDetails, AuditDoor, AuditQuery, AuditSummary};
pub use bulk::{
    BulkAction, BulkOutcome, BulkPlan, BulkReport, BulkRequest, LeftOut, Target, UndoReport,
};
pub use connection::{
    Audience, ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionPause, ConnectionRef,
    ConnectionSummary, ConnectionType, ConnectionTypeInfo, Expiry, FieldKind, LastTest, Publishing,
    Release, RemovedConnection, SecretState, TestOutcome, TestStage, TestStepResult, TypeField,
};
pub use cron::{CronExpression, CronField, CronValues};
pub use data::{
    ChangedField, PreviewRows, RefreshStatus, SchemaChange, SchemaField, SourceDraft, SourceKind,
    SourceSummary, TableDetails, TableSummary, TableUpdate,
};
pub use delivery::{
    Compression, DEFAULT_TEMPLATE, Delimiter, DeliveryOptions, FileFormat, HeldLimits, LineEnd,
    Preset, Quoting, Renewal, Upstream, UpstreamFailure,
};
pub use delivery_preview::{DeliveryPreview, DeliveryPreviewDraft, PreviewBody};
pub use difference::{Difference, DifferenceValue, ExportState, differences, value_before};
#[cfg(test)]
pub(crate) use export::tests::row as export_row;
pub use export::{
    ExportDetails, ExportDraft, ExportFacets, ExportItem, ExportItemDraft, ExportListRow,
    ExportQuery, ExportSort, ExportStatus, FieldMapping, Mode, PageFacets, Permission, RunStarted,
    Started,
};
pub use export_about::{ExportAbout, ExportAboutDraft, Label, ParsedAbout, PersonRef};
pub use export_filter::{ExportFilter, FilterNames, SegmentFilter};
pub use factor::{FactorPicture, FactorSetUp, FactorState};
pub use history::{Cause, HistoryEntry, Removal, RemovalFacts, RemovedExport};
pub use identity::{IdentityProvider, ProviderRefusal};
pub use ids::{
    AuditId, ChangeId, ChannelId, ConnectionId, ExportId, IdError, InvitationId, NoticeId,
    RefreshId, RunId, SegmentId, SessionId, SourceId, TableId, TaskId, TokenId, UserId, ViewId,
};
pub use listed_export::ListedExport;
#[cfg(test)]
pub(crate) use listed_export::tests::listed as listed_export;
pub use next_attempt::{NextAttempt, NoNextAttempt};
pub use notice::{
    Channel, ChannelDraft, ChannelKind, ConnectionNotice, ConnectionNoticeKind, Follow,
    FollowSettings, Following, Notice, NoticeKind, NoticeList, Told, shown_address,
};
pub use operation::{
    About, DatabaseKind, DayTimeline, Disk, PastTask, Pipeline, PipelineNode, SystemPause,
    TaskHistory, TimelineBar, TimelineWork,
};
pub use page::{Cursor, Limit, Page};
pub use people::{
    Invitation, InvitationDraft, NewLink, NewToken, PersonKind, PersonSummary, PersonUpdate,
    ServiceDraft, TokenDraft, TokenSummary,
};
pub use profile::{OpenInvitation, Preferences, Profile, SessionSummary};
pub use reason::{FieldError, FieldErrors, Reason};
pub use run::{
    DeliveredFile, ItemCounts, MOST_COUNTED, Refused, RunDetails, RunItem, RunQuery, RunStatus,
    RunSummary, Trigger, Waybill, WaybillTable,
};
pub use schedule::{
    DEFAULT_CATCH_UP_HOURS, Day, HOUR_STEPS, MOST_CATCH_UP_HOURS, MOST_TIMES, MOST_WEEKS, MonthDay,
    MonthDayDraft, Nth, Pause, Recurrence, RecurrenceKind, Schedule, ScheduleDraft, TimeOfDay,
    WallTime, Weekday,
};
pub use segment::{
    Arity, Condition, Family, MOST_DEPTH, Operator, RemovedSegment, SegmentDefinition,
    SegmentDetails, SegmentDraft, SegmentKind, SegmentPreview, SegmentSummary, SegmentUse, Test,
    instant, segment_name,
};
pub use storage::{
    Forecast, Keeping, KeepingDraft, LastBackup, Restored, ServerDisk, Storage, StorageDay,
    StorageKind, StorageUse, SystemWarning, forecast, growth, percent_full,
};
pub use strip::{RunStrip, StripMark};
pub use system::{
    PlannedStart, RefreshDetails, RefreshRun, RefreshSummary, RefreshTask, RefreshTrigger,
    ScheduleChange, ScheduleMode, ScheduleOutcome, SchedulePreview, StatusCount, SystemSchedule,
    SystemScheduleDraft, SystemStatus, SystemTask, TaskKind, UpcomingExport, UpcomingStart,
};
pub use table_preferences::{Density, OptionalColumn, TablePreferences, TimeStyle, ZoneStyle};
pub use tellable::{tellable, without_places};
pub use text::{DisplayName, TextError};
pub use theme::Theme;
pub use view::{SavedView, SavedViewDraft};

/// Instants on the wire and in the store: microseconds since the epoch, UTC.
pub type Micros = i64;
/// A version of an export or connection; every save makes the next one.
pub type Version = i64;

/// Whether a field says nothing that its absence would not: then it is not written.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
