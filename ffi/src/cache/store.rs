//! What a request makes worthless.

use hedgerow::cache;

use super::{hedgerow_request, hedgerow_response, request, response};
use crate::boundary::{call, exclusive};
use crate::lines::hedgerow_lines;
use crate::status::hedgerow_status;

/// The URIs whose stored responses must go once this response to this request
/// was passed on (RFC 9111 section 4.4): nothing unless the method is unsafe
/// and the response is no error. Each is the `value` of a line whose name is
/// empty; the request's own target is among them, as it was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_invalidation(
    request: *const hedgerow_request,
    response: *const hedgerow_response,
    uris: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let (request, response) = (request!(request)?, response!(response)?);
        let mut uris = exclusive!(uris)?;
        let found = cache::invalidation(&request.plain(), &response.plain());
        uris.fill(found.uris(request.target).map(|uri| ("", uri)));
        Ok(())
    })
}
