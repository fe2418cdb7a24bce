//! An identity provider of the test's own: it says what it is told to, right or wrong.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Url;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Map, Value, json};
use server::config::OidcConfig;
use tokio::net::TcpListener;

/// What the server is called there, and its secret.
const CLIENT_ID: &str = "waybill";
const SECRET: &str = "s3cret/with:signs";

/// A key that the provider signs with.
struct Signer {
    pair: EcdsaKeyPair,
    id: String,
}

impl Signer {
    fn new(id: &str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Self {
            pair: pair.expect("a key"),
            id: id.to_owned(),
        }
    }

    fn public(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        })
    }

    fn token(&self, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": self.id});
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encoded(&header), encoded(claims));
        let random = SystemRandom::new();
        let signature = self.pair.sign(&random, signed.as_bytes()).expect("signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// A code that was given out, and what it was given for.
struct Code {
    challenge: String,
    redirect_uri: String,
    nonce: String,
}

struct Inner {
    signer: Signer,
    codes: HashMap<String, Code>,
    codes_given: u32,
    /// Who signs in: claims of the token …
    claims: Map<String, Value>,
    /// … and what is told beside it; none: there is no such endpoint.
    person: Option<Value>,
    /// The list of keys is not what signs.
    listed: Option<Value>,
    /// Where the list of keys is said to be; none: where it is.
    keys_at: Option<String>,
    is_down: bool,
    described: u32,
    keys_read: u32,
}

/// The provider.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    inner: Arc<Mutex<Inner>>,
}

/// What the server asked for when it sent the browser away.
pub(crate) struct Request {
    parameters: HashMap<String, String>,
}

impl Request {
    /// Reads the address that a browser was sent to.
    pub(crate) fn of(location: &str) -> Self {
        let url = Url::parse(location).expect("an address");
        Self {
            parameters: url.query_pairs().into_owned().collect(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.parameters.get(name);
        found.unwrap_or_else(|| panic!("no {name}: {:?}", self.parameters))
    }
}

impl Provider {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let inner = Inner {
            signer: Signer::new("first"),
            codes: HashMap::new(),
            codes_given: 0,
            claims: Map::new(),
            person: None,
            listed: None,
            keys_at: None,
            is_down: false,
            described: 0,
            keys_read: 0,
        };
        let provider = Self {
            issuer: format!("http://{address}/realm"),
            inner: Arc::new(Mutex::new(inner)),
        };
        let app = Router::new()
            .route("/realm/.well-known/openid-configuration", get(describe))
            .route("/realm/keys", get(keys))
            .route("/realm/token", post(token))
            .route("/realm/me", get(me))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        provider
    }

    /// Groups of this provider, and what they may.
    pub(crate) fn config(&self) -> OidcConfig {
        let roles = [
            "staff=viewer",
            "makers=contributor",
            "operators=administrator",
        ];
        OidcConfig {
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(base::Secret::new(SECRET.to_owned())),
            name: "Login".to_owned(),
            roles: roles
                .map(|text| text.parse().expect("a group and a role"))
                .to_vec(),
            groups_claim: "groups".to_owned(),
            scopes: vec!["email".to_owned()],
            only: false,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who signs in from now on, by the claims of their token.
    pub(crate) fn is_asked_by(&self, claims: Value) {
        claims
            .as_object()
            .expect("an object")
            .clone_into(&mut self.inner().claims);
    }

    /// What is told about people beside their tokens from now on.
    pub(crate) fn tells(&self, person: Value) {
        self.inner().person = Some(person);
    }

    /// Signs with another key from now on.
    pub(crate) fn rotate(&self, id: &str) {
        self.inner().signer = Signer::new(id);
    }

    /// Signs with a key that it does not list: somebody else's.
    pub(crate) fn is_impersonated(&self) {
        let mut inner = self.inner();
        inner.listed = Some(inner.signer.public());
        let id = inner.signer.id.clone();
        inner.signer = Signer::new(&id);
    }

    /// Says that its keys are elsewhere.
    pub(crate) fn keeps_keys_at(&self, url: &str) {
        self.inner().keys_at = Some(url.to_owned());
    }

    pub(crate) fn goes_down(&self) {
        self.inner().is_down = true;
    }

    /// How often description and keys were read.
    pub(crate) fn reads(&self) -> (u32, u32) {
        let inner = self.inner();
        (inner.described, inner.keys_read)
    }

    /// What a person does there: signs in. Gives a code for what was asked.
    pub(crate) fn code_for(&self, request: &Request) -> String {
        assert_eq!(request.get("response_type"), "code");
        assert_eq!(request.get("client_id"), CLIENT_ID);
        assert_eq!(request.get("scope"), "openid email");
        assert_eq!(request.get("code_challenge_method"), "S256");
        let mut inner = self.inner();
        inner.codes_given += 1;
        let code = format!("code-{}", inner.codes_given);
        let given = Code {
            challenge: request.get("code_challenge").to_owned(),
            redirect_uri: request.get("redirect_uri").to_owned(),
            nonce: request.get("nonce").to_owned(),
        };
        inner.codes.insert(code.clone(), given);
        code
    }
}

async fn describe(State(provider): State<Provider>) -> Response {
    let mut inner = provider.inner();
    inner.described += 1;
    if inner.is_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let at = |name: &str| format!("{}/{name}", provider.issuer);
    let mut description = json!({
        "issuer": provider.issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "jwks_uri": inner.keys_at.clone().unwrap_or_else(|| at("keys")),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    if inner.person.is_some() {
        description["userinfo_endpoint"] = at("me").into();
    }
    Json(description).into_response()
}

async fn keys(State(provider): State<Provider>) -> Response {
    let mut inner = provider.inner();
    inner.keys_read += 1;
    let listed = inner.listed.clone();
    let key = listed.unwrap_or_else(|| inner.signer.public());
    Json(json!({"keys": [key]})).into_response()
}

fn refusal(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    // `:` and `/` are encoded before both are joined.
    let expected = STANDARD.encode(format!("{CLIENT_ID}:s3cret%2Fwith%3Asigns"));
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if given != Some(format!("Basic {expected}").as_str()) {
        return refusal("invalid_client");
    }
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let mut inner = provider.inner();
    // Good for one try.
    let Some(code) = inner.codes.remove(field("code")) else {
        return refusal("invalid_grant");
    };
    let verifier = digest(&SHA256, field("code_verifier").as_bytes());
    let is_theirs = field("grant_type") == "authorization_code"
        && field("redirect_uri") == code.redirect_uri
        && URL_SAFE_NO_PAD.encode(verifier) == code.challenge;
    if !is_theirs {
        return refusal("invalid_grant");
    }
    let now = base::Clock::now_us(&base::SystemClock) / 1_000_000;
    let mut claims = json!({
        "iss": provider.issuer, "aud": CLIENT_ID, "nonce": code.nonce,
        "iat": now, "exp": now + 300,
    });
    for (name, value) in &inner.claims {
        claims[name] = value.clone();
    }
    let token = inner.signer.token(&claims);
    Json(json!({"id_token": token, "access_token": "access", "token_type": "Bearer"}))
        .into_response()
}

async fn me(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    match &provider.inner().person {
        Some(person) if given == Some("Bearer access") => Json(person.clone()).into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}
