//! The tab: asks now and then, and changes only what differs, so that what has the focus keeps it.

use std::time::Duration;

use leptos::prelude::*;

use super::disks::Disks;
use super::growth::Growth;
use super::kept::{Backup, Kept};
use super::restoring::Restoring;
use super::uses::Uses;
use crate::api::{ApiError, get_storage};
use crate::domain::Storage;
use crate::features::poll::{Beat, ask_again_after};
use crate::features::system::page::Changed;
use crate::features::system::refusal::refusal;
use crate::i18n::{storage as texts, system, use_language};
use crate::shell::LoadProblem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long it is left alone: disks fill while nobody says so.
const POLL_EVERY: Duration = Duration::from_mins(1);

/// The last answer.
type Shown = Signal<Option<Result<Storage, ApiError>>>;

/// The sixth tab.
#[component]
pub(in crate::features::system) fn StorageTab(changed: Changed) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::System]);
    let beat = Beat::new();
    let storage = ask_server(
        move || (hints.get(), beat.times(), changed.times()),
        |_| get_storage(),
    );
    beat.after(move || {
        storage.with(|answer| ask_again_after(answer.as_ref()?, |_| Some(POLL_EVERY)))
    });
    view! {
        <CommandBar label=system::commands(language)>
            <LinkButton
                href=pane_href("keeping")
                appearance=Appearance::Subtle
                icon="edit"
                disabled_reason=Signal::stored(refusal())
                keep_scroll=true
            >
                {texts::change_kept(language)}
            </LinkButton>
        </CommandBar>
        <p class="page-text system-about">{texts::about(language)}</p>
        <Restoring/>
        <Transition fallback=|| view! { <TextSkeleton lines=12/> }>
            <Body storage/>
        </Transition>
    }
    .erased()
}

#[component]
fn Body(storage: FromServer<Result<Storage, ApiError>>) -> impl IntoView {
    let shown: Shown = answer_of(storage);
    let is_known = once_in_the_browser(move || {
        shown.with(|answer| {
            let answer = answer.as_ref()?.as_ref();
            Some(answer.map(|_| ()).map_err(Clone::clone))
        })
    });
    dynamic(move || {
        is_known.get().map(|known| match known {
            Ok(()) => view! { <Whole shown/> }.erased(),
            Err(error) => view! { <LoadProblem error/> }.erased(),
        })
    })
}

/// A part of what was answered.
fn part<T>(shown: Shown, of: fn(&Storage) -> T) -> Signal<T>
where
    T: Default + PartialEq + Send + Sync + 'static,
{
    once_in_the_browser(move || {
        shown.with(|answer| match answer {
            Some(Ok(storage)) => of(storage),
            Some(Err(_)) | None => T::default(),
        })
    })
}

#[component]
fn Whole(shown: Shown) -> impl IntoView {
    let servers = part(shown, |storage| storage.servers.clone());
    let uses = part(shown, |storage| storage.uses.clone());
    let history = part(shown, |storage| storage.history.clone());
    let keeping = part(shown, |storage| storage.keeping);
    let last_backup = part(shown, |storage| storage.last_backup);
    view! {
        <div class="storage">
            {dynamic(move || view! { <Disks servers=servers.get()/> })}
            <Uses uses/>
            {dynamic(move || view! { <Growth history=history.get()/> })}
            {dynamic(move || view! { <Kept keeping=keeping.get()/> })}
            {dynamic(move || view! { <Backup last=last_backup.get()/> })}
        </div>
    }
    .erased()
}
