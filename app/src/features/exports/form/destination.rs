//! What the chosen connection leaves to be set.

use leptos::prelude::*;

use super::state::FormState;
use crate::domain::{DeliveryOptions, FieldErrors};

impl FormState {
    /// Whether the connection that is chosen takes files. While none is, it may.
    pub(super) fn has_files(self) -> bool {
        self.connections.with(|choices| {
            let mut choices = choices.iter().map(|choice| &choice.connection);
            let chosen = self
                .connection
                .with(|id| choices.find(|connection| connection.id.to_string() == *id));
            chosen.is_none_or(|connection| connection.kind.has_files())
        })
    }

    /// What is set; of files nothing, where there are none.
    pub(super) fn read_options(self, errors: &mut FieldErrors) -> DeliveryOptions {
        let options = self.options.read(errors);
        if self.has_files() {
            return options;
        }
        errors
            .0
            .retain(|error| error.field != "options.max_rows_per_file");
        options.without_files()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::load::{Loaded, Purpose};
    use super::super::state::tests::empty;
    use super::*;
    use crate::domain::{
        ConnectionChoice, ConnectionId, ConnectionRef, ConnectionType, FileFormat,
    };

    pub(in super::super) fn choice(number: u128, kind: ConnectionType) -> ConnectionChoice {
        ConnectionChoice {
            connection: ConnectionRef {
                id: ConnectionId::new(uuid::Uuid::from_u128(number)),
                name: format!("connection {number}"),
                kind,
            },
        }
    }

    #[test]
    fn where_there_are_no_files_nothing_is_said_of_them() {
        let (folder, webhook) = (
            choice(1, ConnectionType::LocalFolder),
            choice(2, ConnectionType::Webhook),
        );
        let loaded = Loaded {
            connections: vec![folder.clone(), webhook.clone()],
            ..empty()
        };
        Owner::new().with(|| {
            let form = FormState::new(Purpose::New, &loaded, None);
            form.options.path_template.set("/wrong".into());
            form.options.max_rows.set("many".into());
            let read = |chosen: &ConnectionChoice| {
                form.connection.set(chosen.connection.id.to_string());
                let mut errors = FieldErrors::default();
                (form.read_options(&mut errors), errors.0.len())
            };
            let without = DeliveryOptions::default().without_files();
            assert_eq!(read(&webhook), (without, 0));
            let (options, errors) = read(&folder);
            assert_eq!((options.format, errors), (FileFormat::Csv, 1));
            assert_eq!(options.path_template, "/wrong");
        });
    }
}
