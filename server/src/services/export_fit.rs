//! Whether what an export says of its delivery is for the connection that it goes to.

use app::domain::{Compression, ConnectionType, DeliveryOptions, FieldErrors, FileFormat, Reason};

/// Refuses options of files where the connection takes rows and no files.
pub(super) fn check_fit(
    options: &DeliveryOptions,
    kind: ConnectionType,
) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if !kind.has_files() {
        for (field, is_fit) in [
            ("format", options.format == FileFormat::JsonLines),
            ("compression", options.compression == Compression::None),
            ("max_rows_per_file", options.max_rows_per_file.is_none()),
        ] {
            if !is_fit {
                let reason = Reason::new("connection_without_files");
                errors.add(&format!("options.{field}"), reason);
            }
        }
    }
    errors.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_files_are_refused_where_there_are_none() {
        let options = DeliveryOptions {
            compression: Compression::Gzip,
            max_rows_per_file: Some(5),
            ..DeliveryOptions::default()
        };
        assert_eq!(check_fit(&options, ConnectionType::S3), Ok(()));
        let errors = check_fit(&options, ConnectionType::Webhook).expect_err("refused");
        for field in ["format", "compression", "max_rows_per_file"] {
            assert!(errors.of(&format!("options.{field}")).is_some(), "{field}");
        }
        let fit = options.without_files();
        assert_eq!(check_fit(&fit, ConnectionType::Webhook), Ok(()));
    }
}
