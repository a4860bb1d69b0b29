package hedgerow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

func newClient(t *testing.T, options Options, urls ...string) *Client {
	t.Helper()
	// Connections of its own, so that none is left from another test.
	transport := &http.Transport{DisableCompression: true}
	options.Transport = transport
	client, err := NewClient(urls, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		transport.CloseIdleConnections()
	})
	return client
}

func told(attempts []Attempt) string {
	text := ""
	for _, attempt := range attempts {
		text += fmt.Sprintf("%s %s, ", attempt.Why, attempt.Outcome)
	}
	return text
}

func TestTheFirstThatIsWellServes(t *testing.T) {
	a, b := newUpstream(t, "a"), newUpstream(t, "b")
	response, err := newClient(t, Options{}, a.URL, b.URL).Get(context.Background(), "/x")
	if err != nil {
		t.Fatal(err)
	}
	if response.Endpoint != a.URL || !bytes.Equal(response.Body, a.body) || response.Status != 200 {
		t.Errorf("%s answered %d with %d bytes", response.Endpoint, response.Status, len(response.Body))
	}
}

func TestWhoFailsIsReplaced(t *testing.T) {
	// Where nobody is silent, a machine that is slow must not make it look so.
	patient := Options{HedgeDelay: time.Minute}
	for mode, expected := range map[string]struct {
		options Options
		told    string
	}{
		"e503":        {patient, "first_choice http_status, failover won, "},
		"reset":       {patient, "first_choice network_error, failover won, "},
		"cut":         {patient, "first_choice truncated, failover won, "},
		"hang":        {Options{}, "first_choice hedge_lost, hedge won, "},
		"silent body": {Options{}, "first_choice hedge_lost, hedge won, "},
	} {
		t.Run(mode, func(t *testing.T) {
			a, b := newUpstream(t, "a"), newUpstream(t, "b")
			a.to(mode)
			client := newClient(t, expected.options, a.URL, b.URL)
			response, err := client.Get(context.Background(), "/x")
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(response.Body, b.body) {
				t.Errorf("%d bytes from %s", len(response.Body), response.Endpoint)
			}
			if got := told(response.Attempts); got != expected.told {
				t.Errorf("told %s", got)
			}
		})
	}
}

func TestNobodyServes(t *testing.T) {
	b := newUpstream(t, "b")
	b.to("e503")
	_, err := newClient(t, Options{}, refusing(t), b.URL).Get(context.Background(), "/")
	var failed *FetchError
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if failed.Reason.String() != "all_endpoints_failed" || len(failed.Attempts) != 2 {
		t.Error(failed)
	}
}

func TestTheTotalDeadlineEndsSilence(t *testing.T) {
	a := newUpstream(t, "a")
	a.to("hang")
	_, err := newClient(t, Options{Total: 100 * time.Millisecond}, a.URL).Get(context.Background(), "/")
	var failed *FetchError
	if !errors.As(err, &failed) || failed.Reason.String() != "total_deadline" {
		t.Error(err)
	}
}

func TestTheContextEndsARequest(t *testing.T) {
	a := newUpstream(t, "a")
	a.to("hang")
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := newClient(t, Options{}, a.URL).Get(ctx, "/")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestProbesFindAFaultAndItsEnd(t *testing.T) {
	a, b := newUpstream(t, "a"), newUpstream(t, "b")
	changes := make(chan Health, 16)
	client := newClient(t, Options{
		Health:     "/health",
		Interval:   time.Second,
		HedgeDelay: time.Minute,
		OnHealth: func(url string, health Health, _ Reason) {
			if url == a.URL {
				changes <- health
			}
		},
	}, a.URL, b.URL)
	a.to("e503")
	if health := <-changes; health != Failing {
		t.Fatal(health)
	}
	response, err := client.Get(context.Background(), "/")
	if err != nil || told(response.Attempts) != "first_choice won, " || response.Endpoint != b.URL {
		t.Error(response, err)
	}
	a.to("ok")
	if health := <-changes; health != Healthy {
		t.Fatal(health)
	}
	if health, err := client.Health(0); health != Healthy || err != nil {
		t.Error(health, err)
	}
	if asked := a.asked.Load(); asked != 0 {
		t.Errorf("%d requests went to who was known to fail", asked)
	}
}

func TestManyGoroutinesShareAClient(t *testing.T) {
	a, b := newUpstream(t, "a"), newUpstream(t, "b")
	client := newClient(t, Options{HedgeDelay: time.Minute}, a.URL, b.URL)
	a.to("cut")
	var work sync.WaitGroup
	// So few at once that failing over stays within the retry budget.
	for i := 0; i < 8; i++ {
		work.Add(1)
		go func() {
			defer work.Done()
			for j := 0; j < 25; j++ {
				response, err := client.Get(context.Background(), "/")
				if err != nil || !bytes.Equal(response.Body, b.body) {
					t.Error(err)
				}
			}
		}()
	}
	work.Wait()
}
