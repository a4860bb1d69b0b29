//! Classifying allocates nothing.

#[path = "support/counting.rs"]
mod counting;

use hedgerow::asset::{Class, Rules, Settings, classify};

use counting::allocations;

#[test]
fn no_url_costs_an_allocation() {
    let settings = Settings::new()
        .with_rule("/legacy/**/*.{js,css}", Class::Other)
        .with_health_check("/ping");
    let rules = Rules::compile(&settings).expect("patterns");
    let long = format!("/{}a.js", "b%20/".repeat(20_000));
    for url in [
        "/assets/index-B0yz5e_c.js",
        "https://cdn.example.com/npm/vue@3.4.21/dist/vue.js?x=1",
        "/legacy/a/b/c.css",
        "/caf%C3%A9/index-B0yz5e_c.js",
        "/js/app.js?id=68b329da9893e34099c7",
        "/js/main.deadbeef.js",
        "data:,x",
        long.as_str(),
    ] {
        let (found, count) = allocations(|| classify(url, &rules));
        assert_eq!(count, 0, "{found:?}");
    }
}
