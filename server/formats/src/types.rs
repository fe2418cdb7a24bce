//! The names of column types as schemas store them and people read them, and schemas made of such names.
//!
//! Guarantee: every Arrow type has exactly one name, and [`ColumnType::from_str`] gives back the same Arrow type.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::error::{FormatError, Result};

/// Digits that a detected decimal holds: Arrow's and Parquet's limit for 128 bits.
pub const DECIMAL_PRECISION: u8 = 38;
/// Fraction digits that detection still reads as a decimal.
pub const DETECTED_SCALE_LIMIT: u8 = 18;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    Text,
    Integer,
    Int8,
    Int16,
    Int32,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Double,
    Float,
    /// Precision (1–38) and scale (0–precision).
    Decimal(u8, u8),
    Boolean,
    Date,
    /// Microseconds, no zone: what a clock on a wall shows.
    Timestamp,
    /// Microseconds since 1970 in UTC: an instant.
    TimestampUtc,
    Binary,
    /// Every other type, under its Arrow name.
    Arrow(DataType),
}

const NAMED: [(&str, ColumnType); 16] = [
    ("text", ColumnType::Text),
    ("integer", ColumnType::Integer),
    ("int8", ColumnType::Int8),
    ("int16", ColumnType::Int16),
    ("int32", ColumnType::Int32),
    ("uint8", ColumnType::UInt8),
    ("uint16", ColumnType::UInt16),
    ("uint32", ColumnType::UInt32),
    ("uint64", ColumnType::UInt64),
    ("double", ColumnType::Double),
    ("float", ColumnType::Float),
    ("boolean", ColumnType::Boolean),
    ("date", ColumnType::Date),
    ("timestamp", ColumnType::Timestamp),
    ("timestamp_utc", ColumnType::TimestampUtc),
    ("binary", ColumnType::Binary),
];

impl ColumnType {
    pub fn to_arrow(&self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Int8 => DataType::Int8,
            Self::Int16 => DataType::Int16,
            Self::Int32 => DataType::Int32,
            Self::UInt8 => DataType::UInt8,
            Self::UInt16 => DataType::UInt16,
            Self::UInt32 => DataType::UInt32,
            Self::UInt64 => DataType::UInt64,
            Self::Double => DataType::Float64,
            Self::Float => DataType::Float32,
            Self::Decimal(precision, scale) => {
                DataType::Decimal128(*precision, scale.cast_signed())
            }
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::TimestampUtc => {
                DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC")))
            }
            Self::Binary => DataType::Binary,
            Self::Arrow(data_type) => data_type.clone(),
        }
    }

    pub fn from_arrow(data_type: &DataType) -> Self {
        if let DataType::Decimal128(precision, scale) = data_type
            && let Ok(scale) = u8::try_from(*scale)
        {
            return Self::Decimal(*precision, scale);
        }
        NAMED
            .iter()
            .find(|(_, named)| named.to_arrow() == *data_type)
            .map_or_else(
                || Self::Arrow(data_type.clone()),
                |(_, named)| named.clone(),
            )
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal(precision, scale) => write!(f, "decimal({precision},{scale})"),
            Self::Arrow(data_type) => write!(f, "arrow:{data_type}"),
            named => NAMED
                .iter()
                .find(|(_, candidate)| candidate == named)
                .map_or(Ok(()), |(name, _)| f.write_str(name)),
        }
    }
}

impl FromStr for ColumnType {
    type Err = FormatError;

    fn from_str(name: &str) -> Result<Self> {
        let unknown = || FormatError::UnknownType {
            name: name.to_owned(),
        };
        if let Some((_, named)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Ok(named.clone());
        }
        if let Some(arguments) = name
            .strip_prefix("decimal(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            let (precision, scale) = arguments.split_once(',').ok_or_else(unknown)?;
            let precision: u8 = precision.trim().parse().map_err(|_| unknown())?;
            let scale: u8 = scale.trim().parse().map_err(|_| unknown())?;
            let fits = (1..=DECIMAL_PRECISION).contains(&precision) && scale <= precision;
            return fits
                .then_some(Self::Decimal(precision, scale))
                .ok_or_else(unknown);
        }
        let arrow = name.strip_prefix("arrow:").ok_or_else(unknown)?;
        DataType::from_str(arrow)
            .map(|data_type| Self::from_arrow(&data_type))
            .map_err(|_| unknown())
    }
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    /// A name of [`ColumnType`].
    pub data_type: String,
    pub nullable: bool,
    /// Masked for those who may not see personal data.
    pub personal: bool,
}

impl Field {
    /// A field whose `personal` is guessed from its name.
    pub fn new(name: impl Into<String>, data_type: &ColumnType, nullable: bool) -> Self {
        let name = name.into();
        let personal = guess_personal(&name);
        Self {
            name,
            data_type: data_type.to_string(),
            nullable,
            personal,
        }
    }

    pub fn column_type(&self) -> Result<ColumnType> {
        self.data_type.parse()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSchema {
    pub fields: Vec<Field>,
}

impl TableSchema {
    pub fn to_arrow(&self) -> Result<SchemaRef> {
        let fields: Result<Vec<ArrowField>> = self
            .fields
            .iter()
            .map(|field| {
                Ok(ArrowField::new(
                    &field.name,
                    field.column_type()?.to_arrow(),
                    field.nullable,
                ))
            })
            .collect();
        Ok(Arc::new(Schema::new(fields?)))
    }

    pub fn from_arrow(schema: &Schema) -> Self {
        let fields = schema
            .fields()
            .iter()
            .map(|field| {
                Field::new(
                    field.name(),
                    &ColumnType::from_arrow(field.data_type()),
                    field.is_nullable(),
                )
            })
            .collect();
        Self { fields }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What became different on the way from `old` to `new`: columns and types, not nullability or order.
    pub fn difference(old: &Self, new: &Self) -> SchemaDifference {
        let names_missing_in = |from: &Self, other: &Self| -> Vec<String> {
            from.fields
                .iter()
                .filter(|field| other.field(&field.name).is_none())
                .map(|field| field.name.clone())
                .collect()
        };
        let changed = old
            .fields
            .iter()
            .filter_map(|before| {
                let after = new.field(&before.name)?;
                (after.data_type != before.data_type).then(|| TypeChange {
                    name: before.name.clone(),
                    from: before.data_type.clone(),
                    to: after.data_type.clone(),
                })
            })
            .collect();
        SchemaDifference {
            added: names_missing_in(new, old),
            removed: names_missing_in(old, new),
            changed,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeChange {
    pub name: String,
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaDifference {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub changed: Vec<TypeChange>,
}

impl SchemaDifference {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

impl fmt::Display for SchemaDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let added = self.added.iter().map(|name| format!("+ {name}"));
        let removed = self.removed.iter().map(|name| format!("- {name}"));
        let changed = self
            .changed
            .iter()
            .map(|change| format!("{}: {} → {}", change.name, change.from, change.to));
        let parts: Vec<String> = added.chain(removed).chain(changed).collect();
        f.write_str(&parts.join(", "))
    }
}

/// Words that name personal data when they are a whole part of a column's name, in English and French.
const PERSONAL_PARTS: [&str; 49] = [
    "email",
    "emails",
    "mail",
    "courriel",
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "portable",
    "fax",
    "firstname",
    "lastname",
    "fullname",
    "surname",
    "forename",
    "givenname",
    "familyname",
    "maidenname",
    "prenom",
    "prenoms",
    "nom",
    "address",
    "addresses",
    "adresse",
    "street",
    "rue",
    "postcode",
    "postal",
    "zip",
    "zipcode",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "naissance",
    "ip",
    "ipaddress",
    "ssn",
    "nir",
    "iban",
    "bic",
    "passport",
    "passeport",
    "latitude",
    "longitude",
    "gender",
    "sexe",
    "username",
];
/// Pairs of words that do so together.
const PERSONAL_PAIRS: [(&str, &str); 13] = [
    ("first", "name"),
    ("last", "name"),
    ("full", "name"),
    ("given", "name"),
    ("family", "name"),
    ("middle", "name"),
    ("maiden", "name"),
    ("user", "name"),
    ("contact", "name"),
    ("customer", "name"),
    ("e", "mail"),
    ("credit", "card"),
    ("card", "number"),
];
/// `nom` and `ip` before these are something else: `nom_produit` is the name of a thing.
const THINGS: [&str; 14] = [
    "produit",
    "article",
    "fichier",
    "table",
    "societe",
    "entreprise",
    "magasin",
    "marque",
    "categorie",
    "campagne",
    "boutique",
    "pays",
    "projet",
    "colonne",
];

/// Does a column of this name probably hold personal data? A first guess that a person may correct.
pub fn guess_personal(name: &str) -> bool {
    let words = words_of(name);
    let named_thing = words.iter().any(|word| THINGS.contains(&word.as_str()));
    let single = words
        .iter()
        .any(|word| PERSONAL_PARTS.contains(&word.as_str()) && !(word == "nom" && named_thing));
    let joined: String = words.concat();
    single
        || PERSONAL_PARTS.contains(&joined.as_str())
        || words.windows(2).any(|pair| {
            PERSONAL_PAIRS
                .iter()
                .any(|(first, second)| pair[0] == *first && pair[1] == *second)
        })
}

/// Lower-case words without accents, cut at anything that is no letter and at a capital after a small letter.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for character in name.chars() {
        if !character.is_alphabetic() || (character.is_uppercase() && after_small) {
            words.push(String::new());
        }
        after_small = character.is_lowercase();
        if character.is_alphabetic() {
            let word = words.last_mut().expect("the list starts with one word");
            word.extend(character.to_lowercase().map(without_accent));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn without_accent(character: char) -> char {
    match character {
        'à' | 'á' | 'â' | 'ä' | 'ã' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::{Fields, IntervalUnit};

    #[test]
    fn every_type_comes_back_from_its_name() {
        let list = DataType::List(Arc::new(ArrowField::new("item", DataType::Utf8, true)));
        let inner = Fields::from(vec![ArrowField::new("a", DataType::Int32, true)]);
        let mut types: Vec<DataType> = NAMED.iter().map(|(_, named)| named.to_arrow()).collect();
        types.extend([
            DataType::Decimal128(15, 2),
            DataType::Decimal128(38, 18),
            DataType::Decimal256(50, 3),
            DataType::Timestamp(TimeUnit::Nanosecond, None),
            DataType::Timestamp(TimeUnit::Millisecond, Some(Arc::from("Europe/Paris"))),
            DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("+00:00"))),
            DataType::LargeUtf8,
            DataType::Utf8View,
            DataType::Time64(TimeUnit::Microsecond),
            DataType::Interval(IntervalUnit::MonthDayNano),
            list,
            DataType::Struct(inner),
        ]);
        for data_type in types {
            let name = ColumnType::from_arrow(&data_type).to_string();
            let back: ColumnType = name
                .parse()
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(back.to_arrow(), data_type, "{name}");
        }
    }

    #[test]
    fn names_that_are_no_types_are_refused() {
        for name in [
            "",
            "varchar",
            "decimal(0,0)",
            "decimal(39,2)",
            "decimal(5,6)",
            "decimal(5)",
            "arrow:",
            "Text",
        ] {
            assert!(name.parse::<ColumnType>().is_err(), "{name}");
        }
    }

    #[test]
    fn schemas_differ_by_columns_and_types() {
        let schema = |fields: &[(&str, &str)]| TableSchema {
            fields: fields
                .iter()
                .map(|(name, data_type)| Field {
                    name: (*name).to_owned(),
                    data_type: (*data_type).to_owned(),
                    nullable: true,
                    personal: false,
                })
                .collect(),
        };
        let old = schema(&[("id", "integer"), ("city", "text"), ("total", "double")]);
        let new = schema(&[
            ("total", "decimal(38,2)"),
            ("id", "integer"),
            ("zip", "text"),
        ]);
        let difference = TableSchema::difference(&old, &new);
        assert_eq!(difference.added, ["zip"]);
        assert_eq!(difference.removed, ["city"]);
        assert_eq!(
            difference.to_string(),
            "+ zip, - city, total: double → decimal(38,2)"
        );
        assert!(TableSchema::difference(&old, &old).is_empty());
    }

    #[test]
    fn personal_columns_are_guessed_in_english_and_french() {
        for name in [
            "email",
            "E-Mail",
            "customerEmail",
            "phone_number",
            "first_name",
            "firstName",
            "LASTNAME",
            "Prénom",
            "nom",
            "nom_client",
            "adresse_postale",
            "birth_date",
            "date_de_naissance",
            "ip",
            "IP_address",
            "téléphone",
            "zip_code",
            "contact name",
        ] {
            assert!(guess_personal(name), "{name}");
        }
        for name in [
            "id",
            "total",
            "nom_produit",
            "ship_date",
            "l_shipinstruct",
            "product_name",
            "description",
            "tip",
            "nombre",
            "recipe",
            "l_comment",
            "created_at",
        ] {
            assert!(!guess_personal(name), "{name}");
        }
    }
}
