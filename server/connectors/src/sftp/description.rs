//! What a connection asks for.

use crate::description::{Atomicity, FieldDescription, FieldKind, TypeDescription};
use crate::template::PathTemplate;

pub(crate) const KEY: &str = "sftp";

pub(crate) const DESCRIPTION: TypeDescription = TypeDescription {
    key: KEY,
    fields: &[
        FieldDescription::new("host", FieldKind::Text)
            .required()
            .place(),
        FieldDescription::new("port", FieldKind::Number)
            .default_of("22")
            .place(),
        FieldDescription::new("username", FieldKind::Text).required(),
        FieldDescription::new("password", FieldKind::Secret).one_of("credential"),
        FieldDescription::new("private_key", FieldKind::SecretText).one_of("credential"),
        FieldDescription::new("folder", FieldKind::Text).required(),
        FieldDescription::new("host_key", FieldKind::Text)
            .required()
            .place(),
        FieldDescription::new("passphrase", FieldKind::Secret).rare(),
    ],
    formats: &["csv", "parquet", "jsonl"],
    modes: &["full"],
    atomic: Atomicity::Run,
    default_path_template: PathTemplate::DEFAULT,
};
