//! Provider functions, as their authors write them.

use crate::cty::{Type, Value};

/// A pure function: the same arguments give the same result, in any process, without configuration.
pub trait Function: Send + Sync + 'static {
    /// Its name, after `provider::name::`.
    const NAME: &'static str;

    /// Parameters and result.
    fn signature(&self) -> Signature;

    /// Computes the result. The arguments are of the parameters' types, and known unless [`Parameter::takes_unknown`]. The
    /// result may be unknown as a whole or in parts if an argument is.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// What a function takes and gives.
#[derive(Debug, Clone)]
pub struct Signature {
    /// One line that says what it does.
    pub summary: String,
    /// What it does, in Markdown.
    pub description: String,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// A last parameter that may be given any number of times.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub result: Type,
}

/// A parameter of a function.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub of: Type,
    /// What it is, in Markdown.
    pub description: String,
    /// Whether null may be given; otherwise Terraform refuses it.
    pub nullable: bool,
    /// Whether a value that is not known yet, or has parts that are not, may be given; otherwise the function is not called
    /// for it, and its result is not known either.
    pub takes_unknown: bool,
}

/// Why a function has no result for its arguments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FunctionError {
    /// What is wrong, as a sentence.
    pub text: String,
    /// The argument at fault, from 0.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// An error of no argument in particular.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// An error of the argument at this position.
    pub fn argument(position: usize, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(position) }
    }
}
