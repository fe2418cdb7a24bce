//! What the pages and REST need from a server, as traits. The server's `services` implement them;
//! both doors, server functions and REST, call nothing else.

mod audit;
mod bulk;
mod connections;
mod exports;
mod history;
mod people;
mod profile;
mod provider;
mod second_factor;
mod storage;
mod views;

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::{
    About, Channel, ChannelDraft, ChannelId, DayTimeline, ExportId, FieldErrors, FollowSettings,
    Following, Me, NoticeList, Page, Pipeline, Preferences, PreviewRows, Reason, RefreshDetails,
    RefreshId, RefreshSummary, RemovedSegment, Role, RunDetails, RunId, RunQuery, RunSummary,
    SegmentDefinition, SegmentDetails, SegmentDraft, SegmentId, SegmentPreview, SegmentSummary,
    SourceDraft, SourceId, SourceSummary, SystemPause, SystemSchedule, SystemScheduleDraft,
    SystemStatus, TableDetails, TableId, TableSummary, TableUpdate, TaskHistory, TaskId,
    TestOutcome, TokenId, UpcomingStart, UserId, Version,
};
use crate::i18n::Language;

pub use audit::{AuditRecord, AuditRecords, AuditService};
pub use bulk::BulkService;
pub use connections::ConnectionService;
pub use exports::ExportService;
pub use history::HistoryService;
pub use people::PeopleService;
pub use profile::ProfileService;
pub use provider::{Arrival, Departure, ProviderAnswer, ProviderService};
pub use second_factor::SecondFactorService;
pub use storage::StorageService;
pub use views::ViewService;

/// Through which door a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A page, with a session.
    Page,
    /// REST, with a token.
    Rest,
}

/// The person who asks, as of this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: UserId,
    pub email: String,
    pub name: String,
    /// What they may; through a token, no more than that may.
    pub role: Role,
    pub door: Door,
    /// The token that they came with.
    pub token: Option<TokenId>,
    /// How they like the pages.
    pub preferences: Preferences,
}

/// Who asks, from where, in which language. First argument of every service.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// None: not signed in.
    pub actor: Option<Actor>,
    /// Address of the client, for throttling and the audit log.
    pub network: String,
    /// The client, as it names itself.
    pub agent: String,
    pub language: Language,
    /// The id of what this request creates, made from its `Idempotency-Key`: repeated, it is the same one, also when the
    /// server ended before it could keep its answer.
    pub once: Option<uuid::Uuid>,
}

/// Why a service did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// The input is wrong; each error belongs to a field.
    #[error("invalid input")]
    Invalid(FieldErrors),
    #[error("not signed in")]
    NotSignedIn,
    /// The person may not do this; says why.
    #[error("forbidden: {}", .0.code)]
    Forbidden(Reason),
    /// There is no such thing, or the person may not know of it.
    #[error("not found")]
    NotFound,
    /// The state of the thing does not allow it.
    #[error("conflict: {}", .0.code)]
    Conflict(Reason),
    /// Somebody saved in between.
    #[error("changed meanwhile")]
    Stale {
        /// The version that is current now.
        current: Version,
    },
    /// Too many tries.
    #[error("throttled")]
    Throttled { retry_after_seconds: u32 },
    /// A fault of ours, already logged under this number.
    #[error("internal error {0}")]
    Internal(String),
}

/// Answer of a service.
pub type Answer<T> = Result<T, ServiceError>;

/// A new session: the cookie's value, to be set once and stored nowhere.
pub struct NewSession {
    pub token: String,
    pub max_age_seconds: u32,
}

/// What a right password comes to.
pub enum SignedIn {
    /// The person is signed in.
    Whole(NewSession),
    /// They owe the code of their second factor; this is the value of a cookie that says so.
    Owing(NewSession),
}

/// Signing in and out, and who is looking.
#[async_trait]
pub trait AccountService: Send + Sync {
    /// Signs in with address and password. Throttled; does not tell which of the two was wrong. Who has a second factor
    /// may give its code at once (error at `code`), or owes it.
    async fn sign_in(
        &self,
        ctx: &RequestContext,
        email: &str,
        password: String,
        code: Option<&str>,
    ) -> Answer<SignedIn>;
    /// Takes the code that is owed, within five minutes and five tries. `owing`: the value of that cookie. The error is at
    /// `code`.
    async fn finish_sign_in(
        &self,
        ctx: &RequestContext,
        owing: &str,
        code: &str,
    ) -> Answer<NewSession>;
    /// Ends the session of this cookie value. Ending what has ended is no error.
    async fn sign_out(&self, ctx: &RequestContext, token: &str) -> Answer<()>;
    /// The person of a session cookie; touches its idle time. None when it is unknown, expired or disabled.
    async fn session(&self, token: &str) -> Answer<Option<Actor>>;
    /// The person of a bearer token.
    async fn bearer(&self, token: &str) -> Answer<Option<Actor>>;
    /// Who is looking.
    async fn me(&self, ctx: &RequestContext) -> Answer<Me>;
    /// Whether this one-time link is the valid set-up link and nobody exists yet.
    async fn set_up_open(&self, ctx: &RequestContext, code: &str) -> Answer<bool>;
    /// Creates the first administrator with the one-time link, signs them in, and switches the system
    /// refresh on: every day at 02:00 in this zone, or in UTC when it is empty.
    async fn set_up(
        &self,
        ctx: &RequestContext,
        code: &str,
        name: &str,
        email: &str,
        password: String,
        time_zone: &str,
    ) -> Answer<NewSession>;
}

/// Runs and waybills.
#[async_trait]
pub trait RunService: Send + Sync {
    async fn list(&self, ctx: &RequestContext, query: RunQuery) -> Answer<Page<RunSummary>>;
    async fn get(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails>;
    /// Stops a run that has not ended. Published deliveries are not taken back.
    async fn cancel(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails>;
    /// *Deliver*: lets a held run go on.
    async fn release(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails>;
    /// *Discard*: ends a held run without delivering.
    async fn discard(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails>;
}

/// Data sources and tables.
#[async_trait]
pub trait DataService: Send + Sync {
    async fn sources(&self, ctx: &RequestContext) -> Answer<Vec<SourceSummary>>;
    async fn source(&self, ctx: &RequestContext, id: SourceId) -> Answer<SourceSummary>;
    /// Creates a source, lists its tables, and asks for its first refresh.
    async fn create_source(
        &self,
        ctx: &RequestContext,
        draft: SourceDraft,
    ) -> Answer<SourceSummary>;
    async fn update_source(
        &self,
        ctx: &RequestContext,
        id: SourceId,
        version: Version,
        draft: SourceDraft,
    ) -> Answer<SourceSummary>;
    /// Refused with the exports that use its tables.
    async fn remove_source(
        &self,
        ctx: &RequestContext,
        id: SourceId,
        version: Option<Version>,
    ) -> Answer<()>;
    /// Asks for a refresh of all its tables, or returns the one that waits.
    async fn refresh_source(&self, ctx: &RequestContext, id: SourceId) -> Answer<SourceSummary>;
    async fn tables(
        &self,
        ctx: &RequestContext,
        source: Option<SourceId>,
    ) -> Answer<Vec<TableSummary>>;
    async fn table(&self, ctx: &RequestContext, id: TableId) -> Answer<TableDetails>;
    /// Corrects types and *personal* marks, and asks for a refresh.
    async fn update_table(
        &self,
        ctx: &RequestContext,
        id: TableId,
        version: Version,
        update: TableUpdate,
    ) -> Answer<TableDetails>;
    /// The first rows, personal columns masked for viewers.
    async fn preview(&self, ctx: &RequestContext, id: TableId) -> Answer<PreviewRows>;
}

/// Segments. Everybody may look; contributors and administrators create, and restore what was removed; changing or
/// removing one needs the right to edit every export that uses it.
#[async_trait]
pub trait SegmentService: Send + Sync {
    async fn list(&self, ctx: &RequestContext) -> Answer<Vec<SegmentSummary>>;
    async fn get(&self, ctx: &RequestContext, id: SegmentId) -> Answer<SegmentDetails>;
    /// Creates a segment and asks for its first evaluation. Errors are named `name`, `table_id`, `where…`, `sql`.
    async fn create(&self, ctx: &RequestContext, draft: SegmentDraft) -> Answer<SegmentDetails>;
    /// Replaces the definition, and asks for an evaluation; `version` is the one the person saw.
    async fn update(
        &self,
        ctx: &RequestContext,
        id: SegmentId,
        version: Version,
        draft: SegmentDraft,
    ) -> Answer<SegmentDetails>;
    /// Refused with the exports that use it.
    async fn remove(
        &self,
        ctx: &RequestContext,
        id: SegmentId,
        version: Option<Version>,
    ) -> Answer<()>;
    /// Segments that were removed and can be restored, newest first.
    async fn removed(&self, ctx: &RequestContext) -> Answer<Vec<RemovedSegment>>;
    /// Brings a removed segment back, under its name or the next one that is free, and asks for an evaluation. Refused
    /// with the name of a table that it is made from and that is gone.
    async fn restore(&self, ctx: &RequestContext, id: SegmentId) -> Answer<SegmentDetails>;
    /// Asks for an evaluation on the latest snapshots, or returns the one that waits.
    async fn refresh(&self, ctx: &RequestContext, id: SegmentId) -> Answer<SegmentSummary>;
    /// What a definition comes to on the latest snapshots, without saving it; within 15 seconds.
    async fn preview(
        &self,
        ctx: &RequestContext,
        definition: SegmentDefinition,
    ) -> Answer<SegmentPreview>;
}

/// The system refresh: its schedule, what it comes to, what starts next. Everybody may look;
/// administrators change.
#[async_trait]
pub trait SystemService: Send + Sync {
    async fn schedule(&self, ctx: &RequestContext) -> Answer<SystemSchedule>;
    /// Replaces the schedule, daily or weekly; `version` is the one the person saw.
    async fn update_schedule(
        &self,
        ctx: &RequestContext,
        version: Version,
        draft: SystemScheduleDraft,
    ) -> Answer<SystemSchedule>;
    /// *Refresh all*: renews every source, then runs the exports that follow the refresh if asked to.
    async fn refresh_all(&self, ctx: &RequestContext, run_exports: bool) -> Answer<RefreshSummary>;
    async fn refresh(&self, ctx: &RequestContext, id: RefreshId) -> Answer<RefreshDetails>;
    /// Stops what has not ended of a refresh.
    async fn cancel_refresh(&self, ctx: &RequestContext, id: RefreshId) -> Answer<RefreshDetails>;
    async fn status(&self, ctx: &RequestContext) -> Answer<SystemStatus>;
    /// What starts by itself within the next 24 hours, soonest first, 500 starts at most.
    async fn upcoming(&self, ctx: &RequestContext) -> Answer<Vec<UpcomingStart>>;
    /// The pause of everything, if there is one.
    async fn paused(&self, ctx: &RequestContext) -> Answer<Option<SystemPause>>;
    /// Pauses everything with a reason (error at `reason`), or changes the reason.
    async fn pause(&self, ctx: &RequestContext, reason: String) -> Answer<SystemPause>;
    /// Ends the pause. Ending none is no error.
    async fn resume(&self, ctx: &RequestContext) -> Answer<()>;
    /// What a source, or a segment by `SegmentId::source`, did before.
    async fn task_history(&self, ctx: &RequestContext, id: SourceId) -> Answer<TaskHistory>;
    /// Stops a task that has not ended.
    async fn cancel_task(&self, ctx: &RequestContext, id: TaskId) -> Answer<TaskHistory>;
    /// What depends on what.
    async fn pipeline(&self, ctx: &RequestContext) -> Answer<Pipeline>;
    /// What was at work in the last 24 hours.
    async fn timeline(&self, ctx: &RequestContext) -> Answer<DayTimeline>;
    /// What the program is, and what it stands on.
    async fn about(&self, ctx: &RequestContext) -> Answer<About>;
}

/// Notices about exports, and who gets them. Everybody decides for themselves; administrators for groups.
#[async_trait]
pub trait NoticeService: Send + Sync {
    async fn list(&self, ctx: &RequestContext) -> Answer<NoticeList>;
    /// Notes that the person has read all notices of now.
    async fn read_all(&self, ctx: &RequestContext) -> Answer<NoticeList>;
    async fn following(&self, ctx: &RequestContext) -> Answer<Following>;
    /// Follows an export, or everything, with these settings; with none, follows it no longer.
    async fn follow(
        &self,
        ctx: &RequestContext,
        export: Option<ExportId>,
        settings: Option<FollowSettings>,
    ) -> Answer<Following>;
    async fn channels(&self, ctx: &RequestContext) -> Answer<Vec<Channel>>;
    async fn create_channel(&self, ctx: &RequestContext, draft: ChannelDraft) -> Answer<Channel>;
    async fn update_channel(
        &self,
        ctx: &RequestContext,
        id: ChannelId,
        version: Version,
        draft: ChannelDraft,
    ) -> Answer<Channel>;
    async fn remove_channel(
        &self,
        ctx: &RequestContext,
        id: ChannelId,
        version: Option<Version>,
    ) -> Answer<()>;
    /// Sends a test notice now, and tells what came of it.
    async fn test_channel(&self, ctx: &RequestContext, id: ChannelId) -> Answer<TestOutcome>;
}

/// All services of a server, as the pages find them in their context.
#[derive(Clone)]
pub struct Services {
    pub account: Arc<dyn AccountService>,
    pub exports: Arc<dyn ExportService>,
    pub bulk: Arc<dyn BulkService>,
    pub history: Arc<dyn HistoryService>,
    pub views: Arc<dyn ViewService>,
    pub runs: Arc<dyn RunService>,
    pub connections: Arc<dyn ConnectionService>,
    pub data: Arc<dyn DataService>,
    pub segments: Arc<dyn SegmentService>,
    pub notices: Arc<dyn NoticeService>,
    pub system: Arc<dyn SystemService>,
    pub people: Arc<dyn PeopleService>,
    pub profile: Arc<dyn ProfileService>,
    pub second_factor: Arc<dyn SecondFactorService>,
    /// None: people sign in with passwords alone.
    pub provider: Option<Arc<dyn ProviderService>>,
    pub audit: Arc<dyn AuditService>,
    pub storage: Arc<dyn StorageService>,
}
