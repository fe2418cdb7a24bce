use super::*;
use crate::domain::{ConnectionType, TestStage, UserId};

/// The keys of the fields of every type.
const KEYS: [&str; 27] = [
    "path",
    "host",
    "port",
    "username",
    "folder",
    "host_key",
    "password",
    "private_key",
    "passphrase",
    "bucket",
    "region",
    "endpoint",
    "prefix",
    "path_style",
    "conditional_writes",
    "access_key_id",
    "secret_access_key",
    "session_token",
    "account",
    "container",
    "account_key",
    "sas_token",
    "url",
    "rows_per_message",
    "max_bytes",
    "signing_secret",
    "signing_secret_old",
];

#[test]
fn every_field_has_a_label_in_both_languages_and_an_unknown_one_keeps_its_name() {
    for language in [Language::English, Language::French] {
        for key in KEYS {
            assert_ne!(field_label(language, key), key);
        }
        assert_eq!(field_label(language, "colour"), "colour");
    }
}

#[test]
fn the_endpoint_is_explained_by_type() {
    let help = |kind| field_help(Language::English, kind, "endpoint");
    assert!(help(ConnectionType::S3).is_some_and(|text| text.contains("Amazon")));
    assert!(help(ConnectionType::AzureBlob).is_some_and(|text| text.contains("Azure")));
    assert_eq!(
        field_help(Language::English, ConnectionType::S3, "region"),
        None
    );
}

#[test]
fn every_type_is_told_apart_by_its_sentence() {
    for language in [Language::English, Language::French] {
        let mut told: Vec<_> = ConnectionType::ALL
            .iter()
            .map(|kind| type_text(language, *kind))
            .collect();
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), ConnectionType::ALL.len());
    }
}

#[test]
fn what_ends_and_what_was_tried_have_names() {
    assert_eq!(expiring(Language::French, "token"), "Jeton");
    assert_eq!(expiring(Language::French, "passport"), "passport");
    assert_eq!(stage_name(Language::English, TestStage::SignIn), "Sign-in");
}

#[test]
fn chosen_people_are_counted() {
    let two = Audience::People(vec![UserId::new(uuid::Uuid::from_u128(1)); 2]);
    assert!(audience_name(Language::English, &two).contains("2 chosen people"));
}
