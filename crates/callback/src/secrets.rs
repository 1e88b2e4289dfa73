//! Token and key of an application, and how they lie in the database.

use kailing_core::sign::{hex, unhex};

use crate::seal::AesKey;
use crate::signature::Token;
use crate::vault::{Vault, VaultError};

/// What an application and its subscriber share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secrets {
    /// Signs requests.
    pub token: Token,
    /// Encrypts texts.
    pub key: AesKey,
}

/// The same as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The Token.
    pub token: String,
    /// The key.
    pub aes_key: String,
}

impl Secrets {
    /// Seals them for an application (`wloa…`).
    pub fn seal(&self, vault: &Vault, app_id: &str) -> Result<Sealed, VaultError> {
        Ok(Sealed {
            token: vault.seal(&about("token", app_id), self.token.as_str())?,
            aes_key: vault.seal(&about("aes key", app_id), &hex(self.key.bytes()))?,
        })
    }

    /// Unseals what was stored for an application.
    pub fn unseal(vault: &Vault, app_id: &str, token: &str, aes_key: &str) -> Result<Secrets, VaultError> {
        let token = vault.unseal(&about("token", app_id), token)?;
        let key = vault.unseal(&about("aes key", app_id), aes_key)?;
        Ok(Secrets {
            token: Token::parse(&token).map_err(|_| VaultError::Damaged)?,
            key: unhex(&key).map(AesKey::from_bytes).ok_or(VaultError::Damaged)?,
        })
    }
}

fn about(what: &str, app_id: &str) -> String {
    format!("callback {what} of {app_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_and_key_come_back_for_their_application_only_and_not_in_each_others_place() {
        let (token, key) = ("WlTestToken1234567890", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
        let secrets = Secrets { token: Token::parse(token).expect("a token"), key: AesKey::parse(key).expect("a key") };
        let vault = Vault::from_key([7; 32]);
        let sealed = secrets.seal(&vault, "wloa01").expect("sealed");
        assert_eq!(Secrets::unseal(&vault, "wloa01", &sealed.token, &sealed.aes_key), Ok(secrets.clone()));
        for (app, token, key) in [
            ("wloa02", &sealed.token, &sealed.aes_key),
            ("wloa01", &sealed.aes_key, &sealed.token),
            ("wloa01", &String::new(), &String::new()),
        ] {
            assert_eq!(Secrets::unseal(&vault, app, token, key), Err(VaultError::Damaged));
        }
        let shown = format!("{secrets:?} {sealed:?}");
        assert!(!shown.contains(token) && !shown.contains(key), "{shown}");
    }
}
