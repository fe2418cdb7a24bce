//! Name and preferences.

use leptos::{form::ActionForm, prelude::*};

use super::page::reload_once;
use crate::api::UpdateProfile;
use crate::domain::Theme;
use crate::i18n::{Language, profile as texts, shell, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The form, filled in with what the server says of who looks.
#[component]
pub(super) fn ProfileForm() -> impl IntoView {
    let language = use_language();
    let me = use_me().get_untracked();
    let action = ServerAction::<UpdateProfile>::new();
    reload_once(move || action.value().get()?.ok(), "/account?done=profile");
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let shown = ["name", "language", "time_zone", "theme"]
        .map(str::to_owned)
        .to_vec();
    let errors = FormErrors::new(error, Signal::stored(shown));
    let liked = me.preferences;
    let name = RwSignal::new(me.name);
    let kept_language = RwSignal::new(liked.language);
    let time_zone = RwSignal::new(liked.time_zone);
    let theme = RwSignal::new(liked.theme.map_or("", Theme::code).to_owned());
    let mut languages = vec![Choice::new("", texts::as_browser(language))];
    languages.extend(
        Language::ALL
            .into_iter()
            .map(|language| Choice::new(language.code(), language.name())),
    );
    let mut themes = vec![Choice::new("", texts::theme_of_browser(language))];
    themes.extend(
        Theme::ALL
            .into_iter()
            .map(|theme| Choice::new(theme.code(), shell::theme_name(language, theme))),
    );
    view! {
        <FormProblems errors title=texts::not_saved(language)/>
        <ActionForm action>
            <div class="form account-form">
                <TextField
                    name="name"
                    label=texts::name(language)
                    value=name
                    autocomplete="name"
                    required=true
                    error=errors.of("name")
                />
                <SelectField
                    name="language"
                    label=texts::language(language)
                    value=kept_language
                    options=Signal::stored(languages)
                    error=errors.of("language")
                />
                <TextField
                    name="time_zone"
                    label=texts::time_zone(language)
                    value=time_zone
                    autocomplete="off"
                    help=texts::time_zone_help(language)
                    optional=true
                    mono=true
                    error=errors.of("time_zone")
                />
                <SelectField
                    name="theme"
                    label=texts::theme(language)
                    value=theme
                    options=Signal::stored(themes)
                    error=errors.of("theme")
                />
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    busy=action.pending()
                >
                    {while_saving(action.pending(), texts::save(language))}
                </Button>
            </div>
        </ActionForm>
    }
    .erased()
}
