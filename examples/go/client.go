package hedgerow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Response is a whole response, who sent it, and what else was tried for it.
type Response struct {
	Endpoint string
	Status   int
	Header   http.Header
	Body     []byte
	Attempts []Attempt
}

// Attempt is what became of one attempt, and why.
type Attempt struct {
	Endpoint     string
	Why, Outcome Reason
}

// FetchError says that no endpoint delivered.
type FetchError struct {
	Reason   Reason
	Attempts []Attempt
}

func (e *FetchError) Error() string {
	tried := make([]string, len(e.Attempts))
	for i, attempt := range e.Attempts {
		tried[i] = fmt.Sprintf("%s: %s", attempt.Endpoint, attempt.Outcome)
	}
	return fmt.Sprintf("hedgerow: %s (%s)", e.Reason, strings.Join(tried, ", "))
}

// A body of more bytes counts as a failure.
const mostBytes = 64 << 20

// Options of a Client. The zero value probes nobody and gives up after 10 s.
type Options struct {
	// Health is the path of the probes.
	Health string
	// Interval is how often a healthy endpoint is probed (2 s).
	Interval time.Duration
	// HedgeDelay is how long an endpoint may be silent before another is asked
	// beside it (by what is known of its latency).
	HedgeDelay time.Duration
	// Total is when a request is given up (10 s).
	Total time.Duration
	// Transport carries requests and probes (http.DefaultTransport).
	Transport http.RoundTripper
	// OnHealth is told of changes; it must not block.
	OnHealth func(endpoint string, health Health, reason Reason)
}

// Client fetches from the first of several endpoints that delivers. Any number
// of goroutines may use it at once.
type Client struct {
	urls    []string
	options Options
	origin  time.Time
	stop    context.CancelFunc
	work    sync.WaitGroup
	sooner  chan struct{}

	// The engine's objects are for one goroutine at a time.
	mutex   sync.Mutex
	watch   *Watch
	running map[*fetch]struct{}
}

// NewClient makes a client over base URLs, in order of preference.
func NewClient(urls []string, options Options) (*Client, error) {
	if options.Transport == nil {
		options.Transport = http.DefaultTransport
	}
	if options.Total == 0 {
		options.Total = 10 * time.Second
	}
	interval := options.Interval
	if interval == 0 {
		interval = 2 * time.Second
	}
	if options.Health == "" {
		interval = 0
	}
	c := &Client{
		urls:    urls,
		options: options,
		// The retry budget looks 10 s back, and knows no seconds before the first.
		origin:  time.Now().Add(-time.Minute),
		sooner:  make(chan struct{}, 1),
		running: map[*fetch]struct{}{},
	}
	watch, err := NewWatch(urls, interval, c.now(), uint32(c.origin.UnixNano()))
	if err != nil {
		return nil, err
	}
	c.watch = watch
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	c.work.Add(1)
	go c.lookAfter(ctx)
	return c, nil
}

// Close ends the probes. No request may be under way.
func (c *Client) Close() {
	c.stop()
	c.work.Wait()
	c.watch.Close()
}

// Health says what is known of an endpoint, by its position.
func (c *Client) Health(endpoint int) (Health, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.watch.Health(endpoint)
}

func (c *Client) now() Moment { return Moment(time.Since(c.origin)) }

func (c *Client) until(moment Moment) time.Duration {
	if moment == Never {
		return time.Hour
	}
	return time.Duration(moment - c.now())
}

// lookAfter sends probes when they are due.
func (c *Client) lookAfter(ctx context.Context) {
	defer c.work.Done()
	for {
		c.mutex.Lock()
		probes, changes, until := c.watch.Drain(c.now())
		for _, change := range changes {
			for fetch := range c.running {
				if change.Health != Healthy {
					fetch.gone(change.Endpoint)
				}
			}
		}
		c.mutex.Unlock()
		for _, change := range changes {
			if c.options.OnHealth != nil {
				c.options.OnHealth(c.urls[change.Endpoint], change.Health, change.Reason)
			}
		}
		for _, probe := range probes {
			c.work.Add(1)
			go c.probe(ctx, probe)
		}
		timer := time.NewTimer(c.until(until))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-c.sooner:
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (c *Client) wake() {
	select {
	case c.sooner <- struct{}{}:
	default:
	}
}

func (c *Client) probe(ctx context.Context, probe Probe) {
	defer c.work.Done()
	started := c.now()
	ctx, cancel := context.WithTimeout(ctx, c.until(probe.Until))
	defer cancel()
	failure := NetworkError
	response, err := c.send(ctx, c.urls[probe.Endpoint]+c.options.Health)
	switch {
	case err == nil && !good(response):
		failure = HTTPStatus
	case err == nil:
		failure = 0
	case errors.Is(err, context.DeadlineExceeded):
		failure = Timeout
	}
	if err == nil {
		response.Body.Close()
	}
	c.mutex.Lock()
	now := c.now()
	c.watch.Probed(now, probe, time.Duration(now-started), failure)
	c.mutex.Unlock()
	c.wake()
}

func (c *Client) send(ctx context.Context, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return c.options.Transport.RoundTrip(request)
}

func good(response *http.Response) bool {
	return response.StatusCode >= 200 && response.StatusCode <= 299
}

var errTooLarge = errors.New("hedgerow: the body is too large")

// report reads a response whole, and tells how far it has come.
func report(response *http.Response, progress func(int)) ([]byte, error) {
	defer response.Body.Close()
	var body []byte
	piece := make([]byte, 64*1024)
	for {
		n, err := response.Body.Read(piece)
		body = append(body, piece[:n]...)
		if len(body) > mostBytes {
			return nil, errTooLarge
		}
		if n > 0 {
			progress(len(body))
		}
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return body, err
		}
	}
}
