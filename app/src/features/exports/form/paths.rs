//! Where the files go inside the destination, and what a run does before and instead of delivering.

use leptos::prelude::*;

use super::errors::FormErrors;
use super::example::{Example, expand, folder_name, is_dated};
use super::options_state::OptionsState;
use super::state::FormState;
use crate::domain::{FieldErrors, Renewal, UpstreamFailure};
use crate::i18n::{exports, use_language};
use crate::ui::prelude::*;

/// Folder, path with its example, and the size of files.
#[component]
pub(super) fn PathSection(form: FormState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let options = form.options;
    let folder = Memo::new(move |_| {
        let typed = form.folder.with(|folder| folder.trim().to_owned());
        if typed.is_empty() {
            form.name.with(|name| folder_name(name))
        } else {
            typed
        }
    });
    let extension = Memo::new(move |_| options.read(&mut FieldErrors::default()).extension());
    let example = move || {
        let table = form
            .items
            .with_value(|items| {
                items
                    .iter()
                    .find(|item| item.chosen.get())
                    .map(|item| item.name.get_value())
            })
            .unwrap_or_else(|| exports::example_table(language).to_owned());
        folder.with(|folder| {
            let example = Example {
                folder,
                table: &table,
                extension: extension.get(),
            };
            options
                .path_template
                .with(|template| expand(template, &example))
        })
    };
    let undated = move || {
        (!options.path_template.with(|template| is_dated(template)))
            .then(|| view! { <p class="field-help">{exports::path_replaces(language)}</p> })
    };
    view! {
        <FormSection title=exports::path_section(language)>
            <TextField
                name="folder"
                label=exports::folder_name(language)
                value=form.folder
                help=exports::folder_help(language)
                placeholder=exports::folder_placeholder(language)
                autocomplete="off"
                mono=true
                optional=true
                error=errors.of("folder")
            />
            <TextField
                name="options.path_template"
                label=exports::path_template(language)
                value=options.path_template
                help=exports::path_help(language)
                autocomplete="off"
                mono=true
                required=true
                error=errors.of("options.path_template")
            />
            <p class="path-example">
                <span class="field-label">{exports::example(language)}</span>
                <code>{example}</code>
            </p>
            {undated}
            <TextField
                name="options.max_rows_per_file"
                label=exports::max_rows(language)
                value=options.max_rows
                help=exports::max_rows_help(language)
                autocomplete="off"
                optional=true
                error=errors.of("options.max_rows_per_file")
            />
        </FormSection>
    }
    .into_any()
}

/// Renewal before a run, what is done without it, and when a run is held.
#[component]
pub(super) fn SafetySection(options: OptionsState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let renewals = Renewal::ALL
        .iter()
        .map(|renewal| {
            let help = match renewal {
                Renewal::RenewFirst => exports::renew_first_help(language),
                Renewal::LatestSnapshot => exports::latest_snapshot_help(language),
            };
            Choice::new(renewal.code(), exports::renewal_name(language, *renewal)).description(help)
        })
        .collect::<Vec<_>>();
    let upstreams = UpstreamFailure::ALL
        .iter()
        .map(|choice| {
            let help = match choice {
                UpstreamFailure::Skip => exports::upstream_skip_help(language),
                UpstreamFailure::DeliverPrevious => exports::upstream_deliver_help(language),
            };
            Choice::new(choice.code(), exports::upstream_name(language, *choice)).description(help)
        })
        .collect::<Vec<_>>();
    view! {
        <FormSection
            title=exports::safety_section(language)
            text=exports::held_help(language)
        >
            <div class="form-columns">
                <TextField
                    name="options.held.fewer_percent"
                    label=exports::held_percent(language)
                    value=options.held_percent
                    autocomplete="off"
                    error=errors.of("options.held.fewer_percent")
                />
                <TextField
                    name="options.held.fewer_rows"
                    label=exports::held_rows(language)
                    value=options.held_rows
                    autocomplete="off"
                    error=errors.of("options.held.fewer_rows")
                />
            </div>
            <RadioGroup
                name="options.renewal"
                label=exports::renewal(language)
                value=options.renewal
                options=Signal::stored(renewals)
                error=errors.of("options.renewal")
            />
            <RadioGroup
                name="options.upstream.on_failure"
                label=exports::upstream(language)
                value=options.upstream
                options=Signal::stored(upstreams)
                error=errors.of("options.upstream.on_failure")
            />
            <div class="form-columns">
                <TextField
                    name="options.upstream.limit_hours"
                    label=exports::upstream_limit(language)
                    value=options.upstream_limit
                    autocomplete="off"
                    error=errors.of("options.upstream.limit_hours")
                />
            </div>
        </FormSection>
    }
    .into_any()
}
