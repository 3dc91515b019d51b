//! Invented people with documents that cannot exist: state `UTO`, as in every specimen.

use documents::{Kind, Number, PartialDate, PersonName, Sex};
use domain::matching::DocumentDetails;

const FAMILY: [&str; 24] = [
    "ERIKSSON",
    "OKONKWO",
    "NGUYEN",
    "GARCIA LOPEZ",
    "VAN DER BERG",
    "KOVACS",
    "TANAKA",
    "IVANOVA",
    "HADDAD",
    "SILVA",
    "MUELLER",
    "O'BRIEN",
    "ROSSI",
    "DUBOIS",
    "PATEL",
    "YILMAZ",
    "KIM",
    "ANDERSEN",
    "MENSAH",
    "POPESCU",
    "NOVAK",
    "SANTOS",
    "AL-AMIN",
    "JOHANSSON",
];
const GIVEN: [&str; 20] = [
    "ANNA MARIA",
    "CHIDI",
    "THI LAN",
    "JOSE LUIS",
    "PIETER",
    "ISTVAN",
    "YUKI",
    "OLGA",
    "OMAR",
    "JOAO",
    "GRETA",
    "SEAN",
    "LUCIA",
    "MARC",
    "ASHA",
    "EMRE",
    "MINJI",
    "LARS",
    "KOFI",
    "ELENA",
];

/// The person of this number: always the same, with a passport number that no other has. Numbers are spread
/// over nine characters, so that neighbours by chance are as rare as among real ones.
pub fn person(number: u64) -> DocumentDetails {
    let spread = mixed(number);
    let pick = |list: &[&'static str], salt: u64| {
        let at = mixed(number ^ (salt << 48)) % list.len() as u64;
        list[usize::try_from(at).expect("below the length")]
    };
    // A bijection on a letter and eight digits (a prime factor), so that all numbers differ.
    let code = number % 2_600_000_000 * 1_234_567_891 % 2_600_000_000;
    let letter = char::from(b'A' + u8::try_from(code / 100_000_000).expect("below 26"));
    let digits = code % 100_000_000;
    let part = |shift: u32, below: u64| u8::try_from((spread >> shift) % below).expect("below 256");
    DocumentDetails {
        number: Number::parse(Kind::Passport, &format!("{letter}{digits:08}")).expect("a passport number"),
        issuing_state: "UTO".parse().expect("the specimen state"),
        name: PersonName::new(pick(&FAMILY, 1), &format!("{} {}", pick(&GIVEN, 2), pick(&GIVEN, 3)))
            .expect("a name"),
        birth_date: PartialDate::new(
            1940 + u16::from(part(3, 70)),
            Some(1 + part(17, 12)),
            Some(1 + part(29, 28)),
        )
        .expect("a date"),
        nationality: "UTO".parse().expect("the specimen state"),
        sex: Some(if spread & 1 == 0 { Sex::F } else { Sex::M }),
        expiry: Some(jiff::civil::date(2031, 5, 17)),
    }
}

/// `SplitMix64`'s mixing step.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
