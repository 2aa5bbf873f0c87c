//! What the provider offers: metadata, schemas, identity schemas, function signatures.

use std::collections::HashMap;

use super::shared::Shared;
use crate::function::Parameter;
use crate::proto::tfplugin6 as wire;
use crate::resource::IdentitySchema;

/// What this server can do beyond the base of the protocol.
const CAPABILITIES: wire::ServerCapabilities = wire::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: false,
};

impl Shared {
    pub(super) fn metadata(&self) -> wire::get_metadata::Response {
        use wire::get_metadata::{
            DataSourceMetadata, EphemeralResourceMetadata, FunctionMetadata, ListResourceMetadata,
            ResourceMetadata,
        };
        let data_source = |name: &str| DataSourceMetadata { type_name: name.to_owned() };
        let resource = |name: &str| ResourceMetadata { type_name: name.to_owned() };
        let ephemeral = |name: &str| EphemeralResourceMetadata { type_name: name.to_owned() };
        let list = |name: &str| ListResourceMetadata { type_name: name.to_owned() };
        let function = |name: &&str| FunctionMetadata { name: (*name).to_owned() };
        wire::get_metadata::Response {
            server_capabilities: Some(CAPABILITIES),
            data_sources: self.data_sources.names().map(data_source).collect(),
            resources: self.resources.names().map(resource).collect(),
            ephemeral_resources: self.ephemeral_resources.names().map(ephemeral).collect(),
            list_resources: self.list_resources.names().map(list).collect(),
            functions: self.functions.keys().map(function).collect(),
            ..Default::default()
        }
    }

    pub(super) fn provider_schemas(&self) -> wire::get_provider_schema::Response {
        wire::get_provider_schema::Response {
            provider: Some(self.provider.schema().to_wire()),
            resource_schemas: self.resources.schemas_to_wire(),
            data_source_schemas: self.data_sources.schemas_to_wire(),
            ephemeral_resource_schemas: self.ephemeral_resources.schemas_to_wire(),
            list_resource_schemas: self.list_resources.schemas_to_wire(),
            server_capabilities: Some(CAPABILITIES),
            functions: self.function_signatures(),
            ..Default::default()
        }
    }

    pub(super) fn identity_schemas(&self) -> wire::get_resource_identity_schemas::Response {
        let schemas = self.resources.iter().filter_map(|(name, each)| {
            let schema = each.implementation.identity_schema()?;
            Some((name.to_owned(), identity_to_wire(schema)))
        });
        wire::get_resource_identity_schemas::Response {
            identity_schemas: schemas.collect(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn functions(&self) -> wire::get_functions::Response {
        wire::get_functions::Response { functions: self.function_signatures(), diagnostics: Vec::new() }
    }

    fn function_signatures(&self) -> HashMap<String, wire::Function> {
        let functions = self.functions.iter().map(|(name, function)| {
            let signature = function.signature();
            let function = wire::Function {
                parameters: signature.parameters.iter().map(parameter).collect(),
                variadic_parameter: signature.variadic.as_ref().map(parameter),
                r#return: Some(wire::function::Return { r#type: signature.result.to_json() }),
                summary: signature.summary,
                description: signature.description,
                description_kind: wire::StringKind::Markdown.into(),
                deprecation_message: String::new(),
            };
            ((*name).to_owned(), function)
        });
        functions.collect()
    }
}

fn parameter(of: &Parameter) -> wire::function::Parameter {
    wire::function::Parameter {
        name: of.name.clone(),
        r#type: of.of.to_json(),
        allow_null_value: of.nullable,
        allow_unknown_values: of.takes_unknown,
        description: of.description.clone(),
        description_kind: wire::StringKind::Markdown.into(),
    }
}

fn identity_to_wire(schema: IdentitySchema) -> wire::ResourceIdentitySchema {
    let attributes =
        schema.attributes.into_iter().map(|each| wire::resource_identity_schema::IdentityAttribute {
            name: each.name,
            r#type: each.of.to_json(),
            required_for_import: each.required_for_import,
            optional_for_import: !each.required_for_import,
            description: each.description,
        });
    wire::ResourceIdentitySchema { version: schema.version, identity_attributes: attributes.collect() }
}
