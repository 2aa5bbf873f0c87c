//! All schemas of a provider, as far as Terraform would take them.

use std::collections::{BTreeMap, HashMap};

use super::channel::LocalChannel;
use super::schema::Schema;
use crate::proto::tfplugin6 as wire;
use tf_plugin::cty::Type;
use wire::provider_client::ProviderClient;

/// What a provider says of itself.
pub(super) struct Schemas {
    pub(super) capabilities: wire::ServerCapabilities,
    pub(super) provider: Schema,
    pub(super) resources: BTreeMap<String, Managed>,
    pub(super) data_sources: BTreeMap<String, Schema>,
    pub(super) ephemeral_resources: BTreeMap<String, Schema>,
    pub(super) list_resources: BTreeMap<String, Schema>,
    pub(super) functions: BTreeMap<String, wire::Function>,
}

/// A resource type.
pub(super) struct Managed {
    pub(super) schema: Schema,
    pub(super) identity: Option<Type>,
}

/// Schemas are read, and what is wrong with them is gathered.
#[derive(Default)]
struct Reader {
    problems: Vec<String>,
}

impl Schemas {
    /// Asks for them.
    ///
    /// # Panics
    /// With everything for which Terraform would refuse to load the provider.
    pub(super) async fn load(client: &mut ProviderClient<LocalChannel>) -> Self {
        let schemas = client.get_provider_schema(wire::get_provider_schema::Request {}).await;
        let schemas = schemas.expect("the provider answers its schemas").into_inner();
        let identities =
            client.get_resource_identity_schemas(wire::get_resource_identity_schemas::Request {}).await;
        let identities = identities.expect("the provider answers its identity schemas").into_inner();

        let mut reader = Reader::default();
        let provider = schemas.provider.as_ref().and_then(|schema| reader.one("provider", schema));
        let resources = reader.all(&schemas.resource_schemas).into_iter();
        let mut resources: BTreeMap<_, _> =
            resources.map(|(name, schema)| (name, Managed { schema, identity: None })).collect();
        let data_sources = reader.all(&schemas.data_source_schemas);
        let ephemeral_resources = reader.all(&schemas.ephemeral_resource_schemas);
        let list_resources = reader.all(&schemas.list_resource_schemas);
        let mut problems = reader.problems;
        for (name, schema) in &identities.identity_schemas {
            match (resources.get_mut(name), identity_type(schema)) {
                (Some(managed), Ok(of)) => managed.identity = Some(of),
                (None, _) => problems.push(format!("{name}: an identity without a resource")),
                (_, Err(problem)) => problems.push(format!("{name}: {problem}")),
            }
        }
        for name in list_resources.keys() {
            if resources.get(name).is_none_or(|managed| managed.identity.is_none()) {
                problems.push(format!("{name}: a list resource without a resource that has an identity"));
            }
        }
        assert!(problems.is_empty(), "Terraform would not load this provider:\n{}", problems.join("\n"));
        Self {
            capabilities: schemas.server_capabilities.unwrap_or_default(),
            provider: provider.expect("a provider without configuration answers an empty schema"),
            resources,
            data_sources,
            ephemeral_resources,
            list_resources,
            functions: schemas.functions.into_iter().collect(),
        }
    }
}

impl Reader {
    fn one(&mut self, name: &str, schema: &wire::Schema) -> Option<Schema> {
        let read = Schema::read(schema);
        let problems = &mut self.problems;
        read.map_err(|found| problems.extend(found.into_iter().map(|text| format!("{name}: {text}")))).ok()
    }

    fn all(&mut self, schemas: &HashMap<String, wire::Schema>) -> BTreeMap<String, Schema> {
        schemas.iter().filter_map(|(name, schema)| Some((name.clone(), self.one(name, schema)?))).collect()
    }
}

fn identity_type(schema: &wire::ResourceIdentitySchema) -> Result<Type, String> {
    if schema.version < 0 {
        return Err("the identity's version is negative".to_owned());
    }
    let attributes = schema.identity_attributes.iter().map(|each| {
        if each.required_for_import == each.optional_for_import {
            return Err(format!("identity {}: neither or both required and optional for import", each.name));
        }
        match Type::from_json(&each.r#type) {
            Ok(Type::Map(_) | Type::Set(_) | Type::Object(_)) | Err(_) => {
                Err(format!("identity {}: not a type of an identity", each.name))
            }
            Ok(of) => Ok((each.name.clone(), of)),
        }
    });
    attributes.collect::<Result<_, _>>().map(Type::Object)
}
