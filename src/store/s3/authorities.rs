//! Whom to believe who a store is, over TLS: the system's authorities, and one's own.

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// Certificates of authorities beside the system's. A gateway in one's own house often has a certificate of its own.
#[derive(Clone, Debug)]
pub struct Authorities(TlsContext);

impl Authorities {
    /// Reads the certificates of a PEM file.
    ///
    /// # Errors
    /// In words for the operator: nothing is taken that cannot be used, since the SDK would panic on it.
    pub fn parse(pem: &[u8]) -> Result<Self, String> {
        let mut count = 0;
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("not a PEM file of certificates: {error}"))?;
            count += 1;
            roots.add(certificate).map_err(|error| format!("certificate {count} cannot be used: {error}"))?;
        }
        if count == 0 {
            return Err("there is no certificate in it (“-----BEGIN CERTIFICATE-----”)".to_owned());
        }
        let trusted = TrustStore::default().with_pem_certificate(pem);
        let context = TlsContext::builder().with_trust_store(trusted).build();
        context.map(Self).map_err(|error| error.to_string())
    }

    pub(super) fn context(self) -> TlsContext {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        for (pem, named) in [
            ("", "no certificate"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no certificate"),
            ("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "not a PEM file"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 cannot be used"),
        ] {
            let error = Authorities::parse(pem.as_bytes()).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
