//! The list of a unit's public day keys: what the server is given.

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::text;
use crate::{Day, KeyId, PublicDayKey, UnitName, VisitError};

const FORMAT: &str = "tongxing-visit-day-keys-public-1";
/// More days than any list has: longer ones are refused before their points are looked at.
const MOST: usize = 400;

/// The public day keys of one unit, in the order of their days, one a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicList {
    unit: UnitName,
    keys: Vec<PublicDayKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListJson {
    format: String,
    unit: String,
    keys: Vec<KeyJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    day: String,
    kid: String,
    public: String,
}

impl PublicList {
    /// A list of these keys; refused if it is empty, if two are for one day, or one is of another unit.
    pub fn new(unit: UnitName, mut keys: Vec<PublicDayKey>) -> Result<Self, VisitError> {
        if keys.is_empty() || keys.len() > MOST {
            return Err(VisitError::List("it has to have 1 to 400 keys"));
        }
        if keys.iter().any(|key| *key.unit() != unit) {
            return Err(VisitError::List("a key is of another unit"));
        }
        keys.sort_by_key(PublicDayKey::day);
        if keys.windows(2).any(|pair| pair[0].day() == pair[1].day()) {
            return Err(VisitError::List("a day has two keys"));
        }
        Ok(Self { unit, keys })
    }

    /// Reads the text of a list.
    pub fn parse(text: &str) -> Result<Self, VisitError> {
        let list: ListJson = serde_json::from_str(text)
            .map_err(|_| VisitError::List("it is not the JSON that is expected"))?;
        if list.format != FORMAT {
            return Err(VisitError::List("its format is not \"tongxing-visit-day-keys-public-1\""));
        }
        if list.keys.len() > MOST {
            return Err(VisitError::List("it has to have 1 to 400 keys"));
        }
        let unit: UnitName = list.unit.parse()?;
        let keys = list.keys.iter().map(|key| read(&unit, key)).collect::<Result<_, _>>()?;
        Self::new(unit, keys)
    }

    /// The text of the list.
    pub fn to_json(&self) -> String {
        let key = |key: &PublicDayKey| KeyJson {
            day: key.day().to_string(),
            kid: key.kid().to_string(),
            public: text::encode(&key.point()),
        };
        let list = ListJson {
            format: FORMAT.to_owned(),
            unit: self.unit.to_string(),
            keys: self.keys.iter().map(key).collect(),
        };
        serde_json::to_string_pretty(&list).expect("strings always serialise") + "\n"
    }

    /// Whose keys these are.
    pub const fn unit(&self) -> &UnitName {
        &self.unit
    }

    /// All of them, in the order of their days.
    pub fn keys(&self) -> &[PublicDayKey] {
        &self.keys
    }

    /// The key of a day.
    pub fn key(&self, day: Day) -> Option<&PublicDayKey> {
        self.keys.binary_search_by_key(&day, PublicDayKey::day).ok().map(|at| &self.keys[at])
    }

    /// The last day that has a key: from the next one on nothing can be sealed to this unit.
    pub fn last_day(&self) -> Day {
        self.keys.last().map_or(Day::FIRST, PublicDayKey::day)
    }

    /// What the unit and the server's administrator compare: the SHA-256 of the unit's name and of each day (4 bytes)
    /// with its point (65 bytes), in groups of four hexadecimal digits. Whoever exchanged a key on the way could
    /// open that day's shares.
    pub fn fingerprint(&self) -> String {
        let mut bytes = self.unit.as_str().as_bytes().to_vec();
        for key in &self.keys {
            bytes.extend_from_slice(&key.day().number().to_be_bytes());
            bytes.extend_from_slice(&key.point());
        }
        let hash = digest(&SHA256, &bytes);
        let groups: Vec<String> =
            hash.as_ref().chunks(2).map(|pair| format!("{:02x}{:02x}", pair[0], pair[1])).collect();
        groups.join(" ")
    }
}

fn read(unit: &UnitName, json: &KeyJson) -> Result<PublicDayKey, VisitError> {
    let point = text::decode(&json.public);
    let key = point.and_then(|point| Some((point, json.day.parse().ok()?)));
    let key = key.and_then(|(point, day)| PublicDayKey::from_point(unit.clone(), day, &point));
    let key =
        key.ok_or(VisitError::List("a key is no day with an uncompressed point on P-256 in Base64url"))?;
    if KeyId::parse(&json.kid) != Some(key.kid()) {
        return Err(VisitError::List("a kid is not the short name of its key"));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use domain::entropy::SeededEntropy;

    use super::*;
    use crate::DayKey;

    fn keys(unit: &str, days: &[&str]) -> Vec<PublicDayKey> {
        let entropy = SeededEntropy::new(7);
        let key = |day: &&str| DayKey::generate(unit.parse().unwrap(), day.parse().unwrap(), &entropy);
        days.iter().map(|day| key(day).public().clone()).collect()
    }

    #[test]
    fn a_list_survives_its_text_and_gives_the_key_of_a_day() {
        let unit: UnitName = "省疾控中心".parse().unwrap();
        let list = PublicList::new(unit.clone(), keys(unit.as_str(), &["2026-12-02", "2026-12-01"])).unwrap();
        let again = PublicList::parse(&list.to_json()).unwrap();
        assert_eq!((&again, again.fingerprint()), (&list, list.fingerprint()));
        let (begin, end): (Day, Day) = ("2026-12-01".parse().unwrap(), "2026-12-02".parse().unwrap());
        assert_eq!((list.keys()[0].day(), list.last_day()), (begin, end));
        assert_eq!(list.key(begin).unwrap().day(), begin);
        assert!(list.key(end.plus(1).unwrap()).is_none() && list.key(begin.minus(1)).is_none());
        assert_eq!((list.fingerprint().len(), list.fingerprint().split(' ').count()), (79, 16));
        let other = PublicList::new(unit.clone(), vec![list.keys()[0].clone()]).unwrap();
        assert_ne!(other.fingerprint(), list.fingerprint());
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_the_reason() {
        let unit: UnitName = "A".parse().unwrap();
        let refused = |keys| PublicList::new(unit.clone(), keys).unwrap_err().to_string();
        assert!(refused(vec![]).contains("1 to 400"));
        assert!(refused(keys("B", &["2026-12-01"])).contains("another unit"));
        assert!(refused(keys("A", &["2026-12-01", "2026-12-01"])).contains("two keys"));
        let text = PublicList::new(unit.clone(), keys("A", &["2026-12-01"])).unwrap().to_json();
        let kid = keys("A", &["2026-12-01"])[0].kid().to_string();
        for (from, to, reason) in [
            ("{", "[", "JSON"),
            ("public-1", "public-2", "format"),
            ("\"A\"", "\" A\"", "name"),
            ("12-01", "13-01", "day"),
            (&*kid, "AAAAAAAAAAA", "kid"),
            ("\"public\": \"B", "\"public\": \"C", "point"),
            ("\"unit\"", "\"private\": 1, \"unit\"", "JSON"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            let said = PublicList::parse(&changed).unwrap_err().to_string();
            assert!(said.contains(reason), "{to}: {said}");
        }
    }
}
