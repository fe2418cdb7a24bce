//! *About*: what the program is, and what it stands on.

use leptos::prelude::*;

use crate::api::{ApiError, get_about};
use crate::domain::{About, Disk};
use crate::features::runs::count;
use crate::i18n::{format, operation as texts, use_language};
use crate::shell::LoadProblem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The seventh tab. What it shows changes when the program does.
#[component]
pub(super) fn AboutTab() -> impl IntoView {
    let about = ask_server(|| (), |()| get_about());
    view! {
        <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
            <Body about/>
        </Transition>
    }
    .erased()
}

#[component]
fn Body(about: FromServer<Result<About, ApiError>>) -> impl IntoView {
    let shown = answer_of(about);
    dynamic(move || {
        shown.get().map(|about| match about {
            Ok(about) => view! { <Facts about/> }.erased(),
            Err(error) => view! { <LoadProblem error/> }.erased(),
        })
    })
}

/// Whether the machine knows newer rules of time zones. Versions are a year and a letter (`2025b`).
fn is_outdated(built_in: &str, machine: Option<&str>) -> bool {
    machine.is_some_and(|machine| machine > built_in)
}

#[component]
fn Facts(about: About) -> impl IntoView {
    let language = use_language();
    let machine = about.machine_time_zone_data.as_deref();
    let outdated = is_outdated(&about.time_zone_data, machine).then(|| {
        let title = texts::time_zones_outdated(language);
        let machine = machine.unwrap_or_default();
        let text = texts::time_zones_outdated_text(language, &about.time_zone_data, machine);
        view! {
            <MessageBar intent=Intent::Warning title>
                {text}
            </MessageBar>
        }
    });
    let environment = (!about.environment.is_empty()).then(|| {
        view! { <KeyValue label=texts::environment(language)>{about.environment}</KeyValue> }
    });
    let database = format!(
        "{} {}",
        texts::database_name(about.database),
        about.database_version
    );
    let disk = match about.disk {
        Some(disk) => view! { <DiskUse disk/> }.erased(),
        None => texts::disk_unknown(language).erased(),
    };
    view! {
        <div class="system-facts">
            {outdated}
            <KeyValueList>
                <KeyValue label=texts::version(language)>{about.version}</KeyValue>
                {environment}
                <KeyValue label=texts::running_since(language)>
                    <Time at=instant(about.started_at) absolute=true/>
                </KeyValue>
                <KeyValue label=texts::database(language)>{database}</KeyValue>
                <KeyValue label=texts::schema_version(language)>
                    {about.schema_version.to_string()}
                </KeyValue>
                <KeyValue label=texts::time_zone_data(language)>{about.time_zone_data}</KeyValue>
                <KeyValue label=texts::disk_used(language)>{disk}</KeyValue>
                <KeyValue label=texts::snapshots(language)>
                    {format::bytes(language, count(about.snapshot_bytes))}
                </KeyValue>
            </KeyValueList>
        </div>
    }
    .erased()
}

/// How full the disk is, as a bar and in words.
#[component]
fn DiskUse(disk: Disk) -> impl IntoView {
    let language = use_language();
    let (total, free) = (count(disk.total), count(disk.free));
    let size = |bytes| format::bytes(language, bytes);
    view! {
        <Progress
            label=texts::disk_used(language)
            value=Signal::stored(Some(total.saturating_sub(free)))
            max=Signal::stored(total)
            text=texts::disk_free(language, size(free), size(total))
        />
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::is_outdated;

    #[test]
    fn only_newer_rules_of_the_machine_are_worth_a_warning() {
        assert!(is_outdated("2025b", Some("2026a")) && is_outdated("2025b", Some("2025c")));
        for machine in [None, Some("2025b"), Some("2024b")] {
            assert!(!is_outdated("2025b", machine), "{machine:?}");
        }
    }
}
