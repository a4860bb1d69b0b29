//! Certificates and TLS that a browser would refuse, or should not have to
//! live with.

use crate::authority::{Authority, Identity, ocsp};
use crate::command::found;
use crate::server::Row;
use crate::world::VERSIONED;
use std::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// The first endpoint has this identity, and gives these findings.
fn check(first: impl Fn(&Authority) -> TlsAcceptor, expected: &[&str]) {
    let row = Row::new(|authority, at| match at {
        0 => first(authority),
        _ => Identity::new().acceptor(Some(&authority.issuer)),
    });
    let (ids, told) = found(&row, &[VERSIONED], &[]);
    assert_eq!(ids, expected, "\n{told}");
}

fn identity(change: impl Fn(&mut Identity)) -> impl Fn(&Authority) -> TlsAcceptor {
    move |authority| {
        let mut identity = Identity::new();
        change(&mut identity);
        identity.acceptor(Some(&authority.issuer))
    }
}

#[test]
fn of_another_name() {
    let other = |identity: &mut Identity| {
        let names = vec!["cdn9.example.net".to_owned()];
        identity.params.subject_alt_names = rcgen::CertificateParams::new(names)
            .unwrap()
            .subject_alt_names;
    };
    check(identity(other), &["certificate_name_mismatch"]);
}

#[test]
fn expired() {
    let past = |identity: &mut Identity| {
        identity.params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    };
    check(identity(past), &["certificate_expired"]);
}

#[test]
fn not_yet_valid() {
    let future = |identity: &mut Identity| {
        identity.params.not_before = rcgen::date_time_ymd(4000, 1, 1);
    };
    check(identity(future), &["certificate_not_yet_valid"]);
}

#[test]
fn self_signed() {
    check(
        |_| Identity::new().acceptor(None),
        &["certificate_self_signed"],
    );
}

#[test]
fn of_an_unknown_authority() {
    let unknown = |_: &Authority| {
        let other = Authority::new();
        let intermediate = other.intermediate();
        let mut identity = Identity::new();
        identity.more = vec![intermediate.der().clone()];
        identity.acceptor(Some(&intermediate))
    };
    check(unknown, &["certificate_untrusted"]);
}

#[test]
fn with_and_without_its_intermediate() {
    check(
        |authority| Identity::new().acceptor(Some(&authority.intermediate())),
        &["certificate_chain_incomplete"],
    );
    let complete = |authority: &Authority| {
        let intermediate = authority.intermediate();
        let mut identity = Identity::new();
        identity.more = vec![intermediate.der().clone()];
        identity.acceptor(Some(&intermediate))
    };
    check(complete, &[]);
}

#[test]
fn in_the_wrong_order() {
    let disordered = |authority: &Authority| {
        let intermediate = authority.intermediate();
        let mut identity = Identity::new();
        identity.more = vec![authority.issuer.der().clone(), intermediate.der().clone()];
        identity.acceptor(Some(&intermediate))
    };
    check(disordered, &["certificate_chain_disordered"]);
}

#[test]
fn stapling() {
    let acceptor =
        |identity: Identity, authority: &Authority| identity.acceptor(Some(&authority.issuer));
    check(
        |authority| acceptor(Identity::new().with_responder(), authority),
        &["ocsp_not_stapled"],
    );
    check(
        |authority| acceptor(Identity::new().with_must_staple(), authority),
        &["ocsp_must_staple"],
    );
    let stapled = |response: Vec<u8>| {
        move |authority: &Authority| {
            let mut identity = Identity::new().with_responder().with_must_staple();
            identity.ocsp = Some(response.clone());
            acceptor(identity, authority)
        }
    };
    check(stapled(ocsp(false, "40000101000000Z")), &[]);
    check(stapled(ocsp(false, "20200102000000Z")), &["ocsp_stale"]);
    check(
        stapled(ocsp(true, "40000101000000Z")),
        &["certificate_revoked"],
    );
    check(stapled(b"no DER".to_vec()), &["ocsp_stale"]);
}

#[test]
fn old_versions_and_protocols() {
    const OLD: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS12];
    check(
        identity(|identity| identity.versions = OLD),
        &["tls13_not_offered"],
    );
    check(
        identity(|identity| identity.protocols = vec![b"http/1.1".to_vec()]),
        &["http2_not_offered"],
    );
    check(
        identity(|identity| identity.protocols.clear()),
        &["http2_not_offered"],
    );
}

#[test]
fn two_addresses_of_one_endpoint() {
    let mut row = Row::healthy();
    row.add_address(Identity::new());
    assert_eq!(found(&row, &[VERSIONED], &[]).0, ["certificate_rotating"]);
}

#[test]
fn an_address_that_does_not_answer_beside_one_that_does() {
    let mut row = Row::healthy();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    row.resolve.push(format!("cdn1.example.com:443={address}"));
    assert_eq!(found(&row, &[VERSIONED], &[]).0, ["tls_handshake_failed"]);
}
