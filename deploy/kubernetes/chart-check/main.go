// Renders Freeway's Helm chart with Helm's own engine, and judges manifests with the API server's own rules.
//
//	chart-check render <chart> [values.yaml ...]   prints the manifests
//	chart-check validate                           reads manifests, prints a line for each fault
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 2 && args[0] == "render":
		text, err := render(args[1], args[2:])
		if err != nil {
			return err
		}
		_, err = io.WriteString(os.Stdout, text)
		return err
	case len(args) == 1 && args[0] == "validate":
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		faults, err := validateAll(text)
		for _, fault := range faults {
			fmt.Println(fault)
		}
		return err
	default:
		return fmt.Errorf("usage: chart-check render <chart> [values.yaml ...] | chart-check validate")
	}
}
