//! A function of the sample: joins texts.

use tf_plugin::Function;
use tf_plugin::cty::{Type, Value};
use tf_plugin::function::{FunctionError, Parameter, Signature};

/// `join(separator, part, …)`; a null separator is none, and with one that is unknown so is the result.
pub(super) struct Join;

impl Function for Join {
    const NAME: &'static str = "join";

    fn signature(&self) -> Signature {
        let parameter = |name: &str, nullable| Parameter {
            name: name.to_owned(),
            of: Type::String,
            description: String::new(),
            nullable,
            takes_unknown: name == "separator",
        };
        Signature {
            summary: "Joins texts".to_owned(),
            description: "Joins texts with a separator between them.".to_owned(),
            parameters: vec![parameter("separator", true)],
            variadic: Some(parameter("parts", false)),
            result: Type::String,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        if arguments.iter().any(Value::is_unknown) {
            return Ok(Value::unknown());
        }
        let texts: Vec<String> = arguments
            .into_iter()
            .map(|argument| match argument {
                Value::String(text) => text,
                _ => String::new(),
            })
            .collect();
        let Some((separator, parts)) = texts.split_first() else { unreachable!("there is a separator") };
        assert!(separator != "panic", "the separator is panic");
        if let Some(position) = parts.iter().position(String::is_empty) {
            return Err(FunctionError::argument(position + 1, "A part is empty."));
        }
        Ok(Value::String(parts.join(separator)))
    }
}
