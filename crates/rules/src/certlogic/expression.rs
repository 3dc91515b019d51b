//! An expression that has been read: valid by its type, each part with its place.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::access::Path;

/// A valid expression. Read once ([`Expression::read`]), evaluated as often as there are data.
#[derive(Debug, Clone)]
pub struct Expression(pub(super) Node);

/// A part of an expression, with its place as a JSON pointer.
#[derive(Debug, Clone)]
pub struct Node {
    pub place: Box<str>,
    pub kind: Kind,
}

/// A literal, or an operation with its operands.
#[derive(Debug, Clone)]
pub enum Kind {
    Bool(bool),
    Integer(i64),
    Text(Box<str>),
    Array(Vec<Node>),
    Var(Path),
    If(Box<[Node; 3]>),
    And(Vec<Node>),
    /// `<`, `>`, `<=`, `>=`: two operands, or three.
    Integers(Order, Vec<Node>),
    /// `before`, `after`, `not-after`, `not-before`: two operands, or three.
    Times(Order, Vec<Node>),
    Equal(Box<[Node; 2]>),
    In(Box<[Node; 2]>),
    Plus(Box<[Node; 2]>),
    Not(Box<Node>),
    PlusTime(Box<Node>, i64, Unit),
    Reduce(Box<[Node; 3]>),
    ExtractFromUvci(Box<Node>, i64),
    DateOfBirth(Box<Node>),
}

/// How one value is to stand to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Less,
    Greater,
    NotGreater,
    NotLess,
}

impl Order {
    /// Whether two values, or three from left to right, stand in this order.
    pub fn holds<T: PartialOrd>(self, values: &[T]) -> bool {
        values.windows(2).all(|pair| match self {
            Self::Less => pair[0] < pair[1],
            Self::Greater => pair[0] > pair[1],
            Self::NotGreater => pair[0] <= pair[1],
            Self::NotLess => pair[0] >= pair[1],
        })
    }
}

impl Order {
    /// The moment at which a comparison of now with `time` gets another result: at it, or where the two may be
    /// equal, a millisecond later, which is what time is counted in. `None` at the end of all time.
    pub fn turn(self, now_first: bool, time: DateTime) -> Option<DateTime> {
        let at_once = match self {
            Self::Less | Self::NotLess => now_first,
            Self::Greater | Self::NotGreater => !now_first,
        };
        if at_once { Some(time) } else { time.checked_add(SignedDuration::from_millis(1)).ok() }
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Year,
    Month,
    Day,
    Hour,
}

impl Unit {
    /// The unit of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "year" => Self::Year,
            "month" => Self::Month,
            "day" => Self::Day,
            "hour" => Self::Hour,
            _ => return None,
        })
    }
}
