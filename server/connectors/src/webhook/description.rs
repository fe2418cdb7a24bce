//! What a connection to a webhook asks for.

use super::chunks::Limits;
use crate::description::{Atomicity, FieldDescription, FieldKind, TypeDescription};

pub(crate) const KEY: &str = "webhook";

/// There are no files: this is what the rows of a table are called.
pub(super) const TEMPLATE: &str = "{export}/{table}";

pub(super) const DEFAULT_LIMITS: Limits = Limits {
    rows: 500,
    bytes: 1_000_000,
};

pub(crate) const DESCRIPTION: TypeDescription = TypeDescription {
    key: KEY,
    fields: &[
        FieldDescription::new("url", FieldKind::Url)
            .required()
            .place(),
        FieldDescription::new("signing_secret", FieldKind::Secret).required(),
        FieldDescription::new("rows_per_message", FieldKind::Number).default_of("500"),
        FieldDescription::new("max_bytes", FieldKind::Number)
            .default_of("1000000")
            .rare(),
        FieldDescription::new("signing_secret_old", FieldKind::Secret).rare(),
    ],
    formats: &["jsonl"],
    modes: &["full"],
    atomic: Atomicity::Row,
    default_path_template: TEMPLATE,
};
