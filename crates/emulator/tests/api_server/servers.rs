//! The two servers that are asked: a real one, and the emulated one in this process.

use std::collections::BTreeMap;
use std::time::Duration;

use kube_emulator::{ApiServer, Body, Request, User};
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use serde_json::Value;
use test_support::KubeApiServer;
use tokio_stream::StreamExt as _;

use crate::script::{Content, Step};

/// Names the manager of fields where a request does not.
const AGENT: &str = "comparison/1.0";

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that answers requests.
pub(crate) enum Server {
    Real(KubeApiServer),
    Emulated(ApiServer),
}

/// What a server has answered, in the parts that are compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) body: String,
}

/// What was answered to the steps so far, by their names.
pub(crate) type Answers = BTreeMap<&'static str, Answer>;

impl Answer {
    /// The body as JSON; of a watch, its events. Text that is neither is itself.
    pub(crate) fn document(&self) -> Value {
        let mut documents: Vec<Value> = Vec::new();
        for document in serde_json::Deserializer::from_str(&self.body).into_iter() {
            match document {
                Ok(document) => documents.push(document),
                Err(_) => return Value::String(self.body.clone()),
            }
        }
        if documents.len() == 1 && !is_event(&documents[0]) {
            return documents.remove(0);
        }
        Value::Array(documents)
    }
}

fn is_event(document: &Value) -> bool {
    document["type"].is_string() && document["object"].is_object()
}

impl Server {
    /// Sends a step of a scenario in this namespace.
    pub(crate) async fn send(&self, step: &Step, namespace: &str, before: &Answers) -> Answer {
        let fill = |text: &str| filled(text, namespace, before);
        let (path, query) = (fill(&step.path), fill(&step.query));
        let body = match &step.body {
            Content::Nothing => String::new(),
            Content::Text(text) => fill(text),
            Content::Edited(of, edit) => {
                let mut object = before.get(of).unwrap_or_else(|| panic!("no step {of} before")).document();
                edit(&mut object);
                fill(&object.to_string())
            }
        };
        let answer = match self {
            Self::Real(server) => {
                tokio::time::timeout(PATIENCE, real(server, step, &path, &query, body)).await
            }
            Self::Emulated(server) => {
                let answering = tokio::spawn(emulated(server.clone(), request(step, path, query, body)));
                let answer = tokio::time::timeout(PATIENCE, answering).await;
                answer.map(|answer| answer.unwrap_or_else(|crash| failed(&crash.to_string())))
            }
        };
        answer.unwrap_or_else(|_| failed("no answer"))
    }
}

fn failed(why: &str) -> Answer {
    Answer { body: format!("no answer: {why}"), ..Answer::default() }
}

async fn real(server: &KubeApiServer, step: &Step, path: &str, query: &str, body: String) -> Answer {
    let method = step.method.parse().expect("the method is one");
    let mut request = server.client().request(method, format!("{}{path}?{query}", server.url()));
    request = request.header(ACCEPT, step.accept).header(USER_AGENT, AGENT);
    if !step.content_type.is_empty() {
        request = request.header(CONTENT_TYPE, step.content_type);
    }
    let answer = request.body(body).send().await.expect("the real server answers");
    let header = |name: &str| {
        let values = answer.headers().get_all(name).into_iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect::<Vec<_>>()
    };
    Answer {
        status: answer.status().as_u16(),
        content_type: header("content-type").concat(),
        warnings: header("warning"),
        body: answer.text().await.expect("the answer ends"),
    }
}

fn request(step: &Step, path: String, query: String, body: String) -> Request {
    Request {
        method: step.method.to_owned(),
        path,
        query,
        content_type: step.content_type.to_owned(),
        accept: step.accept.to_owned(),
        user_agent: AGENT.to_owned(),
        body: body.into(),
        user: User { name: "administrator".to_owned(), groups: vec!["system:masters".to_owned()] },
    }
}

async fn emulated(server: ApiServer, request: Request) -> Answer {
    let answer = server.answer(request).await;
    let warnings = answer.headers.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("warning"));
    let body = match answer.body {
        Body::Full(bytes) => bytes.to_vec(),
        Body::Stream(pieces) => pieces.collect::<Vec<_>>().await.concat(),
    };
    Answer {
        status: answer.status,
        content_type: answer.content_type.to_owned(),
        warnings: warnings.map(|(_, value)| value).collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// The text with everything in braces in its place.
fn filled(text: &str, namespace: &str, before: &Answers) -> String {
    let mut filled = text.replace("{namespace}", namespace);
    for field in ["uid", "resourceVersion", "continue"] {
        let opening = format!("{{{field} of ");
        while let Some(start) = filled.find(&opening) {
            let rest = &filled[start + opening.len()..];
            let step = &rest[..rest.find('}').expect("a brace that opens is closed")];
            let answer = before.get(step).unwrap_or_else(|| panic!("no step {step} before"));
            let value = answer.document()["metadata"][field].as_str().unwrap_or_default().to_owned();
            let end = start + opening.len() + step.len() + 1;
            filled.replace_range(start..end, &value);
        }
    }
    filled
}
