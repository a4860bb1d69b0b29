//! RFC 9111 §3.5: responses to authenticated requests.

use hedgerow::cache::Settings;
use hedgerow::types::Reason;

use crate::support::Exchange;

fn check(directives: &str, settings: Settings, stored: bool) {
    let response = format!("Cache-Control: {directives}");
    let exchange = Exchange::new(&response)
        .with_settings(settings)
        .asking("Authorization: Basic YTpi");
    let expected = if stored {
        Ok(())
    } else {
        Err(Reason::Authorized)
    };
    assert_eq!(exchange.store().map(|_| ()), expected, "{directives}");
}

#[test]
fn a_shared_cache_needs_permission() {
    let shared = Settings::shared;
    check("max-age=60", shared(), false);
    check("max-age=60, proxy-revalidate", shared(), false);
    check("max-age=60, immutable", shared(), false);
    check("max-age=60, public", shared(), true);
    check("max-age=60, must-revalidate", shared(), true);
    check("s-maxage=60", shared(), true);
}

#[test]
fn a_private_one_does_not() {
    check("max-age=60", Settings::private(), true);
}

#[test]
fn what_is_stored_answers_authenticated_requests_too() {
    let exchange = Exchange::new("Cache-Control: max-age=60");
    assert!(exchange.then("Authorization: Basic YTpi", 1).is_served());
}
