// Fetch writes a path from the first of several servers that delivers it.
//
//	fetch /webmessaging/loader.js https://cdn1.example.com https://cdn2.example.com
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/hedgerow"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: fetch PATH URL...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string, urls []string) error {
	client, err := hedgerow.NewClient(urls, hedgerow.Options{})
	if err != nil {
		return err
	}
	defer client.Close()
	response, err := client.Get(context.Background(), path)
	if err != nil {
		return err
	}
	for _, attempt := range response.Attempts {
		fmt.Fprintf(os.Stderr, "%s: %s, %s\n", attempt.Endpoint, attempt.Why, attempt.Outcome)
	}
	_, err = os.Stdout.Write(response.Body)
	return err
}
