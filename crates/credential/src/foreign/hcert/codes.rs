//! Identifiers inside a certificate, as far as they can be told to be none.
//!
//! The schema refers to value sets that grew every week, so that a certificate of today may hold an identifier
//! that no copy of them has. What does not change is the form of the registers that they come from: a country is
//! one of ISO 3166-1, an organisation of the European Medicines Agency has nine digits and begins with 1, a test is
//! a number of the Joint Research Centre's database. Whatever claims to be of such a register and cannot be is
//! refused; identifiers of other registers, which the schema allows, are taken.

/// ISO 3166-1 alpha-2, with the codes that it reserves and the EU uses: EL and UK, and XK for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ \
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH EL ER \
    ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN \
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH \
    MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN \
    PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ \
    TK TL TM TN TO TR TT TV TW TZ UA UG UK UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// The highest number that a test of the database can have: it was closed in 2023 with numbers below this one.
const LAST_TEST: u32 = 5_000;

/// `co`: a country, or an organisation in place of one ("alpha-2 where possible"), one to ten capital letters.
pub(super) fn country(code: &str) -> bool {
    let letters = (1..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_uppercase());
    letters && (code.len() != 2 || COUNTRIES.split_ascii_whitespace().any(|country| country == code))
}

/// `ma` of a vaccination.
pub(super) fn holder(id: &str) -> bool {
    id.strip_prefix("ORG-").is_none_or(|number| {
        number.len() == 9 && number.starts_with('1') && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `ma` of a test.
pub(super) fn test_kit(id: &str) -> bool {
    let number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    !number || id.parse::<u32>().is_ok_and(|number| (1..=LAST_TEST).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers() {
        assert!(COUNTRIES.split_ascii_whitespace().is_sorted());
        assert_eq!(COUNTRIES.split_ascii_whitespace().count(), 249 + 3);
        for (code, right) in [("AT", true), ("XY", false), ("UNHCR", true), ("at", false), ("", false)] {
            assert_eq!(country(code), right, "{code}");
        }
        for (id, right) in [
            ("ORG-100030215", true),
            ("ORG-99999999", false),
            ("ORG-1000302150", false),
            ("ORG-", false),
            ("Sinovac-Biotech", true),
            ("", true),
        ] {
            assert_eq!(holder(id), right, "{id}");
        }
        for (id, right) in
            [("1232", true), ("", true), ("0", false), ("9999", false), ("99999999999", false), ("A1", true)]
        {
            assert_eq!(test_kit(id), right, "{id}");
        }
    }
}
