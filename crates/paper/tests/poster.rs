//! Posters as they come off the printer: drawn by poppler, measured, and their codes read by `ZXing`.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::borrow::Cow;

use common::{Folder, LANGUAGES, LINK, Place, TYPED, codes, drawn, poster, run};
use paper::{Forms, Poster, PosterError, Size, missing, pages};

const MUSEUM: Place<'_> = Place {
    name: "湖北省博物馆",
    other: Some(("en", "Hubei Provincial Museum")),
    lines: &["东门 East gate", "武汉市武昌区东湖路160号"],
};

const LONG: Place<'_> = Place {
    name: "恩施土家族苗族自治州巴东县野三关镇硚口社区第二农产品批发市场猇亭分部（原𣲗水河垱畈塆综合贸易中心）",
    other: Some((
        "en",
        "Second Wholesale Market for Agricultural Products of Qiaokou Community, Yesanguan Town, Badong County, Enshi \
         Tujia and Miao Autonomous Prefecture",
    )),
    lines: &[
        "西北侧货运通道二号门（夜间）",
        "湖北省恩施土家族苗族自治州巴东县野三关镇三峡移民新村发展大道与沪蓉高速连接线交叉口以北三百米",
    ],
};

/// Each at its longest that a name may be, in letters as wide as they come.
fn longest() -> [String; 4] {
    ["湖".repeat(100), "博物館の入り口".repeat(29)[..600].to_owned(), "東".repeat(40), "路".repeat(200)]
}

/// The places that every size and language is tried with.
fn places(long: &[String; 4], all: &mut dyn FnMut(&str, Place<'_>)) {
    all("museum", MUSEUM);
    all("long", LONG);
    all("russian", Place { other: Some(("ru", "Музей провинции Хубэй")), ..MUSEUM });
    all("vietnamese", Place { other: Some(("vi", "Bảo tàng tỉnh Hồ Bắc")), ..MUSEUM });
    all("korean", Place { other: Some(("ko", "후베이성 박물관")), ..MUSEUM });
    all("traditional", Place { other: Some(("zh-Hant", "湖北省博物館")), ..MUSEUM });
    all("alone", Place { name: "书店", other: None, lines: &[] });
    all("longest", Place { name: &long[0], other: Some(("ja", &long[1])), lines: &[&long[2], &long[3]] });
}

const PAIRS: [&[&str]; 5] =
    [&["zh-Hans", "en"], &["zh-Hant", "en"], &["zh-Hans", "zh-Hant"], &["zh-Hans"], &["en"]];

#[test]
fn every_poster_is_read_at_its_size_in_every_language() {
    let folder = Folder::new();
    let long = longest();
    for (at, (languages, size)) in
        PAIRS.iter().flat_map(|pair| Size::ALL.map(|size| (pair, size))).enumerate()
    {
        places(&long, &mut |name, place| {
            // Every place with the first pair; with the others, where there is most to print.
            if at >= Size::ALL.len() && name != "longest" {
                return;
            }
            let what = format!("{name}-{}-{}", languages.join("-"), size.as_str());
            let bytes = poster(place, languages, LINK, |poster| poster.pdf(size).expect(&what));
            let file = folder.write(&format!("{what}.pdf"), &bytes);
            let (dpi, least, paper) =
                if size == Size::A4 { (150, 60.0, [210.0, 297.0]) } else { (300, 35.0, [105.0, 148.0]) };
            let picture = drawn(&file, dpi, 1);
            let millimetres = |pixels: u32| f64::from(pixels) * 25.4 / f64::from(dpi);
            let sides = [picture.width(), picture.height()].map(|side| millimetres(side).round());
            assert!(
                sides.iter().zip(paper).all(|(has, wanted): (&f64, f64)| (has - wanted).abs() < 0.5),
                "{what}"
            );
            let seen = codes(&picture);
            let [seen] = seen.as_slice() else { panic!("{what}: one code") };
            assert_eq!((seen.text.as_str(), seen.level.as_str()), (LINK, "Q"), "{what}");
            let side = measure(&picture, seen.at, &what);
            assert!(millimetres(side) >= least, "{what}: {:.1} mm", millimetres(side));
            println!("{what}: {:.1} mm, {} bytes", millimetres(side), bytes.len());
            quiet(&picture, seen.at, side / seen.modules, &what);
        });
    }
}

/// The side of a code in pixels, from its outermost dark ones along the row and the column of its corner: the finder
/// patterns at its corners are dark from end to end.
fn measure(picture: &image::GrayImage, [left, top, right, bottom]: [u32; 4], what: &str) -> u32 {
    let dark = |x: u32, y: u32| picture.get_pixel(x, y)[0] < 128;
    let (x, y) = (left + (right - left) / 50, top + (bottom - top) / 50);
    let wide = dark_span(left - 10, right + 10, |at| dark(at, y));
    let high = dark_span(top - 10, bottom + 10, |at| dark(x, at));
    assert!(wide.abs_diff(high) <= 2, "{what}: square, {wide} × {high}");
    wide.min(high)
}

fn dark_span(from: u32, to: u32, dark: impl Fn(u32) -> bool) -> u32 {
    let first = (from..to).find(|at| dark(*at)).unwrap();
    let last = (from..to).rev().find(|at| dark(*at)).unwrap();
    last + 1 - first
}

/// Four modules around the code are white.
fn quiet(picture: &image::GrayImage, [left, top, right, bottom]: [u32; 4], module: u32, what: &str) {
    // Three pixels for the rounding of the corners.
    let (wide, edge) = (4 * module - 3, 3);
    for (x, y) in (left - wide..right + wide).flat_map(|x| (top - wide..bottom + wide).map(move |y| (x, y))) {
        let inside = (left - edge..=right + edge).contains(&x) && (top - edge..=bottom + edge).contains(&y);
        assert!(inside || picture.get_pixel(x, y)[0] > 250, "{what}: a mark in the quiet zone at {x}, {y}");
    }
}

#[test]
fn a_blurred_small_or_torn_picture_of_a_poster_is_read() {
    let folder = Folder::new();
    for size in Size::ALL {
        let bytes = poster(LONG, &["zh-Hans", "en"], LINK, |poster| poster.pdf(size).unwrap());
        let file = folder.write(&format!("worn-{}.pdf", size.as_str()), &bytes);
        let (near, far) = if size == Size::A4 { (75, 40) } else { (150, 75) };
        let read = |picture: &image::GrayImage, what: &str| {
            let seen = codes(picture);
            let texts: Vec<&str> = seen.iter().map(|seen| seen.text.as_str()).collect();
            assert_eq!(texts, [LINK], "{} {what}", size.as_str());
        };
        let picture = drawn(&file, near, 1);
        read(&picture, "near");
        read(&image::imageops::blur(&picture, 1.5), "blurred");
        read(&drawn(&file, far, 1), "from afar");
        let mut torn = picture.clone();
        let [left, top, right, bottom] = codes(&picture)[0].at;
        // A strip off the lower right, where no finder pattern is: 9 % of the code.
        let corner = |from: u32, to: u32| from + (to - from) * 7 / 10;
        for (x, y) in
            (corner(left, right)..right).flat_map(|x| (corner(top, bottom)..bottom).map(move |y| (x, y)))
        {
            torn.put_pixel(x, y, image::Luma([255]));
        }
        read(&torn, "torn");
    }
}

#[test]
fn every_word_is_in_the_file_and_the_file_is_tagged_and_the_same_each_time() {
    let folder = Folder::new();
    for languages in PAIRS {
        let one = || poster(LONG, languages, LINK, |poster| poster.pdf(Size::A4).unwrap());
        let bytes = one();
        assert_eq!(bytes, one());
        let file = folder.write(&format!("text-{}.pdf", languages.join("-")), &bytes);
        let file = file.to_str().unwrap();
        let info = run("pdfinfo", &[file]);
        for expected in ["Tagged:          yes", "Pages:           1", LONG.name] {
            assert!(info.contains(expected), "{info}");
        }
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let text = squeezed(&run("pdftotext", &["-raw", file, "-"]));
        let places = [LONG.name, LONG.other.unwrap().1, LONG.lines[0], LONG.lines[1], TYPED];
        let words = languages.iter().flat_map(|language| {
            let words = common::words(language, LINK);
            [words.title, words.scan, words.no_app, words.type_in, words.made]
        });
        for expected in places.into_iter().map(str::to_owned).chain(words) {
            assert!(text.contains(&squeezed(&expected)), "{languages:?}: {expected} in {text}");
        }
        let structure = run("pdfinfo", &["-struct-text", file]);
        assert!(structure.contains("H1"), "{structure}");
        assert!(structure.contains("Figure"), "{structure}");
    }
}

#[test]
fn what_the_font_lacks_is_named_before_anything_is_printed() {
    let arabic = Place { other: Some(("ar", "متحف هوبي")), ..MUSEUM };
    let rare = Place { name: "𰻝𰻝面馆", lines: &["鿫路 𰻝 巷"], ..MUSEUM };
    for (place, expected) in [(arabic, "متحفهوبي"), (rare, "𰻝鿫")] {
        poster(place, &["zh-Hans", "en"], LINK, |poster| {
            let named: Vec<char> = expected.chars().collect();
            let lacking = poster.missing();
            assert!(named.iter().all(|c| lacking.contains(c)), "{lacking:?}");
            let Err(PosterError::Missing(missing)) = poster.pdf(Size::A4) else { panic!("printed") };
            assert_eq!(missing.0, lacking);
            let first = format!("the font has no {} (U+{:04X}), ", lacking[0], u32::from(lacking[0]));
            assert!(PosterError::Missing(missing).to_string().starts_with(&first) || lacking.len() == 1);
            let ends = pages([*poster], Size::A6, "Posters");
            assert!(matches!(ends, Err((0, PosterError::Missing(_)))));
            // The SVG has them, as they are.
            let svg = poster.svg(Size::A4).unwrap();
            for text in std::iter::once(place.name).chain(place.other.map(|(_, words)| words)) {
                assert!(svg.contains(&format!(">{text}</text>")), "{svg}");
            }
        });
    }
}

#[test]
fn the_code_of_a_drawing_is_read_and_its_words_are_words() {
    for size in Size::ALL {
        let svg = poster(MUSEUM, &["zh-Hant", "en"], LINK, |poster| poster.svg(size).unwrap());
        let [width, height] = if size == Size::A4 { ["210mm", "297mm"] } else { ["105mm", "148mm"] };
        assert!(svg.contains(&format!("width=\"{width}\" height=\"{height}\"")), "{svg}");
        for text in [MUSEUM.name, MUSEUM.other.unwrap().1, "進入時請掃碼，離開時請再掃一次", TYPED, "·"]
        {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}: {svg}");
        }
        assert_eq!(svg.matches("<text").count(), svg.matches("textLength").count(), "every width is known");
        let path = svg.split(" d=\"").last().unwrap().split('"').next().unwrap();
        // Ten pixels a millimetre.
        let mut picture = image::GrayImage::from_pixel(1050, 1485, image::Luma([255]));
        for one in path.split('z').filter(|one| !one.is_empty()) {
            let numbers = one.split(['M', ' ', 'h', 'v']).filter_map(|number| number.parse::<f64>().ok());
            let [x, y, wide, high, _] = numbers.collect::<Vec<_>>()[..] else { panic!("{one}") };
            let pixels = |from: f64, length: f64| {
                let inside = move |at: &u32| (from..from + length).contains(&((f64::from(*at) + 0.5) / 10.0));
                (0..1485_u32).filter(inside)
            };
            for (x, y) in pixels(x, wide).flat_map(|x| pixels(y, high).map(move |y| (x, y))) {
                picture.put_pixel(x, y, image::Luma([0]));
            }
        }
        let seen = codes(&picture);
        assert_eq!(
            seen.iter().map(|seen| (seen.text.as_str(), seen.level.as_str())).collect::<Vec<_>>(),
            [(LINK, "Q")]
        );
    }
}

/// What `make fonts` cuts the fonts to.
#[test]
fn every_word_of_posters_and_every_character_that_is_promised_is_in_the_fonts() {
    for (language, file) in LANGUAGES {
        let values: String = file.lines().filter(|line| !line.starts_with('#')).collect();
        let lacking = missing(&values, Forms::of_language(language));
        assert!(lacking.is_empty(), "{language}: {lacking:?}: make fonts");
    }
    let gb2312 = decoded(encoding_rs::GBK, 0xB0..=0xF7, &[0xA1..=0xFE]);
    // Without what later hands have put between its two levels.
    let level_2 = decoded(encoding_rs::BIG5, 0xC9..=0xF9, &[0x40..=0x7E, 0xA1..=0xFE]);
    let big5 = level_2 + &decoded(encoding_rs::BIG5, 0xA4..=0xC5, &[0x40..=0x7E, 0xA1..=0xFE]);
    let standard = include_str!("../fonts/standard.txt").to_owned();
    let letters = "АЯая ΑΩαω Ññß ÀàÇç Ấứ ǎǘ あン 가값 ー〇（）「」".to_owned();
    for (what, characters, least) in [
        ("GB 2312", gb2312, 6763),
        ("Big5", big5, 12_900),
        ("standard", standard, 600),
        ("letters", letters, 20),
    ] {
        assert!(characters.chars().count() >= least, "{what}");
        let place = Place { name: &characters, other: None, lines: &[] };
        poster(place, &["en"], LINK, |poster| assert_eq!(poster.missing(), [], "{what}: make fonts"));
    }
}

/// Every Chinese character of a two-byte encoding.
fn decoded(
    encoding: &'static encoding_rs::Encoding,
    leads: std::ops::RangeInclusive<u8>,
    trails: &[std::ops::RangeInclusive<u8>],
) -> String {
    let pairs = leads.flat_map(|lead| trails.iter().cloned().flatten().map(move |trail| [lead, trail]));
    let decode = |pair: [u8; 2]| {
        encoding.decode_without_bom_handling_and_without_replacement(&pair).map(Cow::into_owned)
    };
    pairs
        .filter_map(decode)
        .filter(|text| text.chars().all(|c| ('\u{4E00}'..='\u{9FA5}').contains(&c)))
        .collect()
}

#[test]
fn many_posters_are_one_file_with_each_on_its_page() {
    let folder = Folder::new();
    let links: Vec<String> = (0..5).map(|n| format!("{}{n}", &LINK[..LINK.len() - 1])).collect();
    let made: Vec<Vec<paper::PosterWords>> = links
        .iter()
        .map(|link| ["zh-Hans", "en"].map(|language| common::words(language, link)).into())
        .collect();
    let names = ["湖北省博物馆", "书店", "市场", "车站", "医院"];
    let posters: Vec<Poster<'_>> = (0..5)
        .map(|at| Poster {
            name: paper::FreeText { words: names[at], language: "zh-Hans" },
            other: None,
            lines: &[],
            link: &links[at],
            typed: TYPED,
            words: &made[at],
        })
        .collect();
    let posters = || posters.iter().copied();
    let bytes = pages(posters(), Size::A6, "海报 Posters").unwrap();
    assert_eq!(bytes, pages(posters(), Size::A6, "海报 Posters").unwrap());
    let file = folder.write("pages.pdf", &bytes);
    let info = run("pdfinfo", &[file.to_str().unwrap()]);
    assert!(info.contains("Pages:           5") && info.contains("Tagged:          yes"), "{info}");
    for (page, link) in (1..).zip(&links) {
        let seen = codes(&drawn(&file, 150, page));
        assert_eq!(seen.iter().map(|seen| &seen.text).collect::<Vec<_>>(), [link]);
    }
}
