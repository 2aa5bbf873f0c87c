//! The token endpoint: who asks, with which credential, for which resource; and the token.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::clients::{Client, key, object_id};
use super::failure::LoginFailure;
use super::form::Form;
use super::{Directory, Visit, assertion, directory_answer};
use crate::service::Answer;

/// The two token endpoints, which name the resource and write numbers differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Version {
    V1,
    V2,
}

/// What a token is asked for, and where.
#[derive(Clone, Debug)]
struct Wanted {
    resource: String,
    version: Version,
}

/// Whom a token is for.
struct Grantee {
    tenant: String,
    client_id: String,
    object_id: String,
    /// How the client proved itself: `1` by a secret, `2` by a key, `0` not at all.
    proof: &'static str,
}

/// What a token says; keys and values are those of Azure's tokens for a client.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    appid: &'a str,
    appidacr: &'a str,
    idp: String,
    idtyp: &'static str,
    oid: &'a str,
    sub: &'a str,
    tid: &'a str,
    /// The token's own id. Here it begins with the epoch of tokens, by which all can be made to expire.
    uti: String,
    ver: &'static str,
}

/// Gives a token, or says why not.
pub(super) fn grant(
    directory: &mut Directory,
    tenant: &str,
    body: &[u8],
    version: Version,
    visit: Visit<'_>,
) -> Result<Answer, LoginFailure> {
    let form = Form::parse(body);
    let required = |name: &'static str| form.field(name).ok_or_else(|| LoginFailure::missing(name));
    let grant = required("grant_type")?;
    let client_id = required("client_id")?;
    match grant {
        "client_credentials" => {
            let wanted = Wanted { resource: resource(&form, version, true)?, version };
            let grantee = by_credential(directory, tenant, client_id, &form, visit)?;
            Ok(answer(directory, &grantee, &wanted, None, visit))
        }
        "refresh_token" => {
            let wanted = Wanted { resource: resource(&form, version, false)?, version };
            let token = required("refresh_token")?;
            let grantee = by_refresh_token(directory, tenant, client_id, token)?;
            // Each use gives a new one, and the old one stays good.
            let next = format!("0.{}", Uuid::new_v4().simple());
            directory.kept.refresh_tokens.insert(next.clone(), key(tenant, client_id));
            directory.revision = directory.revision.wrapping_add(1);
            Ok(answer(directory, &grantee, &wanted, Some(next), visit))
        }
        other => Err(LoginFailure::unsupported_grant(other)),
    }
}

/// The resource that a token is asked for.
fn resource(form: &Form, version: Version, of_client: bool) -> Result<String, LoginFailure> {
    match version {
        Version::V1 => {
            Ok(form.field("resource").ok_or_else(|| LoginFailure::missing("resource"))?.to_owned())
        }
        Version::V2 => {
            let scope = form.field("scope").ok_or_else(|| LoginFailure::missing("scope"))?;
            let named = scope.split(' ').find_map(|word| word.strip_suffix("/.default"));
            if let Some(resource) = named {
                return Ok(resource.to_owned());
            }
            // A user's scope is a resource and the name of a permission.
            let resource = scope.split(' ').find_map(|word| Some(word.rsplit_once('/')?.0));
            match resource.filter(|_| !of_client) {
                Some(resource) => Ok(resource.to_owned()),
                None => Err(LoginFailure::invalid_scope(scope)),
            }
        }
    }
}

fn by_credential(
    directory: &Directory,
    tenant: &str,
    client_id: &str,
    form: &Form,
    visit: Visit<'_>,
) -> Result<Grantee, LoginFailure> {
    let client = known(directory, tenant, client_id)?;
    let proof = match (form.field("client_assertion"), form.field("client_secret")) {
        (Some(given), _) => {
            if form.field("client_assertion_type").is_none() {
                return Err(LoginFailure::missing("client_assertion_type"));
            }
            assertion::check(given, assertion::Expected { client_id, client }, visit.now)?;
            "2"
        }
        (None, Some(given)) => {
            if let Some(client) = client {
                check_secret(client, client_id, given, visit)?;
            }
            "1"
        }
        (None, None) => return Err(LoginFailure::no_credential()),
    };
    Ok(grantee(tenant, client_id, client, proof))
}

/// The client that has to prove itself; `None` where the directory takes everyone.
fn known<'a>(
    directory: &'a Directory,
    tenant: &str,
    client_id: &str,
) -> Result<Option<&'a Client>, LoginFailure> {
    let client = directory.client(tenant, client_id);
    if client.is_none() && !directory.is_open() {
        return Err(LoginFailure::unknown_client(client_id, tenant));
    }
    Ok(client)
}

fn check_secret(client: &Client, client_id: &str, given: &str, visit: Visit<'_>) -> Result<(), LoginFailure> {
    if client.secret.as_ref().is_none_or(|secret| secret.0 != given) {
        return Err(LoginFailure::wrong_secret(client_id));
    }
    if client.secret_expires.is_some_and(|end| end <= visit.now.unix_timestamp()) {
        return Err(LoginFailure::expired_secret(client_id));
    }
    Ok(())
}

fn by_refresh_token(
    directory: &Directory,
    tenant: &str,
    client_id: &str,
    token: &str,
) -> Result<Grantee, LoginFailure> {
    let client = known(directory, tenant, client_id)?;
    let given_out = directory.kept.refresh_tokens.get(token);
    let is_good = match client {
        None => given_out.is_none_or(|owner| *owner == key(tenant, client_id)),
        Some(client) => {
            given_out.is_some_and(|owner| *owner == key(tenant, client_id))
                || client.refresh_token.as_ref().is_some_and(|known| known.0 == token)
        }
    };
    if !is_good {
        return Err(LoginFailure::invalid_refresh_token());
    }
    Ok(grantee(tenant, client_id, client, "0"))
}

fn grantee(tenant: &str, client_id: &str, client: Option<&Client>, proof: &'static str) -> Grantee {
    Grantee {
        tenant: tenant.to_owned(),
        client_id: client_id.to_owned(),
        object_id: client.map_or_else(|| object_id(tenant, client_id), |client| client.object_id.clone()),
        proof,
    }
}

fn answer(
    directory: &Directory,
    grantee: &Grantee,
    wanted: &Wanted,
    refresh_token: Option<String>,
    visit: Visit<'_>,
) -> Answer {
    let lifetime = i64::from(directory.kept.lifetime);
    let now = visit.now.unix_timestamp();
    let issuer = format!("https://sts.windows.net/{}/", grantee.tenant);
    let token = directory.key.sign(&Claims {
        aud: &wanted.resource,
        iss: issuer.clone(),
        iat: now,
        nbf: now,
        exp: now.saturating_add(lifetime),
        appid: &grantee.client_id,
        appidacr: grantee.proof,
        idp: issuer,
        idtyp: "app",
        oid: &grantee.object_id,
        sub: &grantee.object_id,
        tid: &grantee.tenant,
        uti: format!("{}-{}", directory.kept.epoch, Uuid::new_v4().simple()),
        ver: "1.0",
    });
    let mut body = match wanted.version {
        // Numbers are texts here.
        Version::V1 => json!({
            "token_type": "Bearer",
            "expires_in": lifetime.to_string(),
            "ext_expires_in": lifetime.to_string(),
            "expires_on": now.saturating_add(lifetime).to_string(),
            "not_before": now.to_string(),
            "resource": wanted.resource,
        }),
        Version::V2 => json!({ "token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime }),
    };
    body["access_token"] = Value::from(token);
    if let Some(refresh_token) = refresh_token {
        body["refresh_token"] = Value::from(refresh_token);
    }
    directory_answer(StatusCode::OK, &body)
}
