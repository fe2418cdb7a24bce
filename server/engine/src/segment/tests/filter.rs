use super::{Lab, every_type};
use crate::Comparison::{
    AtLeast, AtMost, Between, Contains, DoesNotContain, EndsWith, Greater, HasNoValue, HasValue,
    Is, IsFalse, IsNot, IsNotOneOf, IsOneOf, IsTrue, Less, NotBetween, StartsWith,
};
use crate::{Comparison, EngineError, Filter, InputTable, Selection};

fn compare(column: &str, comparison: Comparison, values: &[&str]) -> Filter {
    Filter::Compare {
        column: column.to_owned(),
        comparison,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

async fn ids(lab: &Lab, table: &InputTable, filter: Filter) -> Result<Vec<i64>, EngineError> {
    let selection = Selection::Filter {
        table: table.clone(),
        filter,
    };
    let (members, rows) = lab.taken(&selection).await?;
    assert_eq!(members, rows.len() as u64);
    Ok(rows
        .into_iter()
        .map(|row| row[0].as_ref().unwrap().parse().unwrap())
        .collect())
}

type Case = (
    &'static str,
    Comparison,
    &'static [&'static str],
    &'static [i64],
);

const TEXT: [Case; 16] = [
    ("name", Is, &["Zoë_1"], &[0]),
    ("name", Is, &["zoë"], &[]),
    ("name", IsNot, &["Zoë_1"], &[1, 2, 3, 4]),
    ("name", IsOneOf, &["50%", ""], &[2, 3]),
    ("name", IsNotOneOf, &["50%", ""], &[0, 1, 4]),
    ("name", Contains, &["_"], &[0, 1]),
    ("name", Contains, &["%"], &[2]),
    ("name", Contains, &[""], &[0, 1, 2, 3]),
    ("name", DoesNotContain, &["ë"], &[2, 3, 4]),
    ("name", StartsWith, &["Zo"], &[0]),
    ("name", StartsWith, &["50%"], &[2]),
    ("name", StartsWith, &["_"], &[]),
    ("name", EndsWith, &["_1"], &[0, 1]),
    ("name", EndsWith, &["%"], &[2]),
    ("name", HasNoValue, &[], &[4]),
    ("name", HasValue, &[], &[0, 1, 2, 3]),
];

const NUMBERS: [Case; 44] = [
    ("whole", Is, &["9007199254740993"], &[3]),
    ("whole", Is, &["9007199254740992"], &[]),
    ("whole", Is, &["1.0"], &[2]),
    ("whole", Is, &["1.5"], &[]),
    ("whole", IsNot, &["1.5"], &[0, 1, 2, 3, 4]),
    ("whole", IsNot, &["1"], &[0, 1, 3, 4]),
    ("whole", Less, &["0.5"], &[0, 1]),
    ("whole", Less, &["0"], &[0]),
    ("whole", AtMost, &["0"], &[0, 1]),
    ("whole", Greater, &["-0.5"], &[1, 2, 3]),
    ("whole", AtLeast, &["-0.5"], &[1, 2, 3]),
    ("whole", AtLeast, &["1"], &[2, 3]),
    ("whole", Between, &["-1", "0"], &[0, 1]),
    ("whole", NotBetween, &["-1", "0"], &[2, 3, 4]),
    ("whole", IsOneOf, &["0", "1", "7.5"], &[1, 2]),
    ("whole", IsNotOneOf, &["0", "1"], &[0, 3, 4]),
    ("whole", Less, &["99999999999999999999"], &[0, 1, 2, 3]),
    ("whole", Greater, &["99999999999999999999"], &[]),
    ("whole", Greater, &["-99999999999999999999"], &[0, 1, 2, 3]),
    ("whole", HasNoValue, &[], &[4]),
    ("small", Less, &["255.5"], &[0, 1, 2, 3]),
    ("small", Greater, &["-0.5"], &[0, 1, 2, 3]),
    ("small", Is, &["256"], &[]),
    ("small", IsNot, &["256"], &[0, 1, 2, 3, 4]),
    ("small", AtMost, &["254"], &[0, 1, 2]),
    ("small", AtLeast, &["254.5"], &[3]),
    ("real", Is, &["0.1"], &[2]),
    ("real", IsNot, &["0.1"], &[0, 1, 3, 4]),
    ("real", Less, &["0"], &[0]),
    ("real", Between, &["0", "1"], &[1, 2]),
    ("float", Is, &["0.1"], &[2]),
    ("float", Greater, &["2.9"], &[3]),
    ("price", Is, &["19.9"], &[2]),
    ("price", Is, &["19.900"], &[2]),
    ("price", Is, &["19.905"], &[]),
    ("price", Is, &["+0"], &[1]),
    ("price", Less, &["19.905"], &[0, 1, 2]),
    ("price", Greater, &["19.905"], &[3]),
    ("price", AtLeast, &["19.90"], &[2, 3]),
    ("price", Less, &["-0.999"], &[0]),
    ("price", Greater, &["-0.999"], &[1, 2, 3]),
    ("price", AtMost, &["100000000000"], &[0, 1, 2, 3]),
    ("price", NotBetween, &["0", "19.90"], &[0, 3, 4]),
    ("price", HasValue, &[], &[0, 1, 2, 3]),
];

const OTHERS: [Case; 26] = [
    ("paid", IsTrue, &[], &[0, 2]),
    ("paid", IsFalse, &[], &[1, 3]),
    ("paid", HasNoValue, &[], &[4]),
    ("born", Is, &["1970-01-01"], &[1]),
    ("born", IsNot, &["1970-01-01"], &[0, 2, 3, 4]),
    ("born", Less, &["1970-01-01"], &[0]),
    ("born", AtLeast, &["2024-10-04"], &[2, 3]),
    ("born", Between, &["2024-10-04", "2024-10-05"], &[2, 3]),
    (
        "born",
        NotBetween,
        &["2024-10-04", "2024-10-05"],
        &[0, 1, 4],
    ),
    ("born", HasValue, &[], &[0, 1, 2, 3]),
    ("seen", Is, &["2026-11-23T12:00:00Z"], &[2]),
    ("seen", Is, &["2026-11-23T13:00:00+01:00"], &[2]),
    ("seen", IsNot, &["2026-11-23T12:00:00Z"], &[0, 1, 3, 4]),
    ("seen", Greater, &["2026-11-23T12:00:00Z"], &[3]),
    ("seen", Is, &["2026-11-23T12:00:00.000001Z"], &[3]),
    ("seen", AtMost, &["1970-01-01T00:00:01"], &[0, 1]),
    ("seen", Less, &["1970-01-01T00:00"], &[]),
    ("seen", AtLeast, &["2026-11-23"], &[2, 3]),
    ("seen", Between, &["1970-01-01", "1970-01-02"], &[0, 1]),
    (
        "seen",
        NotBetween,
        &["1970-01-01", "1970-01-02"],
        &[2, 3, 4],
    ),
    ("seen", HasNoValue, &[], &[4]),
    ("wall", Is, &["2026-11-23T12:00:00"], &[2]),
    ("wall", Greater, &["2026-11-23T12:00"], &[3]),
    (
        "wall",
        NotBetween,
        &["1970-01-01", "1970-01-02"],
        &[2, 3, 4],
    ),
    ("blob", HasValue, &[], &[0, 1, 2, 3]),
    ("blob", HasNoValue, &[], &[4]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_comparison_takes_its_rows_of_every_type() {
    let lab = Lab::new();
    let table = lab.table("s", "t", every_type(), &[]);
    for (column, comparison, values, expected) in TEXT.iter().chain(&NUMBERS).chain(&OTHERS) {
        let taken = ids(&lab, &table, compare(column, *comparison, values))
            .await
            .unwrap();
        assert_eq!(taken, *expected, "{column} {comparison:?} {values:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_join_their_parts_and_empty_ones_take_every_row() {
    let lab = Lab::new();
    let table = lab.table("s", "t", every_type(), &[]);
    let paid = || compare("paid", IsTrue, &[]);
    let nameless = || compare("name", HasNoValue, &[]);
    let small = || compare("small", AtMost, &["1"]);
    let cases = [
        (Filter::All(Vec::new()), vec![0, 1, 2, 3, 4]),
        (Filter::Any(Vec::new()), vec![0, 1, 2, 3, 4]),
        (Filter::All(vec![paid(), small()]), vec![0]),
        (Filter::Any(vec![paid(), nameless()]), vec![0, 2, 4]),
        (
            Filter::All(vec![Filter::Any(vec![paid(), nameless()]), paid()]),
            vec![0, 2],
        ),
        (
            Filter::Any(vec![Filter::All(vec![paid(), small()]), nameless()]),
            vec![0, 4],
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(
            ids(&lab, &table, filter.clone()).await.unwrap(),
            expected,
            "{filter:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_named_exactly() {
    let lab = Lab::new();
    let columns = every_type()
        .into_iter()
        .zip(["id", "First.Name", "first.name", "with \"quotes\"", "Größe"])
        .map(|((_, values), name)| (name, values))
        .collect();
    let table = lab.table("s", "t", columns, &[]);
    for (column, values, expected) in [
        ("First.Name", "50%", 2),
        ("first.name", "1", 2),
        ("with \"quotes\"", "255", 3),
        ("Größe", "-1.5", 0),
    ] {
        let taken = ids(&lab, &table, compare(column, Is, &[values])).await;
        assert_eq!(taken.unwrap(), [expected], "{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_named() {
    let lab = Lab::new();
    let table = lab.table("s", "t", every_type(), &[]);
    let cases: [(&str, Comparison, &[&str], &str); 15] = [
        ("gone", Is, &["1"], "segment_column_missing"),
        ("whole", Contains, &["1"], "operator_unfit"),
        ("name", Less, &["a"], "operator_unfit"),
        ("paid", Is, &["true"], "operator_unfit"),
        ("blob", Is, &["x"], "operator_unfit"),
        ("name", Is, &[], "values_unfit"),
        ("name", Is, &["a", "b"], "values_unfit"),
        ("name", IsOneOf, &[], "values_unfit"),
        ("whole", Between, &["1"], "values_unfit"),
        ("paid", IsTrue, &["true"], "values_unfit"),
        ("whole", Is, &["1e3"], "number_malformed"),
        ("price", Is, &["19,90"], "number_malformed"),
        ("real", Is, &["NaN"], "number_malformed"),
        ("born", Is, &["04/10/2024"], "date_malformed"),
        ("seen", Is, &["noon"], "instant_malformed"),
    ];
    for (column, comparison, values, code) in cases {
        let filter = compare(column, comparison, values);
        let selection = Selection::Filter {
            table: table.clone(),
            filter,
        };
        let error = lab.engine.segment_shape(&selection).await.unwrap_err();
        assert_eq!(error.code(), code, "{column} {comparison:?} {values:?}");
        assert_eq!(error.args()["column"], column);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shape_of_a_filter_is_its_table() {
    let lab = Lab::new();
    let table = lab.table("s", "t", every_type(), &["name"]);
    let selection = Selection::Filter {
        table: InputTable {
            snapshot: None,
            ..table.clone()
        },
        filter: compare("name", Is, &["a"]),
    };
    let shape = lab.engine.segment_shape(&selection).await.unwrap();
    assert_eq!((shape.schema, shape.inputs), (table.schema, vec![0]));
    assert!(!shape.changes_by_itself);
}
