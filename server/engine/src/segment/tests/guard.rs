use std::fmt::Write as _;

use super::Lab;

const NO_QUERIES: [&str; 34] = [
    "",
    " ;; ",
    "SELECT 1 AS a; SELECT 2 AS a",
    "SELECT id FROM orders; DROP TABLE orders",
    "DROP TABLE orders",
    "CREATE TABLE x AS SELECT id FROM orders",
    "CREATE VIEW x AS SELECT id FROM orders",
    "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
    "CREATE SCHEMA x",
    "CREATE DATABASE x",
    "CREATE FUNCTION f() RETURNS INT RETURN 1",
    "INSERT INTO orders VALUES (1)",
    "INSERT INTO orders SELECT id FROM orders",
    "UPDATE orders SET id = 1",
    "DELETE FROM orders",
    "MERGE INTO orders USING customers ON orders.id = customers.id WHEN MATCHED THEN DELETE",
    "TRUNCATE TABLE orders",
    "ALTER TABLE orders ADD COLUMN x INT",
    "COPY orders TO '/tmp/x.csv'",
    "COPY (SELECT id FROM orders) TO '/tmp/x.parquet' STORED AS PARQUET",
    "SET datafusion.execution.batch_size = 1",
    "RESET datafusion.execution.batch_size",
    "SHOW TABLES",
    "SHOW ALL",
    "DESCRIBE orders",
    "EXPLAIN SELECT id FROM orders",
    "EXPLAIN ANALYZE SELECT id FROM orders",
    "PREPARE p AS SELECT id FROM orders",
    "EXECUTE p",
    "BEGIN",
    "COMMIT",
    "USE CRM",
    "GRANT SELECT ON orders TO x",
    "SELEC id FROM orders",
];

const NOT_ALLOWED: [&str; 24] = [
    "SELECT id INTO x FROM orders",
    "SELECT id FROM orders FOR UPDATE",
    "SELECT id FROM orders FOR SHARE",
    "SELECT id FROM (SELECT id FROM orders FOR UPDATE) AS o",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "SELECT * FROM generate_series(1, 10)",
    "SELECT * FROM range(1, 1000000000)",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_parquet('https://example.com/x.parquet')",
    "SELECT * FROM parquet_metadata('/tmp/x.parquet')",
    "SELECT id FROM orders WHERE id IN (SELECT value FROM generate_series(1, 10))",
    "SELECT * FROM UNNEST(make_array(1, 2))",
    "SELECT repeat('x', 1000000000) AS a",
    "SELECT REPEAT('x', 1000000000) AS a",
    "SELECT range(1, 1000000000) AS a",
    "SELECT id FROM orders WHERE length(repeat('x', id)) > 1",
    "SELECT array_repeat(1, 100000000) AS a",
    "SELECT lpad('x', 1000000000) AS a",
    "SELECT rpad(City, id) AS a FROM customers",
    "SELECT string_agg(City, ',') OVER () AS a FROM customers",
    "SELECT array_agg(City) OVER (ORDER BY id) AS a FROM customers",
    "SELECT input_file_name() AS a FROM orders",
    "SELECT version() AS a",
    "SELECT id FROM orders WHERE id = $1",
];

const UNKNOWN: [&str; 14] = [
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM \"/data/x.parquet\"",
    "SELECT * FROM \"file:///etc/passwd\"",
    "SELECT * FROM 'https://example.com/x.parquet'",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM information_schema.df_settings",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM waybill.CRM.customers",
    "SELECT * FROM Customers",
    "SELECT * FROM crm.customers",
    "SELECT * FROM \"Shop\".customers",
    "SELECT id FROM orders WHERE id IN (SELECT id FROM secrets)",
    "SELECT id FROM orders UNION ALL SELECT id FROM secrets",
    "WITH a AS (SELECT id FROM secrets) SELECT id FROM orders",
];

const ALLOWED: [&str; 28] = [
    "SELECT id FROM orders",
    "  select id from orders ; ",
    "SELECT * FROM customers",
    "SELECT id FROM Shop.orders",
    "SELECT id FROM \"Shop\".\"orders\"",
    "SELECT id, \"Betrag €\" FROM \"Über Umsatz\"",
    "SELECT u.id FROM \"Shop\".\"Über Umsatz\" AS u",
    "SELECT id FROM \"ORDER\"",
    "SELECT id FROM CRM.shared UNION ALL SELECT id FROM \"Shop\".shared",
    "WITH big AS (SELECT customer, sum(total) AS spent FROM orders GROUP BY customer) \
     SELECT c.id, b.spent FROM customers c JOIN big b ON c.id = b.customer WHERE b.spent > 19.90",
    "SELECT COUNT(*) AS n FROM orders",
    "SELECT City, count(*) AS n FROM customers GROUP BY City HAVING count(*) > 1 \
     ORDER BY n DESC, City LIMIT 5 OFFSET 1",
    "SELECT DISTINCT City FROM customers",
    "SELECT id FROM orders INTERSECT SELECT id FROM customers",
    "SELECT id FROM orders EXCEPT SELECT id FROM customers",
    "(SELECT id FROM orders) UNION (SELECT id FROM customers)",
    "VALUES (1, 'a'), (2, 'b')",
    "SELECT id FROM customers WHERE id IN (SELECT customer FROM orders)",
    "SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id)",
    "SELECT id, row_number() OVER (PARTITION BY customer ORDER BY total DESC, id) AS place FROM orders",
    "SELECT Upper(City) AS town, lpad(CAST(id AS VARCHAR), 8, '0') AS code FROM customers",
    "SELECT id, CASE WHEN total > 100 THEN 'big' ELSE 'small' END AS size FROM orders",
    "SELECT id FROM (SELECT id, total FROM orders) AS o WHERE total BETWEEN 1 AND 2",
    "SELECT replace(replace(City, '&', ' and '), ' ', '') AS a, regexp_replace(City, '[^a-z]', '', 'g') AS b FROM customers",
    "WITH orders AS (SELECT * FROM orders WHERE total > 1) SELECT id FROM orders",
    "SELECT id FROM orders -- a remark\n WHERE /* why */ total IS NOT NULL",
    "SELECT o.id, (SELECT max(c.id) FROM customers c) AS most FROM orders o",
    "SELECT 1 AS one",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_one_query_is_refused() {
    let lab = Lab::new();
    for sql in NO_QUERIES {
        let code = lab.shape(sql).await.unwrap_err().code();
        assert!(
            ["sql_not_a_select", "sql_malformed"].contains(&code),
            "{sql}: {code}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reads_more_than_tables_or_grows_without_bounds_is_refused() {
    let lab = Lab::new();
    for sql in NOT_ALLOWED {
        let error = lab.shape(sql).await.unwrap_err();
        assert_eq!(error.code(), "sql_not_allowed", "{sql}: {error}");
        assert!(!error.args()["what"].is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_no_tables_are_refused() {
    let lab = Lab::new();
    for sql in UNKNOWN {
        let error = lab.shape(sql).await.unwrap_err();
        assert_eq!(error.code(), "sql_table_unknown", "{sql}: {error}");
    }
    // However these are read, nothing comes of them.
    for sql in [
        "SELECT * FROM \"\".orders",
        "SELECT * FROM a.b.c.orders",
        "TABLE orders",
        "WITH x AS (DELETE FROM orders RETURNING id) SELECT id FROM x",
        "WITH x AS (INSERT INTO orders VALUES (1)) SELECT id FROM x",
        "SELECT id FROM orders |> WHERE id > 1",
        "SELECT @@version AS a",
    ] {
        assert!(lab.shape(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_over_the_tables_are_allowed() {
    let lab = Lab::new();
    for sql in ALLOWED {
        if let Err(error) = lab.shape(sql).await {
            panic!("{sql}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_grow_while_they_are_planned_are_refused() {
    let lab = Lab::new();
    let mut doubling = "WITH t0 AS (SELECT id FROM orders)".to_owned();
    let mut adding = "WITH t0 AS (SELECT id FROM orders)".to_owned();
    for step in 1..60 {
        let before = step - 1;
        write!(
            doubling,
            ", t{step} AS (SELECT a.id FROM t{before} a, t{before} b)"
        )
        .unwrap();
        write!(adding, ", t{step} AS (SELECT id + id AS id FROM t{before})").unwrap();
    }
    let statements = [
        format!("{doubling} SELECT id FROM t59"),
        format!("{adding} SELECT id FROM t59 WHERE id > 0"),
        format!("SELECT {}1 AS a", "1 + ".repeat(2000)),
        format!(
            "SELECT id FROM orders{}",
            " UNION ALL SELECT id FROM orders".repeat(500)
        ),
        format!("SELECT {}1{} AS a", "(".repeat(500), ")".repeat(500)),
        format!("SELECT 1 AS a FROM orders o{}", ", orders".repeat(200)),
        format!(
            "SELECT replace(replace('aa', 'a', '{0}'), 'a', '{0}') AS a",
            "a".repeat(1000)
        ),
        format!(
            "WITH t AS (SELECT regexp_replace(City, '.', '{0}', 'g') AS a FROM customers)
             SELECT array_to_string(string_to_array(a, ''), '{0}') AS a FROM t",
            "a".repeat(200)
        ),
        format!(
            "SELECT {}'a'{} AS a",
            "encode(".repeat(20),
            ", 'hex')".repeat(20)
        ),
    ];
    for sql in statements {
        let error = lab.shape(&sql).await.unwrap_err();
        assert_eq!(error.code(), "sql_malformed", "{sql:.60}: {error}");
    }
}
