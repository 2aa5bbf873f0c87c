//! The log, in the form that go-plugin's hosts read: one JSON object per line on stderr, as hclog writes it.
//! Chooses the level and what is logged at all; `hclog` writes the records.
//!
//! What must not be logged: values of attributes, of configuration, state and plan, bodies and headers of
//! requests, tokens. A user sends a log to others. Log names, addresses, counts, durations and request ids;
//! a type that may hold a secret has no `Display`, and its `Debug` says only that something is there. For the
//! same reason the records of other crates below WARN stay out: HTTP libraries write headers at DEBUG.

mod hclog;

use std::io::Write as _;

use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt as _;

use self::hclog::Hclog;

/// The level that a value of `TF_LOG` and its relatives names.
///
/// `JSON` is Terraform's word for everything, in JSON, which is our form anyway. A word that is no level
/// means TRACE, as in Terraform: somebody asked for a log.
pub fn level(value: Option<&str>) -> LevelFilter {
    let Some(value) = value else { return LevelFilter::OFF };
    match value.trim().to_ascii_uppercase().as_str() {
        "OFF" | "" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// Starts the log of this process at `level`. `crates` are the names of the crates whose records below WARN
/// are written, such as `arm`; this crate is always one.
///
/// With the level OFF nothing is installed, and a record costs one comparison. A log that somebody else
/// installed stays.
pub fn start(level: LevelFilter, crates: &'static [&'static str]) {
    if level == LevelFilter::OFF {
        return;
    }
    let layer = Hclog::new(|line| {
        // One call, so that lines of threads and processes do not mix. There is nowhere to report a failure.
        let _ = std::io::stderr().write_all(line);
    });
    let filter = FilterFn::new(move |metadata| wanted(metadata, level, crates)).with_max_level_hint(level);
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter));
    // Fails only if there is a log already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn wanted(metadata: &Metadata<'_>, level: LevelFilter, crates: &[&str]) -> bool {
    let target = metadata.target();
    let name = target.split("::").next().unwrap_or(target);
    let ours = name == env!("CARGO_CRATE_NAME") || crates.contains(&name);
    let limit = if ours { level } else { level.min(LevelFilter::WARN) };
    *metadata.level() <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_terraform() {
        let cases = [
            (None, LevelFilter::OFF),
            (Some("off"), LevelFilter::OFF),
            (Some("ERROR"), LevelFilter::ERROR),
            (Some("warn"), LevelFilter::WARN),
            (Some("Info"), LevelFilter::INFO),
            (Some("DEBUG"), LevelFilter::DEBUG),
            (Some("TRACE"), LevelFilter::TRACE),
            (Some("JSON"), LevelFilter::TRACE),
            (Some("yes please"), LevelFilter::TRACE),
        ];
        for (value, expected) in cases {
            assert_eq!(level(value), expected, "{value:?}");
        }
    }

    #[test]
    fn other_crates_are_heard_from_warn_on() {
        let seen = hclog::tests::Sink::default();
        let filter = FilterFn::new(|metadata| wanted(metadata, LevelFilter::TRACE, &["arm"]));
        let subscriber = tracing_subscriber::registry().with(seen.layer().with_filter(filter));
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: "hyper::client", "header authorization");
            tracing::warn!(target: "hyper::client", "loud");
            tracing::trace!(target: "arm::transport", "ours");
            tracing::trace!(target: "armour", "not ours");
            tracing::trace!("this crate");
        });
        assert_eq!(seen.messages(), ["loud", "ours", "this crate"]);
    }
}
