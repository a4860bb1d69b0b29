//! Checking a configuration before anything is made of it.

use core::ffi::c_char;

use hedgerow::config::edge::Edge;
use hedgerow::config::{Config, DeliveryConfig, Problem, RefreshDocument};

use crate::boundary::{call, out, text};
use crate::problems::{hedgerow_problems, list};
use crate::status::hedgerow_status::{self, *};

/// The documents that Hedgerow reads.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_document {
    /// The configuration of a page.
    HEDGEROW_DOCUMENT_PAGE = 0,
    /// The configuration of a proxy.
    HEDGEROW_DOCUMENT_EDGE = 1,
    /// The sections `classes` and `delivery` alone.
    HEDGEROW_DOCUMENT_DELIVERY = 2,
    /// What a page's configuration is refreshed with.
    HEDGEROW_DOCUMENT_REFRESH = 3,
}

/// Checks a document without using it, as an editor or a deployment does.
///
/// `problems` may be NULL. Otherwise it is written on HEDGEROW_OK, where it has
/// the warnings, and on HEDGEROW_INVALID_CONFIG; free it with
/// `hedgerow_problems_free`. HEDGEROW_INVALID_CONFIG: the document is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_config_check(
    document: u32,
    json: *const c_char,
    json_len: usize,
    problems: *mut *mut hedgerow_problems,
) -> hedgerow_status {
    call(|| {
        let json = text!(json, json_len)?;
        let found: Result<Vec<Problem>, Vec<Problem>> = match document {
            0 => Config::from_json(json)
                .map(|parsed| parsed.warnings.into_vec())
                .map_err(|error| error.problems().to_vec()),
            1 => Edge::from_json(json)
                .map(|parsed| parsed.warnings.into_vec())
                .map_err(|error| error.problems().to_vec()),
            2 => DeliveryConfig::from_json(json)
                .map(|parsed| parsed.warnings.into_vec())
                .map_err(|error| error.problems().to_vec()),
            3 => RefreshDocument::from_json(json)
                .map(|_| Vec::new())
                .map_err(|error| error.problems().to_vec()),
            _ => return Err(HEDGEROW_INVALID_ARGUMENT),
        };
        let (status, all) = match found {
            Ok(warnings) => (Ok(()), warnings),
            Err(all) => (Err(HEDGEROW_INVALID_CONFIG), all),
        };
        if !problems.is_null() {
            out!(problems)?.put(list(&all));
        }
        status
    })
}
