//! A group as it is being edited: signals for its fields, and the draft they make.

use leptos::prelude::*;

use super::settings::{EditedSettings, LIMITS};
use crate::domain::{
    Channel, ChannelDraft, ChannelId, ChannelKind, DisplayName, ExportId, FieldErrors, Reason,
    Version,
};

/// Values of the choice of what it follows.
pub(super) const EVERYTHING: &str = "everything";
pub(super) const CHOSEN: &str = "chosen";

/// Before the names of the limits, as REST has them.
pub(super) const SETTINGS: &str = "settings.";

/// An export that the group may follow.
#[derive(Clone, Copy)]
pub(super) struct OfferedExport {
    pub(super) id: ExportId,
    pub(super) name: StoredValue<String>,
    pub(super) chosen: RwSignal<bool>,
}

/// A group that is being added or edited. Its parts are signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct EditedGroup {
    /// What is stored, and of which version; none for a new one.
    pub(super) target: Option<(ChannelId, Version)>,
    pub(super) name: RwSignal<String>,
    pub(super) kind: RwSignal<String>,
    /// Of a webhook, empty to begin with: what is stored is not known here.
    pub(super) address: RwSignal<String>,
    /// Where the webhook that is stored leads.
    leads_to: StoredValue<Option<String>>,
    /// Everything, or the exports that are chosen.
    pub(super) scope: RwSignal<String>,
    pub(super) settings: EditedSettings,
    pub(super) exports: StoredValue<Vec<OfferedExport>>,
    original: StoredValue<Option<ChannelDraft>>,
}

impl EditedGroup {
    /// Starts from what is stored, or from nothing with this kind. The exports of a group are offered even if they
    /// are not among those that there are.
    pub(super) fn new(
        stored: Option<Channel>,
        kind: ChannelKind,
        mut exports: Vec<(ExportId, String)>,
    ) -> Self {
        let chosen = stored
            .as_ref()
            .map(|stored| stored.exports.clone())
            .unwrap_or_default();
        let unknown = chosen
            .iter()
            .filter(|(id, _)| !exports.iter().any(|(known, _)| known == id));
        let unknown: Vec<_> = unknown.cloned().collect();
        exports.extend(unknown);
        let offered = |(id, name): (ExportId, String)| OfferedExport {
            id,
            name: StoredValue::new(name),
            chosen: RwSignal::new(chosen.iter().any(|(chosen, _)| *chosen == id)),
        };
        let exports = exports.into_iter().map(offered).collect();
        let scope = if chosen.is_empty() {
            EVERYTHING
        } else {
            CHOSEN
        };
        let target = stored.as_ref().map(|stored| (stored.id, stored.version));
        let kind = stored.as_ref().map_or(kind, |stored| stored.kind);
        let (name, shown, settings) = stored
            .map(|stored| (stored.name, stored.address, stored.settings))
            .unwrap_or_default();
        let is_hook = target.is_some() && kind == ChannelKind::Webhook;
        let (address, leads_to) = if is_hook {
            (String::new(), Some(shown))
        } else {
            (shown, None)
        };
        let group = Self {
            target,
            name: RwSignal::new(name),
            kind: RwSignal::new(kind.code().to_owned()),
            address: RwSignal::new(address),
            leads_to: StoredValue::new(leads_to),
            scope: RwSignal::new(scope.to_owned()),
            settings: EditedSettings::new(settings),
            exports: StoredValue::new(exports),
            original: StoredValue::new(None),
        };
        group.original.set_value(Some(untrack(|| group.draft())));
        group
    }

    /// The kind that is chosen.
    pub(super) fn channel_kind(self) -> ChannelKind {
        self.kind
            .with(|kind| ChannelKind::from_code(kind))
            .unwrap_or(ChannelKind::Mail)
    }

    /// Where its webhook leads, whose address stays as long as no other is typed.
    pub(super) fn kept_address(self) -> Option<String> {
        let is_hook = self.channel_kind() == ChannelKind::Webhook;
        self.leads_to.get_value().filter(|_| is_hook)
    }

    /// Whether it follows the exports that are chosen, and no others.
    pub(super) fn is_for_some(self) -> bool {
        self.scope.with(|scope| scope == CHOSEN)
    }

    fn draft(self) -> ChannelDraft {
        let exports = if self.is_for_some() {
            self.exports.with_value(|exports| {
                let chosen = exports.iter().filter(|export| export.chosen.get());
                chosen.map(|export| export.id).collect()
            })
        } else {
            Vec::new()
        };
        ChannelDraft {
            name: self.name.get(),
            kind: self.channel_kind(),
            address: self.address.get(),
            exports,
            settings: self.settings.typed(),
        }
    }

    /// Whether closing would lose something.
    pub(super) fn is_changed(self) -> bool {
        let now = self.draft();
        self.original
            .with_value(|original| original.as_ref() != Some(&now))
    }

    /// What to save, or what the browser can already tell is wrong. The server checks all of it again, with the same
    /// parsers.
    pub(super) fn submission(self) -> Result<ChannelDraft, FieldErrors> {
        let draft = self.draft();
        let mut errors = FieldErrors::default();
        errors.take("name", DisplayName::parse(&draft.name));
        let is_kept = self.kept_address().is_some() && draft.leaves_address();
        if !is_kept {
            errors.take("address", draft.parsed_address());
        }
        // No export at all stands for everything, which was not chosen.
        if self.is_for_some() && draft.exports.is_empty() {
            errors.add("exports", Reason::new("choice_needed"));
        }
        if let Err(wrong) = draft.settings.check() {
            for error in wrong.0 {
                errors.add(&format!("{SETTINGS}{}", error.field), error.reason);
            }
        }
        errors.done().map(|()| draft)
    }

    /// The names of the controls in sight, in their order.
    pub(super) fn fields(self) -> Vec<String> {
        let mut fields = ["name", "kind", "address"].map(str::to_owned).to_vec();
        if self.is_for_some() {
            fields.push("exports".to_owned());
        }
        fields.extend(LIMITS.map(|limit| format!("{SETTINGS}{limit}")));
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FollowSettings;

    fn export(number: u32, name: &str) -> (ExportId, String) {
        let id = format!("00000000-0000-7000-8000-{number:012}");
        (id.parse().expect("a UUID"), name.to_owned())
    }

    fn stored() -> Channel {
        Channel {
            id: "00000000-0000-7000-8000-000000000099"
                .parse()
                .expect("a UUID"),
            version: 3,
            name: "Data team".into(),
            kind: ChannelKind::Webhook,
            address: "https://chat.example".into(),
            exports: vec![export(2, "Orders"), export(3, "Removed")],
            settings: FollowSettings {
                silent_hours: Some(24),
                ..FollowSettings::default()
            },
            sent_at: None,
            problem: None,
            updated_at: 0,
            updated_by: String::new(),
        }
    }

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.0.iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn a_stored_group_is_unchanged_until_something_is_typed() {
        Owner::new().with(|| {
            let offered = vec![export(1, "Clients"), export(2, "Orders")];
            let group = EditedGroup::new(Some(stored()), ChannelKind::Mail, offered);
            assert!(!group.is_changed());
            let draft = group.submission().expect("as it was");
            assert_eq!(draft.exports, [export(2, "").0, export(3, "").0]);
            assert_eq!(draft.settings, stored().settings);
            assert_eq!(draft.address, "", "it is not known here, and stays");
            assert_eq!(
                group.kept_address().as_deref(),
                Some("https://chat.example")
            );
            group.kind.set(ChannelKind::Mail.code().into());
            let errors = group.submission().expect_err("a mail address is needed");
            assert_eq!(fields(&errors), ["address"]);
            group.kind.set(ChannelKind::Webhook.code().into());
            group.scope.set(EVERYTHING.into());
            assert!(group.is_changed());
            assert!(group.submission().expect("everything").exports.is_empty());
        });
    }

    #[test]
    fn an_empty_form_says_what_it_lacks_in_the_order_of_its_fields() {
        Owner::new().with(|| {
            let group = EditedGroup::new(None, ChannelKind::Mail, vec![export(1, "Clients")]);
            assert!(!group.is_changed());
            group.scope.set(CHOSEN.into());
            group.address.set("https://chat.example".into());
            let errors = group.submission().expect_err("nothing is filled in");
            assert_eq!(fields(&errors), ["name", "address", "exports"]);
            group.name.set("Team".into());
            group.kind.set(ChannelKind::Webhook.code().into());
            group.scope.set(EVERYTHING.into());
            assert!(group.submission().is_ok());
        });
    }
}
