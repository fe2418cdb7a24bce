//! How a stretch of work is shown, whatever it was: a task of a refresh, or a run of an export.

use super::figures::between;
use super::tab::SystemTab;
use crate::domain::{TaskKind, TimelineBar, TimelineWork};
use crate::features::data::refresh_look;
use crate::features::runs::status_look;
use crate::features::tabs::PageTab;
use crate::i18n::{Language, data, operation as texts, runs, system};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What drawing and table say of a stretch of work.
pub(super) struct WorkLook {
    /// To the run, or to the refresh that the task belonged to.
    pub(super) href: String,
    pub(super) kind: &'static str,
    pub(super) kind_icon: &'static str,
    pub(super) status: &'static str,
    pub(super) tone: Tone,
    pub(super) icon: &'static str,
}

impl WorkLook {
    /// The look of this work.
    pub(super) fn of(language: Language, work: &TimelineWork) -> Self {
        match *work {
            TimelineWork::Task {
                kind,
                refresh_id,
                status,
                ..
            } => {
                let pane = PaneRoute::of("refresh", refresh_id);
                let (tone, icon) = refresh_look(status);
                Self {
                    href: SystemTab::Timeline.address().with_pane(pane).to_string(),
                    kind: texts::task_kind(language, kind),
                    kind_icon: match kind {
                        TaskKind::Source => "database",
                        TaskKind::Segment => "filter",
                    },
                    status: data::refresh_status(language, status),
                    tone,
                    icon,
                }
            }
            TimelineWork::Run { run_id, status, .. } => {
                let status = status.as_export_status();
                let (tone, icon) = status_look(status);
                Self {
                    href: format!("{}?pane=run/{run_id}", routes::EXPORTS),
                    kind: system::export(language),
                    kind_icon: "arrow_export",
                    status: runs::status_name(language, status),
                    tone,
                    icon,
                }
            }
        }
    }
}

/// How long it lasted, or that it still does.
pub(super) fn lasted(language: Language, bar: &TimelineBar) -> String {
    between(language, Some(bar.started_at), bar.ended_at)
        .unwrap_or_else(|| texts::at_work(language).to_owned())
}
