//! Signing in, by key or password.

use russh::MethodKind;
use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse as Prompted};
use russh::keys::{HashAlg, PrivateKeyWithHashAlg};

use super::errors;
use super::session::Pinned;
use super::settings::{Credential, Settings};
use crate::error::ConnectorError;

const ACTION: &str = "sign in";

/// Servers ask for a password at once; after so many rounds this one wants something else.
const MOST_ROUNDS: usize = 4;

pub(super) async fn sign_in(
    ssh: &mut Handle<Pinned>,
    settings: &Settings,
) -> Result<(), ConnectorError> {
    let user = settings.username.as_str();
    let answer = match &settings.credential {
        Credential::Password(password) => {
            ssh.authenticate_password(user, password.expose().as_str())
                .await
        }
        Credential::Key(key) => {
            let hash = if key.expose().algorithm().is_rsa() {
                rsa_hash(ssh).await?
            } else {
                None
            };
            let key = PrivateKeyWithHashAlg::new(key.expose().clone(), hash);
            ssh.authenticate_publickey(user, key).await
        }
    };
    let remaining_methods = match answer.map_err(errors::ssh(ACTION))? {
        AuthResult::Success => return Ok(()),
        AuthResult::Failure {
            remaining_methods, ..
        } => remaining_methods,
    };
    // What the library says where the server hung up instead of answering.
    if remaining_methods.is_empty() && ssh.is_closed() {
        return Err(errors::closed(ACTION));
    }
    match &settings.credential {
        // A server that takes passwords without a prompt has refused this one: a second try would count twice.
        Credential::Password(password)
            if remaining_methods.contains(&MethodKind::KeyboardInteractive)
                && !remaining_methods.contains(&MethodKind::Password) =>
        {
            prompted(ssh, user, password.expose()).await
        }
        _ => Err(ConnectorError::Unauthenticated),
    }
}

/// The hash to sign with an RSA key. SHA-1 is none.
async fn rsa_hash(ssh: &Handle<Pinned>) -> Result<Option<HashAlg>, ConnectorError> {
    match ssh.best_supported_rsa_hash().await {
        Ok(Some(Some(hash))) => Ok(Some(hash)),
        // It does not say; what is not old can do this.
        Ok(None) => Ok(Some(HashAlg::Sha512)),
        Ok(Some(None)) => Err(ConnectorError::Other {
            action: ACTION.to_owned(),
            source: "the server takes RSA keys with SHA-1 alone, which is not safe".into(),
        }),
        Err(error) => Err(errors::ssh(ACTION)(error)),
    }
}

/// Many servers ask for the password by a prompt. It is typed once: a second secret prompt wants something else.
async fn prompted(
    ssh: &mut Handle<Pinned>,
    user: &str,
    password: &str,
) -> Result<(), ConnectorError> {
    let mut answer = ssh
        .authenticate_keyboard_interactive_start(user, None::<String>)
        .await;
    let mut typed = false;
    for _ in 0..MOST_ROUNDS {
        let prompts = match answer.map_err(errors::ssh(ACTION))? {
            Prompted::Success => return Ok(()),
            Prompted::InfoRequest { prompts, .. } => prompts,
            Prompted::Failure { .. } => break,
        };
        let responses = match &prompts[..] {
            [] => vec![],
            [prompt] if !prompt.echo && !typed => vec![password.to_owned()],
            _ => break,
        };
        typed |= !responses.is_empty();
        answer = ssh
            .authenticate_keyboard_interactive_respond(responses)
            .await;
    }
    Err(ConnectorError::Unauthenticated)
}
