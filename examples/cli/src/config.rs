//! What a site says of its own assets.

use anyhow::{Context as _, Result, anyhow};
use hedgerow::config::DeliveryConfig;
use hedgerow::delivery::Delivery;
use std::fs;
use std::path::Path;

/// What the sections `classes` and `delivery` of this document make of URLs, or
/// what is usual where there is none. What it warns of goes to the standard
/// error.
pub(crate) fn delivery(file: Option<&Path>) -> Result<Delivery> {
    let Some(file) = file else {
        return DeliveryConfig::default()
            .compile()
            .map_err(|error| anyhow!(error));
    };
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    let parsed = DeliveryConfig::from_json(&text).with_context(|| format!("in {shown}"))?;
    for warning in &parsed.warnings {
        eprintln!("hedgerow: {shown}: {warning}");
    }
    let compiled = parsed.config.compile();
    compiled.map_err(|error| anyhow!(error).context(format!("in {shown}")))
}
