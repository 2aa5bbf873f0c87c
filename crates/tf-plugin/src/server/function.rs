//! `CallFunction`.

use super::isolate::isolated_now;
use super::shared::Shared;
use super::values::{decode, encode};
use crate::cty::Value;
use crate::diagnostics::{DETAIL_LIMIT, Diagnostics};
use crate::function::{FunctionError, Parameter, Signature};
use crate::printable;
use crate::proto::tfplugin6 as wire;
use wire::call_function::{Request, Response};

pub(super) fn call(shared: &Shared, request: Request) -> Response {
    match result(shared, request) {
        Ok(value) => Response { result: Some(encode(&value)), error: None },
        Err(error) => {
            let function_argument = error.argument.and_then(|position| i64::try_from(position).ok());
            let text = printable::text(&error.text, DETAIL_LIMIT);
            let error = wire::FunctionError { text, function_argument };
            Response { result: None, error: Some(error) }
        }
    }
}

fn result(shared: &Shared, request: Request) -> Result<Value, FunctionError> {
    let function = shared.functions.get(request.name.as_str()).ok_or_else(|| FunctionError {
        text: format!("This provider has no function {:?}.", request.name),
        argument: None,
    })?;
    let signature = function.signature();
    let arguments = arguments(&signature, request.arguments)?;
    let is_taken = |(position, argument): (usize, &Value)| {
        parameter(&signature, position).is_some_and(|it| it.takes_unknown) || argument.is_wholly_known()
    };
    if !arguments.iter().enumerate().all(is_taken) {
        return Ok(Value::unknown());
    }
    isolated_now(|| function.call(arguments)).unwrap_or_else(|crash| Err(text_of(&crash, None)))
}

fn arguments(signature: &Signature, given: Vec<wire::DynamicValue>) -> Result<Vec<Value>, FunctionError> {
    let decoded = given.into_iter().enumerate().map(|(position, argument)| {
        let parameter = parameter(signature, position)
            .ok_or_else(|| FunctionError::argument(position, "The function takes no such argument."))?;
        decode(Some(argument), &parameter.of).map_err(|failed| text_of(&failed, Some(position)))
    });
    let decoded = decoded.collect::<Result<Vec<_>, _>>()?;
    if decoded.len() < signature.parameters.len() {
        return Err(FunctionError { text: "The function takes more arguments.".to_owned(), argument: None });
    }
    Ok(decoded)
}

fn parameter(signature: &Signature, position: usize) -> Option<&Parameter> {
    signature.parameters.get(position).or(signature.variadic.as_ref())
}

fn text_of(failed: &Diagnostics, argument: Option<usize>) -> FunctionError {
    let texts: Vec<&str> = failed.iter().map(|each| each.detail.as_str()).collect();
    FunctionError { text: texts.join(" "), argument }
}
