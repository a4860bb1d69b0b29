package hedgerow

// #include <hedgerow.h>
import "C"

import "time"

// Candidate is an endpoint that a race may use.
type Candidate struct {
	Endpoint       int
	HedgeDelay     time.Duration
	AttemptTimeout time.Duration
}

// Moment is a time of the monotonic clock, counted from any origin that the
// caller keeps to.
type Moment time.Duration

// Never stands for no moment.
const Never = Moment(1<<63 - 1)

func moment(us C.uint64_t) Moment {
	if us > C.uint64_t(Never)/1000 {
		return Never
	}
	return Moment(us) * Moment(time.Microsecond)
}

func (m Moment) us() C.uint64_t { return C.uint64_t(m) / 1000 }

// Kind is what an Output asks for.
type Kind uint32

// The kinds of outputs. Others may come with a newer library, and are to be
// ignored.
const (
	Wait    = Kind(C.HEDGEROW_RACE_WAIT)
	Start   = Kind(C.HEDGEROW_RACE_START)
	Cancel  = Kind(C.HEDGEROW_RACE_CANCEL)
	Commit  = Kind(C.HEDGEROW_RACE_COMMIT)
	Ended   = Kind(C.HEDGEROW_RACE_ENDED)
	Observe = Kind(C.HEDGEROW_RACE_OBSERVE)
	Refused = Kind(C.HEDGEROW_RACE_REFUSED)
	Done    = Kind(C.HEDGEROW_RACE_DONE)
)

// Observation is what was seen of an endpoint, to be told to a Watch.
type Observation struct{ plain C.hedgerow_observation }

// Output is what a race asks for, or tells.
type Output struct {
	Kind Kind
	// Attempt is -1 if it is about none.
	Attempt     int
	Endpoint    int
	Reason      Reason
	Until       Moment
	Observation Observation
}

// Budget keeps failover from multiplying load. One goroutine at a time.
type Budget struct{ object *C.hedgerow_budget }

// NewBudget gives full budgets: hedges for 5 % of the requests, retries for 20 %
// of those of the last 10 s and 10 a second.
func NewBudget() *Budget {
	var b Budget
	must(C.hedgerow_budget_new(20, 10, &b.object))
	return &b
}

// Close frees it, after the last race that uses it.
func (b *Budget) Close() {
	must(C.hedgerow_budget_free(b.object))
	b.object = nil
}

// Race is one request raced over several endpoints. One goroutine at a time.
// After each input, and when the moment of the last Wait has come, call Poll
// until it gives Wait or Done.
type Race struct {
	object *C.hedgerow_race
	budget *Budget
}

// NewRace gives a race over candidates in their order, in which a whole body
// wins. The budget may be nil.
func NewRace(candidates []Candidate, now Moment, total time.Duration, budget *Budget) (*Race, error) {
	var settings C.hedgerow_race_settings
	must(C.hedgerow_race_settings_init(&settings, C.sizeof_hedgerow_race_settings, C.HEDGEROW_PROFILE_PROXY))
	settings.winning_phase = C.HEDGEROW_PHASE_COMPLETE
	settings.total_timeout_us = C.uint64_t(total.Microseconds())
	// One more, so that there is an address to give.
	given := make([]C.hedgerow_candidate, len(candidates)+1)
	for i, candidate := range candidates {
		given[i].endpoint = C.uint16_t(candidate.Endpoint)
		given[i].hedge_delay_us = C.uint64_t(candidate.HedgeDelay.Microseconds())
		given[i].attempt_timeout_us = C.uint64_t(candidate.AttemptTimeout.Microseconds())
	}
	race := &Race{budget: budget}
	err := check(C.hedgerow_race_new(&settings, &given[0], C.size_t(len(candidates)), now.us(), &race.object))
	return race, err
}

// Close frees the race.
func (r *Race) Close() {
	must(C.hedgerow_race_free(r.object))
	r.object = nil
}

// Poll says what to do next.
func (r *Race) Poll(now Moment) (Output, error) {
	var plain C.hedgerow_race_output
	var budget *C.hedgerow_budget
	if r.budget != nil {
		budget = r.budget.object
	}
	if err := check(C.hedgerow_race_poll(r.object, now.us(), budget, &plain)); err != nil {
		return Output{}, err
	}
	output := Output{
		Kind:        Kind(plain.kind),
		Attempt:     int(plain.attempt),
		Endpoint:    int(plain.endpoint),
		Reason:      Reason(plain.reason),
		Until:       moment(plain.until),
		Observation: Observation{plain.observation},
	}
	if plain.attempt == C.HEDGEROW_NO_ATTEMPT {
		output.Attempt = -1
	}
	return output, nil
}

// HandleHead says that a good response head arrived.
func (r *Race) HandleHead(now Moment, attempt int) error {
	return check(C.hedgerow_race_handle_head(r.object, now.us(), C.uint16_t(attempt)))
}

// HandleProgress says how many body bytes have arrived in all.
func (r *Race) HandleProgress(now Moment, attempt int, bytes int) error {
	return check(C.hedgerow_race_handle_progress(r.object, now.us(), C.uint16_t(attempt), C.uint64_t(bytes)))
}

// HandleComplete says that the body is whole.
func (r *Race) HandleComplete(now Moment, attempt int) error {
	return check(C.hedgerow_race_handle_complete(r.object, now.us(), C.uint16_t(attempt)))
}

// HandleFailure says that the attempt failed.
func (r *Race) HandleFailure(now Moment, attempt int, reason Reason) error {
	return check(C.hedgerow_race_handle_failure(r.object, now.us(), C.uint16_t(attempt), C.uint16_t(reason)))
}

// HandleCommit says that what the race offered was put to use; or, with another
// reason than 0, why it could not be.
func (r *Race) HandleCommit(now Moment, attempt int, failure Reason) error {
	return check(C.hedgerow_race_handle_commit(r.object, now.us(), C.uint16_t(attempt), C.uint16_t(failure)))
}

// HandleEjected says that an endpoint was ejected: it is not waited for.
func (r *Race) HandleEjected(now Moment, endpoint int) error {
	return check(C.hedgerow_race_handle_ejected(r.object, now.us(), C.uint16_t(endpoint)))
}

// HandleCancel calls the race off, for no fault of any endpoint.
func (r *Race) HandleCancel(now Moment, reason Reason) error {
	return check(C.hedgerow_race_handle_cancel(r.object, now.us(), C.uint16_t(reason)))
}
