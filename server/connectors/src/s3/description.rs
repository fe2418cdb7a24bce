//! What a connection to a bucket asks for.

use crate::description::{Atomicity, FieldDescription, FieldKind, TypeDescription};
use crate::template::PathTemplate;

pub(crate) const KEY: &str = "s3";

/// How the bucket stands in addresses: in the path, or in front of the host. `auto`: Amazon has it in front of the host,
/// others in the path.
pub(super) const PATH_STYLE: &[&str] = &["auto", "on", "off"];

/// Whether the service refuses to create what is there. Some that speak like Amazon do not.
pub(super) const CONDITIONAL_WRITES: &[&str] = &["on", "off"];

pub(super) const DEFAULT_REGION: &str = "us-east-1";

pub(crate) const DESCRIPTION: TypeDescription = TypeDescription {
    key: KEY,
    fields: &[
        FieldDescription::new("bucket", FieldKind::Text).required(),
        FieldDescription::new("region", FieldKind::Text).default_of(DEFAULT_REGION),
        FieldDescription::new("prefix", FieldKind::Text),
        FieldDescription::new("access_key_id", FieldKind::Secret).required(),
        FieldDescription::new("secret_access_key", FieldKind::Secret).required(),
        FieldDescription::new("session_token", FieldKind::Secret).rare(),
        FieldDescription::new("endpoint", FieldKind::Url).place(),
        FieldDescription::new("path_style", FieldKind::Choice(PATH_STYLE))
            .default_of("auto")
            .rare(),
        FieldDescription::new("conditional_writes", FieldKind::Choice(CONDITIONAL_WRITES))
            .default_of("on")
            .rare(),
    ],
    formats: &["csv", "parquet", "jsonl"],
    modes: &["full"],
    atomic: Atomicity::File,
    default_path_template: PathTemplate::DEFAULT,
};
