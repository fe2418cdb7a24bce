//! *Export details*: the configuration to read, its last runs, and the commands as links and forms.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::about::AboutFacts;
use super::facts::ExportFacts;
use super::problem::ExportProblem;
use super::rules::Command;
use crate::api;
use crate::api::{ApiError, RunExport};
use crate::domain::{ExportDetails, ExportId, ExportListRow, Limit, RunQuery, RunSummary};
use crate::features::notices::{
    FollowButton, FollowCommand, FollowFailure, Followed, follow_command, followed,
};
use crate::features::runs::RunTable;
use crate::i18n::{exports, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// So many runs are shown; *Runs* has all of them.
const LAST_RUNS: u32 = 5;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loaded {
    details: ExportDetails,
    runs: Vec<RunSummary>,
    followed: Followed,
}

async fn load(id: ExportId) -> Result<Loaded, ApiError> {
    let details = api::get_export(id).await?;
    let limit = Limit::parse(LAST_RUNS).unwrap_or_default();
    let query = RunQuery {
        export_id: Some(id),
        limit,
        ..RunQuery::default()
    };
    Ok(Loaded {
        details,
        runs: api::list_runs(query).await?.items,
        followed: followed(id).await?,
    })
}

/// The pane of an export, to read.
#[component]
pub(super) fn DetailsPane(id: ExportId) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[
        LiveKind::Exports,
        LiveKind::Runs,
        LiveKind::Connections,
        LiveKind::System,
    ]);
    let follow = follow_command();
    let loaded = ask_server(move || (hints.get(), follow.times()), move |_| load(id));
    let run = ServerAction::<RunExport>::new();
    let title = Signal::stored(exports::export_details(language).to_owned());
    view! {
        <Pane title close_href=close_href() size=PaneSize::Large>
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Details loaded run follow/>
            </Transition>
        </Pane>
    }
    .erased()
}

#[component]
fn Details(
    loaded: FromServer<Result<Loaded, ApiError>>,
    run: ServerAction<RunExport>,
    follow: FollowCommand,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(loaded);
    let retry_href = move || address.with_untracked(ToString::to_string);
    let go = use_go();
    // With script the answer of the form leads to the run; without, the server redirects.
    Effect::new(move || {
        if let Some(Ok(started)) = run.value().get() {
            let pane = PaneRoute::of("run", started.run_id);
            go.push(&address.get_untracked().with_pane(pane).to_string());
        }
    });
    let body = move |loaded: Loaded| {
        let Loaded {
            details,
            runs,
            followed,
        } = loaded;
        let name = details.row.name.clone();
        let (id, about) = (details.row.id, details.about.clone());
        // Whoever may not remove it may not change anything about it.
        let refusal = Command::Remove.refusal(language, &details.row);
        view! {
            <p class="pane-about">{name}</p>
            <DetailsCommands row=details.row.clone() run followed follow/>
            <h3>{exports::configuration(language)}</h3>
            <ExportFacts details/>
            <AboutFacts id about refusal/>
            <h3>{exports::last_runs(language)}</h3>
            <RunTable runs/>
        }
        .erased()
    };
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(loaded) => body(loaded),
            Err(error) => view! { <ExportProblem error retry_href=retry_href()/> }.erased(),
        })
    })
}

/// The commands on the export. All of them but *Follow* work without script.
#[component]
fn DetailsCommands(
    row: ExportListRow,
    run: ServerAction<RunExport>,
    followed: Followed,
    follow: FollowCommand,
) -> impl IntoView {
    let language = use_language();
    let role = use_session().role();
    let id = row.id.to_string();
    let (export, name) = (row.id, row.name.clone());
    let reason =
        move |command: Command| Signal::stored(command.refusal(language, &row).map(str::to_owned));
    let links = [
        (Command::Open, "edit"),
        (Command::Duplicate, "duplicate"),
        (Command::Schedule, "schedule"),
        (Command::Detach, "detach"),
        (Command::Runs, "runs"),
        (Command::History, "history"),
        (Command::Remove, "remove"),
    ]
    .into_iter()
    .filter(|(command, _)| command.is_offered(role))
    .map(|(command, kind)| {
        // Looking is what this pane is for: here *Open* is *Edit*, for who may.
        let disabled_reason = match command {
            Command::Open => reason(Command::Remove),
            _ => reason(command),
        };
        view! {
            <LinkButton
                href=pane_href(PaneRoute::of(kind, &id))
                icon=command.icon(None)
                keep_scroll=true
                disabled_reason
            >
                {command.label(language, None)}
            </LinkButton>
        }
    })
    .collect_view();
    let failure = Signal::derive(move || run.value().get()?.err());
    view! {
        <div class="run-commands">
            <ActionForm action=run>
                <HiddenField name="id" value=id.clone()/>
                <Button
                    kind=ButtonKind::Submit
                    appearance=Appearance::Primary
                    icon="play"
                    busy=run.pending()
                    disabled_reason=reason(Command::Run)
                >
                    {exports::run(language)}
                </Button>
            </ActionForm>
            {links}
            <FollowButton export name followed command=follow/>
        </div>
        <FollowFailure command=follow/>
        <Failure title=exports::command_failed(language) error=failure/>
    }
    .erased()
}
