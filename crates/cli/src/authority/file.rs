//! The text of the file of day keys: JSON, with every private half sealed or destroyed.

use std::fs::File;
use std::path::Path;

use domain::Entropy;
use serde::{Deserialize, Serialize};
use visits::{Day, DayKey, KeyId, PublicDayKey, PublicList, UnitName};

use super::Unlocked;
use crate::failure::Failure;
use crate::passphrase::Passphrase;
use crate::private;
use crate::sealed::Lock;

/// The format of the file, which a sealed key is bound to as well.
pub(super) const FORMAT: &str = "tongxing-visit-day-keys-1";

/// A unit's day keys.
#[derive(Debug, Clone)]
pub struct KeyFile {
    pub(super) unit: UnitName,
    pub(super) lock: Lock,
    /// In the order of their days.
    pub(super) keys: Vec<Entry>,
}

/// The key of one day.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) public: PublicDayKey,
    /// The private half, sealed; `None` once it was destroyed.
    pub(super) sealed: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    format: String,
    unit: String,
    lock: Lock,
    keys: Vec<KeyJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    day: String,
    kid: String,
    public: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

impl KeyFile {
    /// New keys for these days, sealed with the passphrase.
    pub fn make(unit: &UnitName, days: &[Day], passphrase: &Passphrase, entropy: &dyn Entropy) -> Self {
        let lock = Lock::new(entropy);
        let sealing = lock.key(passphrase).expect("a lock made a moment ago is one");
        let entry = |day: &Day| {
            let key = DayKey::generate(unit.clone(), *day, entropy);
            let public = key.public().clone();
            let sealed = sealing.seal(&what(&public).each_ref().map(String::as_str), &*key.secret(), entropy);
            Entry { public, sealed: Some(sealed) }
        };
        Self { unit: unit.clone(), keys: days.iter().map(entry).collect(), lock }
    }

    /// Reads a file. Whoever replaces it meanwhile does so at once, and waits for nobody.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let opened = File::open(path).map_err(|error| Failure::file("read", path, &error))?;
        // A destroyed file is overwritten once its name has gone on: nobody should read that.
        if opened.try_lock_shared().is_err() {
            return Err(super::held::busy(path));
        }
        Self::parse(&private::read(path)?, path)
    }

    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        read(text).map_err(|why| {
            Failure::new(format!("{} is not a file of day keys: {why}", path.display()))
                .advice("expected a file that `tongxing authority keys` has made")
        })
    }

    /// Its text.
    pub fn serialise(&self) -> String {
        let key = |entry: &Entry| KeyJson {
            day: entry.public.day().to_string(),
            kid: entry.public.kid().to_string(),
            public: point_text(&entry.public),
            sealed: entry.sealed.clone(),
        };
        let file = FileJson {
            format: FORMAT.to_owned(),
            unit: self.unit.to_string(),
            lock: self.lock.clone(),
            keys: self.keys.iter().map(key).collect(),
        };
        serde_json::to_string_pretty(&file).expect("strings and numbers always serialise") + "\n"
    }

    /// Whose keys these are.
    pub const fn unit(&self) -> &UnitName {
        &self.unit
    }

    /// The days whose private half is here.
    pub fn days(&self) -> Vec<Day> {
        self.keys.iter().filter(|entry| entry.sealed.is_some()).map(|entry| entry.public.day()).collect()
    }

    /// The public halves of these days, as the server is given them.
    pub fn public_list(&self) -> Result<PublicList, Failure> {
        let kept = self.keys.iter().filter(|entry| entry.sealed.is_some());
        let keys = kept.map(|entry| entry.public.clone()).collect();
        PublicList::new(self.unit.clone(), keys)
            .map_err(|_| Failure::new("every key of this file was destroyed: there is nothing to publish"))
    }

    /// Takes the private halves of the days before this one away, and gives those days.
    pub fn destroy_before(&mut self, day: Day) -> Vec<Day> {
        let old = self.keys.iter_mut().filter(|entry| entry.public.day() < day);
        old.filter_map(|entry| entry.sealed.take().map(|_| entry.public.day())).collect()
    }

    /// Opens it with its passphrase.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<Unlocked<'_>, Failure> {
        Unlocked::new(self, passphrase)
    }
}

/// What a sealed private half is bound to.
pub(super) fn what(public: &PublicDayKey) -> [String; 4] {
    [FORMAT.to_owned(), public.unit().to_string(), public.day().to_string(), public.kid().to_string()]
}

fn point_text(public: &PublicDayKey) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(public.point())
}

fn read(text: &str) -> Result<KeyFile, &'static str> {
    let file: FileJson = serde_json::from_str(text).map_err(|_| "it is not the JSON that is expected")?;
    if file.format != FORMAT {
        return Err("its format is not \"tongxing-visit-day-keys-1\"");
    }
    let unit: UnitName = file.unit.parse().map_err(|_| "its unit has no name that is one")?;
    let keys = file.keys.into_iter().map(|key| entry(&unit, key)).collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err("it has no keys");
    }
    if keys.windows(2).any(|pair| pair[0].public.day() >= pair[1].public.day()) {
        return Err("its days are not in order");
    }
    Ok(KeyFile { unit, lock: file.lock, keys })
}

fn entry(unit: &UnitName, key: KeyJson) -> Result<Entry, &'static str> {
    use base64::Engine as _;
    let day = key.day.parse().map_err(|_| "a day is none")?;
    let point = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&key.public);
    let public = point.ok().and_then(|point| PublicDayKey::from_point(unit.clone(), day, &point));
    let public = public.ok_or("a public half is no point on P-256")?;
    if KeyId::parse(&key.kid) != Some(public.kid()) {
        return Err("a kid is not the short name of its key");
    }
    Ok(Entry { public, sealed: key.sealed })
}
