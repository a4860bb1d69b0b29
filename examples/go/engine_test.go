package hedgerow

import (
	"errors"
	"testing"
	"time"
)

const ms = Moment(time.Millisecond)

func newRace(t *testing.T, budget *Budget) *Race {
	t.Helper()
	two := []Candidate{
		{0, 250 * time.Millisecond, 3 * time.Second},
		{1, 250 * time.Millisecond, 3 * time.Second},
	}
	race, err := NewRace(two, 0, 10*time.Second, budget)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(race.Close)
	return race
}

func drained(t *testing.T, race *Race, now Moment) []Output {
	t.Helper()
	var outputs []Output
	for {
		output, err := race.Poll(now)
		if err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, output)
		if output.Kind == Wait || output.Kind == Done {
			return outputs
		}
	}
}

func TestSilenceIsHedgedAfterTheDelay(t *testing.T) {
	race := newRace(t, nil)
	first := drained(t, race, 0)
	if first[0].Kind != Start || first[1].Until != 250*ms {
		t.Fatalf("%+v", first)
	}
	hedge := drained(t, race, 250*ms)
	if hedge[0].Kind != Start || hedge[0].Endpoint != 1 || hedge[0].Reason.String() != "hedge" {
		t.Fatalf("%+v", hedge)
	}
}

func TestABudgetHoldsHedgesDown(t *testing.T) {
	budget := NewBudget()
	t.Cleanup(budget.Close)
	hedges := 0
	for i := 0; i < 20; i++ {
		race := newRace(t, budget)
		drained(t, race, 0)
		if drained(t, race, 250*ms)[0].Kind == Start {
			hedges++
		}
	}
	if hedges != 10 {
		t.Errorf("%d hedges of a bucket of 10", hedges)
	}
}

func TestMisuseIsAnError(t *testing.T) {
	race := newRace(t, nil)
	var status Status
	if err := race.HandleHead(0, 7); !errors.As(err, &status) {
		t.Fatal(err)
	}
	if err := race.HandleFailure(0, 0, 9999); err == nil {
		t.Error("no such reason, and no error")
	}
	race.Close()
	if _, err := race.Poll(0); err == nil {
		t.Error("a closed race answers")
	}
}

func TestNobodyToAsk(t *testing.T) {
	race, err := NewRace(nil, 0, time.Second, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer race.Close()
	outputs := drained(t, race, 0)
	if outputs[0].Kind != Done || outputs[0].Reason.String() != "no_eligible_endpoint" {
		t.Errorf("%+v", outputs)
	}
}

func TestSettingsThatContradictThemselvesAreExplained(t *testing.T) {
	_, err := NewWatch([]string{"a"}, time.Nanosecond, 0, 1)
	var invalid *Invalid
	if !errors.As(err, &invalid) || invalid.Message == "" {
		t.Error(err)
	}
}

func TestReasonsHaveNamesAndNumbers(t *testing.T) {
	for _, reason := range []Reason{NetworkError, HTTPStatus, Timeout, Truncated, Cancelled} {
		if found, err := FindReason(reason.String()); found != reason || err != nil {
			t.Error(reason, found, err)
		}
	}
	if _, err := FindReason("no such reason"); err == nil {
		t.Error("it was found")
	}
}

func TestURLsAreClassified(t *testing.T) {
	asset, err := Classify("https://cdn.example.com/widget/loader.js")
	if err != nil || asset.Class != "entry_point" || asset.Immutable {
		t.Error(asset, err)
	}
}
