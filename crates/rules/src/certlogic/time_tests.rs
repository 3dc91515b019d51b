//! Tests of date-times: as they are read, moved and compared.

use proptest::prelude::*;

use super::*;

fn moved(text: &str, amount: i64, unit: Unit) -> String {
    write(plus(read(text).unwrap(), amount, unit).unwrap())
}

#[test]
fn every_format_is_read() {
    for (text, wanted) in [
        ("2020", "2020-12-31T00:00:00.000Z"),
        ("2020-02", "2020-02-29T00:00:00.000Z"),
        ("2021-02", "2021-02-28T00:00:00.000Z"),
        ("2020-04-05", "2020-04-05T00:00:00.000Z"),
        ("2020-04-05T06:07:08", "2020-04-05T06:07:08.000Z"),
        ("2020-04-05T06:07:08Z", "2020-04-05T06:07:08.000Z"),
        ("2020-04-05T06:07:08+8", "2020-04-04T22:07:08.000Z"),
        ("2020-04-05T06:07:08+08", "2020-04-04T22:07:08.000Z"),
        ("2020-04-05T06:07:08-530", "2020-04-05T11:37:08.000Z"),
        ("2020-04-05T06:07:08-0530", "2020-04-05T11:37:08.000Z"),
        ("2020-04-05T06:07:08+5:45", "2020-04-05T00:22:08.000Z"),
        ("2020-04-05T06:07:08+05:45", "2020-04-05T00:22:08.000Z"),
        ("2020-04-05T06:07:08.1", "2020-04-05T06:07:08.100Z"),
        ("2020-04-05T06:07:08.0129Z", "2020-04-05T06:07:08.012Z"),
        ("2020-04-05T06:07:08.99999999999999999999999999+8:00", "2020-04-04T22:07:08.999Z"),
        ("0000-01-01", "0000-01-01T00:00:00.000Z"),
        ("0000-01-01T00:00:00+01", "-000001-12-31T23:00:00.000Z"),
    ] {
        assert_eq!(read(text).map(write).as_deref(), Ok(wanted), "{text}");
    }
}

#[test]
fn no_other_format_is_read() {
    for text in [
        "",
        "202",
        "20200",
        "+2020",
        "-2020",
        "2020-",
        "2020-4",
        "2020-04-5",
        "20200405",
        "2020-04-05T06:07",
        "2020-04-05 06:07:08",
        "2020-04-05t06:07:08Z",
        "2020-04-05T06:07:08z",
        "2020-04-05T06:07:08.",
        "2020-04-05T06:07:08.Z",
        "2020-04-05T06:07:08+",
        "2020-04-05T06:07:08+8:",
        "2020-04-05T06:07:08+:30",
        "2020-04-05T06:07:08+8:3",
        "2020-04-05T06:07:08+08000",
        "2020-04-05T06:07:08+08:000",
        "2020-04-05T06:07:08 Z",
        "2020-04-05T06:07:08ZZ",
        "２０２０",
        "2020-04-05T06:07:08.5+é",
        " 2020",
    ] {
        assert_eq!(read(text), Err(Problem::DateFormat), "{text}");
    }
    for text in [
        "2021-02-29",
        "2020-13",
        "2020-00",
        "2020-04-00",
        "2020-04-05T24:00:00",
        "2020-04-05T23:59:60Z",
        "2020-04-05T06:07:08+24",
        "2020-04-05T06:07:08+0860",
        "2020-02-30T06:07:08",
    ] {
        assert_eq!(read(text), Err(Problem::NoSuchDate), "{text}");
    }
    assert_eq!(read("9999-12-31T23:59:59-01"), Err(Problem::DateRange));
    assert_eq!(read_birth("2020-04-05T06:07:08Z"), Err(Problem::BirthFormat));
    assert_eq!(read_birth("1974-02-30"), Err(Problem::NoSuchDate));
}

#[test]
fn a_day_that_is_not_there_runs_over() {
    assert_eq!(moved("2020-02-29", 1, Unit::Day), "2020-03-01T00:00:00.000Z");
    assert_eq!(moved("2020-02-29", 1, Unit::Month), "2020-03-29T00:00:00.000Z");
    assert_eq!(moved("2020-02-29", 1, Unit::Year), "2021-03-01T00:00:00.000Z");
    assert_eq!(moved("2020-02-29", 4, Unit::Year), "2024-02-29T00:00:00.000Z");
    assert_eq!(moved("2021-01-31", 1, Unit::Month), "2021-03-03T00:00:00.000Z");
    assert_eq!(moved("2021-03-31", -1, Unit::Month), "2021-03-03T00:00:00.000Z");
    assert_eq!(moved("2021-01-15T01:02:03.4Z", -13, Unit::Month), "2019-12-15T01:02:03.400Z");
    assert_eq!(moved("2021-01-01", -1, Unit::Hour), "2020-12-31T23:00:00.000Z");
}

#[test]
fn out_of_range_is_said() {
    let last = read("9999-12-31T23:59:59.999Z").unwrap();
    for unit in [Unit::Hour, Unit::Day, Unit::Month, Unit::Year] {
        for amount in [1, 1 << 40, i64::MAX] {
            assert_eq!(plus(last, amount, unit), Err(Problem::DateRange), "{amount} {unit:?}");
        }
        assert_eq!(plus(last, i64::MIN, unit), Err(Problem::DateRange), "{unit:?}");
        assert_eq!(plus(last, 0, unit), Ok(last));
    }
}

proptest! {
    #[test]
    fn any_text_comes_back(text in any::<String>(), near in "[0-9T:.Z+-]{0,30}") {
        let _ = (read(&text), read_birth(&text), read(&near), read_birth(&near));
    }

    #[test]
    fn what_is_written_is_read_again(days in 0_i64..3_000_000, ms in 0_i64..86_400_000) {
        let time = plus(read("0000-01-01").unwrap(), days, Unit::Day).unwrap();
        let time = time.checked_add(SignedDuration::from_millis(ms)).unwrap();
        prop_assert_eq!(read(&write(time)), Ok(time));
        prop_assert_eq!(plus(plus(time, 400, Unit::Day).unwrap(), -400 * 24, Unit::Hour), Ok(time));
    }
}
