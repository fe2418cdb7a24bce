//! Delivers one Parquet file into a folder, as a run would, and prints what it took as one line of
//! JSON.
//!
//! `deliver_bench INPUT.parquet csv|jsonl|parquet[.gz|.zst] OUTPUT_FOLDER [ROWS]`. The output
//! folder must exist; `make bench` runs this beside other tools on the same file.

#![expect(clippy::print_stdout, reason = "the line is what the program is for")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base::{FolderRoots, GuardedHttp, OutboundGuard, Secret};
use connectors::{BoxError, Environment, PathTemplate, PlanRequest};
use formats::write::{CsvOptions, Format, JsonOptions, ParquetOptions};
use formats::{Compression, InputFile, parquet_io};
use futures::{StreamExt, TryStreamExt};
use serde_json::json;

/// Rows per batch, as the server asks for.
const BATCH_ROWS: usize = 8192;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (input, format, output, rows) = match arguments.as_slice() {
        [input, format, output] => (input, format, output, None),
        [input, format, output, rows] => (input, format, output, Some(rows.parse::<usize>()?)),
        _ => return Err("usage: deliver_bench INPUT.parquet FORMAT OUTPUT_FOLDER [ROWS]".into()),
    };
    let (format, compression) = parse_format(format)?;
    let output = Path::new(output).canonicalize()?;
    let environment = Environment {
        roots: FolderRoots::new(vec![output.clone()]),
        http: GuardedHttp::new(OutboundGuard::default(), None, "deliver_bench")?,
        ledger: None,
    };
    let config = json!({"path": output});
    let secrets = Secret::new(BTreeMap::new());
    let destination = connectors::open("local_folder", &config, &secrets, &environment)?;

    let started = Instant::now();
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let request = PlanRequest {
        run_id: format!("{:x}", now.as_nanos()),
        export_folder: "bench".to_owned(),
        template: PathTemplate::DEFAULT.to_owned(),
        instant_us: i64::try_from(now.as_micros())?,
        utc_offset_seconds: 0,
        tables: vec!["bench".to_owned()],
        extension: format.extension(compression),
        max_rows_per_file: None,
        reserved: vec![],
    };
    let plan = destination.plan(&request).await?;
    let mut stage = destination.stage(&plan, 1, &format, compression).await?;
    let file = InputFile::new(input, input, Compression::None);
    let (schema, batches) = parquet_io::read(&file, None, BATCH_ROWS)?;
    let mut left = rows.unwrap_or(usize::MAX);
    let batches = batches.map_err(BoxError::from).map_ok(move |batch| {
        let taken = batch.num_rows().min(left);
        left -= taken;
        batch.slice(0, taken)
    });
    let enough = rows.map_or(usize::MAX, |rows| rows.div_ceil(BATCH_ROWS));
    let stream = batches.take(enough).boxed();
    let outcome = stage.write_table("bench", schema, stream, &|_| {}).await?;
    let staged = started.elapsed();
    let record = stage.commit(json!({})).await?;
    let report = json!({
        "seconds": started.elapsed().as_secs_f64(),
        "staged_seconds": staged.as_secs_f64(),
        "rows": outcome.rows_written,
        "bytes": outcome.bytes,
        "peak_memory_mb": peak_memory_kb()? / 1024,
        "file": record.entries().next().map(|entry| output.join(&entry.path)),
    });
    println!("{report}");
    Ok(())
}

fn parse_format(text: &str) -> Result<(Format, Compression), BoxError> {
    let (name, compression) = Compression::split_name(text);
    let format = match name {
        "csv" => Format::Csv(CsvOptions::standard()),
        "jsonl" => Format::JsonLines(JsonOptions {}),
        "parquet" => Format::Parquet(ParquetOptions::default()),
        other => return Err(format!("`{other}` is not a format").into()),
    };
    Ok((format, compression))
}

/// The most resident memory this process ever had, as Linux counts it.
fn peak_memory_kb() -> Result<u64, BoxError> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    let number = number.ok_or_else(|| io::Error::other("the system tells no peak memory"))?;
    Ok(number.parse()?)
}
