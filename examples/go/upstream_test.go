package hedgerow

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// upstream is a server on the loopback that breaks on demand.
type upstream struct {
	*httptest.Server
	body  []byte
	asked atomic.Int64
	mutex sync.Mutex
	mode  string
	// What hangs, hangs until the test is over.
	over chan struct{}
}

func newUpstream(t *testing.T, name string) *upstream {
	u := &upstream{body: bytes.Repeat([]byte(name), 100_000), mode: "ok", over: make(chan struct{})}
	u.Server = httptest.NewServer(http.HandlerFunc(u.serve))
	t.Cleanup(func() {
		close(u.over)
		u.CloseClientConnections()
		u.Close()
	})
	return u
}

func (u *upstream) to(mode string) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.mode = mode
}

func (u *upstream) serve(w http.ResponseWriter, r *http.Request) {
	u.mutex.Lock()
	mode := u.mode
	u.mutex.Unlock()
	if r.URL.Path != "/health" {
		u.asked.Add(1)
	}
	switch mode {
	case "hang":
		<-u.over
		return
	case "e503":
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case "reset":
		u.abort(w)
		return
	case "cut":
		w.Header().Set("Content-Length", "200000")
		_, _ = w.Write(u.body)
		w.(http.Flusher).Flush()
		u.abort(w)
		return
	case "silent body":
		w.Header().Set("Content-Length", "100000")
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-u.over
		return
	}
	_, _ = w.Write(u.body)
}

func (u *upstream) abort(w http.ResponseWriter) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

// refusing gives a URL at which nobody listens.
func refusing(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}
