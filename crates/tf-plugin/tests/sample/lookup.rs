//! A data source of the sample: finds a thing by its name.

use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value, object};

use super::world::Data;

object! {
    /// What is looked for and what was found.
    pub struct Found {
        /// The name of the thing.
        pub name: Value<String> => [required],
        /// Its id.
        pub id: Value<String> => [computed],
    }
}

/// `sample_lookup`.
pub(super) struct Lookup;

impl DataSource for Lookup {
    const TYPE_NAME: &'static str = "sample_lookup";
    type Model = Found;
    type Data = Data;

    async fn read(
        &self,
        context: &Context<Data>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Found> {
        let config = request.config;
        let found = context.provider().world.named(config.name.as_deref().unwrap_or_default());
        if found.is_none() && config.name.as_deref() != Some("silence") {
            diagnostics.error(Path::new("name"), "Not found", "There is no thing of this name.");
        }
        found.map(|thing| Found { id: thing.id, ..config })
    }

    fn validate(&self, config: &Found, diagnostics: &mut Diagnostics) {
        if config.name.as_deref() == Some("") {
            diagnostics.error(Path::new("name"), "Empty name", "Give the name of a thing.");
        }
    }
}
