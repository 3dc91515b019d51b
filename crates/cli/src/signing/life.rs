//! How keys come and go: each function here is one change of the file, from one whole state to the next.
//!
//! Pure but for the making of keys, which is handed in and comes after every check: a refused change has made
//! nothing. The version grows with each change. The decision that matters: whatever happens, a standby key is
//! published; and a key that signs no more keeps its public half only.

use credential::{KeyId, Seconds, rfc3339};

use super::{Home, NewKey, SigningKey, SigningKeys, Use};
use crate::failure::Failure;

/// How long a key is published before it signs: by then every checker has fetched the list that names it.
pub const PUBLISHED_BEFORE: Seconds = 24 * 3600;
/// How long after its last signature a key stays on the list: a printed pass's life, and a day for servers
/// that came to know late.
pub const KEPT_AFTER: Seconds = server::pass::issue::PRINTED.as_secs() + 24 * 3600;

/// What a change did, for people.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The key that signs from now on, if that is another one.
    pub current: Option<KeyId>,
    /// The key that stopped.
    pub stopped: Option<KeyId>,
    /// The new standby key.
    pub standby: Option<KeyId>,
    /// Retired keys whose last pass has ended: no longer published.
    pub dropped: Vec<KeyId>,
}

type Make<'a> = &'a mut dyn FnMut() -> Result<NewKey, Failure>;

impl SigningKeys {
    /// Publishes one more standby key.
    pub fn add_standby(&mut self, now: Seconds, make: Make<'_>) -> Result<Done, Failure> {
        let standby = Some(self.publish(make()?, now));
        Ok(self.changed(now, Done { standby, ..Done::default() }))
    }

    /// The standby key published first becomes the current one; a new standby key is published.
    pub fn rotate(&mut self, now: Seconds, make: Make<'_>) -> Result<Done, Failure> {
        let next = self.next(now).ok_or_else(|| {
            Failure::new("there is no standby key that is good for long enough")
                .advice("publish one with `tongxing keys add-standby`, and rotate a day later")
        })?;
        let from = self.keys[next].published + PUBLISHED_BEFORE;
        if now < from {
            return Err(Failure::new(format!(
                "the standby key {} was published at {} and may sign from {} on",
                self.keys[next].key_id(),
                rfc3339(self.keys[next].published),
                rfc3339(from),
            ))
            .advice(
                "until then checkers may not know it; in an emergency `tongxing keys withdraw` uses it at once",
            ));
        }
        let new = make()?;
        let stopped = Some(self.stop_current(Use::Retired, now));
        let current = Some(self.promote(next));
        let standby = Some(self.publish(new, now));
        Ok(self.changed(now, Done { current, stopped, standby, ..Done::default() }))
    }

    /// Takes a standby key out of use that never signed. If it is the only one, a new one is published.
    pub fn retire(&mut self, kid: KeyId, now: Seconds, make: Make<'_>) -> Result<Done, Failure> {
        let at = self.find(kid)?;
        match self.keys[at].r#use {
            Use::Standby => {}
            Use::Current => {
                return Err(Failure::new(format!("the key {kid} signs now"))
                    .advice("`tongxing keys rotate` retires it and lets the standby key sign"));
            }
            other => return Err(already(kid, other)),
        }
        let others = self.keys.iter().filter(|key| key.r#use == Use::Standby).count() > 1;
        let new = if others { None } else { Some(make()?) };
        stop(&mut self.keys[at], Use::Retired, now);
        let standby = new.map(|new| self.publish(new, now));
        Ok(self.changed(now, Done { stopped: Some(kid), standby, ..Done::default() }))
    }

    /// Emergency: the key counts no more, nor anything that it signed. If it was the current one, the standby
    /// key signs at once. `make` may fail (a token that is gone): the withdrawal does not wait for it, and the
    /// failure is handed back beside what was done.
    pub fn withdraw(
        &mut self,
        kid: KeyId,
        now: Seconds,
        make: Make<'_>,
    ) -> Result<(Done, Option<Failure>), Failure> {
        let at = self.find(kid)?;
        if self.keys[at].r#use == Use::Withdrawn {
            return Err(already(kid, Use::Withdrawn));
        }
        let mut done = Done { stopped: Some(kid), ..Done::default() };
        if self.keys[at].r#use == Use::Current {
            let next = if let Some(next) = self.next(now) {
                next
            } else {
                // Nothing is published that could sign: a key that checkers learn of late is all there is.
                self.publish(make()?, now);
                self.keys.len() - 1
            };
            done.current = Some(self.promote(next));
        }
        stop(&mut self.keys[at], Use::Withdrawn, now);
        let mut failed = None;
        if !self.keys.iter().any(|key| key.r#use == Use::Standby) {
            match make() {
                Ok(new) => done.standby = Some(self.publish(new, now)),
                Err(failure) => failed = Some(failure),
            }
        }
        Ok((self.changed(now, done), failed))
    }

    /// Drops retired keys whose last pass has ended; `None` if there are none, and the file stays as it is.
    pub fn tidy(&mut self, now: Seconds) -> Option<Done> {
        if !self.keys.iter().any(|key| has_ended(key, now)) {
            return None;
        }
        Some(self.changed(now, Done::default()))
    }

    /// Every change ends here: what has ended goes, the version grows.
    fn changed(&mut self, now: Seconds, mut done: Done) -> Done {
        done.dropped = self.keys.iter().filter(|key| has_ended(key, now)).map(SigningKey::key_id).collect();
        self.keys.retain(|key| !has_ended(key, now));
        self.version += 1;
        // A clock that was set back must not make a newer list look older.
        self.issued = self.issued.max(now);
        done
    }

    /// The standby key that signs next: published first, and good for as long as a printed pass.
    fn next(&self, now: Seconds) -> Option<usize> {
        let good = |key: &SigningKey| key.not_before <= now && now + KEPT_AFTER <= key.not_after;
        let standby = self.keys.iter().enumerate().filter(|(_, key)| key.r#use == Use::Standby && good(key));
        standby.min_by_key(|(_, key)| key.published).map(|(at, _)| at)
    }

    fn find(&self, kid: KeyId) -> Result<usize, Failure> {
        self.keys.iter().position(|key| key.key_id() == kid).ok_or_else(|| {
            Failure::new(format!("there is no key {kid}")).advice("`tongxing keys list` shows all of them")
        })
    }

    fn publish(&mut self, new: NewKey, now: Seconds) -> KeyId {
        let key = SigningKey::new(Use::Standby, new, now);
        let kid = key.key_id();
        self.keys.push(key);
        kid
    }

    fn promote(&mut self, at: usize) -> KeyId {
        self.keys[at].r#use = Use::Current;
        self.keys[at].key_id()
    }

    fn stop_current(&mut self, r#use: Use, now: Seconds) -> KeyId {
        let current = self.keys.iter_mut().find(|key| key.r#use == Use::Current);
        let current = current.expect("a file without exactly one current key is refused");
        stop(current, r#use, now);
        current.key_id()
    }
}

/// It signs no more, so its private half goes.
fn stop(key: &mut SigningKey, r#use: Use, now: Seconds) {
    key.r#use = r#use;
    // A retired key that is withdrawn stopped signing when it was retired.
    key.ended = key.ended.or(Some(now));
    key.home = Home::Gone;
}

/// Withdrawn keys stay to the end of their dates: dropped, a checker could take them for unknown only, and an
/// old list for right.
fn has_ended(key: &SigningKey, now: Seconds) -> bool {
    match (key.r#use, key.ended) {
        (Use::Retired, Some(ended)) => ended + KEPT_AFTER < now || key.not_after < now,
        (Use::Withdrawn, _) => key.not_after < now,
        _ => false,
    }
}

fn already(kid: KeyId, r#use: Use) -> Failure {
    Failure::new(format!("the key {kid} is {} already", r#use.as_str())).advice("nothing was changed")
}
