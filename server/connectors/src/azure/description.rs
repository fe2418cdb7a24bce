//! What a connection to a container asks for.

use crate::description::{Atomicity, FieldDescription, FieldKind, TypeDescription};
use crate::template::PathTemplate;

pub(crate) const BLOB_KEY: &str = "azure_blob";
pub(crate) const LAKE_KEY: &str = "adls_gen2";

/// What signs the requests: the account's key, or a signature that lasts for a time.
const CREDENTIAL: &str = "credential";

const FIELDS: &[FieldDescription] = &[
    FieldDescription::new("account", FieldKind::Text)
        .required()
        .place(),
    FieldDescription::new("container", FieldKind::Text).required(),
    FieldDescription::new("prefix", FieldKind::Text),
    FieldDescription::new("account_key", FieldKind::Secret).one_of(CREDENTIAL),
    FieldDescription::new("sas_token", FieldKind::Secret).one_of(CREDENTIAL),
    FieldDescription::new("endpoint", FieldKind::Url)
        .rare()
        .place(),
];

const FORMATS: &[&str] = &["csv", "parquet", "jsonl"];

pub(crate) const BLOB: TypeDescription = TypeDescription {
    key: BLOB_KEY,
    fields: FIELDS,
    formats: FORMATS,
    modes: &["full"],
    atomic: Atomicity::File,
    default_path_template: PathTemplate::DEFAULT,
};

pub(crate) const LAKE: TypeDescription = TypeDescription {
    key: LAKE_KEY,
    // One folder for each table, as readers of lakes expect.
    default_path_template: "{export}/{table}/{yyyy}/{MM}/{dd}/{HHmmss}_{part}.csv",
    ..BLOB
};
