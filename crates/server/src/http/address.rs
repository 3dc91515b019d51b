//! The address that asks, for limits by network. Never logged.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use super::limits;
use crate::App;

/// Who is asking: the peer, or what a trusted proxy says of it.
#[derive(Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)), |info| info.0);
        Ok(Self(limits::client_address(&app.settings, &parts.headers, peer)))
    }
}
