use super::*;

fn canonical(kind: Kind, text: &str) -> String {
    Number::parse(kind, text).expect(text).canonical().to_owned()
}

#[test]
fn writing_does_not_matter() {
    for text in
        ["L898902C3", "l898902c3", " L 898-902 C3 ", "Ｌ８９８９０２Ｃ３", "L898\u{2013}902\u{00A0}C3\r\n"]
    {
        assert_eq!(canonical(Kind::Passport, text), "L898902C3", "{text:?}");
    }
}

#[test]
fn the_renewal_count_of_a_hk_macao_permit_is_no_part_of_its_number() {
    assert_eq!(canonical(Kind::HkMacaoPermit, "H00000000"), "H00000000");
    let renewed = Number::parse(Kind::HkMacaoPermit, "h 0000 0000 03").unwrap();
    assert_eq!((renewed.printed(), renewed.canonical()), ("H0000000003", "H00000000"));
    assert_eq!(canonical(Kind::HkMacaoPermit, "MA0000000"), "MA0000000");
    assert_eq!(canonical(Kind::HkMacaoPermit, "Ha 0000000"), "HA0000000");
}

#[test]
fn the_issue_count_of_a_taiwan_permit_is_no_part_of_its_number() {
    assert_eq!(canonical(Kind::TaiwanPermit, "00000000"), "00000000");
    assert_eq!(canonical(Kind::TaiwanPermit, "0000000012"), "00000000");
}

#[test]
fn wrong_lengths_say_what_was_expected() {
    let cases = [
        (Kind::HkMacaoPermit, "H1234567", 8),
        (Kind::HkMacaoPermit, "H123456789", 10),
        (Kind::HkMacaoPermit, "HA123456701", 11),
        (Kind::HkMacaoPermit, "H", 1),
        (Kind::HkMacaoPermit, "HA", 2),
        (Kind::TaiwanPermit, "1234567", 7),
        (Kind::TaiwanPermit, "123456789", 9),
    ];
    for (kind, text, length) in cases {
        match Number::parse(kind, text) {
            Err(error @ NumberError::Length { found, .. }) => {
                assert_eq!(found, length, "{text}");
                assert_eq!(error.code(), "number.length");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert_eq!(Number::parse(Kind::Passport, " - "), Err(NumberError::Empty));
    assert_eq!(Number::parse(Kind::Passport, &"A".repeat(21)), Err(NumberError::TooLong { max: 20 }));
    assert_eq!(Number::parse(Kind::Passport, &" ".repeat(100_000)), Err(NumberError::TooLong { max: 20 }));
}

#[test]
fn look_alikes_are_pointed_out_and_never_swapped() {
    let cases = [
        (Kind::HkMacaoPermit, "HO1234567", 2, 'O', Some('0')),
        (Kind::HkMacaoPermit, "H 1234 567I", 9, 'I', Some('1')),
        (Kind::HkMacaoPermit, "HAO123456", 3, 'O', Some('0')),
        (Kind::HkMacaoPermit, "Н12345678", 1, 'Н', Some('H')),
        (Kind::HkMacaoPermit, "X12345678", 1, 'X', None),
        (Kind::TaiwanPermit, "1234567l", 8, 'L', Some('1')),
        (Kind::TaiwanPermit, "1234*678", 5, '*', None),
        (Kind::Passport, "АB1234567", 1, 'А', Some('A')),
        (Kind::Passport, "AB12345é", 8, 'É', None),
    ];
    for (kind, text, position, found, meant) in cases {
        match Number::parse(kind, text) {
            Err(NumberError::Character { position: p, found: f, suggestion, .. }) => {
                assert_eq!((p, f, suggestion), (position, found, meant), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let error = Number::parse(Kind::TaiwanPermit, "1234567O").unwrap_err();
    assert_eq!(error.code(), "number.lookalike");
    assert_eq!(
        error.to_string(),
        "character 8 of the document number is 'O', expected a digit (did you mean '0'?)"
    );
}

#[test]
fn a_passport_number_comes_with_advice() {
    let number = Number::parse(Kind::Passport, "EO1I23").unwrap();
    let advice: Vec<_> = number.lookalikes().iter().map(|l| (l.position, l.found, l.meant)).collect();
    assert_eq!(advice, [(2, 'O', '0'), (3, '1', 'I'), (4, 'I', '1')]);
    assert_eq!(number.canonical(), "EO1I23");
    assert!(Number::parse(Kind::TaiwanPermit, "00000000").unwrap().lookalikes().is_empty());
}

#[test]
fn groups_are_for_the_eye() {
    let grouped = |kind, text| Number::parse(kind, text).unwrap().grouped();
    assert_eq!(grouped(Kind::HkMacaoPermit, "H1234567803"), "H 1234 5678");
    assert_eq!(grouped(Kind::HkMacaoPermit, "HA1234567"), "HA 123 4567");
    assert_eq!(grouped(Kind::TaiwanPermit, "12345678"), "1234 5678");
    assert_eq!(grouped(Kind::Passport, "L898902C3"), "L89 890 2C3");
    assert_eq!(grouped(Kind::Passport, "L898902C"), "L89 890 2C");
    assert_eq!(grouped(Kind::Passport, "L898902"), "L89 89 02");
    assert_eq!(grouped(Kind::Passport, "L898"), "L8 98");
    assert_eq!(grouped(Kind::Passport, "L"), "L");
}

#[test]
fn last_four_of_what_there_is() {
    assert_eq!(Number::parse(Kind::HkMacaoPermit, "H1234567803").unwrap().last_four(), "5678");
    assert_eq!(Number::parse(Kind::Passport, "AB1").unwrap().last_four(), "AB1");
}

#[test]
fn one_wrong_character_or_a_swap_shares_a_deletion_variant() {
    let variants = |text: &str| Number::parse(Kind::Passport, text).unwrap().deletion_variants();
    assert_eq!(variants("A11"), ["11", "A1"]);
    assert_eq!(variants("A"), [""]);
    let shares = |a: &str, b: &str| variants(a).iter().any(|v| variants(b).contains(v));
    assert!(shares("L898902C3", "L898902C8"));
    assert!(shares("L898902C3", "L889902C3"));
    assert!(!shares("L898902C3", "L888802C3"));
    assert!(variants("L898902C3").contains(&"L898902C".to_owned()));
}

#[test]
fn debug_shows_no_number() {
    let number = Number::parse(Kind::Passport, "L898902C3").unwrap();
    assert!(!format!("{number:?}").contains("898902"));
}
