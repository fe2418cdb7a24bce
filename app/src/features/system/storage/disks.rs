//! The disk of each server: how full it is, and when it is full.

use leptos::prelude::*;

use crate::domain::{Disk, Forecast, ServerDisk, percent_full};
use crate::features::runs::count;
use crate::features::system::figures::day;
use crate::i18n::{Language, format, operation, storage as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The servers that looked in lately.
#[component]
pub(super) fn Disks(servers: Vec<ServerDisk>) -> impl IntoView {
    let language = use_language();
    let are_all_stopped = servers.iter().all(|server| server.refreshes_stopped);
    let nobody = servers
        .is_empty()
        .then(|| view! { <p>{texts::no_servers(language)}</p> });
    let disks = servers
        .iter()
        .enumerate()
        .map(|(place, server)| {
            let name = name_of(language, server, place, servers.len());
            disk(language, server, name, are_all_stopped)
        })
        .collect_view();
    view! {
        <section class="system-group">
            <h2>{texts::disks(language)}</h2>
            {nobody}
            {disks}
        </section>
    }
    .erased()
}

/// What a server is called: by its name, where the reader is told it, else by its place among several.
fn name_of(language: Language, server: &ServerDisk, place: usize, of: usize) -> Option<String> {
    if !server.server.is_empty() {
        return Some(server.server.clone());
    }
    (of > 1).then(|| texts::server_number(language, place + 1))
}

/// When a disk is full.
fn sentence(language: Language, forecast: Forecast) -> String {
    match forecast {
        Forecast::TooEarly => texts::full_too_early(language).to_owned(),
        Forecast::NotGrowing => texts::not_filling(language).to_owned(),
        Forecast::Full(at) => texts::full_on(language, day(language, at)),
    }
}

fn disk(
    language: Language,
    server: &ServerDisk,
    name: Option<String>,
    are_all_stopped: bool,
) -> AnyView {
    let percent = server.disk.map_or(0, percent_full);
    let stopped = server.refreshes_stopped.then(|| {
        let (title, text) = match &name {
            Some(name) if !are_all_stopped => (
                texts::stopped_at(language, name),
                texts::stopped_at_text(language, percent),
            ),
            _ => (
                texts::stopped_title(language).to_owned(),
                texts::stopped_text(language, percent),
            ),
        };
        view! {
            <MessageBar intent=Intent::Warning title>
                {text}
            </MessageBar>
        }
    });
    let label = match &name {
        Some(name) => texts::disk_of(language, name),
        None => operation::disk_used(language).to_owned(),
    };
    let bar = match server.disk {
        Some(disk) => bar(language, label, disk),
        None => view! { <p>{operation::disk_unknown(language)}</p> }.erased(),
    };
    let forecast = server
        .disk
        .map(|_| format!("{}. ", sentence(language, server.forecast)));
    view! {
        <div class="storage-disk">
            {name.map(|name| view! { <h3>{name}</h3> })}
            {stopped}
            {bar}
            <p class="sub">
                {forecast} {texts::version(language, &server.version)} " "
                <Time at=instant(server.seen_at)/>
            </p>
        </div>
    }
    .erased()
}

fn bar(language: Language, label: String, disk: Disk) -> AnyView {
    let (total, free) = (count(disk.total), count(disk.free));
    let size = |bytes| format::bytes(language, bytes);
    view! {
        <Progress
            label
            value=Signal::stored(Some(total.saturating_sub(free)))
            max=Signal::stored(total)
            text=texts::filled(language, percent_full(disk), size(free), size(total))
        />
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    fn server(name: &str) -> ServerDisk {
        ServerDisk {
            server: name.to_owned(),
            version: "0.1.0".to_owned(),
            seen_at: 0,
            disk: None,
            forecast: Forecast::TooEarly,
            refreshes_stopped: false,
        }
    }

    #[test]
    fn who_is_not_told_the_names_of_servers_knows_several_by_their_places() {
        let named = |name, of| name_of(English, &server(name), 1, of);
        assert_eq!(named("atlas", 1).as_deref(), Some("atlas"));
        assert_eq!(named("", 2).as_deref(), Some("Server 2"));
        assert_eq!(named("", 1), None);
    }

    #[test]
    fn the_day_on_which_a_disk_is_full_is_named() {
        let full = Forecast::Full(1_795_737_600_000_000);
        assert_eq!(
            sentence(English, full),
            "At this rate the disk is full on 27 Nov 2026"
        );
        assert_eq!(
            sentence(French, full),
            "À ce rythme, le disque sera plein le 27 nov. 2026"
        );
        assert_eq!(
            sentence(English, Forecast::TooEarly),
            "When it will be full is known after a day"
        );
        assert_eq!(
            sentence(French, Forecast::NotGrowing),
            "Il ne se remplit pas"
        );
    }
}
