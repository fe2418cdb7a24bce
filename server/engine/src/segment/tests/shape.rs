use super::Lab;

async fn fails(lab: &Lab, sql: &str) -> (&'static str, Vec<(String, String)>) {
    let error = lab.shape(sql).await.unwrap_err();
    (error.code(), error.args().into_iter().collect())
}

fn args(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_from_personal_columns_is_personal() {
    let lab = Lab::new();
    let cases: [(&str, &[bool]); 22] = [
        ("SELECT id, email FROM customers", &[false, true]),
        ("SELECT * FROM customers", &[false, true, false]),
        ("SELECT email AS x FROM customers", &[true]),
        (
            "SELECT upper(email) AS x, length(City) AS y FROM customers",
            &[true, false],
        ),
        ("SELECT City || email AS x FROM customers", &[true]),
        (
            "SELECT count(email) AS n, count(*) AS m FROM customers",
            &[true, false],
        ),
        (
            "SELECT count(*) FILTER (WHERE email > 'm') AS n FROM customers",
            &[true],
        ),
        (
            "SELECT CASE WHEN email = 'a' THEN 1 ELSE 0 END AS x FROM customers",
            &[true],
        ),
        (
            "SELECT x FROM (SELECT email AS x FROM customers) AS t",
            &[true],
        ),
        (
            "SELECT x FROM (SELECT email, City FROM customers) AS t (x, y)",
            &[true],
        ),
        (
            "WITH t AS (SELECT email AS a, id AS b FROM customers) SELECT b, a FROM t",
            &[false, true],
        ),
        (
            "SELECT City AS x FROM customers UNION ALL SELECT email FROM customers",
            &[true],
        ),
        (
            "SELECT City AS x FROM customers INTERSECT SELECT email FROM customers",
            &[true],
        ),
        (
            "SELECT City AS x FROM customers EXCEPT SELECT email FROM customers",
            &[false],
        ),
        (
            "SELECT o.id, c.email, c.City FROM orders o LEFT JOIN customers c ON c.id = o.customer",
            &[false, true, false],
        ),
        (
            "SELECT id FROM customers WHERE email IS NOT NULL ORDER BY email",
            &[false],
        ),
        (
            "SELECT (SELECT max(email) FROM customers) AS x, id FROM orders",
            &[true, false],
        ),
        (
            "SELECT (SELECT max(o.id) FROM orders o WHERE o.customer = c.id) AS x FROM customers c",
            &[false],
        ),
        (
            "SELECT max(email) OVER () AS x, row_number() OVER (ORDER BY id) AS y FROM customers",
            &[true, false],
        ),
        ("SELECT DISTINCT email, City FROM customers", &[true, false]),
        (
            "SELECT email, count(*) AS n FROM customers GROUP BY email",
            &[true, false],
        ),
        ("SELECT 'a@b.c' AS email, id FROM orders", &[false, false]),
    ];
    for (sql, expected) in cases {
        let shape = match lab.shape(sql).await {
            Ok(shape) => shape,
            Err(error) => panic!("{sql}: {error}"),
        };
        let personal: Vec<bool> = shape
            .schema
            .fields
            .iter()
            .map(|field| field.personal)
            .collect();
        assert_eq!(personal, expected, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_are_the_tables_that_are_read() {
    let lab = Lab::new();
    for (sql, expected) in [
        ("SELECT id FROM orders", vec![1]),
        ("SELECT id FROM \"Shop\".shared", vec![3]),
        (
            "SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer JOIN orders p ON p.id = o.id",
            vec![0, 1],
        ),
        (
            "SELECT id FROM orders WHERE customer IN (SELECT id FROM CRM.shared)",
            vec![1, 2],
        ),
        (
            "WITH unused AS (SELECT id FROM customers) SELECT id FROM orders",
            vec![1],
        ),
        ("VALUES (1)", vec![]),
    ] {
        let shape = lab.shape(sql).await.unwrap();
        assert_eq!(shape.inputs, expected, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_are_not_meant_for_sure_are_named() {
    let lab = Lab::new();
    assert_eq!(
        fails(&lab, "SELECT id FROM shared").await,
        (
            "sql_table_ambiguous",
            args(&[("sources", "CRM, Shop"), ("table", "shared")])
        )
    );
    for (sql, table, near) in [
        ("SELECT id FROM Orders", "Orders", "orders, \"ORDER\""),
        ("SELECT id FROM custommers", "custommers", "customers"),
        (
            "SELECT id FROM \"uber umsatz\"",
            "uber umsatz",
            "\"Über Umsatz\"",
        ),
        (
            "SELECT id FROM CRM.share",
            "CRM.share",
            "CRM.\"shared\", Shop.\"shared\"",
        ),
        ("SELECT id FROM nothing_like_it", "nothing_like_it", ""),
    ] {
        assert_eq!(
            fails(&lab, sql).await,
            (
                "sql_table_unknown",
                args(&[("near", near), ("table", table)])
            )
        );
    }
    assert_eq!(
        fails(&lab, "SELECT * FROM never_read").await,
        ("table_not_refreshed", args(&[("table", "never_read")]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_of_the_result_have_names_of_their_own() {
    let lab = Lab::new();
    for (sql, place) in [
        ("SELECT count(*) FROM orders", "1"),
        ("SELECT id, total * 2 FROM orders", "2"),
        ("SELECT id, total * 2 FROM orders ORDER BY customer", "2"),
        (
            "SELECT * FROM (SELECT id, count(*) FROM orders GROUP BY id) AS t",
            "2",
        ),
    ] {
        assert_eq!(
            fails(&lab, sql).await,
            ("sql_column_unnamed", args(&[("place", place)])),
            "{sql}"
        );
    }
    for sql in [
        "SELECT id, customer AS id FROM orders",
        "SELECT id, id FROM orders",
        "SELECT c.id, o.id FROM customers c, orders o",
        "SELECT * FROM customers c, orders o",
    ] {
        assert_eq!(
            fails(&lab, sql).await,
            ("sql_column_twice", args(&[("column", "id")])),
            "{sql}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn types_become_those_that_exports_carry() {
    let lab = Lab::new();
    let sql = "SELECT id, total, CAST(total AS DOUBLE) AS d, now() AS at, City AS c, \
               CAST('2026-01-01' AS DATE) AS day, total > 1 AS b, \
               CAST('2026-01-01T00:00:00' AS TIMESTAMP) AS wall, arrow_cast(City, 'LargeUtf8') AS l \
               FROM orders, (SELECT City FROM customers) AS x";
    let shape = lab.shape(sql).await.unwrap();
    let types: Vec<&str> = shape
        .schema
        .fields
        .iter()
        .map(|field| field.data_type.as_str())
        .collect();
    assert_eq!(
        types,
        [
            "integer",
            "decimal(10,2)",
            "double",
            "timestamp_utc",
            "text",
            "date",
            "boolean",
            "timestamp",
            "text"
        ]
    );
    for sql in [
        "SELECT NULL AS x FROM orders",
        "SELECT INTERVAL '1' DAY AS x FROM orders",
    ] {
        let (code, args) = fails(&lab, sql).await;
        assert_eq!(
            (code, args[0].1.as_str()),
            ("sql_column_type", "x"),
            "{sql}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_ask_for_the_time_or_for_chance_change_by_themselves() {
    let lab = Lab::new();
    for (sql, expected) in [
        ("SELECT id FROM orders", false),
        ("SELECT id, now() AS at FROM orders", true),
        (
            "SELECT id FROM orders WHERE current_date > CAST('2026-01-01' AS DATE)",
            true,
        ),
        ("SELECT id FROM orders ORDER BY random() LIMIT 10", true),
        (
            "SELECT id FROM orders WHERE customer IN (SELECT id FROM customers WHERE random() > 0.5)",
            true,
        ),
    ] {
        let shape = lab.shape(sql).await.unwrap();
        assert_eq!(shape.changes_by_itself, expected, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_and_functions_that_are_not_there_are_told() {
    let lab = Lab::new();
    for sql in [
        "SELECT missing FROM orders",
        "SELECT ID FROM orders",
        "SELECT no_such_function(id) AS a FROM orders",
    ] {
        let (code, args) = fails(&lab, sql).await;
        assert_eq!(code, "sql_failed", "{sql}");
        assert!(!args[0].1.is_empty());
    }
}
