//! Token and key of an application, in the clear only here and sealed everywhere else.

use crate::seal::{AesKey, BadKey};
use crate::signature::{BadToken, Token};
use crate::vault::{Vault, VaultError};

/// What an application and we share.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Signs.
    pub token: Token,
    /// Encrypts.
    pub key: AesKey,
}

/// Why sealed secrets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// They cannot be unsealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What was sealed is no Token.
    #[error(transparent)]
    Token(#[from] BadToken),
    /// What was sealed is no key.
    #[error(transparent)]
    Key(#[from] BadKey),
}

impl Secrets {
    /// Reads what [`seal`] has made.
    pub fn unseal(vault: &Vault, app_id: &str, token: &str, key: &str) -> Result<Secrets, SecretsError> {
        let token = Token::parse(&vault.unseal(&about("token", app_id), token)?)?;
        let key = AesKey::parse(&vault.unseal(&about("aes-key", app_id), key)?)?;
        Ok(Secrets { token, key })
    }
}

/// Seals Token and key of an application, as they were given, for the database.
pub fn seal(vault: &Vault, app_id: &str, token: &str, key: &str) -> (String, String) {
    (vault.seal(&about("token", app_id), token), vault.seal(&about("aes-key", app_id), key))
}

/// What a sealed text belongs to, so that it is worthless in another place.
fn about(what: &str, app_id: &str) -> String {
    format!("{what} of {app_id}")
}
