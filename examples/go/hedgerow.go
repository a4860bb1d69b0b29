// Package hedgerow keeps web assets arriving when a CDN fails.
//
// Client fetches over net/http. What it is made of can be used with another
// transport: Race decides one request, Watch remembers how the endpoints fare.
// Neither opens a connection nor looks at a clock.
//
// The engine is the C library libhedgerow, found by pkg-config.
package hedgerow

// #cgo pkg-config: hedgerow
// #include <hedgerow.h>
// #include <stdlib.h>
import "C"

import "unsafe"

// Status is what a call that was refused says.
type Status uint32

// Error gives the library's sentence about the status.
func (s Status) Error() string {
	var text C.hedgerow_str
	if C.hedgerow_status_message(C.uint32_t(s), &text) != C.HEDGEROW_OK {
		return "hedgerow: unknown status"
	}
	return "hedgerow: " + goString(text)
}

// Invalid is settings that can't be used, and why.
type Invalid struct {
	Status  Status
	Message string
}

func (e *Invalid) Error() string { return "hedgerow: " + e.Message }

// Unwrap gives the status.
func (e *Invalid) Unwrap() error { return e.Status }

func check(status C.hedgerow_status) error {
	if status == C.HEDGEROW_OK {
		return nil
	}
	return Status(status)
}

func explained(status C.hedgerow_status, why *C.hedgerow_error) error {
	if status == C.HEDGEROW_OK {
		return nil
	}
	if message := C.GoString(&why.message[0]); message != "" {
		return &Invalid{Status(status), message}
	}
	return Status(status)
}

// must is for calls that only a mistake in this package can make fail.
func must(status C.hedgerow_status) {
	if err := check(status); err != nil {
		panic(err)
	}
}

func goString(text C.hedgerow_str) string {
	return C.GoStringN(text.data, C.int(text.len))
}

// Reason is why something was decided: a stable number with a stable name.
type Reason uint16

// Reasons that transports report.
const (
	NetworkError = Reason(C.HEDGEROW_REASON_NETWORK_ERROR)
	HTTPStatus   = Reason(C.HEDGEROW_REASON_HTTP_STATUS)
	Timeout      = Reason(C.HEDGEROW_REASON_TIMEOUT)
	Truncated    = Reason(C.HEDGEROW_REASON_TRUNCATED)
	Cancelled    = Reason(C.HEDGEROW_REASON_CANCELLED)
)

// String gives the stable name, such as "hedge_lost".
func (r Reason) String() string {
	var text C.hedgerow_str
	if C.hedgerow_reason_name(C.uint16_t(r), &text) != C.HEDGEROW_OK {
		return "unknown"
	}
	return goString(text)
}

// FindReason gives the reason with a name.
func FindReason(name string) (Reason, error) {
	var number C.uint16_t
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	err := check(C.hedgerow_reason_find(text, C.size_t(len(name)), &number))
	return Reason(number), err
}

// Asset is what a URL says of its asset.
type Asset struct {
	Class     string
	Immutable bool
	Reason    Reason
}

// Classify classifies a URL. When it is not sure, the bytes may change.
func Classify(url string) (Asset, error) {
	var found C.hedgerow_classification
	var name C.hedgerow_str
	text := C.CString(url)
	defer C.free(unsafe.Pointer(text))
	if err := check(C.hedgerow_classify(text, C.size_t(len(url)), nil, &found)); err != nil {
		return Asset{}, err
	}
	if err := check(C.hedgerow_class_name(found.class_code, &name)); err != nil {
		return Asset{}, err
	}
	return Asset{goString(name), found.immutable != 0, Reason(found.reason)}, nil
}
