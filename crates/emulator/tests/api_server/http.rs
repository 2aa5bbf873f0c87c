//! The emulated API server behind HTTP, for programs that are clients of it.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;
use kube_emulator::{ApiServer, Body as Answered, Request, User};
use tokio::net::TcpListener;
use tokio_stream::StreamExt as _;

/// Serves it on a free port until the test ends, and says where.
pub(crate) async fn serve(server: ApiServer) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
    let address = listener.local_addr().expect("it listens");
    let router = Router::new().fallback(answer).with_state(server);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer(
    State(server): State<ApiServer>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .unwrap_or_default()
    };
    let request = Request {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        content_type: text(header::CONTENT_TYPE),
        accept: text(header::ACCEPT),
        user_agent: text(header::USER_AGENT),
        body,
        user: User { name: "administrator".to_owned(), groups: vec!["system:masters".to_owned()] },
    };
    let answer = server.answer(request).await;
    let mut response =
        Response::builder().status(answer.status).header(header::CONTENT_TYPE, answer.content_type);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    let body = match answer.body {
        Answered::Full(bytes) => Body::from(bytes),
        Answered::Stream(pieces) => Body::from_stream(pieces.map(Ok::<_, std::convert::Infallible>)),
    };
    response.body(body).expect("an answer is one of HTTP")
}
