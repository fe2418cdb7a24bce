//! CSV: presets byte for byte, and any table with any options through the strict reader.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray, TimestampMicrosecondArray,
};
use proptest::prelude::*;

use super::csv_text;
use super::strict_csv::{Cell, read};
use crate::write::options::{CsvOptions, Delimiter, LineEnd, Quote};

fn customers() -> RecordBatch {
    let instants = TimestampMicrosecondArray::from(vec![Some(1_795_464_689_123_456), None]);
    let balances = Decimal128Array::from(vec![Some(-1_250), Some(5)]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2]))),
        (
            "name",
            Arc::new(StringArray::from(vec![
                Some("Zoë; \"Z\"\nO'Neil"),
                Some(""),
            ])),
        ),
        (
            "note",
            Arc::new(StringArray::from(vec![Some("=1+1"), None])),
        ),
        (
            "balance",
            Arc::new(balances.with_precision_and_scale(10, 2).unwrap()),
        ),
        (
            "rate",
            Arc::new(Float64Array::from(vec![Some(0.1), Some(1e300)])),
        ),
        ("seen", Arc::new(instants.with_timezone("UTC"))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn the_standard_preset_is_rfc_4180_with_line_feeds() {
    let (text, escaped) = csv_text(&CsvOptions::standard(), &customers());
    assert_eq!(
        text,
        "id,name,note,balance,rate,seen\n\
         1,\"Zoë; \"\"Z\"\"\nO'Neil\",=1+1,-12.50,0.1,2026-11-23T20:11:29.123456Z\n\
         2,\"\",,0.05,1e+300,\n"
    );
    assert_eq!(escaped, 0);
}

#[test]
fn the_french_excel_preset_is_what_excel_opens() {
    let (text, escaped) = csv_text(&CsvOptions::excel_france(), &customers());
    assert_eq!(
        text,
        "\u{feff}id;name;note;balance;rate;seen\r\n\
         1;\"Zoë; \"\"Z\"\"\nO'Neil\";'=1+1;-12,50;0,1;2026-11-23T20:11:29.123456Z\r\n\
         2;\"\";;0,05;1e+300;\r\n"
    );
    assert_eq!(escaped, 1);
}

#[test]
fn formulas_are_made_safe_in_text_only_and_counted() {
    let risky = vec!["=a", "+a", "-a", "@a", "\ta", "\ra", "a=", "'a", ""];
    let numbers = Int64Array::from_iter_values((0..9).map(|number| -number));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("=n", Arc::new(numbers)),
        ("a", Arc::new(StringArray::from(risky.clone()))),
        ("b", Arc::new(LargeStringArray::from(risky.clone()))),
        ("c", Arc::new(StringViewArray::from(risky))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let options = CsvOptions {
        spreadsheet_safe: true,
        ..CsvOptions::standard()
    };
    let (text, escaped) = csv_text(&options, &batch);
    assert_eq!(escaped, 3 * 6 + 1);
    let rows = read(&text, ',', "\n").unwrap();
    let column: Vec<_> = rows.iter().map(|row| row[3].text.as_str()).collect();
    assert_eq!(
        column,
        [
            "c", "'=a", "'+a", "'-a", "'@a", "'\ta", "'\ra", "a=", "'a", ""
        ]
    );
    assert_eq!(rows[2][0].text, "-1");
    assert_eq!(rows[0][0].text, "'=n");
}

#[test]
fn a_decimal_comma_beside_comma_delimiters_is_quoted() {
    let options = CsvOptions {
        decimal_comma: true,
        ..CsvOptions::standard()
    };
    let (text, _) = csv_text(&options, &customers());
    assert!(text.contains(",\"-12,50\",\"0,1\","), "{text}");
    assert_eq!(read(&text, ',', "\n").unwrap()[1].len(), 6);
}

#[test]
fn a_value_that_looks_like_the_null_text_is_quoted() {
    let options = CsvOptions {
        null_text: "1".to_owned(),
        ..CsvOptions::standard()
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "number",
            Arc::new(Int64Array::from(vec![Some(1), None, Some(11)])),
        ),
        (
            "text",
            Arc::new(StringArray::from(vec![Some("1"), None, Some("")])),
        ),
    ];
    let (text, _) = csv_text(&options, &RecordBatch::try_from_iter(columns).unwrap());
    assert_eq!(text, "number,text\n\"1\",\"1\"\n1,1\n11,\"\"\n");
}

#[test]
fn a_null_in_a_table_of_one_column_is_an_empty_line() {
    let column: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("")]));
    let batch = RecordBatch::try_from_iter([("x", column)]).unwrap();
    assert_eq!(
        csv_text(&CsvOptions::standard(), &batch).0,
        "x\na\n\n\"\"\n"
    );
}

fn options() -> impl Strategy<Value = CsvOptions> {
    let delimiters = [
        Delimiter::Comma,
        Delimiter::Semicolon,
        Delimiter::Tab,
        Delimiter::Pipe,
    ];
    (
        prop::sample::select(delimiters.to_vec()),
        prop::sample::select(vec![Quote::Necessary, Quote::All, Quote::NonNumeric]),
        prop::sample::select(vec![LineEnd::Lf, LineEnd::Crlf]),
        prop::sample::select(vec!["", "NULL", "0", "é"]),
        any::<[bool; 4]>(),
    )
        .prop_map(
            |(delimiter, quote, line_end, null_text, [bom, comma, safe, header])| CsvOptions {
                delimiter,
                quote,
                line_end,
                bom,
                null_text: null_text.to_owned(),
                decimal_comma: comma,
                spreadsheet_safe: safe,
                header,
            },
        )
}

fn text() -> impl Strategy<Value = Option<String>> {
    let pieces = prop::sample::select(vec![
        "",
        "a",
        "0",
        "NULL",
        "é",
        "日本",
        ",",
        ";",
        "\t",
        "|",
        "\"",
        "\n",
        "\r",
        "=",
        "-",
        "'",
        "long enough for words",
    ]);
    prop::option::of(prop::collection::vec(pieces, 0..5).prop_map(|pieces| pieces.concat()))
}

/// What a cell of text must read back as.
fn expected(value: Option<&str>, options: &CsvOptions) -> (String, Option<bool>) {
    let Some(value) = value else {
        return (options.null_text.clone(), Some(false));
    };
    let formula = options.spreadsheet_safe && value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{value}")
    } else {
        value.to_owned()
    };
    let told_apart = value == options.null_text || value.is_empty();
    let quoted = (told_apart || options.quote != Quote::Necessary).then_some(true);
    (text, quoted)
}

fn assert_cell(cell: &Cell, (text, quoted): (String, Option<bool>)) {
    assert_eq!(cell.text, text);
    if let Some(quoted) = quoted {
        assert_eq!(cell.quoted, quoted, "{cell:?}");
    }
}

proptest! {
    #[test]
    fn any_table_reads_back_as_it_was(
        options in options(),
        cells in prop::collection::vec((text(), text(), any::<Option<i64>>(), any::<Option<i32>>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let strings = || cells.iter().map(|cell| cell.0.clone());
        let decimals = cells.iter().map(|cell| cell.3.map(i128::from)).collect::<Decimal128Array>();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("a\"b", Arc::new(strings().collect::<StringArray>())),
            ("view", Arc::new(cells.iter().map(|cell| cell.1.clone()).collect::<StringViewArray>())),
            ("int", Arc::new(cells.iter().map(|cell| cell.2).collect::<Int64Array>())),
            ("dec", Arc::new(decimals.with_precision_and_scale(12, 3).unwrap())),
        ];
        let whole = RecordBatch::try_from_iter(columns).unwrap();
        let start = cut.index(cells.len());
        let batch = whole.slice(start, cells.len() - start);
        let (file, _) = csv_text(&options, &batch);
        let body = file.strip_prefix('\u{feff}').unwrap_or(&file);
        prop_assert_eq!(options.bom, body.len() < file.len());
        let delimiter = char::from(options.delimiter.byte());
        let mut rows = read(body, delimiter, options.line_end.text()).unwrap();
        if options.header {
            let header = rows.remove(0);
            assert_cell(&header[0], expected(Some("a\"b"), &options));
        }
        prop_assert_eq!(rows.len(), batch.num_rows());
        for (row, (first, second, integer, decimal)) in rows.iter().zip(&cells[start..]) {
            assert_cell(&row[0], expected(first.as_deref(), &options));
            assert_cell(&row[1], expected(second.as_deref(), &options));
            match integer {
                Some(integer) => prop_assert_eq!(row[2].text.parse::<i64>().ok(), Some(*integer)),
                None => prop_assert_eq!(&row[2].text, &options.null_text),
            }
            prop_assert_eq!(row[2].quoted, integer.is_some_and(|integer| {
                options.quote == Quote::All || integer.to_string() == options.null_text
            }));
            if let Some(decimal) = decimal {
                let point = if options.decimal_comma { ',' } else { '.' };
                let (whole, fraction) = row[3].text.split_once(point).unwrap();
                prop_assert_eq!(fraction.len(), 3);
                prop_assert_eq!(format!("{whole}{fraction}").parse::<i64>().ok(), Some(i64::from(*decimal)));
            }
        }
    }
}
