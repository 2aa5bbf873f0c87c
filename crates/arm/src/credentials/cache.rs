//! Keeps tokens by scope: one login for all who wait, and a new one before a token ends.
//!
//! It knows nothing of credentials: another token source logs in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tracing::{debug, warn};

use crate::clock::Clock;
use crate::token::{AccessToken, TokenError, TokenSource};

/// How long before its end a token is renewed, or a quarter of its life where that is shorter.
const MARGIN: Duration = Duration::from_secs(300);

/// How long a token without an end is kept.
const UNKNOWN_END: Duration = Duration::from_secs(300);

/// How long a token that still lasts is used after its renewal failed, before renewal is tried again.
const RENEW_AGAIN: Duration = Duration::from_secs(30);

/// Tokens by scope.
pub(super) struct Cache {
    source: Arc<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

/// The token of one scope.
#[derive(Default)]
struct Slot {
    /// Held by whoever logs in.
    turn: tokio::sync::Mutex<()>,
    kept: Mutex<Kept>,
}

#[derive(Clone, Default)]
struct Kept {
    token: Option<Lasting>,
    /// How many logins have ended, and how the last one failed, for those who waited for it.
    logins: u64,
    failure: Option<TokenError>,
}

#[derive(Clone)]
struct Lasting {
    token: AccessToken,
    renew: SystemTime,
    end: SystemTime,
}

impl Cache {
    pub(super) fn new(source: Arc<dyn TokenSource>, clock: Arc<dyn Clock>) -> Self {
        Self { source, clock, slots: Mutex::default() }
    }

    /// A token that is valid now.
    pub(super) async fn token(&self, scope: &str) -> Result<AccessToken, TokenError> {
        let slot = self.slot(scope);
        let before = slot.kept();
        if let Some(lasting) = before.valid(self.clock.now()) {
            if self.clock.now() < lasting.renew {
                return Ok(lasting.token.clone());
            }
            // One renews it; for the others the old one still does.
            return match slot.turn.try_lock() {
                Ok(_turn) => self.renew(&slot, scope).await,
                Err(_) => Ok(lasting.token.clone()),
            };
        }
        let _turn = slot.turn.lock().await;
        let now = slot.kept();
        if let Some(lasting) = now.valid(self.clock.now()) {
            return Ok(lasting.token.clone());
        }
        match now.failure {
            Some(failure) if now.logins != before.logins => Err(failure),
            _ => self.log_in(&slot, scope).await,
        }
    }

    /// Forgets a token that was not accepted, unless it is replaced already.
    pub(super) fn refused(&self, scope: &str, token: &AccessToken) {
        self.slot(scope).change(|kept| {
            if kept.token.as_ref().is_some_and(|kept| kept.token.secret() == token.secret()) {
                debug!(scope, "the access token was refused, and is not used again");
                kept.token = None;
            }
        });
    }

    /// Logs in while there is a token. Where that fails the old one does, unless it was refused meanwhile.
    async fn renew(&self, slot: &Slot, scope: &str) -> Result<AccessToken, TokenError> {
        let error = match self.log_in(slot, scope).await {
            Ok(token) => return Ok(token),
            Err(error) => error,
        };
        let now = self.clock.now();
        slot.change(|kept| {
            if let Some(lasting) = &mut kept.token {
                lasting.renew = now.checked_add(RENEW_AGAIN).unwrap_or(now);
            }
        });
        match slot.kept().valid(now) {
            Some(lasting) => {
                warn!(scope, %error, "cannot renew the access token, which still lasts");
                Ok(lasting.token.clone())
            }
            None => Err(error),
        }
    }

    async fn log_in(&self, slot: &Slot, scope: &str) -> Result<AccessToken, TokenError> {
        let result = self.source.token(scope).await;
        let now = self.clock.now();
        slot.change(|kept| {
            kept.logins += 1;
            kept.failure = result.as_ref().err().cloned();
            if let Ok(token) = &result {
                kept.token = Some(Lasting::from(token.clone(), now));
            }
        });
        debug!(scope, success = result.is_ok(), "logged in");
        result
    }

    fn slot(&self, scope: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(scope.to_owned()).or_default())
    }
}

impl Slot {
    fn kept(&self) -> Kept {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) {
        change(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Kept {
    fn valid(&self, now: SystemTime) -> Option<&Lasting> {
        self.token.as_ref().filter(|lasting| now < lasting.end)
    }
}

impl Lasting {
    fn from(token: AccessToken, now: SystemTime) -> Self {
        let soon = now.checked_add(UNKNOWN_END).unwrap_or(now);
        let end = token.expires().unwrap_or(soon);
        let life = end.duration_since(now).unwrap_or_default();
        let renew = end.checked_sub(MARGIN.min(life / 4)).unwrap_or(now);
        Self { token, renew, end }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::time::UNIX_EPOCH;

    use async_trait::async_trait;
    use tokio::time::{Instant, sleep};

    use super::*;

    /// The time of day as tokio's clock counts it, so that a paused test moves both.
    struct Paused(Instant);

    impl Clock for Paused {
        fn now(&self) -> SystemTime {
            UNIX_EPOCH + Duration::from_hours(500_000) + self.0.elapsed()
        }

        fn jitter(&self) -> f64 {
            1.0
        }
    }

    /// Logs in within a second, with a token of this life or a failure.
    struct Logins {
        lives: Mutex<VecDeque<Result<Duration, &'static str>>>,
        clock: Arc<Paused>,
        scopes: Mutex<Vec<String>>,
    }

    #[async_trait]
    impl TokenSource for Logins {
        async fn token(&self, scope: &str) -> Result<AccessToken, TokenError> {
            let number = {
                let mut scopes = self.scopes.lock().unwrap();
                scopes.push(scope.to_owned());
                scopes.len()
            };
            sleep(Duration::from_secs(1)).await;
            let life = self.lives.lock().unwrap().pop_front().expect("no more logins than planned");
            match life {
                Ok(life) => Ok(AccessToken::new(format!("token {number}"), Some(self.clock.now() + life))),
                Err(text) => Err(TokenError::new(text)),
            }
        }
    }

    fn cache(lives: impl IntoIterator<Item = Result<Duration, &'static str>>) -> (Arc<Cache>, Arc<Logins>) {
        let clock = Arc::new(Paused(Instant::now()));
        let lives = Mutex::new(lives.into_iter().collect());
        let logins = Arc::new(Logins { lives, clock: Arc::clone(&clock), scopes: Mutex::default() });
        (Arc::new(Cache::new(Arc::clone(&logins) as Arc<dyn TokenSource>, clock)), logins)
    }

    const HOUR: Duration = Duration::from_secs(3600);

    async fn token(cache: &Cache) -> String {
        cache.token("a").await.unwrap().secret().to_owned()
    }

    /// A hundred callers at the same time: what they got, without repetitions.
    async fn hundred(cache: &Arc<Cache>) -> Vec<String> {
        let callers: Vec<_> = (0..100)
            .map(|_| {
                let cache = Arc::clone(cache);
                tokio::spawn(async move { cache.token("a").await.map(|token| token.secret().to_owned()) })
            })
            .collect();
        let mut got = Vec::new();
        for caller in callers {
            got.push(caller.await.unwrap().unwrap_or_else(|error| error.to_string()));
        }
        got.sort();
        got.dedup();
        got
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_callers_share_one_login() {
        let (cache, _) = cache([Ok(HOUR)]);
        assert_eq!(hundred(&cache).await, ["token 1"]);
        assert_eq!(token(&cache).await, "token 1");
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_callers_share_one_failure_and_the_next_tries_again() {
        let (cache, _) = cache([Err("refused"), Ok(HOUR)]);
        assert_eq!(hundred(&cache).await, ["refused"]);
        assert_eq!(token(&cache).await, "token 2");
    }

    #[tokio::test(start_paused = true)]
    async fn each_scope_has_a_token_of_its_own() {
        let (cache, logins) = cache([Ok(HOUR), Ok(HOUR)]);
        for scope in ["a", "b", "a", "b"] {
            cache.token(scope).await.unwrap();
        }
        assert_eq!(*logins.scopes.lock().unwrap(), ["a", "b"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_before_it_ends_and_only_once() {
        let (cache, _) = cache([Ok(HOUR), Ok(HOUR)]);
        assert_eq!(token(&cache).await, "token 1");
        sleep(Duration::from_mins(54)).await;
        assert_eq!(token(&cache).await, "token 1");
        sleep(Duration::from_mins(1)).await;
        // One of them renews it, and the others do not wait for that.
        assert_eq!(hundred(&cache).await, ["token 1", "token 2"]);
        assert_eq!(hundred(&cache).await, ["token 2"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_renewal_does_no_harm_while_the_old_token_lasts() {
        let (cache, logins) = cache([Ok(HOUR), Err("down"), Ok(HOUR), Err("down for long")]);
        token(&cache).await;
        sleep(Duration::from_mins(56)).await;
        assert_eq!(token(&cache).await, "token 1");
        assert_eq!(token(&cache).await, "token 1");
        assert_eq!(logins.scopes.lock().unwrap().len(), 2, "it is not tried again at once");
        sleep(Duration::from_secs(31)).await;
        assert_eq!(token(&cache).await, "token 3");
        sleep(2 * HOUR).await;
        assert_eq!(cache.token("a").await.unwrap_err().to_string(), "down for long");
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_token_is_used_for_most_of_its_life() {
        let minute = Duration::from_mins(1);
        let (cache, _) = cache([Ok(minute), Ok(minute)]);
        token(&cache).await;
        sleep(Duration::from_secs(44)).await;
        assert_eq!(token(&cache).await, "token 1");
        sleep(Duration::from_secs(2)).await;
        assert_eq!(token(&cache).await, "token 2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_callers_whose_token_is_refused_share_one_login() {
        let (cache, logins) = cache([Ok(HOUR), Ok(HOUR)]);
        let first = cache.token("a").await.unwrap();
        let callers: Vec<_> = (0..100)
            .map(|_| {
                let (cache, first) = (Arc::clone(&cache), first.clone());
                tokio::spawn(async move {
                    cache.refused("a", &first);
                    token(&cache).await
                })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), "token 2");
        }
        // Whoever comes late with the old one does no harm to the new one.
        cache.refused("a", &first);
        cache.refused("b", &first);
        assert_eq!(token(&cache).await, "token 2");
        assert_eq!(logins.scopes.lock().unwrap().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_is_refused_while_its_renewal_fails_does_not_come_back() {
        let (cache, _) = cache([Ok(HOUR), Err("down"), Ok(HOUR)]);
        let first = cache.token("a").await.unwrap();
        sleep(Duration::from_mins(56)).await;
        let refusal = async { cache.refused("a", &first) };
        let (renewed, ()) = tokio::join!(cache.token("a"), refusal);
        assert_eq!(renewed.unwrap_err().to_string(), "down");
        assert_eq!(token(&cache).await, "token 3");
    }

    #[tokio::test(start_paused = true)]
    async fn when_the_one_who_logs_in_gives_up_the_next_one_does_it() {
        let (cache, logins) = cache([Ok(HOUR)]);
        let first = tokio::time::timeout(Duration::from_millis(500), cache.token("a"));
        let (first, second) = tokio::join!(first, cache.token("a"));
        assert!(first.is_err());
        assert_eq!(second.unwrap().secret(), "token 2");
        assert_eq!(logins.scopes.lock().unwrap().len(), 2);
    }
}
