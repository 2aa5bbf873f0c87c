//! Waits for an object to become what is wanted, by watching it.

use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use kube::core::WatchEvent;
use kube::core::params::{ListParams, WatchParams};
use kube::core::request::Request as Requests;

use crate::client::{FIRST_PAUSE, Hub, List, is_about_certificates, jittered, kind_of, longer};
use crate::deadline::{Deadline, Over};
use crate::error::{Call, ErrorKind, HubError};
use crate::object::{Kind, Object, ObjectKey, path};

/// How long the server is asked to keep a watch open, in seconds. Less than what proxies cut.
const WATCH: u32 = 240;

/// How long a watch may say nothing. One that the server should have ended by then is broken.
const SILENCE: Duration = Duration::from_secs(300);

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
        let mut pause = FIRST_PAUSE;
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
            let watch = self.watch(key, &version, &mut judge);
            let ended = tokio::select! {
                ended = watch => ended,
                over = deadline.over() => return Err(self.over::<K>(key, over)),
            };
            match ended {
                Ok(Ended::With(outcome)) => return Ok(outcome),
                Ok(Ended::At(version)) => {
                    pause = FIRST_PAUSE;
                    from = Some(version);
                }
                Ok(Ended::Lost) => {}
                Err(ErrorKind::Transport(source)) if is_about_certificates(source.as_ref()) => {
                    return Err(HubError {
                        call: self.watching::<K>(key),
                        kind: ErrorKind::Transport(source),
                    });
                }
                Err(kind) => tracing::debug!(%kind, object = %key, "the watch broke"),
            }
            if from.is_none() {
                tokio::select! {
                    () = tokio::time::sleep(jittered(pause)) => pause = longer(pause),
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
        let list = self.send::<List<K>>(request, deadline).await?;
        let found = list.items.into_iter().find(|object| object.verify(key).is_ok());
        Ok((found, list.metadata.resource_version))
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
        let events = self.client().request_events::<Object<K>>(request);
        let events = tokio::time::timeout(SILENCE, events).await;
        let events = events.map_err(|_| silent())?.map_err(kind_of)?;
        follow(events, key, version, judge).await
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

/// Follows the events of a watch.
async fn follow<K: Kind, T>(
    events: impl Stream<Item = kube::Result<WatchEvent<Object<K>>>>,
    key: &ObjectKey,
    version: &str,
    judge: &mut (impl FnMut(Option<&Object<K>>) -> Option<T> + Send),
) -> Result<Ended<T>, ErrorKind> {
    let mut events = std::pin::pin!(events);
    let mut version = version.to_owned();
    loop {
        let event = tokio::time::timeout(SILENCE, events.next()).await.map_err(|_| silent())?;
        let outcome = match event {
            None => return Ok(Ended::At(version)),
            Some(Err(error)) => return Err(kind_of(error)),
            // The version is too old, or the server has another trouble: both are over with a new list.
            Some(Ok(WatchEvent::Error(_))) => return Ok(Ended::Lost),
            Some(Ok(WatchEvent::Bookmark(bookmark))) => {
                version = bookmark.metadata.resource_version;
                continue;
            }
            Some(Ok(WatchEvent::Added(object) | WatchEvent::Modified(object))) => {
                if object.verify(key).is_err() {
                    continue;
                }
                version.clone_from(&object.metadata.resource_version);
                judge(Some(&object))
            }
            Some(Ok(WatchEvent::Deleted(object))) => {
                if object.verify(key).is_err() {
                    continue;
                }
                version.clone_from(&object.metadata.resource_version);
                judge(None)
            }
        };
        if let Some(outcome) = outcome {
            return Ok(Ended::With(outcome));
        }
    }
}

fn silent() -> ErrorKind {
    ErrorKind::Transport("the watch said nothing for five minutes".into())
}
