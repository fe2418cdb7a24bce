//! Where the files go inside the destination, and what a run does before and instead of delivering.

use leptos::prelude::*;

use super::errors::FormErrors;
use super::options_state::OptionsState;
use super::preview::{PathNow, Preview};
use super::state::FormState;
use crate::domain::{Renewal, UpstreamFailure};
use crate::i18n::{exports, use_language};
use crate::ui::prelude::*;

/// Folder, path with what it comes to, and the size of files.
#[component]
pub(super) fn PathSection(form: FormState, errors: FormErrors, preview: Preview) -> impl IntoView {
    let language = use_language();
    let options = form.options;
    view! {
        <FormSection title=exports::path_section(language)>
            <FolderField
                form
                errors
                label=exports::folder_name(language)
                help=exports::folder_help(language)
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
            <PathNow preview/>
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
    .erased()
}

/// In place of format and path, where the connection takes rows and no files: what its messages call the export.
#[component]
pub(super) fn MessageSection(form: FormState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    view! {
        <FormSection
            title=exports::rows_section(language)
            text=exports::rows_text(language)
        >
            <FolderField
                form
                errors
                label=exports::name_in_messages(language)
                help=exports::name_in_messages_help(language)
            />
        </FormSection>
    }
    .erased()
}

/// What the export is called where its data go.
#[component]
fn FolderField(
    form: FormState,
    errors: FormErrors,
    label: &'static str,
    help: &'static str,
) -> impl IntoView {
    let language = use_language();
    view! {
        <TextField
            name="folder"
            label=label
            value=form.folder
            help=help
            placeholder=exports::folder_placeholder(language)
            autocomplete="off"
            mono=true
            optional=true
            error=errors.of("folder")
        />
    }
    .erased()
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
    .erased()
}
