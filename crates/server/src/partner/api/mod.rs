//! The functions that partners call, one file each. Every request is a signed `POST`: each is a use of somebody's
//! grant, and is recorded.

pub mod correct;
pub mod entries;
pub mod health;
pub mod pass;
pub mod query;
pub mod trips;
pub mod verify;

use axum::body::Bytes;
use domain::id::kind::GrantId;
use serde::de::DeserializeOwned;

use crate::filing::api::parse;
use crate::http::Failure;
use crate::partner::PartnerError;

/// Reads a JSON body; see [`parse`].
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Failure> {
    parse(body)
}

/// The grant that a body names. What is no id is no grant.
fn grant_id(text: &str) -> Result<GrantId, PartnerError> {
    text.parse().map_err(|_| PartnerError::NoGrant)
}
