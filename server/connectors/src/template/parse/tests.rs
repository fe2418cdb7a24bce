//! What path templates say, and what they refuse.

use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Result<PathTemplate, TemplateError> {
    text.parse()
}

#[test]
fn the_default_is_one_folder_per_run() {
    let template = parse(PathTemplate::DEFAULT).unwrap();
    assert_eq!(template.layout(), Layout::Folder);
    assert_eq!(template.atomicity(3, Some(10)), Atomicity::Run);
    assert_eq!(template.to_string(), PathTemplate::DEFAULT);
}

#[test]
fn the_layout_follows_the_last_dated_component() {
    let told = |text: &str, tables, rows| {
        let template = parse(text).unwrap();
        (template.layout(), template.atomicity(tables, rows))
    };
    assert_eq!(
        told("{table}.csv", 1, None),
        (Layout::Replace, Atomicity::Run)
    );
    assert_eq!(
        told("{table}_{part}", 1, Some(5)),
        (Layout::Replace, Atomicity::File)
    );
    assert_eq!(
        told("{table}.csv", 2, None),
        (Layout::Replace, Atomicity::File)
    );
    assert_eq!(
        told("{table}_{yyyy}.csv", 2, None),
        (Layout::DatedFiles, Atomicity::File)
    );
    assert_eq!(
        told("{export}/{run}.csv", 1, None),
        (Layout::DatedFiles, Atomicity::Run)
    );
    assert_eq!(
        told("{table}/{yyyy}/x.csv", 2, None),
        (Layout::Folder, Atomicity::Table)
    );
    assert_eq!(
        told("{table}/{yyyy}/x.csv", 1, None),
        (Layout::Folder, Atomicity::Run)
    );
    assert_eq!(
        told("{yyyy}/{table}/x.csv", 2, None),
        (Layout::Folder, Atomicity::Run)
    );
}

#[test]
fn what_could_leave_the_folder_or_hide_is_refused() {
    for (text, expected) in [
        ("", TemplateError::Missing),
        ("/a/b", TemplateError::Absolute),
        ("a//b", TemplateError::EmptyComponent),
        ("a/", TemplateError::EmptyComponent),
        ("a/../b", TemplateError::Component("..".into())),
        ("./b", TemplateError::Component(".".into())),
        (".csv", TemplateError::Component(".csv".into())),
        (" a/b", TemplateError::Component(" a".into())),
        ("a\0b", TemplateError::Character),
        ("a\nb", TemplateError::Character),
        ("a\\b/c", TemplateError::Component("a\\b".into())),
        ("{export}/_RUNS/a", TemplateError::Reserved("_RUNS".into())),
        (".waybill/a", TemplateError::Reserved(".waybill".into())),
        (
            "{export}/manifest.json",
            TemplateError::Reserved("manifest.json".into()),
        ),
        ("{tabel}", TemplateError::UnknownPlaceholder("tabel".into())),
        ("{}", TemplateError::UnknownPlaceholder(String::new())),
        ("{table", TemplateError::Brace),
        ("table}", TemplateError::Brace),
        ("{part}/{table}", TemplateError::PartPlace),
        ("{part}_{part}", TemplateError::PartPlace),
        ("{table}{part}", TemplateError::PartSeparator),
        ("{table}{yyyy}{part}", TemplateError::PartSeparator),
        ("{part}1{table}", TemplateError::PartSeparator),
    ] {
        assert_eq!(parse(text), Err(expected), "{text:?}");
    }
    assert_eq!(parse(&"a".repeat(513)), Err(TemplateError::Long));
}

#[test]
fn a_name_that_no_file_system_takes_is_refused() {
    let (most, more) = ("a".repeat(255), "é".repeat(128));
    for right in [
        most.clone(),
        format!("{most}/{{table}}"),
        format!("{most}.csv"),
    ] {
        assert!(parse(&right).is_ok(), "{right}");
    }
    for wrong in [
        more.clone(),
        format!("{more}/{{table}}"),
        format!("{{table}}_{most}"),
        format!("x/{most}{{yyyy}}a/{{table}}"),
    ] {
        assert_eq!(parse(&wrong), Err(TemplateError::ComponentLong), "{wrong}");
    }
}

#[test]
fn tables_and_parts_must_be_told_apart() {
    let check = |text: &str, tables, rows| parse(text).unwrap().check(tables, rows, "csv");
    let template = "{export}/data.csv";
    assert_eq!(check(template, 1, None), Ok(()));
    assert_eq!(check(template, 2, None), Err(TemplateError::TableMissing));
    let several = check(template, 1, Some(10));
    assert_eq!(several, Err(TemplateError::PartMissing));
    assert_eq!(check("{table}/{part}", 2, Some(10)), Ok(()));
}

#[test]
fn a_name_leaves_room_for_the_ending_of_its_files() {
    let check = |text: String, extension| parse(&text).unwrap().check(1, None, extension);
    let long = |bytes| format!("{{export}}/{}", "a".repeat(bytes));
    for (extension, most) in [("csv", 251), ("csv.gz", 248), ("jsonl.zst", 245)] {
        assert_eq!(check(long(most), extension), Ok(()), "{extension}");
        // What is written as an ending gives way to that of the format.
        assert_eq!(check(long(most) + ".csv.gz", extension), Ok(()));
        for wrong in [long(most + 1), long(most + 1) + "{table}", long(255)] {
            let checked = check(wrong, extension);
            assert_eq!(checked, Err(TemplateError::ComponentLong), "{extension}");
        }
    }
    // Folders have no ending.
    assert_eq!(check("a".repeat(255) + "/{table}", "jsonl.zst"), Ok(()));
}

#[test]
fn a_known_extension_is_cut_and_another_kept() {
    let last = |text: &str| parse(text).unwrap().components.pop().unwrap();
    assert_eq!(last("{table}.CSV.gz"), [Token::Table]);
    assert_eq!(last("{table}.parquet"), [Token::Table]);
    assert_eq!(
        last("{table}.v2"),
        [Token::Table, Token::Literal(".v2".into())]
    );
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_without_panicking(text in ".{0,80}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_mix_of_pieces_is_parsed_or_refused_without_panicking(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "{table}", "{part}", "{yyyy}", "{run}", "{", "}", "/", ".", "..", "_", "a", "1", ".csv", ".gz",
        ]), 0..12)
    ) {
        if let Ok(template) = parse(&pieces.concat()) {
            prop_assert!(!template.components.is_empty());
            prop_assert!(template.components.iter().all(|component| !component.is_empty()));
        }
    }
}
