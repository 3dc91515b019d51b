//! What partner applications may do for a holder: the seven functions that GB/T 38963 names.
//!
//! Field names, lengths and codes of the standard are not public: the names here are ours (`docs/partner-api.md`).

use std::fmt;
use std::str::FromStr;

/// One function of a partner's application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// Ask a person to let the application act for them (申请调用).
    Apply,
    /// Learn how the application for a code stands (查询).
    Query,
    /// Be given the live pass (生码).
    MakeCode,
    /// Declare the holder's health (健康申报).
    DeclareHealth,
    /// Declare a trip of the holder (行程申报).
    DeclareTrip,
    /// Ask to correct what stands of the document (纠错).
    Correct,
    /// Check a code that was scanned (验码).
    VerifyCode,
}

/// Not the name of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected apply, query, make_code, declare_health, declare_trip, correct or verify_code")]
pub struct UnknownFunction;

impl Function {
    /// Every function, in the order in which pages list them.
    pub const ALL: [Self; 7] = [
        Self::Apply,
        Self::Query,
        Self::MakeCode,
        Self::DeclareHealth,
        Self::DeclareTrip,
        Self::Correct,
        Self::VerifyCode,
    ];

    /// The name that the database, the API and the command line use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Query => "query",
            Self::MakeCode => "make_code",
            Self::DeclareHealth => "declare_health",
            Self::DeclareTrip => "declare_trip",
            Self::Correct => "correct",
            Self::VerifyCode => "verify_code",
        }
    }

    /// Whether it is done for a holder, and so needs that holder's grant.
    pub const fn needs_grant(self) -> bool {
        !matches!(self, Self::Apply | Self::VerifyCode)
    }
}

impl FromStr for Function {
    type Err = UnknownFunction;

    fn from_str(name: &str) -> Result<Self, UnknownFunction> {
        Self::ALL.into_iter().find(|function| function.as_str() == name).ok_or(UnknownFunction)
    }
}

/// Some functions, each once, in their order. Written as their names joined by commas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Functions(Vec<Function>);

impl Functions {
    /// Whether `function` is one of them.
    pub fn has(&self, function: Function) -> bool {
        self.0.contains(&function)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Function> + '_ {
        self.0.iter().copied()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Function> for Functions {
    fn from_iter<I: IntoIterator<Item = Function>>(functions: I) -> Self {
        let mut all: Vec<Function> = functions.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        Self(all)
    }
}

impl fmt::Display for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Function::as_str).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for Functions {
    type Err = UnknownFunction;

    fn from_str(names: &str) -> Result<Self, UnknownFunction> {
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_read_back_in_their_order_and_once() {
        let some: Functions = "correct, query,query".parse().unwrap();
        assert_eq!(some.to_string(), "query,correct");
        assert_eq!(some.to_string().parse(), Ok(some));
        assert_eq!("".parse(), Ok(Functions::default()));
        assert_eq!("query,everything".parse::<Functions>(), Err(UnknownFunction));
        for function in Function::ALL {
            assert_eq!(function.as_str().parse(), Ok(function));
        }
    }
}
