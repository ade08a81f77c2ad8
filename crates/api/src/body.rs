//! JSON bodies, read strictly: UTF-8, one value, no name twice, of bounded size.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::wire::FieldError;

/// The largest JSON body.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;
/// Beyond the limit so much is read and thrown away, so that the client hears the answer instead of a broken connection.
const DRAINED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A body that takes longer to arrive is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A JSON body.
pub struct Body(pub Value);

/// A JSON body as its bytes, not yet read: for what is kept when it cannot be.
pub struct Posted(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Posted(bytes) = Posted::from_request(request, state).await?;
        parse(&bytes).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/json" && !(essence.starts_with("application/") && essence.ends_with("+json")) {
            let (en, zh) = ("The body must be sent as application/json", "请求体须以 application/json 发送");
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "body.not_json", en, zh));
        }
        receive(request.into_body(), JSON_BYTES_MAX).await.map(Self)
    }
}

/// A body of any content type, of at most so many bytes, that arrives in time.
pub async fn receive(body: axum::body::Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let slow = |_| {
        let (en, zh) = ("The body did not arrive in time", "请求体未在规定时间内送达");
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body.slow", en, zh)
    };
    tokio::time::timeout(PATIENCE, collect(body, bytes_max)).await.map_err(slow)?
}

pub fn too_large(bytes_max: usize) -> Problem {
    let (en, zh) = (format!("The body is larger than {bytes_max} bytes"), format!("请求体超过 {bytes_max} 字节"));
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body.too_large", en, zh)
}

async fn collect(mut body: axum::body::Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            let (en, zh) = ("The body broke off", "请求体传输中断");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "body.broken", en, zh));
        };
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= bytes_max {
            bytes.extend_from_slice(&data);
        } else if length > DRAINED_BYTES_MAX {
            break;
        }
    }
    if length > bytes_max {
        return Err(too_large(bytes_max));
    }
    Ok(bytes.freeze())
}

pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let bad = StatusCode::BAD_REQUEST;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Problem::field(
            bad,
            "",
            "json.not_utf8",
            &format!("the body is not UTF-8 at byte {at}"),
            &format!("请求体在第 {at} 字节处不是 UTF-8"),
        )
    })?;
    let mut doubled = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde::de::DeserializeSeed::deserialize(Strict { pointer: String::new(), doubled: &mut doubled }, &mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let en = format!("the body is no JSON at line {line}, column {column}");
            Problem::field(bad, "", "json.malformed", &en, &format!("请求体在第 {line} 行第 {column} 列不是合法的 JSON"))
        })?;
    if doubled.is_empty() {
        return Ok(value);
    }
    let twice =
        |pointer: &String| FieldError::new(pointer, "json.doubled_key", "the name appears twice in its object", "同一对象中字段名重复");
    Err(Problem::fields(bad, doubled.iter().map(twice).collect()))
}

/// Builds a value and notes names that an object has twice: other readers would silently take the first or the last.
struct Strict<'a> {
    pointer: String,
    doubled: &'a mut Vec<String>,
}

impl<'de> serde::de::DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) =
            seq.next_element_seed(Strict { pointer: format!("{}/{}", self.pointer, list.len()), doubled: &mut *self.doubled })?
        {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let pointer = format!("{}/{}", self.pointer, escaped(&name));
            let value = map.next_value_seed(Strict { pointer: pointer.clone(), doubled: &mut *self.doubled })?;
            if object.insert(name, value).is_some() {
                self.doubled.push(pointer);
            }
        }
        Ok(Value::Object(object))
    }
}

/// A name as a part of a JSON pointer (RFC 6901).
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
