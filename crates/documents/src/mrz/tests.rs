use super::*;

const TODAY: Date = Date::constant(2026, 11, 23);
const TD3: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";
const OLD: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226B<<<<<14";
const TD1: &str =
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
const LONG: &str =
    "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";

fn replace(text: &str, line: usize, position: usize, with: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[line - 1].replace_range(position - 1..position - 1 + with.len(), with);
    lines.join("\n")
}

fn codes(text: &str) -> Vec<(&'static str, Option<Field>, Option<usize>)> {
    let errors = parse(text, TODAY).expect_err("should be refused");
    errors.iter().map(|e| (e.code(), e.field(), e.place().1)).collect()
}

#[test]
fn specimens_read() {
    let mrz = parse(TD3, TODAY).unwrap();
    assert_eq!(
        (mrz.format, mrz.document_code.as_str(), mrz.number.as_str()),
        (Format::Td3, "P", "L898902C3")
    );
    assert_eq!((mrz.issuer.as_str(), mrz.nationality.as_str(), mrz.sex), ("UTO", "UTO", Sex::F));
    assert_eq!(mrz.birth.unwrap().to_string(), "1974-08-12");
    assert_eq!(mrz.expiry.to_string(), "2012-04-15");
    assert_eq!(
        (mrz.name.primary(), mrz.name.secondary(), mrz.name.is_truncated()),
        ("ERIKSSON", "ANNA MARIA", false)
    );
    assert_eq!(mrz.optional, "ZE184226B");
    assert!(mrz.is_expired(TODAY) && !mrz.is_expired(mrz.expiry));

    let old = parse(OLD, TODAY).unwrap();
    assert_eq!((old.number.as_str(), old.expiry.to_string().as_str()), ("L898902C", "1994-06-23"));
    for text in [TD1, TD2] {
        let mrz = parse(text, TODAY).unwrap();
        assert_eq!(
            (mrz.number.as_str(), mrz.optional.as_str(), mrz.optional2.as_str()),
            ("D23145890", "", "")
        );
        assert_eq!((mrz.name.primary(), mrz.name.secondary()), ("ERIKSSON", "ANNA MARIA"));
    }
}

#[test]
fn a_long_number_runs_over_into_the_optional_data() {
    let mrz = parse(LONG, TODAY).unwrap();
    assert_eq!((mrz.number.as_str(), mrz.optional.as_str()), ("D23145890734", ""));
    assert_eq!(mrz.birth.unwrap().to_string(), "1934-07-12");
    assert_eq!(generate(&mrz).unwrap().join("\n"), LONG);
    let wrong = codes(&replace(LONG, 1, 18, "5"));
    assert!(wrong.contains(&("mrz.check_digit", Some(Field::Number), Some(19))), "{wrong:?}");
}

#[test]
fn specimens_are_written_back() {
    // TD3 position 43 may be 0 or a filler; both specimens with optional data have the digit.
    for text in [TD3, OLD, TD1, TD2] {
        let mrz = parse(text, TODAY).unwrap();
        assert_eq!(generate(&mrz).unwrap(), text.lines().collect::<Vec<_>>());
    }
}

#[test]
fn readers_and_pasting_do_not_matter() {
    let expected = parse(TD3, TODAY).unwrap();
    let one_line = TD3.replace('\n', "");
    let spaced: String = one_line.chars().flat_map(|c| [c, ' ']).collect();
    for text in [
        TD3.replace('\n', "\r\n"),
        TD3.replace('\n', "\r"),
        TD3.replace('\n', "  \n\n\t"),
        TD3.to_lowercase(),
        one_line,
        spaced,
        format!("\u{2}{TD3}\u{3}"),
        TD3.replace('<', "＜"),
    ] {
        assert_eq!(parse(&text, TODAY).as_ref(), Ok(&expected), "{text:?}");
    }
}

#[test]
fn sizes_say_which_line() {
    assert_eq!(parse("", TODAY), Err(vec![MrzError::Empty]));
    assert_eq!(parse(" \r\n", TODAY), Err(vec![MrzError::Empty]));
    assert_eq!(parse(&"<".repeat(2000), TODAY), Err(vec![MrzError::TooLong { max: 1024 }]));
    let short = TD3.replacen("<\n", "\n", 1);
    assert_eq!(parse(&short, TODAY), Err(vec![MrzError::LineLength { line: 1, expected: 44, found: 43 }]));
    assert_eq!(parse("P<UTO", TODAY), Err(vec![MrzError::LineCount { found: 1 }]));
    // As many characters as a passport has, but broken at the wrong place: a character was lost and one added.
    let shifted = format!("{}<\n{}", &TD3[..44], &TD3[46..89]);
    assert_eq!(parse(&shifted, TODAY).unwrap_err().len(), 2);
}

#[test]
fn every_check_digit_is_checked_where_it_stands() {
    for (position, field) in [
        (10, Field::Number),
        (20, Field::Birth),
        (28, Field::Expiry),
        (43, Field::Optional),
        (44, Field::Composite),
    ] {
        let digit = TD3.lines().nth(1).unwrap().as_bytes()[position - 1];
        let other = if digit == b'7' { "8" } else { "7" };
        let found = codes(&replace(TD3, 2, position, other));
        assert!(found.contains(&("mrz.check_digit", Some(field), Some(position))), "{field}: {found:?}");
    }
}

#[test]
fn position_43_may_be_a_filler_only_without_optional_data() {
    let mut mrz = parse(TD3, TODAY).unwrap();
    mrz.optional.clear();
    let lines = generate(&mrz).unwrap().join("\n");
    assert_eq!(&lines[45 + 42..45 + 43], "<");
    assert!(parse(&lines, TODAY).is_ok());
    assert!(parse(&replace(&lines, 2, 43, "0"), TODAY).is_ok());
    assert!(codes(&replace(TD3, 2, 43, "<")).contains(&("mrz.check_digit", Some(Field::Optional), Some(43))));
}

#[test]
fn look_alikes_are_pointed_out() {
    let errors = parse(&replace(TD3, 2, 14, "74O812"), TODAY).unwrap_err();
    assert_eq!(
        errors[0],
        MrzError::Character {
            field: Field::Birth,
            line: 2,
            position: 16,
            expected: "a digit or <",
            found: 'O',
            suggestion: Some('0')
        }
    );
    let errors = parse(&replace(TD3, 2, 1, "L8989O2C3"), TODAY).unwrap_err();
    let hint = errors.iter().find_map(|e| match e {
        MrzError::CheckDigit { field: Field::Number, hint, .. } => *hint,
        _ => None,
    });
    assert_eq!(hint, Some(Hint { position: 6, meant: '0' }));
    let errors = parse(&TD3.replace("ERIKSSON", "ERIKSS0N"), TODAY).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "line 1, position 12 (name): found '0', expected a letter from A to Z or < (did you mean 'O'?)"
    );
}

#[test]
fn unknown_parts_of_a_birth_date() {
    let with = |birth: Option<&str>| {
        let mut mrz = parse(TD3, TODAY).unwrap();
        mrz.birth = birth.map(|text| text.parse().unwrap());
        generate(&mrz).unwrap().join("\n")
    };
    for (birth, written) in [(Some("1974-08"), "7408<<"), (Some("1974"), "74<<<<"), (None, "<<<<<<")] {
        let text = with(birth);
        assert_eq!(&text[45 + 13..45 + 19], written);
        assert_eq!(parse(&text, TODAY).unwrap().birth.map(|d| d.to_string()).as_deref(), birth);
    }
    let odd = codes(&replace(TD3, 2, 14, "74<<12"));
    assert!(odd.contains(&("mrz.date", Some(Field::Birth), Some(14))), "{odd:?}");
    assert!(codes(&replace(TD3, 2, 14, "7<0812")).contains(&("mrz.date", Some(Field::Birth), Some(14))));
    assert!(codes(&replace(TD3, 2, 14, "741312")).contains(&("mrz.date", Some(Field::Birth), Some(14))));
}

#[test]
fn centuries_turn_with_the_clock() {
    let mut mrz = parse(TD3, TODAY).unwrap();
    let mut born = |birth: &str, today: Date| {
        mrz.birth = Some(birth.parse().unwrap());
        parse(&generate(&mrz).unwrap().join("\n"), today).unwrap().birth.unwrap().to_string()
    };
    assert_eq!(born("2026-11-23", TODAY), "2026-11-23");
    assert_eq!(born("2026-11-24", TODAY), "1926-11-24");
    assert_eq!(born("1926-11-24", TODAY), "1926-11-24");
    assert_eq!(born("2026-11", TODAY), "2026-11");
    assert_eq!(born("2026-12", TODAY), "1926-12");
    assert_eq!(born("2026", TODAY), "2026");
    assert_eq!(born("2027", TODAY), "1927");
    assert_eq!(born("1974-08-12", Date::constant(1999, 12, 31)), "1974-08-12");

    let mut mrz = parse(TD3, TODAY).unwrap();
    let mut expires = |year, today| {
        mrz.expiry = Date::new(year, 1, 2).unwrap();
        parse(&generate(&mrz).unwrap().join("\n"), today).unwrap().expiry.year()
    };
    assert_eq!(expires(2036, TODAY), 2036);
    assert_eq!(expires(2075, TODAY), 2075);
    assert_eq!(expires(1976, TODAY), 1976);
    assert_eq!(expires(2001, Date::constant(1999, 12, 31)), 2001);
}

#[test]
fn states_names_and_codes() {
    let known = |text: &str| parse(text, TODAY).is_ok();
    assert!(
        known(&replace(TD3, 2, 11, "D<<"))
            && known(&replace(TD3, 2, 11, "XXA"))
            && known(&replace(TD3, 2, 11, "GBD"))
    );
    assert_eq!(codes(&replace(TD3, 2, 11, "DEU")), [("mrz.state", Some(Field::Nationality), Some(11))]);
    assert_eq!(codes(&replace(TD3, 1, 3, "ZZZ")), [("mrz.state", Some(Field::Issuer), Some(3))]);
    assert_eq!(codes(&replace(TD3, 1, 1, "V")), [("mrz.character", Some(Field::DocumentCode), Some(1))]);
    assert_eq!(codes(&replace(TD3, 2, 21, "X")), [("mrz.character", Some(Field::Sex), Some(21))]);
    assert_eq!(codes(&replace(TD3, 1, 6, &"<".repeat(39))), [("mrz.missing", Some(Field::Name), Some(6))]);
    assert_eq!(codes(&replace(TD3, 1, 6, "<")), [("mrz.missing", Some(Field::Name), Some(6))]);
    let single = parse(&replace(TD3, 1, 6, "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"), TODAY).unwrap();
    assert_eq!((single.name.primary(), single.name.secondary()), ("ARKFREITH", ""));
}

#[test]
fn all_errors_are_collected() {
    let text = replace(&replace(&replace(TD3, 1, 3, "ZZZ"), 2, 1, "X"), 2, 21, "7");
    let found = codes(&text);
    assert!(found.len() >= 3 && found.iter().any(|f| f.1 == Some(Field::Sex)), "{found:?}");
}

#[test]
fn names_are_cut_as_the_standard_shows() {
    let field = |primary: &str, secondary: &str| name_field(primary, secondary, 39);
    assert_eq!(
        field("NILAVADHANANANDA", "CHAYAPA<DEJTHAMRONG<KRASUANG"),
        "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"
    );
    assert_eq!(field("PAPANDROPOULOUS", "JONATHON<ALEC"), "PAPANDROPOULOUS<<JONATHON<ALEC<<<<<<<<<");
    let long = field("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNAMBOOL", "DINGO<POTOROO");
    assert_eq!(long, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WA<<D");
    // Position 39 would be a filler: the piece before gives one letter.
    assert_eq!(name_field("ABCDE", "FGH<IJ", 11), "ABCDE<<FG<I");
    assert_eq!(name_field("ABCDEFGHIJKLM", "", 10), "ABCDEFGHIJ");
}

#[test]
fn the_report_has_no_more_than_the_zone() {
    let good = report(TD3, TODAY);
    assert!(good.valid && good.expired == Some(true));
    assert!(good.to_string().contains("birth        1974-08-12\n"), "{good}");
    let json = serde_json::to_value(&good).unwrap();
    assert_eq!(json["document"]["name"]["primary"], "ERIKSSON");
    assert_eq!(json["document"]["expiry"], "2012-04-15");
    let bad = report(&replace(TD3, 2, 10, "5"), TODAY);
    assert!(!bad.valid && bad.document.is_none());
    let json = serde_json::to_value(&bad).unwrap();
    assert_eq!(json["errors"][0]["code"], "mrz.check_digit");
    assert_eq!((&json["errors"][0]["line"], &json["errors"][0]["position"]), (&2.into(), &10.into()));
    assert_eq!((&json["errors"][0]["expected"], &json["errors"][0]["found"]), (&"6".into(), &"5".into()));
    assert!(!bad.to_string().contains("L898902C3"));
}
