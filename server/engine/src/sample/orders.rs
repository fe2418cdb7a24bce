//! `orders/`: Parquet parts in the order of their numbers.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder, RecordBatch,
    StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::dice::{DAY_US, Dice};
use super::words::COMMENTS;
use super::{CUSTOMERS, ORDERS};

pub(super) const PARTS: u64 = 4;
const ROWS: u64 = ORDERS / PARTS;

fn schema() -> Schema {
    Schema::new(vec![
        Field::new("order_id", DataType::Int64, false),
        Field::new("customer_id", DataType::Int64, false),
        Field::new(
            "ordered_at",
            DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC"))),
            false,
        ),
        Field::new("status", DataType::Utf8, false),
        Field::new("items", DataType::Int32, false),
        Field::new("amount", DataType::Decimal128(12, 2), false),
        Field::new("discount", DataType::Decimal128(5, 4), true),
        Field::new("currency", DataType::Utf8, false),
        Field::new("shipped_on", DataType::Date32, true),
        Field::new("comment", DataType::Utf8, true),
    ])
}

pub(super) fn parquet(part: u64) -> Result<Vec<u8>, ParquetError> {
    let mut dice = Dice::new(0x5741_5942_494c_4c02 + part);
    let schema = Arc::new(schema());
    let mut order_ids = Int64Builder::new();
    let mut customer_ids = Int64Builder::new();
    let mut instants = TimestampMicrosecondBuilder::new().with_timezone("UTC");
    let mut statuses = StringBuilder::new();
    let mut items = Int32Builder::new();
    let mut amounts = Decimal128Builder::new().with_precision_and_scale(12, 2)?;
    let mut discounts = Decimal128Builder::new().with_precision_and_scale(5, 4)?;
    let mut currencies = StringBuilder::new();
    let mut shipped = Date32Builder::new();
    let mut comments = StringBuilder::new();
    for row in 0..ROWS {
        let instant = dice.instant_us(900);
        order_ids.append_value((1 + part * ROWS + row).cast_signed());
        customer_ids.append_value((1 + dice.below(CUSTOMERS)).cast_signed());
        instants.append_value(instant);
        let status = dice.pick(&[
            "paid",
            "shipped",
            "shipped",
            "delivered",
            "delivered",
            "delivered",
            "returned",
            "cancelled",
        ]);
        statuses.append_value(status);
        items.append_value(i32::try_from(1 + dice.below(6)).unwrap_or(1));
        amounts.append_value(i128::from(99 + dice.below(60_000)));
        discounts.append_option(dice.once_in(5).then(|| i128::from(dice.below(5_000))));
        currencies.append_value(dice.pick(&["EUR", "EUR", "GBP"]));
        let days = i32::try_from(instant / DAY_US).unwrap_or_default();
        let after = i32::try_from(1 + dice.below(9)).unwrap_or(1);
        shipped.append_option((!matches!(status, "paid" | "cancelled")).then_some(days + after));
        comments.append_option(dice.once_in(6).then(|| dice.pick(&COMMENTS)));
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(order_ids.finish()),
        Arc::new(customer_ids.finish()),
        Arc::new(instants.finish()),
        Arc::new(statuses.finish()),
        Arc::new(items.finish()),
        Arc::new(amounts.finish()),
        Arc::new(discounts.finish()),
        Arc::new(currencies.finish()),
        Arc::new(shipped.finish()),
        Arc::new(comments.finish()),
    ];
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))?;
    writer.write(&RecordBatch::try_new(schema, columns)?)?;
    writer.into_inner()
}
