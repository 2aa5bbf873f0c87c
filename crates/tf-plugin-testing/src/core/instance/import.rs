//! Objects that come into the state in other ways than by a creation: imports and moves.

use super::{Instance, Report, Stored, Value, assert_state, capabilities, decode, encode_identity, wire};
use crate::core::shape::assert_conforms;
use tf_plugin::cty::Path;
use tf_plugin::{Diagnostic, Severity};
use wire::import_resource_state::ImportedResource;

/// An object of another resource type, of which a `moved` block speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The full address of its provider, such as `registry.terraform.io/hashicorp/azurerm`.
    pub provider: String,
    /// Its type.
    pub type_name: String,
    /// The version of its schema.
    pub version: i64,
    /// Its attributes, as they are stored.
    pub json: String,
}

impl Instance<'_> {
    /// `terraform import` or an `import` block with an id.
    ///
    /// # Errors
    /// What was said against it, and the rules that the answers break; then nothing is stored.
    pub async fn import(&mut self, id: &str) -> Result<Report, Report> {
        self.import_by(id, None).await
    }

    /// An `import` block with an identity, in which optional attributes may be left out.
    ///
    /// # Errors
    /// What was said against it, and the rules that the answers break; then nothing is stored.
    ///
    /// # Panics
    /// If the resource has no identity.
    pub async fn import_identity(&mut self, identity: Value) -> Result<Report, Report> {
        let of = self.managed.identity.as_ref().expect("the resource has an identity");
        let (tf_plugin::cty::Type::Object(attributes), Value::Map(mut members)) = (of, identity) else {
            panic!("an identity is an object");
        };
        for name in attributes.keys() {
            members.entry(name.clone()).or_insert(Value::Null);
        }
        self.import_by("", Some(Value::Map(members))).await
    }

    async fn import_by(&mut self, id: &str, identity: Option<Value>) -> Result<Report, Report> {
        self.core.start_step().await;
        let mut report = Report::default();
        let request = wire::import_resource_state::Request {
            type_name: self.type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(capabilities(false)),
            identity: encode_identity(identity.as_ref()),
        };
        let mut client = self.core.client();
        let call = client.import_resource_state(request);
        let answer = self.core.ask("ImportResourceState", call, &mut report).await.unwrap_or_default();
        report.add(answer.diagnostics);
        let mut report = report.into_result()?;
        let imported = match <[ImportedResource; 1]>::try_from(answer.imported_resources) {
            Ok([imported]) => self.imported(imported, identity.is_some(), &mut report),
            Err(all) => {
                report.violation("import", [format!("{} objects where one belongs", all.len())]);
                None
            }
        };
        let mut report = report.into_result()?;
        let read = self.read(imported.as_ref(), &mut report).await;
        if matches!(read, Some(None)) {
            report.diagnostics.push(Diagnostic {
                severity: Severity::Error,
                summary: "Cannot import non-existent remote object".to_owned(),
                detail: "The provider found nothing to import.".to_owned(),
                path: Path::root(),
            });
        }
        let report = report.into_result()?;
        self.stored = read.flatten();
        Ok(report)
    }

    fn imported(&self, imported: ImportedResource, by_identity: bool, report: &mut Report) -> Option<Stored> {
        if imported.type_name != self.type_name {
            report.violation("import", [format!("{:?} is another type", imported.type_name)]);
        }
        let identity = self.identity_of(imported.identity, "import", report);
        if by_identity && identity.is_none() {
            report.violation("import", ["no identity, though it was imported by one".to_owned()]);
        }
        let value = decode(imported.state, &self.schema().object_type());
        let value = value.map_err(|text| report.violation("import", [text])).ok()?;
        if value.is_null() {
            if !by_identity {
                report.violation("import", ["a null state".to_owned()]);
            }
            return None;
        }
        report.violation("import", assert_conforms(self.schema(), &value));
        Some(Stored { value, private: imported.private, identity, tainted: false })
    }

    /// A `moved` block from another resource type, followed by the read of the next plan.
    ///
    /// # Errors
    /// What was said against it, and the rules that the answers break; then nothing is stored.
    pub async fn moved(&mut self, from: Source) -> Result<Report, Report> {
        let mut report = Report::default();
        if !self.core.schemas.capabilities.move_resource_state {
            report.violation("move", ["the provider does not announce it".to_owned()]);
        }
        let request = wire::move_resource_state::Request {
            source_provider_address: from.provider,
            source_type_name: from.type_name,
            source_schema_version: from.version,
            source_state: Some(wire::RawState { json: from.json.into_bytes(), ..Default::default() }),
            target_type_name: self.type_name.to_owned(),
            ..Default::default()
        };
        let mut client = self.core.client();
        let call = client.move_resource_state(request);
        let answer = self.core.ask("MoveResourceState", call, &mut report).await.unwrap_or_default();
        report.add(answer.diagnostics);
        let mut report = report.into_result()?;
        let value = decode(answer.target_state, &self.schema().object_type());
        let value = value.map_err(|text| report.violation("move", [text])).unwrap_or(Value::Null);
        report.violation("move", assert_state(self.schema(), &value));
        let identity = self.identity_of(answer.target_identity, "move", &mut report);
        let report = report.into_result()?;
        let private = answer.target_private;
        self.stored = Some(Stored { value, private, identity, tainted: false });
        self.refresh().await.map(|read| Report {
            diagnostics: report.diagnostics.into_iter().chain(read.diagnostics).collect(),
            ..read
        })
    }
}
