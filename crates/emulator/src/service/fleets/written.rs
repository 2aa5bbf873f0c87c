//! When and by whom fleets and members are written.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::service::model::fleet::{Stamp, Written};

/// The moment, as answers write it.
pub(super) fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let now = now.replace_millisecond(now.millisecond()).unwrap_or(now);
    now.format(&Rfc3339).expect("the present has a year of four digits")
}

/// A write by a client, after these.
pub(super) fn written(before: Option<&Written>, by: Option<&str>) -> Written {
    let stamp = Stamp { by: by.map(str::to_owned), at: now() };
    Written {
        etag: format!("\"{}\"", Uuid::new_v4()),
        created: before.map_or_else(|| stamp.clone(), |before| before.created.clone()),
        modified: stamp,
        operation: Uuid::new_v4().to_string(),
    }
}
