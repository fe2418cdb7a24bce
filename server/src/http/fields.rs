//! Reads a JSON body field by field and notes all that is wrong with it, each error under the name
//! of its field. A field that nobody asked for is an error too.

use std::cell::RefCell;
use std::str::FromStr;

use app::domain::{FieldError, FieldErrors, Reason};
use axum::body::{Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::Fault;
use super::state::Http;

/// What was read of a body, and what was wrong with it. Where something was wrong, the value holds
/// what could be read and must not be acted upon.
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) errors: FieldErrors,
}

impl<T> Read<T> {
    /// The value, and the fault if its form is wrong. Then `spoil` makes it something that no service
    /// accepts: offering that shows whether the person may do this at all.
    pub(super) fn judged(mut self, spoil: impl FnOnce(&mut T)) -> (T, Option<Fault>) {
        let fault = self.errors.done().err().map(Fault::invalid);
        if fault.is_some() {
            spoil(&mut self.value);
        }
        (self.value, fault)
    }
}

/// The JSON object of a request.
pub(super) struct JsonBody(Map<String, Value>);

impl FromRequest<Http> for JsonBody {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &Http) -> Result<Self, Fault> {
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let kind = kind
            .and_then(|value| value.split(';').next())
            .map(str::trim);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
            let reason = Reason::new("unsupported_media_type").with("expected", "application/json");
            return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Fault::new(StatusCode::PAYLOAD_TOO_LARGE, Reason::new("too_large")))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(malformed("an object is expected")),
            Err(error) => Err(malformed(&error.to_string())),
        }
    }
}

/// For a body that may be left out: none when it is, together with its type.
impl axum::extract::OptionalFromRequest<Http> for JsonBody {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &Http) -> Result<Option<Self>, Fault> {
        if request.body().is_end_stream() && !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(None);
        }
        <Self as FromRequest<Http>>::from_request(request, state)
            .await
            .map(Some)
    }
}

fn malformed(words: &str) -> Fault {
    Fault::invalid(FieldErrors::one(
        "",
        Reason::new("malformed_json").detail(words),
    ))
}

impl JsonBody {
    /// Reads the body with a function that asks for each field it knows.
    pub(super) fn read<T>(self, reader: impl FnOnce(&Fields<'_>) -> T) -> Read<T> {
        read_object(&self.0, reader)
    }
}

#[cfg(test)]
impl JsonBody {
    /// The body of a test.
    pub(super) fn of(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("a JSON object"))
    }

    /// Holds the documented properties of a body equal to the fields its reader asks for; `later`
    /// are those it asks for only to say that they are not available yet.
    pub(super) fn assert_asks_for<T>(
        self,
        reader: impl FnOnce(&Fields<'_>) -> T,
        schema: &Value,
        later: &[&str],
    ) {
        let errors = RefCell::default();
        let fields = Fields {
            object: &self.0,
            prefix: String::new(),
            asked: RefCell::default(),
            errors: &errors,
        };
        reader(&fields);
        let mut asked = fields.asked.into_inner();
        asked.retain(|key| !later.contains(key));
        asked.sort_unstable();
        asked.dedup();
        let mut documented: Vec<_> = schema["properties"]
            .as_object()
            .expect("properties")
            .keys()
            .collect();
        documented.sort_unstable();
        assert_eq!(asked, documented);
    }
}

fn read_object<T>(object: &Map<String, Value>, reader: impl FnOnce(&Fields<'_>) -> T) -> Read<T> {
    let errors = RefCell::default();
    let fields = Fields {
        object,
        prefix: String::new(),
        asked: RefCell::default(),
        errors: &errors,
    };
    let value = reader(&fields);
    fields.refuse_others();
    Read {
        value,
        errors: errors.into_inner(),
    }
}

/// The fields of an object.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    prefix: String,
    asked: RefCell<Vec<&'static str>>,
    errors: &'a RefCell<FieldErrors>,
}

impl Fields<'_> {
    /// Notes an error on a field.
    pub(super) fn wrong(&self, key: &str, reason: Reason) {
        let field = format!("{}{key}", self.prefix);
        self.errors
            .borrow_mut()
            .0
            .push(FieldError { field, reason });
    }

    /// A field as it is; none when it is absent or null.
    pub(super) fn raw(&self, key: &'static str) -> Option<&Value> {
        self.asked.borrow_mut().push(key);
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// A text that must be there.
    pub(super) fn text(&self, key: &'static str) -> String {
        if self.raw(key).is_none() {
            self.wrong(key, Reason::new("required"));
        }
        self.optional_text(key).unwrap_or_default()
    }

    pub(super) fn optional_text(&self, key: &'static str) -> Option<String> {
        let text = self.typed(key, "string", Value::as_str)?;
        Some(text.to_owned())
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "boolean", Value::as_bool)
    }

    /// An identifier.
    pub(super) fn id<T: FromStr>(&self, key: &'static str) -> Option<T> {
        let text = self.typed(key, "string", Value::as_str)?;
        let id = text.parse().ok();
        if id.is_none() {
            self.wrong(key, Reason::new("malformed"));
        }
        id
    }

    /// An object that is passed on as it is.
    pub(super) fn map(&self, key: &'static str) -> Map<String, Value> {
        self.typed(key, "object", Value::as_object)
            .cloned()
            .unwrap_or_default()
    }

    /// An object that is read as the body is.
    pub(super) fn object<T>(
        &self,
        key: &'static str,
        reader: impl FnOnce(&Fields<'_>) -> T,
    ) -> Option<T> {
        let object = self.typed(key, "object", Value::as_object)?;
        Some(self.inside(format!("{}{key}.", self.prefix), object, reader))
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        let entries = self.typed(key, "array", Value::as_array)?;
        let mut values = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            match entry.as_str() {
                Some(text) => values.push(text.to_owned()),
                None => self.wrong(
                    &format!("{key}.{place}"),
                    Reason::new("wrong_type").with("expected", "string"),
                ),
            }
        }
        Some(values)
    }

    /// A list of objects.
    pub(super) fn list<T>(
        &self,
        key: &'static str,
        reader: impl Fn(&Fields<'_>) -> T,
    ) -> Option<Vec<T>> {
        let entries = self.typed(key, "array", Value::as_array)?;
        let mut values = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            match entry.as_object() {
                Some(object) => values.push(self.inside(
                    format!("{}{key}.{place}.", self.prefix),
                    object,
                    &reader,
                )),
                None => self.wrong(
                    &format!("{key}.{place}"),
                    Reason::new("wrong_type").with("expected", "object"),
                ),
            }
        }
        Some(values)
    }

    /// A value of the domain that reads itself.
    pub(super) fn domain<T: DeserializeOwned>(&self, key: &'static str) -> Option<T> {
        let value = self.raw(key)?;
        match serde_json::from_value(value.clone()) {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(key, Reason::new("malformed").detail(error.to_string()));
                None
            }
        }
    }

    /// An object of the domain that has a default for each of its fields.
    pub(super) fn domain_with_defaults<T: DeserializeOwned + Default>(
        &self,
        key: &'static str,
    ) -> T {
        let Some(object) = self.typed(key, "object", Value::as_object) else {
            return T::default();
        };
        if let Ok(value) = serde_json::from_value(Value::Object(object.clone())) {
            return value;
        }
        for (name, value) in object {
            self.blame::<T>(key, name, value);
        }
        T::default()
    }

    /// Notes what is wrong with one field of an object, by reading it alone.
    fn blame<T: DeserializeOwned>(&self, key: &str, name: &str, value: &Value) {
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        let Err(error) = serde_json::from_value::<T>(Value::Object(alone)) else {
            return;
        };
        let words = error.to_string();
        let unknown = words
            .strip_prefix("unknown field `")
            .and_then(|rest| rest.split('`').next());
        match unknown {
            Some(unknown) if unknown == name => {
                self.wrong(&format!("{key}.{name}"), Reason::new("unknown_field"));
            }
            Some(unknown) => self.wrong(
                &format!("{key}.{name}.{unknown}"),
                Reason::new("unknown_field"),
            ),
            None => self.wrong(
                &format!("{key}.{name}"),
                Reason::new("malformed").detail(words),
            ),
        }
    }

    fn typed<'b, T: 'b>(
        &'b self,
        key: &'static str,
        expected: &str,
        take: impl FnOnce(&'b Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.raw(key)?;
        let taken = take(value);
        if taken.is_none() {
            self.wrong(key, Reason::new("wrong_type").with("expected", expected));
        }
        taken
    }

    fn inside<T>(
        &self,
        prefix: String,
        object: &Map<String, Value>,
        reader: impl FnOnce(&Fields<'_>) -> T,
    ) -> T {
        let fields = Fields {
            object,
            prefix,
            asked: RefCell::default(),
            errors: self.errors,
        };
        let value = reader(&fields);
        fields.refuse_others();
        value
    }

    fn refuse_others(&self) {
        let asked = self.asked.borrow();
        for key in self.object.keys() {
            if !asked.contains(&key.as_str()) {
                self.wrong(key, Reason::new("unknown_field"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use app::domain::{DeliveryOptions, TableId};
    use serde_json::json;

    use super::*;

    fn errors<T>(body: Value, reader: impl FnOnce(&Fields<'_>) -> T) -> Vec<(String, String)> {
        let Value::Object(object) = body else {
            panic!("not an object")
        };
        let read = read_object(&object, reader);
        read.errors
            .0
            .into_iter()
            .map(|error| (error.field, error.reason.code))
            .collect()
    }

    fn found(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(field, code)| ((*field).to_owned(), (*code).to_owned()))
            .collect()
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let body =
            json!({"items": [{"table_id": "x", "extra": 1}, 7], "enabled": "yes", "surplus": null});
        let errors = errors(body, |fields| {
            fields.text("name");
            fields.flag("enabled");
            fields.list("items", |item| item.id::<TableId>("table_id"));
        });
        assert_eq!(
            errors,
            found(&[
                ("name", "required"),
                ("enabled", "wrong_type"),
                ("items.0.table_id", "malformed"),
                ("items.0.extra", "unknown_field"),
                ("items.1", "wrong_type"),
                ("surplus", "unknown_field"),
            ])
        );
    }

    #[test]
    fn errors_of_options_name_the_option() {
        let body = json!({"options": {"format": "xml", "compression": "gzip", "colour": "red", "held": {"fewer": 3}}});
        let errors = errors(body, |fields| {
            fields.domain_with_defaults::<DeliveryOptions>("options")
        });
        assert_eq!(
            errors,
            found(&[
                ("options.colour", "unknown_field"),
                ("options.format", "malformed"),
                ("options.held.fewer", "unknown_field"),
            ])
        );
    }

    #[test]
    fn what_is_right_is_read() {
        let Value::Object(object) = json!({"name": "a", "options": {"bom": true}, "gone": null})
        else {
            panic!()
        };
        let read = read_object(&object, |fields| {
            (
                fields.text("name"),
                fields.domain_with_defaults::<DeliveryOptions>("options"),
                fields.flag("gone"),
            )
        });
        assert!(read.errors.0.is_empty());
        assert!(read.value.0 == "a" && read.value.1.bom && read.value.2.is_none());
    }
}
