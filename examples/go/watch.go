package hedgerow

// #include <hedgerow.h>
// #include <stdlib.h>
import "C"

import (
	"time"
	"unsafe"
)

// Health is what requests and probes say of an endpoint.
type Health uint32

// The health of an endpoint.
const (
	Healthy = Health(C.HEDGEROW_HEALTHY)
	Ejected = Health(C.HEDGEROW_EJECTED)
	Failing = Health(C.HEDGEROW_FAILING)
	Dead    = Health(C.HEDGEROW_DEAD)
)

// Probe is a probe to send; at Until it has failed.
type Probe struct {
	Endpoint int
	Until    Moment
	lease    C.uint32_t
}

// Change is news of an endpoint's health.
type Change struct {
	Endpoint int
	Health   Health
	Reason   Reason
}

// Watch is a pool with its monitor: who may be asked, and how they fare. The
// first endpoint is preferred, the others are its backups in their order. One
// goroutine at a time.
type Watch struct {
	count      int
	pool       *C.hedgerow_pool
	monitor    *C.hedgerow_monitor
	snapshot   *C.hedgerow_snapshot
	picker     *C.hedgerow_picker
	Budget     *Budget
	trial      int
	trialUntil Moment
}

// NewWatch watches endpoints with these names. An interval of 0 means no probes.
func NewWatch(names []string, interval time.Duration, now Moment, seed uint32) (*Watch, error) {
	w := &Watch{count: len(names), trial: -1}
	endpoints := make([]C.hedgerow_endpoint, len(names)+1)
	for i, name := range names {
		// C may keep no pointer into Go's memory, not even for the call.
		text := C.CString(name)
		defer C.free(unsafe.Pointer(text))
		endpoints[i].name = text
		endpoints[i].name_len = C.size_t(len(name))
		endpoints[i].weight = 100
		endpoints[i].priority = C.uint16_t(i)
	}
	var settings C.hedgerow_monitor_settings
	must(C.hedgerow_monitor_settings_init(&settings, C.sizeof_hedgerow_monitor_settings))
	if interval != 0 {
		settings.probing = 1
		settings.interval_us = C.uint64_t(interval.Microseconds())
		if settings.timeout_us >= settings.interval_us {
			settings.timeout_us = settings.interval_us * 3 / 4
		}
		if settings.fast_interval_us > settings.interval_us {
			settings.fast_interval_us = settings.interval_us
		}
	}
	var why C.hedgerow_error
	status := C.hedgerow_pool_new(&endpoints[0], C.size_t(len(names)), nil, nil, &w.pool, &why)
	if err := explained(status, &why); err != nil {
		return nil, err
	}
	status = C.hedgerow_monitor_new(C.uint16_t(len(names)), &settings, now.us(), C.uint32_t(seed), &w.monitor, &why)
	if err := explained(status, &why); err != nil {
		must(C.hedgerow_pool_free(w.pool))
		return nil, err
	}
	must(C.hedgerow_picker_new(C.uint64_t(seed), 0, &w.picker))
	must(C.hedgerow_pool_snapshot(w.pool, now.us(), &w.snapshot))
	w.Budget = NewBudget()
	return w, nil
}

// Close frees it.
func (w *Watch) Close() {
	w.Budget.Close()
	must(C.hedgerow_snapshot_free(w.snapshot))
	must(C.hedgerow_picker_free(w.picker))
	must(C.hedgerow_monitor_free(w.monitor))
	must(C.hedgerow_pool_free(w.pool))
}

// Choose gives those to be asked by one request, the best first; none if none
// may be.
func (w *Watch) Choose(now Moment) []Candidate {
	must(C.hedgerow_budget_count_request(w.Budget.object, now.us()))
	var pick C.hedgerow_pick
	if C.hedgerow_snapshot_draw(w.snapshot, 0, w.picker, &pick) == C.HEDGEROW_REFUSED {
		return nil
	}
	chosen := make([]C.uint16_t, w.count+1)
	chosen[0] = pick.endpoint
	if w.trial >= 0 && now < w.trialUntil {
		chosen[0] = C.uint16_t(w.trial)
	}
	w.trial = -1
	var others C.size_t
	must(C.hedgerow_snapshot_others(w.snapshot, 0, w.picker, chosen[0], &chosen[1], C.size_t(w.count), &others))
	candidates := make([]Candidate, 0, others+1)
	for _, endpoint := range chosen[:others+1] {
		var latency C.hedgerow_latency
		var delay C.uint64_t
		must(C.hedgerow_monitor_latency(w.monitor, endpoint, &latency))
		must(C.hedgerow_hedge_delay(&latency, &delay))
		candidates = append(candidates, Candidate{
			Endpoint:       int(endpoint),
			HedgeDelay:     time.Duration(delay) * time.Microsecond,
			AttemptTimeout: 3 * time.Second,
		})
	}
	return candidates
}

// Observe takes in how a request went. Drain afterwards.
func (w *Watch) Observe(now Moment, seen Observation) {
	must(C.hedgerow_monitor_observe(w.monitor, now.us(), &seen.plain))
	must(C.hedgerow_budget_observe(w.Budget.object, now.us(), &seen.plain))
}

// Probed takes in how a probe went; failure is 0 if it passed. Drain afterwards.
func (w *Watch) Probed(now Moment, probe Probe, latency time.Duration, failure Reason) {
	must(C.hedgerow_monitor_handle_probe(w.monitor, now.us(), C.uint16_t(probe.Endpoint), probe.lease,
		C.uint16_t(failure), C.uint64_t(latency.Microseconds())))
}

// Health says what is known of an endpoint.
func (w *Watch) Health(endpoint int) (Health, error) {
	var health C.uint32_t
	err := check(C.hedgerow_monitor_health(w.monitor, C.uint16_t(endpoint), &health))
	return Health(health), err
}

// Drain gives the probes to send, what changed, and when to come back.
func (w *Watch) Drain(now Moment) (probes []Probe, changes []Change, until Moment) {
	var output C.hedgerow_monitor_output
	for output.kind != C.HEDGEROW_MONITOR_WAIT {
		must(C.hedgerow_monitor_poll(w.monitor, now.us(), &output))
		endpoint := int(output.endpoint)
		switch output.kind {
		case C.HEDGEROW_MONITOR_PROBE:
			probes = append(probes, Probe{endpoint, moment(output.until), output.lease})
		case C.HEDGEROW_MONITOR_TRIAL:
			w.trial, w.trialUntil = endpoint, moment(output.until)
		case C.HEDGEROW_MONITOR_HEALTH_CHANGED:
			must(C.hedgerow_pool_set_health(w.pool, now.us(), output.endpoint, output.health))
			changes = append(changes, Change{endpoint, Health(output.health), Reason(output.reason)})
		}
	}
	if len(changes) > 0 {
		must(C.hedgerow_snapshot_free(w.snapshot))
		must(C.hedgerow_pool_snapshot(w.pool, now.us(), &w.snapshot))
	}
	return probes, changes, moment(output.until)
}
