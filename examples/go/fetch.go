package hedgerow

import (
	"context"
	"errors"
	"io"
	"time"
)

// fetch is one request: a race, and a goroutine for each of its attempts. The
// goroutine that called Get has the race; the others send it what happened.
type fetch struct {
	client   *Client
	race     *Race
	events   chan func(now Moment) error
	ejected  chan int
	attempts []Attempt
	cancels  []context.CancelFunc
	results  map[int]*Response
}

// Get fetches a path. Only statuses from 200 to 299 count as delivered. The error
// is a *FetchError if no endpoint delivered, and the context's if that ended.
func (c *Client) Get(ctx context.Context, path string) (*Response, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := &fetch{
		client:  c,
		events:  make(chan func(Moment) error),
		ejected: make(chan int, len(c.urls)),
		results: map[int]*Response{},
	}
	c.mutex.Lock()
	now := c.now()
	candidates := c.watch.Choose(now)
	for i := range candidates {
		if c.options.HedgeDelay != 0 {
			candidates[i].HedgeDelay = c.options.HedgeDelay
		}
	}
	race, err := NewRace(candidates, now, c.options.Total, c.watch.Budget)
	c.running[f] = struct{}{}
	c.mutex.Unlock()
	f.race = race
	defer f.close()
	if err != nil {
		return nil, err
	}
	for {
		until, done, err := f.drain(ctx, path)
		if err != nil {
			return nil, err
		}
		if done != nil {
			return f.answer(*done)
		}
		if err := f.wait(ctx, until); err != nil {
			return nil, err
		}
	}
}

// gone may be called by any goroutine; each endpoint goes at most as often as
// there is room, and if not, the race finds out by itself.
func (f *fetch) gone(endpoint int) {
	select {
	case f.ejected <- endpoint:
	default:
	}
}

func (f *fetch) close() {
	f.client.mutex.Lock()
	defer f.client.mutex.Unlock()
	delete(f.client.running, f)
	if f.race != nil && f.race.object != nil {
		f.race.Close()
	}
}

// drain does what the race asks for, until it waits or is over. The budget and
// the monitor are every request's, hence the lock.
func (f *fetch) drain(ctx context.Context, path string) (Moment, *Output, error) {
	f.client.mutex.Lock()
	defer f.client.mutex.Unlock()
	for {
		now := f.client.now()
		output, err := f.race.Poll(now)
		if err != nil {
			return 0, nil, err
		}
		switch output.Kind {
		case Start:
			f.start(ctx, output, path)
		case Cancel:
			f.cancels[output.Attempt]()
		case Commit:
			err = f.race.HandleCommit(now, output.Attempt, 0)
		case Ended:
			f.attempts[output.Attempt].Outcome = output.Reason
		case Observe:
			f.client.watch.Observe(now, output.Observation)
			f.client.wake()
		case Wait:
			return output.Until, nil, nil
		case Done:
			return 0, &output, nil
		}
		if err != nil {
			return 0, nil, err
		}
	}
}

func (f *fetch) wait(ctx context.Context, until Moment) error {
	timer := time.NewTimer(f.client.until(until))
	defer timer.Stop()
	select {
	case event := <-f.events:
		return event(f.client.now())
	case endpoint := <-f.ejected:
		return f.race.HandleEjected(f.client.now(), endpoint)
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fetch) start(ctx context.Context, output Output, path string) {
	url := f.client.urls[output.Endpoint]
	f.attempts = append(f.attempts, Attempt{url, output.Reason, output.Reason})
	attempting, cancel := context.WithCancel(ctx)
	f.cancels = append(f.cancels, cancel)
	// Who is no longer waited for, has nobody to tell.
	tell := func(event func(Moment) error) {
		select {
		case f.events <- event:
		case <-attempting.Done():
		}
	}
	go func() {
		response, reason := f.attempt(attempting, tell, output.Attempt, url, path)
		tell(func(now Moment) error {
			if reason != 0 {
				return f.race.HandleFailure(now, output.Attempt, reason)
			}
			f.results[output.Attempt] = response
			return f.race.HandleComplete(now, output.Attempt)
		})
	}()
}

func (f *fetch) attempt(
	ctx context.Context, tell func(func(Moment) error), attempt int, url, path string,
) (*Response, Reason) {
	response, err := f.client.send(ctx, url+path)
	if err != nil {
		return nil, NetworkError
	}
	if !good(response) {
		response.Body.Close()
		return nil, HTTPStatus
	}
	tell(func(now Moment) error { return f.race.HandleHead(now, attempt) })
	body, err := report(response, func(size int) {
		tell(func(now Moment) error { return f.race.HandleProgress(now, attempt, size) })
	})
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, Truncated
	} else if err != nil {
		return nil, NetworkError
	}
	return &Response{Endpoint: url, Status: response.StatusCode, Header: response.Header, Body: body}, 0
}

func (f *fetch) answer(done Output) (*Response, error) {
	if done.Attempt < 0 {
		return nil, &FetchError{done.Reason, f.attempts}
	}
	response := f.results[done.Attempt]
	response.Attempts = f.attempts
	return response, nil
}
