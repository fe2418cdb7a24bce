//! What handlers and middleware share.

use std::net::IpAddr;
use std::sync::Arc;

use app::domain::IdentityProvider;
use app::ports::{RequestContext, Services};
use app::shell::AssetNames;
use base::Cancel;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;

use super::backstage::Backstage;
use super::callers::Callers;
use super::idempotency::UnderWay;
use super::site::Site;
use super::throttle::Throttle;
use crate::config::HttpConfig;

/// What a server hands to its door.
pub struct HttpParts {
    pub services: Services,
    pub backstage: Arc<dyn Backstage>,
    pub config: HttpConfig,
    pub site: Site,
    /// Made-up people and data: said on every page.
    pub demo: bool,
    /// Where people may sign in beside here.
    pub provider: Option<IdentityProvider>,
    pub metrics: PrometheusHandle,
    /// Ends live streams when the server stops.
    pub stop: Cancel,
}

/// The state of the router; cheap to clone.
#[derive(Clone)]
pub struct Http(Arc<Shared>);

/// What the state holds.
pub struct Shared {
    pub(super) services: Services,
    pub(super) backstage: Arc<dyn Backstage>,
    pub(super) config: HttpConfig,
    pub(super) site: Site,
    pub(super) assets: AssetNames,
    pub(super) demo: bool,
    pub(super) provider: Option<IdentityProvider>,
    pub(super) metrics: PrometheusHandle,
    pub(super) stop: Cancel,
    pub(super) leptos: LeptosOptions,
    /// Requests without a valid credential, by network.
    pub(super) strangers: Throttle<IpAddr>,
    /// Requests of people.
    pub(super) callers: Callers,
    pub(super) under_way: UnderWay,
    /// `cargo leptos watch` reloads pages through a socket of its own.
    pub(super) reload_port: Option<u32>,
}

impl Http {
    pub fn new(parts: HttpParts) -> Self {
        let leptos = LeptosOptions::builder().output_name("waybill").build();
        let watched = std::env::var_os("LEPTOS_WATCH").is_some();
        let callers = Callers::new(parts.config.requests_per_second);
        Self(Arc::new(Shared {
            services: parts.services,
            backstage: parts.backstage,
            config: parts.config,
            assets: parts.site.asset_names(),
            demo: parts.demo,
            provider: parts.provider,
            site: parts.site,
            metrics: parts.metrics,
            stop: parts.stop,
            reload_port: watched.then_some(leptos.reload_port),
            leptos,
            strangers: Throttle::for_strangers(),
            callers,
            under_way: UnderWay::default(),
        }))
    }
}

impl std::ops::Deref for Http {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The context of a request by nobody, in the default language: for what is made before any request.
pub(super) fn nobody() -> RequestContext {
    RequestContext {
        actor: None,
        network: String::new(),
        agent: String::new(),
        language: app::i18n::Language::default(),
        once: None,
    }
}
