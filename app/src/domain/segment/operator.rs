//! How columns are compared, and which comparison fits which column.

use serde::{Deserialize, Serialize};

/// How a column is compared. Those that deny also take rows without a value (`is_not`, `is_not_one_of`,
/// `does_not_contain`, `not_in_last_days`): together with what they deny they are all rows. Text is compared
/// letter by letter, upper and lower case apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    Is,
    IsNot,
    IsOneOf,
    IsNotOneOf,
    Contains,
    DoesNotContain,
    StartsWith,
    EndsWith,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// Both ends included.
    Between,
    IsTrue,
    IsFalse,
    /// Not longer ago than this many days, and not in the future.
    InLastDays,
    /// Longer ago than this many days, or in the future.
    NotInLastDays,
    HasNoValue,
    HasValue,
}

/// Kinds of columns, as far as comparing them goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Text,
    Number,
    Boolean,
    Date,
    /// `timestamp` and `timestamp_utc`.
    Instant,
    /// Only whether there is a value can be asked.
    Other,
}

impl Family {
    /// The family of a type as schemas name it.
    pub fn of(kind: &str) -> Self {
        match kind {
            "text" => Self::Text,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            "timestamp" | "timestamp_utc" => Self::Instant,
            "double" | "float" => Self::Number,
            kind if kind.starts_with("int")
                || kind.starts_with("uint")
                || kind.starts_with("float")
                || kind.starts_with("decimal") =>
            {
                Self::Number
            }
            _ => Self::Other,
        }
    }

    /// The operators that its columns can be tested with, the usual first.
    pub const fn operators(self) -> &'static [Operator] {
        use Operator as Op;
        match self {
            Self::Text => &[
                Op::Is,
                Op::IsNot,
                Op::IsOneOf,
                Op::IsNotOneOf,
                Op::Contains,
                Op::DoesNotContain,
                Op::StartsWith,
                Op::EndsWith,
                Op::HasNoValue,
                Op::HasValue,
            ],
            Self::Number => &[
                Op::Is,
                Op::IsNot,
                Op::Less,
                Op::AtMost,
                Op::Greater,
                Op::AtLeast,
                Op::Between,
                Op::IsOneOf,
                Op::IsNotOneOf,
                Op::HasNoValue,
                Op::HasValue,
            ],
            Self::Boolean => &[Op::IsTrue, Op::IsFalse, Op::HasNoValue, Op::HasValue],
            Self::Date | Self::Instant => &[
                Op::Is,
                Op::IsNot,
                Op::Less,
                Op::AtMost,
                Op::Greater,
                Op::AtLeast,
                Op::Between,
                Op::InLastDays,
                Op::NotInLastDays,
                Op::HasNoValue,
                Op::HasValue,
            ],
            Self::Other => &[Op::HasNoValue, Op::HasValue],
        }
    }
}

/// How many values an operator takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    None,
    One,
    Two,
    /// One or more.
    Some,
    /// A whole number of days, 1 to 36 500.
    Days,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 19] = [
        Self::Is,
        Self::IsNot,
        Self::IsOneOf,
        Self::IsNotOneOf,
        Self::Contains,
        Self::DoesNotContain,
        Self::StartsWith,
        Self::EndsWith,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
        Self::Between,
        Self::IsTrue,
        Self::IsFalse,
        Self::InLastDays,
        Self::NotInLastDays,
        Self::HasNoValue,
        Self::HasValue,
    ];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::IsOneOf => "is_one_of",
            Self::IsNotOneOf => "is_not_one_of",
            Self::Contains => "contains",
            Self::DoesNotContain => "does_not_contain",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::Less => "less",
            Self::AtMost => "at_most",
            Self::Greater => "greater",
            Self::AtLeast => "at_least",
            Self::Between => "between",
            Self::IsTrue => "is_true",
            Self::IsFalse => "is_false",
            Self::InLastDays => "in_last_days",
            Self::NotInLastDays => "not_in_last_days",
            Self::HasNoValue => "has_no_value",
            Self::HasValue => "has_value",
        }
    }

    /// The operator of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether it denies: then it takes rows without a value too.
    pub const fn denies(self) -> bool {
        matches!(
            self,
            Self::IsNot | Self::IsNotOneOf | Self::DoesNotContain | Self::NotInLastDays
        )
    }

    /// How many values it takes.
    pub const fn arity(self) -> Arity {
        match self {
            Self::IsTrue | Self::IsFalse | Self::HasNoValue | Self::HasValue => Arity::None,
            Self::Between => Arity::Two,
            Self::IsOneOf | Self::IsNotOneOf => Arity::Some,
            Self::InLastDays | Self::NotInLastDays => Arity::Days,
            _ => Arity::One,
        }
    }
}
