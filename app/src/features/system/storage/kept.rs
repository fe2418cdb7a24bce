//! What is kept for how long, to read; and the last backup.

use leptos::prelude::*;

use crate::domain::{Keeping, LastBackup};
use crate::features::runs::count;
use crate::i18n::{format, storage as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The command that makes a backup, of a server that was installed as its package says. Where the settings of others are, the
/// page does not know: the text beside it says what to name.
const COMMAND: &str =
    "waybill backup /var/backups/waybill/waybill.tar.zst --config /etc/waybill/waybill.toml";

/// The settings, which administrators change in a pane.
#[component]
pub(super) fn Kept(keeping: Keeping) -> impl IntoView {
    let language = use_language();
    let days = move |days: u32| texts::days(language, u64::from(days));
    view! {
        <section class="system-group">
            <h2>{texts::kept(language)}</h2>
            <KeyValueList>
                <KeyValue label=texts::kept_snapshots(language)>
                    {format::integer(language, u64::from(keeping.snapshots))}
                </KeyValue>
                <KeyValue label=texts::kept_runs(language)>{days(keeping.runs_days)}</KeyValue>
                <KeyValue label=texts::kept_audit(language)>
                    {days(keeping.audit_days.get())}
                </KeyValue>
                <KeyValue label=texts::refreshes_stop(language)>
                    {texts::full(language, keeping.stop_refreshes_percent)}
                    <span class="sub">{texts::stop_refreshes_text(language)}</span>
                </KeyValue>
            </KeyValueList>
        </section>
    }
    .erased()
}

/// When it was made, or how to make one; administrators alone have the machine for that.
#[component]
pub(super) fn Backup(last: Option<LastBackup>) -> impl IntoView {
    let language = use_language();
    let body = match last {
        Some(backup) => view! {
            <p>
                <Time at=instant(backup.at) absolute=true/>
                ", "
                {format::bytes(language, count(backup.bytes))}
            </p>
        }
        .erased(),
        None => view! { <NoBackup/> }.erased(),
    };
    view! {
        <section class="system-group">
            <h2>{texts::last_backup(language)}</h2>
            {body}
        </section>
    }
    .erased()
}

#[component]
fn NoBackup() -> impl IntoView {
    let language = use_language();
    let how = use_session().is_administrator().then(|| {
        view! {
            <p>{texts::backup_text(language)}</p>
            <CopyField
                id="backup-command"
                label=texts::backup_command(language)
                value=COMMAND
            />
        }
    });
    view! {
        <p>{texts::no_backup(language)} "."</p>
        {how}
    }
    .erased()
}
