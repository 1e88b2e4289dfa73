//! Whom we believe that they are who they say: the certificates of the system and those that the operator adds.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::client::ClientError;

/// TLS 1.2 and 1.3 with verified certificates.
pub(crate) fn configuration(ca_file: Option<&Path>) -> Result<ClientConfig, ClientError> {
    let mut roots = RootCertStore::empty();
    // A system may have broken certificates, or none; what then cannot be verified is told at each attempt.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let fail = |reason: String| ClientError::CaFile { path: path.to_owned(), reason };
        let added = read(path).map_err(|error| fail(error.to_string()))?;
        if added.is_empty() {
            return Err(fail("there is no certificate in PEM form in it".to_owned()));
        }
        for certificate in added {
            roots.add(certificate).map_err(|error| fail(error.to_string()))?;
        }
    }
    // The provider is named, so that nothing depends on one that is set for the whole process.
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Unusable(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, rustls::pki_types::pem::Error> {
    CertificateDer::pem_file_iter(path)?.collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_ca_file_that_cannot_be_used_is_named() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        for (content, part) in [
            ("", "no certificate"),
            ("nonsense", "no certificate"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate"),
            ("-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n", "base64"),
        ] {
            file.as_file_mut().set_len(0).expect("emptied");
            std::fs::write(file.path(), content).expect("written");
            file.flush().expect("written");
            let error = configuration(Some(file.path())).expect_err(content).to_string();
            assert!(error.contains(part) && error.contains(file.path().to_str().expect("a path")), "{error}");
        }
        assert!(configuration(Some(Path::new("/nonexistent.pem"))).is_err());
        assert!(configuration(None).is_ok());
    }
}
