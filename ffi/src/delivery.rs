//! From an asset's class to the fields of its response.

use core::ffi::c_char;

use hedgerow::asset::Class;
use hedgerow::config::DeliveryConfig;
use hedgerow::delivery::{self, Coding, Delivery, Exchange};

use crate::boundary::{
    Outcome, bytes, call, exclusive, free, new_handle, object, out, read, shared, text,
};
use crate::classify::{class, hedgerow_classification};
use crate::error::{Detail, hedgerow_error, told};
use crate::lines::hedgerow_lines;
use crate::problems::refused;
use crate::reason::number;
use crate::status::hedgerow_status::{self, *};
use crate::text::{Fields, fields, hedgerow_field, hedgerow_str};
use crate::values::flag;

/// What responses must say, by the class of their URL and the user's rules.
/// Immutable once made; any number of threads may read it.
pub struct hedgerow_delivery(());
object!(hedgerow_delivery, Delivery, b"DELI");

/// A request and the response to it. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_exchange {
    /// The URL that was asked for: absolute, or a path.
    pub url: *const c_char,
    /// Its length in bytes.
    pub url_len: usize,
    /// The method, in upper case.
    pub method: *const c_char,
    /// Its length in bytes.
    pub method_len: usize,
    /// The request's fields.
    pub request: *const hedgerow_field,
    /// How many there are.
    pub request_count: usize,
    /// The fields that the response has by now.
    pub response: *const hedgerow_field,
    /// How many there are.
    pub response_count: usize,
    /// The response's status.
    pub status: u16,
    /// 1 if the client is connected by https.
    pub secure: u16,
    /// 0.
    pub reserved: u32,
}

/// Which fields of a response are asked for.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_field_set {
    /// All of them: for servers that store nothing.
    HEDGEROW_FIELDS_ALL = 0,
    /// Those that every client gets, before the response is stored.
    HEDGEROW_FIELDS_SHARED = 1,
    /// Those that depend on who asks, after the store.
    HEDGEROW_FIELDS_CLIENT = 2,
}

/// Why the fields are as they are; 0 where nothing was decided.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_field_reasons {
    /// Why the response lasts as long as it does.
    pub caching: u16,
    /// What became of its validator.
    pub validator: u16,
    /// Who may read it across origins.
    pub cors: u16,
    /// 0.
    pub reserved: u16,
}

/// How content is compressed.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_coding {
    /// Not at all.
    HEDGEROW_CODING_NONE = 0,
    /// `br`
    HEDGEROW_CODING_BROTLI = 1,
    /// `zstd`
    HEDGEROW_CODING_ZSTD = 2,
    /// `gzip`
    HEDGEROW_CODING_GZIP = 3,
}

/// What an exchange points to, checked.
struct Given<'a> {
    url: &'a [u8],
    method: &'a str,
    request: &'a Fields,
    status: u16,
    response: &'a Fields,
    secure: bool,
}

impl<'a> Given<'a> {
    fn of(given: &hedgerow_exchange) -> Outcome<Given<'a>> {
        if given.reserved != 0 {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        Ok(Given {
            url: bytes!(given.url, given.url_len)?,
            method: text!(given.method, given.method_len)?,
            request: fields!(given.request, given.request_count)?,
            status: given.status,
            response: fields!(given.response, given.response_count)?,
            secure: flag(given.secure.into())?,
        })
    }

    fn plain(&self) -> Exchange<'a, Fields, Fields> {
        Exchange::new(self.method, self.request, self.status, self.response)
            .with_secure(self.secure)
    }
}

/// Reads the sections `classes` and `delivery` of a document, JSON; without
/// them, or with an empty document `{}`, the defaults hold. Free it with
/// `hedgerow_delivery_free`.
///
/// `error` may be NULL; `hedgerow_config_check` tells more.
/// HEDGEROW_INVALID_CONFIG: the document is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_delivery_new(
    json: *const c_char,
    json_len: usize,
    delivery: *mut *mut hedgerow_delivery,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let json = text!(json, json_len)?;
        let delivery = out!(delivery)?;
        let parsed = DeliveryConfig::from_json(json).map_err(|why| refused(&why))?;
        delivery.put(new_handle(parsed.config.compile().map_err(Detail::new)?));
        Ok(())
    })
}

/// Frees a delivery; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_delivery_free(
    delivery: *mut hedgerow_delivery,
) -> hedgerow_status {
    free!(delivery)
}

/// What the delivery says of a URL before there is a response: its class, and
/// the `Cache-Control` and `CDN-Cache-Control` that go with it, empty if none.
/// The texts live as long as the delivery.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_delivery_plan(
    delivery: *const hedgerow_delivery,
    url: *const c_char,
    url_len: usize,
    classification: *mut hedgerow_classification,
    cache_control: *mut hedgerow_str,
    cdn_cache_control: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let delivery = shared!(delivery)?;
        let url = bytes!(url, url_len)?;
        let classification = out!(classification)?;
        let (cache_control, cdn_cache_control) = (out!(cache_control)?, out!(cdn_cache_control)?);
        let plan = delivery.plan(url);
        classification.put(hedgerow_classification::of(plan.classification()));
        cache_control.put(hedgerow_str::of(plan.cache_control().as_bytes()));
        let cdn = plan.cdn_cache_control().unwrap_or_default();
        cdn_cache_control.put(hedgerow_str::of(cdn.as_bytes()));
        Ok(())
    })
}

/// The changes that make a response's fields say the right thing: fills
/// `changes`, where a line replaces all lines of its name, and one whose value
/// is NULL removes them. `fields` is a `hedgerow_field_set`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_delivery_fields(
    delivery: *const hedgerow_delivery,
    exchange: *const hedgerow_exchange,
    fields: u32,
    changes: *mut hedgerow_lines,
    reasons: *mut hedgerow_field_reasons,
) -> hedgerow_status {
    call(|| {
        let delivery = shared!(delivery)?;
        let given = Given::of(&read!(exchange)?)?;
        let mut changes = exclusive!(changes)?;
        let reasons = out!(reasons)?;
        let plan = delivery.plan(given.url);
        let exchange = given.plain();
        let (edits, caching, validator, cors) = match fields {
            0 => {
                let made = plan.fields(&exchange);
                (made.edits, Some(made.caching), made.validator, made.cors)
            }
            1 => {
                let made = plan.shared(&exchange);
                (made.edits, Some(made.caching), made.validator, None)
            }
            2 => {
                let made = plan.client(&exchange);
                (made.edits, None, None, made.cors)
            }
            _ => return Err(HEDGEROW_INVALID_ARGUMENT),
        };
        changes.fill_edits(edits.iter().map(|edit| (edit.name, edit.value.as_deref())));
        reasons.put(hedgerow_field_reasons {
            caching: number(caching),
            validator: number(validator),
            cors: number(cors),
            reserved: 0,
        });
        Ok(())
    })
}

/// The answer to a CORS preflight, which a proxy gives by itself: its status,
/// its fields, and why.
///
/// HEDGEROW_UNKNOWN: the request is no preflight, or the URL's preflights are
/// its server's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_delivery_preflight(
    delivery: *const hedgerow_delivery,
    url: *const c_char,
    url_len: usize,
    method: *const c_char,
    method_len: usize,
    request: *const hedgerow_field,
    request_count: usize,
    lines: *mut hedgerow_lines,
    status: *mut u16,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let delivery = shared!(delivery)?;
        let (url, method) = (bytes!(url, url_len)?, text!(method, method_len)?);
        let request = fields!(request, request_count)?;
        let mut lines = exclusive!(lines)?;
        let (status, reason) = (out!(status)?, out!(reason)?);
        let plan = delivery.plan(url);
        let answer = plan.preflight(method, request).ok_or(HEDGEROW_UNKNOWN)?;
        lines.fill_edits(
            answer
                .fields
                .iter()
                .map(|edit| (edit.name, edit.value.as_deref())),
        );
        status.put(answer.status);
        reason.put(answer.reason.code());
        Ok(())
    })
}

/// Whether and how the response is compressed for this client, a
/// `hedgerow_coding`, the changes of its fields that go with it, and why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_delivery_compress(
    delivery: *const hedgerow_delivery,
    exchange: *const hedgerow_exchange,
    changes: *mut hedgerow_lines,
    coding: *mut u32,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let delivery = shared!(delivery)?;
        let given = Given::of(&read!(exchange)?)?;
        let mut changes = exclusive!(changes)?;
        let (coding, reason) = (out!(coding)?, out!(reason)?);
        let plan = delivery.plan(given.url);
        let exchange = given.plain();
        let made = plan.compress(&exchange);
        let number = match made.coding {
            None => 0,
            Some(Coding::Brotli) => 1,
            Some(Coding::Zstd) => 2,
            Some(Coding::Gzip) => 3,
            Some(_) => return Err(HEDGEROW_UNKNOWN),
        };
        changes.fill_edits(
            made.edits
                .iter()
                .map(|edit| (edit.name, edit.value.as_deref())),
        );
        coding.put(number);
        reason.put(made.reason.code());
        Ok(())
    })
}

/// The usual `Cache-Control` and `CDN-Cache-Control` of a `hedgerow_class`; the
/// latter is empty if there is none. The texts live as long as the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_class_cache_control(
    class_code: u32,
    cache_control: *mut hedgerow_str,
    cdn_cache_control: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let class: Class = class(class_code)?;
        let (own, cdn) = (out!(cache_control)?, out!(cdn_cache_control)?);
        own.put(hedgerow_str::lasting(delivery::cache_control(class)));
        cdn.put(hedgerow_str::lasting(
            delivery::cdn_cache_control(class).unwrap_or(""),
        ));
        Ok(())
    })
}
