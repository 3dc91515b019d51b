//! The day keys of the demonstration's two units: key files as `tongxing authority keys` makes them, in the data folder,
//! so that a visitor can play both units' officers. In real use no server ever has them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Clock as _, Entropy};
use server::App;
use server::demonstration::cases::{self, KEY_UNITS, VisitKeys};
use visits::Day;

use crate::authority::KeyFile;
use crate::config::Config;
use crate::failure::Failure;
use crate::passphrase::Passphrase;
use crate::private;
use crate::system::{OsEntropy, SystemClock};

/// Days before today in a new file: the demonstration's cases look back.
const BACK: u32 = 3;
/// Days from today on.
const AHEAD: u32 = 31;
/// A new file is made when the newest has fewer days left.
const LEFT: u32 = 8;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string()).advice("delete the data folder and start anew")
}

/// Makes what is not there yet, lets the lists count, and makes the cases; gives what a visitor needs to know.
pub async fn load(app: &App, config: &Config) -> Result<VisitKeys, Failure> {
    let passphrase = passphrase(&config.data)?;
    let today = Day::of(SystemClock.now());
    let (mut kept, mut files) = (Vec::new(), Vec::new());
    for (number, (unit, login)) in KEY_UNITS.iter().enumerate() {
        let path = newest(&config.data, number, today);
        let keys = match &path {
            Some(path) => KeyFile::read(path)?,
            None => make(unit, today, &passphrase)?,
        };
        let path = match path {
            Some(path) => path,
            None => write(&config.data, number, today, &keys)?,
        };
        let list = keys.public_list()?.to_json();
        cases::confirm_list(app, number, &list).await.map_err(broken)?;
        files.push(((*unit).to_owned(), (*login).to_owned(), path.display().to_string()));
        kept.push(keys);
    }
    let holders = cases::holders(app).await.map_err(broken)?;
    if cases::are_missing(app).await.map_err(broken)? {
        let mut unlocked = kept.iter().map(|keys| keys.unlock(&passphrase)).collect::<Result<Vec<_>, _>>()?;
        let mut open = |unit: usize, share: &visits::WrappedShare| unlocked[unit].open(share).ok();
        cases::make(app, &holders, &mut open).await.map_err(broken)?;
    }
    Ok(VisitKeys { files, passphrase: passphrase.text().to_owned() })
}

fn passphrase(folder: &Path) -> Result<Passphrase, Failure> {
    let path = folder.join("visit-keys-passphrase");
    if !path.exists() {
        let random = (&OsEntropy as &dyn Entropy).bytes::<18>();
        private::create(&path, &format!("{}\n", URL_SAFE_NO_PAD.encode(random)))?;
    }
    Ok(Passphrase::new(private::read(&path)?.trim_end().to_owned()))
}

fn name(unit: usize, from: Day) -> String {
    format!("visit-keys-{}-{from}.json", unit + 1)
}

/// The newest file of a unit that has enough days left.
fn newest(folder: &Path, unit: usize, today: Day) -> Option<PathBuf> {
    (0..=AHEAD - LEFT).map(|back| folder.join(name(unit, today.minus(back)))).find(|path| path.exists())
}

fn make(unit: &str, today: Day, passphrase: &Passphrase) -> Result<KeyFile, Failure> {
    let days: Vec<Day> = (0..BACK + AHEAD).filter_map(|day| today.minus(BACK).plus(day)).collect();
    let unit = unit.parse().map_err(broken)?;
    Ok(KeyFile::make(&unit, &days, passphrase, &OsEntropy))
}

fn write(folder: &Path, unit: usize, today: Day, keys: &KeyFile) -> Result<PathBuf, Failure> {
    let path = folder.join(name(unit, today));
    private::create(&path, &keys.serialise())?;
    Ok(path)
}
