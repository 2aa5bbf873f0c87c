//! Waits for an object to become what is wanted, by watching it.

use std::time::Duration;

use backoff::backoff;
use kube::client::Body;
use kube::core::params::{ListParams, WatchParams};
use kube::core::request::Request as Requests;
use serde::Deserialize;
use tokio::time::Instant;

use crate::answer::{self, Lines, another_shape};
use crate::client::{Hub, LONGEST_PAUSE, is_about_certificates};
use crate::deadline::{Deadline, Over};
use crate::error::{Call, ErrorKind, HubError, kind_of};
use crate::object::{Kind, Object, ObjectKey, is_mark, path};

/// How long the server is asked to keep a watch open, in seconds. Less than what proxies cut.
const WATCH: u32 = 240;

/// How long a watch may say nothing. One that the server should have ended by then is broken.
const SILENCE: Duration = Duration::from_secs(300);

/// A server that ends watches sooner than this is not asked again at once.
const BRIEF: Duration = Duration::from_secs(10);

/// How a watch ended.
enum Ended<T> {
    /// With what was waited for.
    With(T),
    /// It can go on from this version.
    At(String),
    /// It has to begin anew with a list.
    Lost,
}

impl Hub {
    /// Shows an object to `judge`, and again each time that it changes, until that answers something. `None` stands for an
    /// object that is not there.
    ///
    /// What goes wrong on the way is tried again until the deadline, also where it is not permitted: permissions come and
    /// go while roles are assigned.
    pub async fn wait<K: Kind, T>(
        &self,
        key: &ObjectKey,
        deadline: &Deadline,
        mut judge: impl FnMut(Option<&Object<K>>) -> Option<T> + Send,
    ) -> Result<T, HubError>
    where
        T: Send,
    {
        let patient = deadline.clone().awaiting_permissions(deadline.left());
        let mut failures = 0;
        let mut from: Option<String> = None;
        loop {
            let version = if let Some(version) = from.take() {
                version
            } else {
                let (found, version) = self.look::<K>(key, &patient).await?;
                if let Some(outcome) = judge(found.as_ref()) {
                    return Ok(outcome);
                }
                version
            };
            let began = Instant::now();
            let watch = self.watch(key, &version, &mut judge);
            let ended = tokio::select! {
                ended = watch => ended,
                over = deadline.over() => return Err(self.over::<K>(key, over)),
            };
            match ended {
                Ok(Ended::With(outcome)) => return Ok(outcome),
                Ok(Ended::At(version)) => from = Some(version),
                Ok(Ended::Lost) => {}
                Err(ErrorKind::Transport(source)) if is_about_certificates(source.as_ref()) => {
                    return Err(HubError {
                        call: self.watching::<K>(key),
                        kind: ErrorKind::Transport(source),
                    });
                }
                Err(kind) => tracing::debug!(%kind, object = %key, "the watch broke"),
            }
            if from.is_some() && began.elapsed() >= BRIEF {
                failures = 0;
            } else {
                failures += 1;
                let pause = backoff(failures, LONGEST_PAUSE, fastrand::f64());
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    over = deadline.over() => return Err(self.over::<K>(key, over)),
                }
            }
        }
    }

    /// The object, and the version from which changes of it can be watched.
    async fn look<K: Kind>(
        &self,
        key: &ObjectKey,
        deadline: &Deadline,
    ) -> Result<(Option<Object<K>>, String), HubError> {
        let only = ListParams::default().fields(&format!("metadata.name={}", key.name));
        let request = Requests::new(path::<K>(&key.namespace)).list(&only);
        let list = self.list_of::<K>(request, deadline).await?;
        let found = list.items.into_iter().find_map(|object| self.believed(key, object).ok());
        // Without a version, a watch begins with what there is.
        let version = Some(list.metadata.resource_version).filter(|version| is_mark(version));
        Ok((found, version.unwrap_or_default()))
    }

    /// Watches until something is answered, or the watch ends.
    async fn watch<K: Kind, T>(
        &self,
        key: &ObjectKey,
        version: &str,
        judge: &mut (impl FnMut(Option<&Object<K>>) -> Option<T> + Send),
    ) -> Result<Ended<T>, ErrorKind> {
        let only = WatchParams::default().fields(&format!("metadata.name={}", key.name)).timeout(WATCH);
        let request = Requests::new(path::<K>(&key.namespace)).watch(&only, version);
        let request = request.map_err(|error| ErrorKind::Configuration(error.into()))?;
        let body = async {
            let response = self.client().send(request.clone().map(Body::from)).await.map_err(kind_of)?;
            answer::success(response, || self.said(&request)).await
        };
        let body = tokio::time::timeout(SILENCE, body).await.map_err(|_| silent())??;
        self.follow(Lines::new(body), key, version, judge).await
    }

    /// Follows the events of a watch.
    async fn follow<K: Kind, T>(
        &self,
        mut lines: Lines,
        key: &ObjectKey,
        version: &str,
        judge: &mut (impl FnMut(Option<&Object<K>>) -> Option<T> + Send),
    ) -> Result<Ended<T>, ErrorKind> {
        let mut version = version.to_owned();
        let mut has_said_something = false;
        loop {
            let line = tokio::time::timeout(SILENCE, lines.next()).await.map_err(|_| silent())??;
            let Some(line) = line else {
                // One that has said nothing believable is no reason to rely on a list for longer.
                return Ok(if has_said_something { Ended::At(version) } else { Ended::Lost });
            };
            // The version is too old, or the server has another trouble: both are over with a new list.
            let Some(kind) = Event::read(&line)? else { return Ok(Ended::Lost) };
            let Of { object } =
                serde_json::from_slice::<Of<K>>(&line).map_err(|error| another_shape(&error))?;
            if kind == Event::Bookmark {
                if is_mark(&object.metadata.resource_version) {
                    version = object.metadata.resource_version;
                    has_said_something = true;
                }
                continue;
            }
            let Ok(object) = self.believed(key, object) else { continue };
            has_said_something = true;
            if is_mark(&object.metadata.resource_version) {
                version.clone_from(&object.metadata.resource_version);
            }
            let outcome = judge(Some(&object).filter(|_| kind == Event::There));
            if let Some(outcome) = outcome {
                return Ok(Ended::With(outcome));
            }
        }
    }

    fn watching<K: Kind>(&self, key: &ObjectKey) -> Call {
        let address = format!("{}{}/{}", self.server(), path::<K>(&key.namespace), key.name);
        Call { method: "WATCH".to_owned(), address, attempts: 1, ..Call::default() }
    }

    fn over<K: Kind>(&self, key: &ObjectKey, over: Over) -> HubError {
        let kind = match over {
            Over::Time => ErrorKind::TimedOut,
            Over::Cancelled => ErrorKind::Cancelled,
        };
        let out_of_time = over == Over::Time;
        HubError { call: Call { out_of_time, ..self.watching::<K>(key) }, kind }
    }
}

/// What an event says of its object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Event {
    There,
    Gone,
    /// Only how far the watch has come.
    Bookmark,
}

/// The object of an event. It is read apart from the type, so that nothing is kept that is not an object.
#[derive(Deserialize)]
#[serde(bound = "")]
struct Of<K: Kind> {
    object: Object<K>,
}

impl Event {
    /// What a line says; `None` if it is an error.
    fn read(line: &[u8]) -> Result<Option<Self>, ErrorKind> {
        #[derive(Deserialize)]
        struct Typed {
            r#type: String,
        }
        let typed: Typed = serde_json::from_slice(line).map_err(|error| another_shape(&error))?;
        match typed.r#type.as_str() {
            "ADDED" | "MODIFIED" => Ok(Some(Self::There)),
            "DELETED" => Ok(Some(Self::Gone)),
            "BOOKMARK" => Ok(Some(Self::Bookmark)),
            "ERROR" => Ok(None),
            _ => Err(ErrorKind::NotTheObject("it is no event".to_owned())),
        }
    }
}

fn silent() -> ErrorKind {
    ErrorKind::Transport("the watch said nothing for five minutes".into())
}
