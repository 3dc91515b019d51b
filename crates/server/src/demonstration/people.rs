//! The invented people of the demonstration. Every document is from Utopia (UTO) or has a number that no
//! authority gives out.

/// The register at the start, as a clerk would import it.
pub const REGISTER: &str = "\
kind,number,issuing_state,family_name,given_names,chinese_name,birth_date,sex,nationality,expiry_date
passport,U83014526,UTO,LINDQVIST,ASTRID,,1988-03-14,F,UTO,2031-05-20
passport,U83014534,UTO,FERNANDEZ ORTEGA,MATEO,,1990-11-02,M,UTO,2030-08-09
passport,U83014542,UTO,OYELARAN,FOLASADE,,1979-06-25,F,UTO,2029-01-31
passport,U83014559,UTO,TANAKA,HARUTO,,1995-09-08,M,UTO,2032-10-10
passport,U83014567,UTO,NGUYEN,THI MAI,,1984-12-30,F,UTO,2030-02-14
passport,U83014575,UTO,BENALI,YOUSSEF,,1992-07-17,M,UTO,2033-03-03
taiwan_permit,00000017,CHN,CHEN,YIJUN,陳怡君,1987-04-21,F,CHN,2029-09-09
";

/// A document to apply with, and what comes of it.
pub struct Document {
    /// What it shows: `demonstration-<code>`.
    pub code: &'static str,
    /// Kind of document.
    pub kind: &'static str,
    /// Number.
    pub number: &'static str,
    /// Issuing state.
    pub state: &'static str,
    /// Family name.
    pub family: &'static str,
    /// Given names.
    pub given: &'static str,
    /// Chinese name.
    pub chinese: &'static str,
    /// Date of birth.
    pub birth: (&'static str, &'static str, &'static str),
    /// Date of expiry.
    pub expiry: (&'static str, &'static str, &'static str),
    /// Sex.
    pub sex: &'static str,
}

const fn passport(
    code: &'static str,
    number: &'static str,
    (family, given): (&'static str, &'static str),
    birth: (&'static str, &'static str, &'static str),
    expiry: (&'static str, &'static str, &'static str),
    sex: &'static str,
) -> Document {
    Document { code, kind: "passport", number, state: "UTO", family, given, chinese: "", birth, expiry, sex }
}

const fn permit(
    code: &'static str,
    kind: &'static str,
    number: &'static str,
    (family, given, chinese): (&'static str, &'static str, &'static str),
    birth: (&'static str, &'static str, &'static str),
    sex: &'static str,
) -> Document {
    let expiry = ("2029", "9", "9");
    Document { code, kind, number, state: "CHN", family, given, chinese, birth, expiry, sex }
}

/// For a visitor to apply with.
pub const TO_APPLY: [Document; 5] = [
    passport("exact", "U83014526", ("Lindqvist", "Astrid"), ("1988", "3", "14"), ("2031", "5", "20"), "F"),
    passport("near", "U83014534", ("Fernández", "Mateo"), ("1990", "11", "2"), ("2030", "8", "9"), "M"),
    passport("absent", "U90000018", ("Kovács", "Ilona"), ("1991", "2", "28"), ("2030", "6", "1"), "F"),
    permit("hk", "hk_macao_permit", "H00000025", ("Wong", "Ka Yan", "黃嘉欣"), ("1993", "5", "6"), "F"),
    permit("taiwan", "taiwan_permit", "00000017", ("Chen", "Yijun", "陳怡君"), ("1987", "4", "21"), "F"),
];

/// What became of an application of the demonstration after its match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet.
    Not,
    /// Asked for a photo.
    Asked,
    /// Refused.
    Refused,
    /// The applicant withdrew it.
    Withdrawn,
}

/// An application that was made before the visitor came, with the symptoms that it declares.
pub struct Made {
    /// The document.
    pub document: Document,
    /// A symptom, or `none`.
    pub symptom: &'static str,
    /// What became of it.
    pub fate: Fate,
}

const fn made(document: Document, symptom: &'static str, fate: Fate) -> Made {
    Made { document, symptom, fate }
}

/// One for each state.
pub const MADE: [Made; 8] = [
    made(
        passport(
            "issued",
            "U83014542",
            ("Oyelaran", "Folasade"),
            ("1979", "6", "25"),
            ("2029", "1", "31"),
            "F",
        ),
        "none",
        Fate::Not,
    ),
    made(
        passport(
            "issued-yellow",
            "U83014559",
            ("Tanaka", "Haruto"),
            ("1995", "9", "8"),
            ("2032", "10", "10"),
            "M",
        ),
        "cough",
        Fate::Not,
    ),
    made(
        passport("waiting", "U90000026", ("Petrov", "Ivan"), ("1986", "1", "9"), ("2030", "12", "12"), "M"),
        "none",
        Fate::Not,
    ),
    made(
        passport(
            "review",
            "U83014567",
            ("Mai", "Nguyen Thi"),
            ("1984", "12", "30"),
            ("2030", "2", "14"),
            "F",
        ),
        "none",
        Fate::Not,
    ),
    made(
        permit(
            "checking",
            "hk_macao_permit",
            "M00000033",
            ("Lei", "Chi Hou", "李志豪"),
            ("1982", "8", "18"),
            "M",
        ),
        "none",
        Fate::Not,
    ),
    made(
        permit(
            "asked",
            "taiwan_permit",
            "00000041",
            ("Lin", "Chih Ming", "林志明"),
            ("1975", "10", "3"),
            "M",
        ),
        "none",
        Fate::Asked,
    ),
    made(
        permit(
            "refused",
            "hk_macao_permit",
            "H00000058",
            ("Chan", "Siu Ming", "陳小明"),
            ("1999", "9", "9"),
            "M",
        ),
        "none",
        Fate::Refused,
    ),
    made(
        passport(
            "withdrawn",
            "U90000034",
            ("Dubois", "Camille"),
            ("1997", "4", "4"),
            ("2031", "4", "4"),
            "F",
        ),
        "none",
        Fate::Withdrawn,
    ),
];
