//! Secrets at rest: XChaCha20-Poly1305 under one key of the installation, which is not in the database.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use kailing_core::sign::{hex, sign, unhex};

use crate::random;

/// Written before every sealed text, so that a later form can be told.
const FORM: &str = "1";

/// Bytes of the nonce of the cipher.
const NONCE: usize = 24;

/// Seals and unseals secrets. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    /// Where the key is, unless it was given.
    file: PathBuf,
    key: OnceLock<Key>,
}

struct Key {
    cipher: XChaCha20Poly1305,
    /// Tells keys apart without telling the key.
    mark: String,
}

/// Why a secret could not be sealed or unsealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The key of the installation is not the one of then.
    #[error(
        "it was sealed with another secret key; bring back the key file or `secret_key` of then, or run \
         `kailing app set-callback` again"
    )]
    OtherKey,
    /// The text was changed, or belongs to another application.
    #[error("the sealed text is damaged, or belongs to another application")]
    Damaged,
    /// There is no key.
    #[error("the key file {0}: {1}")]
    KeyFile(String, String),
    /// The operating system gave no randomness.
    #[error("{0}")]
    NoRandomness(String),
}

impl Vault {
    /// A vault with this key.
    pub fn from_key(key: [u8; 32]) -> Vault {
        Vault(Arc::new(Inner { file: PathBuf::new(), key: OnceLock::from(Key::new(key)) }))
    }

    /// A vault with the key in a file of 64 hexadecimal digits. The file is read when it is needed for the first time,
    /// and made when it is missing and something is to be sealed.
    pub fn at_file(path: &Path) -> Vault {
        Vault(Arc::new(Inner { file: path.to_owned(), key: OnceLock::new() }))
    }

    /// The same, with the file read or made at once.
    pub fn open_file(path: &Path) -> Result<Vault, VaultError> {
        let vault = Vault::at_file(path);
        vault.key_to_seal()?;
        Ok(vault)
    }

    /// Seals a text. `about` says what it is and whose: only with the same words it can be unsealed, so that nobody who
    /// can write to the database can move a secret to another place.
    pub fn seal(&self, about: &str, plain: &str) -> Result<String, VaultError> {
        let (key, nonce) = (self.key_to_seal()?, random::bytes::<NONCE>().map_err(VaultError::NoRandomness)?);
        let payload = Payload { msg: plain.as_bytes(), aad: about.as_bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Damaged)?;
        Ok(format!("{FORM}.{}.{}", key.mark, STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// Unseals a text.
    pub fn unseal(&self, about: &str, sealed: &str) -> Result<String, VaultError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(FORM), Some(mark), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VaultError::Damaged);
        };
        let key = self.key()?;
        if mark != key.mark {
            return Err(VaultError::OtherKey);
        }
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| VaultError::Damaged)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let payload = Payload { msg: sealed, aad: about.as_bytes() };
        let plain = key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Damaged)?;
        String::from_utf8(plain).map_err(|_| VaultError::Damaged)
    }

    fn key(&self) -> Result<&Key, VaultError> {
        if let Some(key) = self.0.key.get() {
            return Ok(key);
        }
        let text = fs::read_to_string(&self.0.file).map_err(|error| self.complaint(&error))?;
        let key = unhex(text.trim()).ok_or_else(|| self.complaint(&"it does not hold 64 hexadecimal digits"))?;
        Ok(self.0.key.get_or_init(|| Key::new(key)))
    }

    fn key_to_seal(&self) -> Result<&Key, VaultError> {
        if self.0.key.get().is_none() && !self.0.file.exists() {
            let key = random::bytes::<32>().map_err(VaultError::NoRandomness)?;
            make(&self.0.file, &hex(&key)).map_err(|error| self.complaint(&error))?;
        }
        // What was made is read: another process may have been quicker, then its key holds.
        self.key()
    }

    fn complaint(&self, reason: &dyn fmt::Display) -> VaultError {
        VaultError::KeyFile(self.0.file.display().to_string(), reason.to_string())
    }
}

impl Key {
    fn new(key: [u8; 32]) -> Key {
        let mark = hex(&sign(&key, &[b"kailing secret key"])).chars().take(16).collect();
        Key { cipher: XChaCha20Poly1305::new(&key.into()), mark }
    }
}

/// Secrets are not shown.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// Makes the file in one step: nobody ever sees half of it, and what is there is never replaced.
fn make(path: &Path, key: &str) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    let draft = PathBuf::from(draft);
    let made = write(&draft, key, owner(path)).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => removed,
        made => made.and(removed),
    }
}

/// User and group of the folder of a file.
fn owner(path: &Path) -> Option<(u32, u32)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::metadata(folder).ok().map(|folder| (folder.uid(), folder.gid()))
}

fn write(path: &Path, key: &str, owner: Option<(u32, u32)>) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    if let Some((user, group)) = owner {
        // When root sets a callback, the server must still be able to read the key. Nobody else can give files away.
        let _ = fchown(&file, Some(user), Some(group));
    }
    file.write_all(format!("{key}\n").as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_secret_comes_back_only_with_its_key_and_its_place() {
        let vault = Vault::from_key([7; 32]);
        let sealed = vault.seal("token wloa01", "geheim").expect("sealed");
        assert!(!sealed.contains("geheim") && sealed != vault.seal("token wloa01", "geheim").expect("sealed"));
        assert_eq!(vault.unseal("token wloa01", &sealed).as_deref(), Ok("geheim"));
        assert_eq!(vault.unseal("token wloa02", &sealed), Err(VaultError::Damaged));
        assert_eq!(Vault::from_key([8; 32]).unseal("token wloa01", &sealed), Err(VaultError::OtherKey));
        assert_eq!(format!("{vault:?}"), "Vault(…)");
    }

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner_alone() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("kailing.db.key");
        let sealed = Vault::open_file(&path).expect("made").seal("a", "geheim").expect("sealed");
        assert_eq!(Vault::open_file(&path).expect("read").unseal("a", &sealed).as_deref(), Ok("geheim"));
        let (file, home) = (fs::metadata(&path).expect("a file"), fs::metadata(folder.path()).expect("a folder"));
        assert_eq!((file.permissions().mode() & 0o777, file.uid()), (0o600, home.uid()));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no draft is left");
        assert_eq!(fs::read_to_string(&path).expect("a file").trim().len(), 64);
    }

    #[test]
    fn processes_that_make_the_file_at_once_agree_on_one_key() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("key");
        make(&path, &"a".repeat(64)).expect("made");
        make(&path, &"b".repeat(64)).expect("another was quicker");
        assert_eq!(fs::read_to_string(&path).expect("a file").trim(), "a".repeat(64));
    }

    #[test]
    fn a_file_with_something_else_in_it_is_neither_used_nor_replaced() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("key");
        for content in ["", "nonsense", &"a".repeat(63)] {
            fs::write(&path, content).expect("written");
            let error = Vault::open_file(&path).expect_err(content).to_string();
            assert!(error.contains("64 hexadecimal digits") && error.contains("/key"), "{error}");
            assert_eq!(fs::read_to_string(&path).expect("a file"), content);
        }
        assert!(matches!(Vault::open_file(&folder.path().join("none/key")), Err(VaultError::KeyFile(..))));
    }

    #[test]
    fn a_file_is_made_only_when_something_is_sealed_and_found_when_another_process_made_it() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("key");
        let server = Vault::at_file(&path);
        let sealed = Vault::from_key([7; 32]).seal("a", "geheim").expect("sealed");
        assert!(matches!(server.unseal("a", &sealed), Err(VaultError::KeyFile(..))) && !path.exists());
        let sealed = Vault::at_file(&path).seal("a", "geheim").expect("sealed");
        assert_eq!(server.unseal("a", &sealed).as_deref(), Ok("geheim"));
    }

    proptest! {
        #[test]
        fn a_changed_text_is_refused(at in 0usize..120, to in "[ -~]") {
            let vault = Vault::from_key([7; 32]);
            let sealed = vault.seal("a", "geheim").expect("sealed");
            let at = at % sealed.len();
            let changed = format!("{}{to}{}", &sealed[..at], &sealed[at + 1..]);
            prop_assert!(changed == sealed || vault.unseal("a", &changed).is_err());
        }

        #[test]
        fn a_text_of_an_enemy_is_refused(text in ".{0,100}") {
            prop_assert!(Vault::from_key([7; 32]).unseal("a", &text).is_err());
        }
    }
}
