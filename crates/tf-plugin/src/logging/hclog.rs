//! Records as hclog's JSON. The host requires `@level`, `@message` and `@timestamp` to be strings; any other
//! member becomes a field of the record. Fields of the spans around a record are added to it.

use std::fmt;

use serde_json::{Map, Value};
use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::printable;

/// The longest text of one field in bytes. The host reads lines up to 64 KiB as records.
const TEXT_LIMIT: usize = 8 * 1024;

/// Writes each record as a line through `write`.
pub(super) struct Hclog<W> {
    write: W,
}

impl<W: Fn(&[u8])> Hclog<W> {
    /// A layer whose `write` gets whole lines with their line end.
    pub(super) fn new(write: W) -> Self {
        Self { write }
    }
}

/// The fields of a span, kept with it.
struct SpanFields(Map<String, Value>);

impl<S, W> Layer<S> for Hclog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Map::new();
        attributes.record(&mut Collect(&mut fields));
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<SpanFields>()
        {
            values.record(&mut Collect(&mut fields.0));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut record = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(fields) = span.extensions().get::<SpanFields>() {
                record.extend(fields.0.clone());
            }
        }
        event.record(&mut Collect(&mut record));
        let message = record.remove("message").map(text_of).unwrap_or_default();
        record.insert("@message".into(), message.into());
        record.insert("@level".into(), level(*event.metadata().level()).into());
        record.insert("@module".into(), event.metadata().target().replace("::", ".").into());
        record.insert("@timestamp".into(), timestamp(OffsetDateTime::now_utc()).into());

        let mut line = Value::Object(record).to_string();
        line.push('\n');
        (self.write)(line.as_bytes());
    }
}

/// hclog's word for a level.
fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Go's layout `2006-01-02T15:04:05.000000Z07:00`, in UTC.
fn timestamp(now: OffsetDateTime) -> String {
    let (year, month, day) = now.to_calendar_date();
    let (hour, minute, second, micro) = now.to_hms_micro();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z")
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Text as a member, printable and cut to [`TEXT_LIMIT`]: the host writes it to a terminal as it is.
fn member(text: &str) -> Value {
    Value::String(printable::text(text, TEXT_LIMIT))
}

/// Collects fields as JSON members.
struct Collect<'a>(&'a mut Map<String, Value>);

impl Collect<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        // `r#type` is written as the user of the log expects it.
        let name = field.name();
        self.0.insert(name.strip_prefix("r#").unwrap_or(name).to_owned(), value);
    }
}

impl Visit for Collect<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, member(&format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, member(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        self.put(field, member(&text));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// Keeps the lines that a layer writes.
    #[derive(Clone, Default)]
    pub(crate) struct Sink(Arc<Mutex<Vec<String>>>);

    impl Sink {
        pub(crate) fn layer(&self) -> Hclog<impl Fn(&[u8]) + use<>> {
            let lines = Arc::clone(&self.0);
            Hclog::new(move |line| lines.lock().unwrap().push(String::from_utf8(line.to_vec()).unwrap()))
        }

        fn records(&self) -> Vec<Value> {
            self.0.lock().unwrap().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
        }

        pub(crate) fn messages(&self) -> Vec<String> {
            let records = self.records();
            records.iter().map(|record| record["@message"].as_str().unwrap().to_owned()).collect()
        }
    }

    fn record(log: impl FnOnce()) -> Value {
        let sink = Sink::default();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(sink.layer()), log);
        let lines = sink.0.lock().unwrap().clone();
        assert!(lines.len() == 1 && lines[0].ends_with('\n') && lines[0].matches('\n').count() == 1);
        sink.records().remove(0)
    }

    #[test]
    fn a_record_has_hclogs_members_and_its_own_fields_beside_them() {
        let mut record = record(|| {
            tracing::info!(
                profile.name = "shop",
                endpoints = 2_u64,
                r#type = "external",
                ok = true,
                "created\nit"
            );
        });
        let time = record.as_object_mut().unwrap().remove("@timestamp").unwrap();
        assert_eq!(time.as_str().unwrap().len(), "2006-01-02T15:04:05.000000Z".len());
        let expected = json!({
            "@level": "info", "@message": "created\nit", "@module": "tf_plugin.logging.hclog.tests",
            "profile.name": "shop", "endpoints": 2, "type": "external", "ok": true,
        });
        assert_eq!(record, expected);
    }

    #[test]
    fn a_record_without_a_message_still_has_three_strings() {
        let record = record(|| tracing::error!(code = 7));
        for member in ["@level", "@message", "@timestamp"] {
            assert!(record[member].is_string(), "{member}");
        }
    }

    #[test]
    fn fields_of_spans_are_added_and_the_inner_one_wins() {
        let record = record(|| {
            let outer = tracing::info_span!("outer", rpc = "Plan", call = 1);
            let _outer = outer.enter();
            let inner = tracing::info_span!("inner", call = 2, late = tracing::field::Empty);
            inner.record("late", "yes");
            let _inner = inner.enter();
            tracing::info!("here");
        });
        assert_eq!(
            (&record["rpc"], &record["call"], &record["late"]),
            (&json!("Plan"), &json!(2), &json!("yes"))
        );
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let long = "ä".repeat(40_000);
        let record = record(|| tracing::info!("{long}"));
        let message = record["@message"].as_str().unwrap();
        assert!(message.len() < TEXT_LIMIT + 40 && message.ends_with(" bytes more)"));
    }

    #[test]
    fn a_record_cannot_steer_the_terminal() {
        let record = record(|| tracing::info!(answer = "\u{1b}[2J", "got\u{202e}\n{}", "\u{9b}"));
        assert_eq!(
            (&record["answer"], &record["@message"]),
            (&json!(r"\u{1b}[2J"), &json!("got\\u{202e}\n\\u{9b}"))
        );
    }

    #[test]
    fn the_time_is_in_gos_layout() {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(1_136_214_245_000_042_999).unwrap();
        assert_eq!(timestamp(moment), "2006-01-02T15:04:05.000042Z");
    }
}
