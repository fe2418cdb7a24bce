//! Changing one's password.

use leptos::{form::ActionForm, prelude::*};

use super::page::{Section, reload_once};
use crate::api::ChangePassword;
use crate::domain::NewPassword;
use crate::i18n::{account, profile as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The form.
#[component]
pub(super) fn PasswordForm() -> impl IntoView {
    let language = use_language();
    let email = use_session().me.email;
    let action = ServerAction::<ChangePassword>::new();
    reload_once(
        move || action.value().get()?.ok(),
        "/account?tab=security&done=password",
    );
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let shown = ["old", "new"].map(str::to_owned).to_vec();
    let errors = FormErrors::new(error, Signal::stored(shown));
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    view! {
        <Section title=texts::password(language) text=texts::password_text(language)>
            <FormProblems errors title=texts::password_not_changed(language)/>
            <ActionForm action>
                <div class="form account-form">
                    <UserNameField value=email/>
                    <TextField
                        name="old"
                        label=texts::old_password(language)
                        value=old
                        kind=InputKind::Password
                        autocomplete="current-password"
                        required=true
                        error=errors.of("old")
                    />
                    <TextField
                        name="new"
                        label=texts::new_password(language)
                        value=new
                        kind=InputKind::Password
                        autocomplete="new-password"
                        help=account::password_help(language, u64::from(NewPassword::FEWEST))
                        required=true
                        error=errors.of("new")
                    />
                    <Button
                        appearance=Appearance::Primary
                        kind=ButtonKind::Submit
                        busy=action.pending()
                    >
                        {texts::change_password(language)}
                    </Button>
                </div>
            </ActionForm>
        </Section>
    }
    .erased()
}
