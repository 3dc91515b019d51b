//! Issuing states, organisations and nationalities as three-letter codes (ICAO 9303-3, section 5).
//!
//! The codes of ISO 3166-1 and those that ICAO adds: `D` for Germany, kinds of British nationality, the United
//! Nations and other organisations, stateless persons and refugees, and `UTO`, the state of all specimens.

use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// A code from the list of this module, without fillers: `CHN`, `D`, `GBD`, `XXA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct StateCode(&'static str);

/// The text is not an issuing state or nationality that ICAO 9303-3 lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown state or nationality: expected a three-letter code such as CHN, or D for Germany")]
pub struct UnknownState;

impl UnknownState {
    /// The stable machine code of this error.
    pub const fn code(self) -> &'static str {
        "state.unknown"
    }
}

impl StateCode {
    /// The code without fillers.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The code as the machine-readable zone prints it, filled to three characters: `D<<`.
    pub fn mrz(self) -> String {
        format!("{:<<3}", self.0)
    }

    /// Whether ICAO added the code to those of ISO 3166-1: organisations, stateless persons, specimens.
    pub fn is_special(self) -> bool {
        SPECIAL.contains(&self.0)
    }

    /// Every code, those of ISO 3166-1 first, each part in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        ISO_3166.iter().chain(SPECIAL).map(|code| Self(code))
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for StateCode {
    type Err = UnknownState;

    /// Reads a code in either letter case, with or without fillers behind it; `DEU` is read as `D`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().trim_end_matches('<');
        if !(1..=3).contains(&code.len()) || !code.is_ascii() {
            return Err(UnknownState);
        }
        let code = code.to_ascii_uppercase();
        let code = if code == "DEU" { "D" } else { code.as_str() };
        Self::all().find(|known| known.0 == code).ok_or(UnknownState)
    }
}

// Written out: the derived one would borrow the text for ever because of the static reference.
impl<'de> Deserialize<'de> for StateCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// ISO 3166-1 alpha-3, without `DEU`, for which passports print `D`.
#[rustfmt::skip]
const ISO_3166: &[&str] = &[
    "ABW", "AFG", "AGO", "AIA", "ALA", "ALB", "AND", "ARE", "ARG", "ARM", "ASM", "ATA", "ATF", "ATG", "AUS", "AUT",
    "AZE", "BDI", "BEL", "BEN", "BES", "BFA", "BGD", "BGR", "BHR", "BHS", "BIH", "BLM", "BLR", "BLZ", "BMU", "BOL",
    "BRA", "BRB", "BRN", "BTN", "BVT", "BWA", "CAF", "CAN", "CCK", "CHE", "CHL", "CHN", "CIV", "CMR", "COD", "COG",
    "COK", "COL", "COM", "CPV", "CRI", "CUB", "CUW", "CXR", "CYM", "CYP", "CZE", "DJI", "DMA", "DNK", "DOM", "DZA",
    "ECU", "EGY", "ERI", "ESH", "ESP", "EST", "ETH", "FIN", "FJI", "FLK", "FRA", "FRO", "FSM", "GAB", "GBR", "GEO",
    "GGY", "GHA", "GIB", "GIN", "GLP", "GMB", "GNB", "GNQ", "GRC", "GRD", "GRL", "GTM", "GUF", "GUM", "GUY", "HKG",
    "HMD", "HND", "HRV", "HTI", "HUN", "IDN", "IMN", "IND", "IOT", "IRL", "IRN", "IRQ", "ISL", "ISR", "ITA", "JAM",
    "JEY", "JOR", "JPN", "KAZ", "KEN", "KGZ", "KHM", "KIR", "KNA", "KOR", "KWT", "LAO", "LBN", "LBR", "LBY", "LCA",
    "LIE", "LKA", "LSO", "LTU", "LUX", "LVA", "MAC", "MAF", "MAR", "MCO", "MDA", "MDG", "MDV", "MEX", "MHL", "MKD",
    "MLI", "MLT", "MMR", "MNE", "MNG", "MNP", "MOZ", "MRT", "MSR", "MTQ", "MUS", "MWI", "MYS", "MYT", "NAM", "NCL",
    "NER", "NFK", "NGA", "NIC", "NIU", "NLD", "NOR", "NPL", "NRU", "NZL", "OMN", "PAK", "PAN", "PCN", "PER", "PHL",
    "PLW", "PNG", "POL", "PRI", "PRK", "PRT", "PRY", "PSE", "PYF", "QAT", "REU", "ROU", "RUS", "RWA", "SAU", "SDN",
    "SEN", "SGP", "SGS", "SHN", "SJM", "SLB", "SLE", "SLV", "SMR", "SOM", "SPM", "SRB", "SSD", "STP", "SUR", "SVK",
    "SVN", "SWE", "SWZ", "SXM", "SYC", "SYR", "TCA", "TCD", "TGO", "THA", "TJK", "TKL", "TKM", "TLS", "TON", "TTO",
    "TUN", "TUR", "TUV", "TWN", "TZA", "UGA", "UKR", "UMI", "URY", "USA", "UZB", "VAT", "VCT", "VEN", "VGB", "VIR",
    "VNM", "VUT", "WLF", "WSM", "YEM", "ZAF", "ZMB", "ZWE",
];

/// Added by ICAO 9303-3, section 5, parts A to D: Germany, British nationalities, Kosovo, organisations
/// (EU, UN, UN agency, UN mission in Kosovo, African Development Bank, Afreximbank, Caribbean Community, COMESA,
/// Council of Europe, ECOWAS, Interpol, Sovereign Order of Malta, Parliamentary Assembly of the Mediterranean,
/// SADC, OECS, Central American states, Islamic organisations …), persons without a defined nationality, the
/// African Union, and Utopia.
#[rustfmt::skip]
const SPECIAL: &[&str] = &[
    "D", "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "IAO", "NTZ", "RKS", "UNA", "UNK", "UNO", "UTO", "XAA", "XBA",
    "XCC", "XCE", "XCO", "XDC", "XEC", "XES", "XIM", "XMP", "XOM", "XPO", "XXA", "XXB", "XXC", "XXX",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_codes_are_distinct_and_read_back() {
        let mut seen = std::collections::BTreeSet::new();
        for code in StateCode::all() {
            assert!(seen.insert(code), "{code} twice");
            assert_eq!(code.mrz().parse(), Ok(code));
            assert_eq!(code.as_str().to_lowercase().parse(), Ok(code));
        }
        // ISO 3166-1 has 249 codes; Germany stands in the other list.
        assert_eq!(ISO_3166.len(), 248);
        assert!(ISO_3166.is_sorted() && SPECIAL.is_sorted());
    }

    #[test]
    fn germany_has_one_code() {
        let germany: StateCode = "D<<".parse().unwrap();
        assert_eq!(germany.as_str(), "D");
        assert_eq!("DEU".parse(), Ok(germany));
        assert!(germany.is_special());
        assert!(!"CHN".parse::<StateCode>().unwrap().is_special());
    }

    #[test]
    fn unknown_codes_are_reported() {
        for text in ["", "<<<", "ZZZ", "CH", "C<N", "CHNA", "中国"] {
            assert_eq!(text.parse::<StateCode>(), Err(UnknownState), "{text}");
        }
    }

    #[test]
    fn serde_checks_the_code() {
        let code: StateCode = serde_json::from_str("\"XXA\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"XXA\"");
        assert!(serde_json::from_str::<StateCode>("\"ZZZ\"").is_err());
    }
}
